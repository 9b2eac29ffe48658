import Engine
import Services
import Testing
import Units

/// What pollers cost when there is nothing to do, and what provisioned ones do.
@Suite("Pollers")
struct PollerStoryTests {
  @Test("an idle mapping polls in vain every 20 s: five pollers, two after 5 min of low traffic")
  func empty() throws {
    // Two pollers: polls end at 20, 40, .. 980 s. The three others end theirs up to 300 s.
    var world = QueueWorld()
    world.duration = .seconds(1_000)
    let result = try world.run()
    #expect(result.figure("emptyReceives", of: "q") == 2 * 49 + 3 * 15)
    #expect(result.figure("billedRequests", of: "q") == 143)
    world.source.scaling = .maximumConcurrency(5)
    #expect(try world.run().figure("emptyReceives", of: "q") == 5 * 49)
    world.source.polling.longPoll = .seconds(7)
    #expect(try world.run().figure("emptyReceives", of: "q") == 5 * 142)
  }

  @Test(
    "polls that end in the recorded span count, from its first instant to before its end",
    arguments: [(30, 100, 5.0), (40, 100, 5), (41, 99, 4), (39, 101, 5), (39, 102, 6)])
  func span(warmUp: Int64, seconds: Int64, polls: Double) throws {
    var world = QueueWorld()
    world.fix(concurrency: 1)
    world.warmUp = .seconds(warmUp)
    world.duration = .seconds(seconds)
    #expect(try world.run().figure("emptyReceives", of: "q") == polls)
  }

  @Test("counting polls in vain by division is the same as one by one", arguments: 1...8)
  func division(seed: UInt64) throws {
    // One poller and one message at a time: it polls from the end of one batch to the next message.
    var world = QueueWorld([wait(2_000)])
    world.fix(concurrency: 1)
    world.duration = .seconds(2_000)
    let arrivals = (1...40).map { Time.ms(Double($0) * 40_000 + Double(seed * UInt64($0 * $0 * 977) % 35_000)) }
    world.send(at: arrivals)
    var polls = 0
    var begin = Time.zero
    for arrival in arrivals + [world.duration] {
      var end = begin + .seconds(20)
      while end < arrival || (end == arrival && arrival < world.duration) {
        polls += 1
        end += .seconds(20)
      }
      begin = arrival + .seconds(2)
    }
    let result = try world.run(seed: seed)
    #expect(polls > 40)
    #expect(result.figure("received", of: "q") == 40)
    #expect(result.figure("emptyReceives", of: "q") == Double(polls))
    let minutes = result.series.first { $0.key.name == "NumberOfEmptyReceives" }?.values ?? []
    #expect(minutes.reduce(0, +) == Double(polls))
  }

  @Test("a window that ends cuts a poll short, which has found nothing")
  func cutShort() throws {
    // Polls: 0 to 1 s with the message; 1 to 6 s in vain; after the batch from 6.1 s on, ending after the run.
    var world = QueueWorld()
    world.fix(concurrency: 1)
    world.mapping.maximumBatchingWindow = .seconds(5)
    world.send(at: [.seconds(1)])
    world.duration = .seconds(20)
    #expect(try world.run().figure("emptyReceives", of: "q") == 1)
  }

  @Test("provisioned pollers are billed by the time, and poll once each")
  func provisioned() throws {
    var world = QueueWorld()
    world.source.scaling = .provisioned(minimumPollers: 3, maximumPollers: 10)
    world.duration = .seconds(1_000)
    let result = try world.run()
    #expect(result.usage("ESM-EPU-SQS", of: "m") == 3_000_000)
    #expect(result.figure("emptyReceives", of: "q") == 3 * 49)
    world.source.scaling = .automatic
    #expect(try world.run().usage("ESM-EPU-SQS", of: "m") == nil)
  }

  @Test("each provisioned poller has ten batches at once; a backlog adds a poller every 600 ms")
  func provisionedScaling() throws {
    var world = QueueWorld([wait(50_000)])
    world.function.timeout = .seconds(60)
    world.queue.visibilityTimeout = .seconds(60)
    world.source.scaling = .provisioned(minimumPollers: 2, maximumPollers: 4)
    world.mapping.batchSize = 1
    world.send(at: [.seconds(1)], count: 10, entries: 10)
    for (milliseconds, batches) in [(1_599.0, 20.0), (1_601, 30), (2_199, 30), (2_201, 40), (9_000, 40)] {
      world.duration = .ms(milliseconds)
      #expect(try world.run().figure("peakConcurrentBatches", of: "m") == batches, "at \(milliseconds) ms")
    }
  }

  @Test("a provisioned poller polls ten times a second, and a second's worth at once")
  func provisionedPolls() throws {
    // Two pollers, batches of one that take no time to speak of: 20 at once, then 20 a second.
    var world = QueueWorld([wait(1)])
    world.source.scaling = .provisioned(minimumPollers: 2, maximumPollers: 2)
    world.mapping.batchSize = 1
    world.send(at: [.seconds(1)], count: 10, entries: 10)
    for (milliseconds, messages) in [(1_049.0, 20.0), (1_051, 21), (2_001, 40), (3_001, 60)] {
      world.duration = .ms(milliseconds)
      #expect(try world.run().figure("received", of: "q") == messages, "at \(milliseconds) ms")
    }
  }

  @Test("a provisioned poller brings 1 MB a second")
  func provisionedBytes() throws {
    // Two pollers and messages of 512 KB: 2 MB a second, four messages, once a second's worth is used up.
    var world = QueueWorld([wait(1)])
    world.source.scaling = .provisioned(minimumPollers: 2, maximumPollers: 2)
    world.mapping.batchSize = 1
    world.send(at: [.seconds(1)], count: 40, bytes: 512 << 10)
    for (seconds, messages) in [(2, 8.0), (3, 12), (6, 24)] as [(Int64, Double)] {
      world.duration = .seconds(seconds)
      #expect(try world.run().figure("received", of: "q") == messages, "at \(seconds) s")
    }
  }
}
