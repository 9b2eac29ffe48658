import Engine
import Services
import Testing
import Units

/// Stories of topics, worked out by hand.
///
/// A publish takes 10 ms, a delivery 40 ms from then.
@Suite("Topics")
struct TopicTests {
  private func subscription(
    _ target: String, filter: Double = 1, raw: Bool = false
  ) -> TopicSubscriptionConfig {
    var config = TopicSubscriptionConfig(target: target)
    config.filter = filter
    config.rawMessageDelivery = raw
    config.deliveryLatency = .constant(40e6)
    return config
  }

  private func topic(_ subscriptions: [TopicSubscriptionConfig], publishRate: Int? = nil) -> ResourceConfig {
    var config = TopicConfig(name: "topic")
    config.subscriptions = subscriptions
    config.publishLatency = .constant(10e6)
    config.publishRate = publishRate
    return .topic(config)
  }

  private func story(
    _ resources: [ResourceConfig], bytes: Int64 = 100, entries: Int = 1, count: Int = 1,
    at moments: [Time] = [.zero]
  ) -> Story {
    let target = TrafficTarget(
      resource: "topic", payload: Size(bytes: bytes), message: MessageConfig(entries: entries))
    return Story(resources, target: target, at: moments, count: count)
  }

  private func queue(_ name: String, fifo: Bool = false) -> ResourceConfig {
    var config = QueueConfig(name: name)
    config.isFifo = fifo
    return .queue(config)
  }

  @Test("a publisher is answered before its message is delivered, to each subscriber")
  func fanOut() throws {
    let run = try story(
      [
        topic([subscription("f"), subscription("q"), subscription("r")]),
        .function(function("f", [compute(1)])), queue("q"), queue("r"),
      ], count: 3
    ).run()
    #expect(run.latencyMs == 3 * 10)
    #expect(run.figure("messages", of: "topic") == 3)
    #expect(run.figure("delivered", of: "topic") == 9)
    #expect(run.figure("invocations", of: "f") == 3)
    #expect(run.figure("sent", of: "q") == 3)
    #expect(run.figure("sent", of: "r") == 3)
    #expect(run.figure("meanTimeMs", of: "topic") == 40)
    #expect(run.figure("pendingAtEnd", of: "topic") == 0)
  }

  @Test("a handler publishes, too, and waits for the publish alone")
  func handler() throws {
    let story = Story(
      [
        .function(function("f", [.call(CallStep(target: "topic"))])), topic([subscription("q")]), queue("q"),
      ], target: TrafficTarget(resource: "f"), at: [.zero])
    let run = try story.run()
    #expect(run.latencyMs == 100 + 10)
    #expect(run.figure("sent", of: "q") == 1)
  }

  @Test("the end of the run finds messages on their way")
  func onTheWay() throws {
    var story = self.story([topic([subscription("q"), subscription("r")]), queue("q"), queue("r")])
    story.duration = .ms(50)
    let run = try story.run()
    #expect(run.figure("delivered", of: "topic") == 0)
    #expect(run.figure("pendingAtEnd", of: "topic") == 2)
  }

  @Test("a batch is one publish of many messages, each delivered by itself")
  func batch() throws {
    let run = try story([topic([subscription("q")]), queue("q")], entries: 10).run()
    #expect(run.figure("messages", of: "topic") == 10)
    #expect(run.figure("sent", of: "q") == 10)
    #expect(run.figure("billedRequests", of: "topic") == 1)
  }

  @Test(
    "every 64 KB of a publish count as a request, of a batch as a whole",
    arguments: [
      (0, 1, 1), (1, 1, 1), (65_536, 1, 1), (65_537, 1, 2), (131_072, 1, 2), (131_073, 1, 3), (262_144, 1, 4),
      (6_554, 10, 2), (6_553, 10, 1),
    ])
  func requests(bytes: Int64, entries: Int, requests: Double) throws {
    let run = try story([topic([subscription("q")]), queue("q")], bytes: bytes, entries: entries).run()
    #expect(run.figure("billedRequests", of: "topic") == requests)
    #expect(run.usage("Requests-Tier1", of: "topic") == Int64(requests))
    #expect(run.figure("publishedBytes", of: "topic") == Double(bytes) * Double(entries))
  }

