import Engine
import Services
import Testing
import Units

@testable import Scenarios

/// Auto scaling and reserved capacity of tables in scenarios: what arrives, what is refused, what is assumed.
@Suite("Auto scaling of tables in scenarios")
struct TableScalingTests {
  /// The small scenario with a provisioned table of 10 units each way, and perhaps an account.
  private func scenario(_ scaling: String, account: String = "") -> String {
    let keys = """
      items:
          type: table
          billingMode: provisioned
          provisionedThroughput: { readCapacityUnits: 10, writeCapacityUnits: 10 }
      """
    let text = Examples.small(
      "items:\n    type: table", becomes: keys + (scaling.isEmpty ? "" : "\n    autoScaling: \(scaling)"))
    return account.isEmpty
      ? text : text.replacingOccurrences(of: "duration: 1 h", with: "duration: 1 h\naccount: \(account)")
  }

  private func throughput(_ text: String, of name: String) throws -> ProvisionedThroughput {
    for case .table(let table) in try Scenario.decode(text, path: "x").system.resources where table.name == name {
      if case .provisioned(let throughput) = table.capacity { return throughput }
    }
    throw Missing()
  }
  private struct Missing: Error {}

  @Test("all keys arrive")
  func everything() throws {
    let throughput = try throughput(Examples.capacity, of: "scaled")
    let read = try #require(throughput.readScaling)
    #expect(read.minCapacity == 5 && read.maxCapacity == 100 && read.targetUtilization == 0.6)
    #expect(read.scaleInCooldown == .minutes(5) && read.scaleOutCooldown == .minutes(1))
    #expect(read.scheduledActions.isEmpty)
    let write = try #require(throughput.writeScaling)
    #expect(write.minCapacity == 10 && write.maxCapacity == 50 && write.targetUtilization == nil)
    #expect(
      write.scheduledActions == [ScheduledAction(schedule: try CronSchedule("cron(0 8 * * ? *)"), minCapacity: 20)])
    for scaling in [read, write] {
      #expect(scaling.metricDelay == .seconds(30) && scaling.alarmDelay == .uniform(low: 10e9, high: 20e9))
      #expect(scaling.scaleInThreshold == 0.9 && scaling.missingData == .missing)
    }
    let account = try Scenario.decode(Examples.capacity, path: "x").system.account
    #expect(account.capacityBilling == .timeWeighted)
    #expect(
      account.reservedCapacity
        == ReservedCapacityConfig(readCapacityUnits: 100, writeCapacityUnits: 200, term: .threeYears))
  }

  @Test("what is left out has the service's defaults, and each dimension is by itself")
  func defaults() throws {
    let throughput = try throughput(scenario("{ write: { minCapacity: 5, maxCapacity: 20 } }"), of: "items")
    #expect(throughput.readScaling == nil)
    #expect(throughput.writeScaling == TableScalingConfig(minCapacity: 5, maxCapacity: 20))
    #expect(throughput.writeScaling?.targetUtilization == 0.7 && throughput.writeScaling?.scaleInCooldown == .zero)
  }

  @Test(
    "bounds and targets at their edges",
    arguments: [
      ("{ minCapacity: 1, maxCapacity: 10 }", ""), ("{ minCapacity: 10, maxCapacity: 10 }", ""),
      ("{ minCapacity: 0, maxCapacity: 10 }", "1 to 10000000"),
      ("{ minCapacity: 11, maxCapacity: 20 }", "around the 10 provisioned"),
      ("{ minCapacity: 1, maxCapacity: 9 }", "around the 10 provisioned"),
      ("{ minCapacity: 11, maxCapacity: 9 }", "the least first"),
      ("{ minCapacity: 1, maxCapacity: 20, targetValue: 20 % }", ""),
      ("{ minCapacity: 1, maxCapacity: 20, targetValue: 90 % }", ""),
      ("{ minCapacity: 1, maxCapacity: 20, targetValue: 19.9 % }", "20 % to 90 %"),
      ("{ minCapacity: 1, maxCapacity: 20, targetValue: 90.1 % }", "20 % to 90 %"),
      ("{ minCapacity: 1, maxCapacity: 20, scaleInCooldown: 25 h }", "0 s to 1 d"),
      ("{ minCapacity: 1, maxCapacity: 20, scheduledActions: [ { schedule: rate(1 day) } ] }", "neither bound"),
      (
        "{ minCapacity: 1, maxCapacity: 20, scheduledActions: [ { schedule: rate(1 day), minCapacity: 0 } ] }",
        "1 to 10000000"
      ),
      ("{ minCapacity: 1 }", "no `maxCapacity`"),
    ])
  func edges(target: String, message: String) {
    for key in ["read", "write"] {
      let found = Examples.faults(of: scenario("{ \(key): \(target) }"))
      #expect(message.isEmpty ? found.isEmpty : found.contains { $0.contains(message) }, "\(found)")
    }
  }

  @Test(
    "what both dimensions share, at its edges",
    arguments: [
      ("metricDelay: 0 s", true), ("metricDelay: 1 h", true), ("metricDelay: 61 min", false),
      ("scaleInThreshold: 100 %", true), ("scaleInThreshold: 0 %", false), ("scaleInThreshold: 101 %", false),
      ("missingData: ignore", false), ("alarmDelay: 0 s", true),
    ])
  func shared(key: String, isSound: Bool) {
    let text = scenario("{ read: { minCapacity: 1, maxCapacity: 20 }, \(key) }")
    #expect(Examples.faults(of: text).isEmpty == isSound)
  }

  @Test("auto scaling of neither dimension is refused")
  func neither() {
    #expect(Examples.faults(of: scenario("{ metricDelay: 1 min }")).contains { $0.contains("read, write or both") })
  }

  @Test(
    "capacity is reserved in hundreds, for a year or for three",
    arguments: [
      ("{ readCapacityUnits: 100, term: 1 y }", ""), ("{ writeCapacityUnits: 200, term: 3 y }", ""),
      ("{ writeCapacityUnits: 150, term: 3 y }", "a multiple of 100"),
      ("{ writeCapacityUnits: 99, term: 3 y }", "a multiple of 100"),
      ("{ term: 3 y }", "readCapacityUnits, writeCapacityUnits or both"),
      ("{ readCapacityUnits: 100 }", "no `term`"), ("{ readCapacityUnits: 100, term: 2 y }", "1 y, 3 y"),
    ])
  func reserved(reservation: String, message: String) {
    let found = Examples.faults(of: scenario("", account: "{ reservedCapacity: \(reservation) }"))
    #expect(message.isEmpty ? found.isEmpty : found.contains { $0.contains(message) }, "\(found)")
  }

  @Test("what a run takes for granted is assumed, and nothing of it without")
  func assumptions() throws {
    func assumed(_ text: String) throws -> Set<String> {
      let all = try Scenario.decode(text, path: "x").assumptions.map(\.parameter)
      return Set(all.filter { $0.contains("autoScaling") || $0.hasPrefix("account.") && $0.contains("apacity") })
    }
    #expect(try assumed(Examples.small).isEmpty)
    #expect(try assumed(scenario("")) == ["account.capacityBilling"])
    #expect(
      try assumed(
        scenario(
          "", account: "{ capacityBilling: timeWeighted, reservedCapacity: { readCapacityUnits: 100, term: 1 y } }"))
        == ["account.reservedCapacity.upfront", "account.reservedCapacity.freeTier"])
    let rules = ["retry", "metricDelay", "alarmDelay", "scaleInThreshold", "missingData", "alarms", "desiredCapacity"]
    let defaults = ["targetValue", "scaleInCooldown", "scaleOutCooldown"]
    #expect(
      try assumed(scenario("{ read: { minCapacity: 1, maxCapacity: 20 } }"))
        == Set(
          rules.map { "autoScaling.\($0)" } + defaults.map { "autoScaling.read.\($0)" } + ["account.capacityBilling"]))
    #expect(
      try assumed(scenario("{ read: { minCapacity: 1, maxCapacity: 20, targetValue: none }, metricDelay: 1 min }"))
        == ["autoScaling.retry", "account.capacityBilling"])
    #expect(
      try !assumed(scenario("{ read: { minCapacity: 1, maxCapacity: 20 }, metricDelay: 1 min }"))
        .contains("autoScaling.metricDelay"))
  }
}
