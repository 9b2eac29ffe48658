import Engine
import Services
import Testing
import Units

@testable import Scenarios

/// Failures of databases, RDS events and topics in scenarios: what arrives, what is refused, what is assumed.
@Suite("Failover in scenarios")
struct FailoverTests {
  private func scenario(_ text: String, becomes replacement: String) -> String {
    Examples.failover.replacingOccurrences(of: text, with: replacement)
  }

  private func faults(_ text: String, becomes replacement: String) -> [String] {
    Examples.faults(of: scenario(text, becomes: replacement))
  }

  private func databases(_ text: String) throws -> [DatabaseConfig] {
    try Scenario.decode(text, path: "x").system.resources.compactMap { resource in
      switch resource {
      case .dbInstance(let database), .auroraCluster(let database): database
      case .function, .httpApi, .table, .queue, .stream, .eventSourceMapping, .daxCluster, .cacheCluster, .dbProxy,
        .topic, .vpc:
        nil
      }
    }
  }

  private func topic(_ text: String) throws -> TopicConfig? {
    for case .topic(let topic) in try Scenario.decode(text, path: "x").system.resources { return topic }
    return nil
  }

  @Test("all keys arrive")
  func everything() throws {
    let databases = try databases(Examples.failover)
    let (orders, carts) = (databases[0], databases[1])
    #expect(orders.failover.moments == [.minutes(10), .minutes(30)])
    #expect(orders.failover.meanTimeBetween == .days(30))
    #expect(orders.failover.downtime == .uniform(low: 60e9, high: 120e9))
    #expect(carts.failover.moments == [.minutes(20)])
    #expect(carts.failover.detection == .constant(5e9))
    #expect(carts.failover.promotion == .constant(20e9))
    #expect(carts.failover.recovery == .constant(300e9))
    #expect(carts.failover.rejoining == .constant(90e9))
    let subscription = try #require(orders.eventSubscriptions.first)
    #expect(subscription.target == "operators")
    #expect(subscription.categories == [.failover, .lowStorage])
    #expect(subscription.notificationDelay == .constant(120e9))
    let topic = try #require(try topic(Examples.failover))
    #expect(topic.subscriptions.map(\.target) == ["alarm", "mail"])
    #expect(topic.subscriptions[0].filter == 1 && !topic.subscriptions[0].rawMessageDelivery)
    #expect(topic.subscriptions[1].filter == 0.2 && topic.subscriptions[1].rawMessageDelivery)
    #expect(topic.subscriptions[1].deliveryLatency == .constant(20e6))
    #expect(topic.publishLatency == .constant(10e6))
    #expect(topic.publishRate == 30_000)
    let traffic = try Scenario.decode(Examples.failover, path: "x").system.traffic
    #expect(traffic[1].targets[0].message.entries == 10)
  }

  @Test("a failure after the run's end is no fault: shortened runs have some")
  func late() {
    let text = Examples.failover.replacingOccurrences(of: "[10 min, 30 min]", with: "[10 min, 61 min]")
    #expect(text != Examples.failover && Examples.faults(of: text) == [])
  }

  @Test(
    "what makes no sense is refused where it stands",
    arguments: [
      ("[10 min, 30 min]", "[10 min, 10 min]", "a moment after the one before it"),
      ("[10 min, 30 min]", "[10 min, 9 min]", "a moment after the one before it"),
      ("at: [10 min, 30 min]", "at: []", "at least one"),
      ("at: [20 min], ", "", "`at`, `meanTimeBetween` or both"),
      ("meanTimeBetween: 30 d", "meanTimeBetween: 0 s", "1 s"),
      ("meanTimeBetween: 30 d", "detection: 1 s", "the phases or one downtime"),
      ("readers: 1", "readers: 0", "a standby or readers that can be promoted"),
      ("target: operators, categories", "target: clerks, categories", "a topic, function or queue"),
      ("low storage]", "low storages]", "low storage"),
      ("[alarm, {", "[operators, {", "a topic does not subscribe to another"),
      ("[alarm, {", "[mail, {", "one for each subscriber"),
      ("mail: { type: queue }", "mail: { type: queue, fifoQueue: true }", "a standard queue"),
      ("target: mail, filter", "target: alarm, filter", "a queue with it"),
      ("filter: 20 %", "filter: 101 %", "share"),
      ("publishRate: 30000 / s", "publishRate: 0.5 / s", "a whole rate"),
      ("entries: 10", "entries: 11", "1 to 10"),
      ("payload: 2 KB", "payload: 26 KB", "in one batch for a topic"),
      ("payload: 2 KB", "payload: 257 KB", "the limit of a message"),
      ("entries: 10", "poison: 10 %", "no such key in a request to a topic"),
    ])
  func refused(text: String, replacement: String, wanted: String) {
    #expect(Examples.failover.contains(text))
    let faults = faults(text, becomes: replacement)
    #expect(faults.contains { $0.contains(wanted) }, "\(faults)")
  }