  @Test("a queue's message has the bytes of its publish, with 900 around them or raw")
  func bytes() throws {
    // 65,000 bytes are one request of the queue; 65,900 are two, as are 65,537 raw ones.
    var story = self.story(
      [topic([subscription("q"), subscription("r", raw: true)]), queue("q"), queue("r")], bytes: 65_000)
    story.traffic.append(
      TrafficConfig(
        name: "small", target: TrafficTarget(resource: "topic", payload: Size(bytes: 10)),
        arrivals: .spikes([Spike(at: .seconds(1), count: 1, over: .zero)])))
    let run = try story.run()
    #expect(run.figure("billedRequests", of: "q") == 2 + 1)
    #expect(run.figure("billedRequests", of: "r") == 1 + 1)
  }

  @Test("a filter lets its share of the messages pass, and each subscriber has its own")
  func filter() throws {
    let run = try story(
      [
        topic([subscription("q", filter: 0.2), subscription("r"), subscription("s", filter: 0)]), queue("q"),
        queue("r"), queue("s"),
      ], entries: 10, count: 1_000
    ).run()
    // Binomial with deviation 40: further than 4.5 deviations once in 150,000 seeds.
    #expect(abs(run.figure("sent", of: "q") - 2_000) < 180)
    #expect(run.figure("sent", of: "r") == 10_000)
    #expect(run.figure("sent", of: "s") == 0)
    #expect(run.figure("filteredOut", of: "topic") + run.figure("delivered", of: "topic") == 30_000)
  }

  @Test(
    "beyond the quota a publish is refused, batches by their messages",
    arguments: [(9, 1, 9), (10, 1, 10), (11, 1, 10), (3, 4, 2)])
  func quota(count: Int, entries: Int, taken: Int) throws {
    let run = try story(
      [topic([subscription("q")], publishRate: 10), queue("q")], entries: entries, count: count
    ).run()
    #expect(run.requests(.success) == Int64(taken))
    #expect(run.requests(.throttled) == Int64(count - taken))
    #expect(run.figure("throttles", of: "topic") == Double(count - taken))
    #expect(run.figure("messages", of: "topic") == Double(taken * entries))
  }

  @Test("a subscriber that refuses is asked again at once, after a second, and then ever later")
  func retries() throws {
    // A FIFO queue takes 300 requests at once and 300 a second. Of 900 deliveries at one instant 300 are taken, the
    // others' three immediate retries are refused, a second later 300 more are taken, and the rest a second after that.
    let run = try story([topic([subscription("q")]), queue("q", fifo: true)], count: 900).run()
    #expect(run.figure("delivered", of: "topic") == 900)
    #expect(run.figure("sent", of: "q") == 900)
    #expect(run.figure("retries", of: "topic") == 600 * 4 + 300)
    #expect(run.figure("failed", of: "topic") == 0)
    // 300 x 40 ms + 300 x 1,040 ms + 300 x 2,040 ms.
    #expect(run.figure("meanTimeMs", of: "topic") == 1_040)
  }

  @Test("the third phase grows from 1 s to 20 s")
  func growing() throws {
    // 1,500 deliveries: 300 at once, after 1 s, after 2 s, and then after 3 s and 4.395 s.
    let run = try story([topic([subscription("q")]), queue("q", fifo: true)], count: 1_500).run()
    #expect(run.figure("delivered", of: "topic") == 1_500)
    #expect(run.figure("meanTimeMs", of: "topic") == 40 + (0 + 1_000 + 2_000 + 3_000 + 4_395) / 5)
  }
}
