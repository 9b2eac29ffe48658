import Engine
import Services
import Testing
import Units

/// Who is told of what happens to a database, and when.
@Suite("Events of databases")
struct DatabaseEventTests {
  /// A writer that fails after 100 s and is back, or replaced, 10 s later.
  private func story(
    readers: Int = 1, _ subscription: EventSubscriptionConfig, _ resources: [ResourceConfig]
  ) -> Story {
    var config = database("db")
    config.deployment = .aurora
    config.readers = readers
    config.failover.moments = [.seconds(100)]
    config.failover.detection = .constant(2e9)
    config.failover.promotion = .constant(8e9)
    config.failover.recovery = .constant(8e9)
    config.eventSubscriptions = [subscription]
    var target = TrafficTarget(resource: "db")
    target.query = DatabaseQuery(cpu: .constant(1e6))
    return Story([.dbInstance(config)] + resources, target: target, at: [.seconds(1)])
  }

  private func subscription(
    _ target: String, _ categories: [EventSubscriptionConfig.Category], delay: Distribution = .constant(30e9)
  ) -> EventSubscriptionConfig {
    var config = EventSubscriptionConfig(target: target)
    config.categories = categories
    config.notificationDelay = delay
    return config
  }

  @Test("a function hears of a failover's begin and end, once each, after the delay")
  func function() throws {
    let story = self.story(
      subscription("alarm", [.failover]), [.function(ServicesTests.function("alarm", [compute(1)]))])
    let run = try story.run()
    #expect(run.figure("notificationsSent", of: "db") == 2)
    #expect(run.figure("invocations", of: "alarm") == 2)
    let series = try #require(
      run.series.first { $0.key.resource == "alarm" && $0.key.name == "Invocations" })
    // Detected at 102 s and over at 110 s, 30 s later both are in minute 2, and the function's queue takes no minute.
    #expect(series.values.enumerated().filter { $0.element > 0 }.map(\.offset) == [2])
  }

  @Test(
    "each category has its events",
    arguments: [
      (EventSubscriptionConfig.Category.availability, 2.0, 2.0), (.failover, 2, 0), (.recovery, 0, 2),
      (.lowStorage, 0, 0),
    ])
  func categories(category: EventSubscriptionConfig.Category, withReader: Double, alone: Double) throws {
    let queue = ResourceConfig.queue(QueueConfig(name: "queue"))
    let promoted = try story(subscription("queue", [category]), [queue]).run()
    #expect(promoted.figure("sent", of: "queue") == withReader)
    let recovered = try story(readers: 0, subscription("queue", [category]), [queue]).run()
    #expect(recovered.figure("sent", of: "queue") == alone)
  }

  @Test("no category stands for all")
  func all() throws {
    let run = try story(subscription("queue", []), [.queue(QueueConfig(name: "queue"))]).run()
    #expect(run.figure("sent", of: "queue") == 4)
    #expect(run.figure("notificationsFailed", of: "db") == 0)
  }

  @Test("a topic passes events on, and a subscriber that refuses one is counted")
  func topicAndRefusal() throws {
    var topic = TopicConfig(name: "operators")
    topic.subscriptions = [TopicSubscriptionConfig(target: "queue")]
    let run = try story(
      subscription("operators", [.failover]), [.topic(topic), .queue(QueueConfig(name: "queue"))]
    ).run()
    #expect(run.figure("messages", of: "operators") == 2)
    #expect(run.figure("sent", of: "queue") == 2)
    topic.publishRate = 1
    let refused = try story(
      subscription("operators", [], delay: .constant(0)), [.topic(topic), .queue(QueueConfig(name: "queue"))]
    ).run()
    // Two events at 102 s and two at 110 s; each time the topic takes one a second.
    #expect(refused.figure("notificationsSent", of: "db") == 4)
    #expect(refused.figure("notificationsFailed", of: "db") == 2)
  }

  @Test("the default delay is up to five minutes, and events overtake each other")
  func defaultDelay() throws {
    var config = EventSubscriptionConfig(target: "queue")
    config.categories = [.availability]
    var story = self.story(config, [.queue(QueueConfig(name: "queue"))])
    story.duration = .seconds(412)
    #expect(try story.run().figure("sent", of: "queue") == 2)
    #expect(config.notificationDelay == .uniform(low: 0, high: 300e9))
  }
}