  @Test(
    "the edges of what is allowed",
    arguments: [
      ("[10 min, 30 min]", "[0 s, 3599 s]"), ("meanTimeBetween: 30 d", "meanTimeBetween: 1 s"),
      ("payload: 2 KB\n    entries: 10", "payload: 256 KB"), ("filter: 20 %", "filter: 0 %"),
      ("publishRate: 30000 / s", "publishRate: 1 / s"), ("payload: 2 KB", "payload: 25 KB"),
    ])
  func edges(text: String, replacement: String) {
    #expect(Examples.failover.contains(text))
    #expect(faults(text, becomes: replacement) == [])
  }

  @Test("phases that are left out are assumed, with source and grade")
  func assumptions() throws {
    let text = scenario(", detection: 5 s, promotion: 20 s, recovery: 5 min, rejoining: 90 s", becomes: "")
      .replacingOccurrences(of: ", notificationDelay: 2 min", with: "")
    let assumed = try Scenario.decode(text, path: "x").assumptions.filter { ["carts", "orders"].contains($0.subject) }
    func grade(_ subject: String, _ parameter: String) -> Assumption.Grade? {
      assumed.first { $0.subject == subject && $0.parameter == parameter }?.grade
    }
    #expect(grade("carts", "failover.detection") == .inferred)
    #expect(grade("carts", "failover.promotion") == .inferred)
    #expect(grade("carts", "failover.recovery") == .inferred)
    #expect(grade("carts", "failover.rejoining") == .unknown)
    #expect(grade("orders", "eventSubscriptions.notificationDelay") == .unknown)
    // One downtime leaves nothing open.
    #expect(!assumed.contains { $0.subject == "orders" && $0.parameter.hasPrefix("failover.") })
    // Nothing is assumed that the scenario says.
    let stated = try Scenario.decode(Examples.failover, path: "x").assumptions
    #expect(!stated.contains { $0.subject == "carts" && $0.parameter.hasPrefix("failover.") })
  }

  @Test("what the assumptions say of a phase is what the model takes")
  func defaults() {
    #expect(DatabaseDeployment.singleAZ.defaultDetection == .constant(10e9))
    #expect(DatabaseDeployment.singleAZ.defaultRecovery == .uniform(low: 110e9, high: 590e9))
    #expect(DatabaseDeployment.multiAZInstance.defaultPromotion == .uniform(low: 50e9, high: 110e9))
    #expect(DatabaseDeployment.multiAZCluster.defaultPromotion == .uniform(low: 15e9, high: 30e9))
    #expect(DatabaseDeployment.aurora.defaultDetection == .constant(5e9))
    #expect(DatabaseDeployment.aurora.defaultPromotion == .logNormal(median: 20e9, p99: 55e9))
    #expect(DatabaseDeployment.aurora.defaultRecovery == .uniform(low: 235e9, high: 595e9))
  }

  @Test("a topic that says nothing has no limit, and passes every message")
  func topicDefaults() throws {
    let keys = ", { target: mail, filter: 20 %, rawMessageDelivery: true, deliveryLatency: 20 ms }]"
    let text = scenario(keys, becomes: ", { target: mail }]")
      .replacingOccurrences(of: "    publishLatency: 10 ms\n    publishRate: 30000 / s\n", with: "")
    let topic = try #require(try topic(text))
    var expected = TopicConfig(name: "operators")
    expected.subscriptions = [TopicSubscriptionConfig(target: "alarm"), TopicSubscriptionConfig(target: "mail")]
    #expect(topic == expected)
    let assumed = try Scenario.decode(text, path: "x").assumptions.filter { $0.subject == "operators" }
    #expect(
      Set(assumed.map(\.parameter)) == [
        "publishLatency", "publishRate", "deliveryLatency to alarm", "deliveryLatency to mail",
      ])
  }
}
