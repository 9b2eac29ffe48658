import Engine
import Services
import Testing
import Units

@testable import Scenarios

/// Reserved and provisioned concurrency in scenarios: what arrives, what AWS would refuse, what is assumed.
@Suite("Concurrency in scenarios")
struct ConcurrencyTests {
  /// The small scenario with more keys for its function, and perhaps an account.
  private func scenario(_ keys: String, account: String = "") -> String {
    let text = Examples.small("memorySize: 512 MB", becomes: "memorySize: 512 MB\n    " + keys)
    return account.isEmpty
      ? text : text.replacingOccurrences(of: "duration: 1 h", with: "duration: 1 h\naccount: \(account)")
  }

  private func faults(_ keys: String, account: String = "") -> [String] {
    Examples.faults(of: scenario(keys, account: account)).map { "\($0)" }
  }

  @Test("all keys arrive")
  func everything() throws {
    let resources = try Scenario.decode(Examples.full, path: "full.yaml").system.resources
    guard case .function(let f) = resources[1] else { return }
    #expect(f.reservedConcurrentExecutions == 60)
    let provisioned = try #require(f.provisionedConcurrency)
    #expect(provisioned.concurrentExecutions == 10 && provisioned.preparation == .constant(90e9))
    let scaling = try #require(provisioned.autoScaling)
    #expect(scaling.minCapacity == 5 && scaling.maxCapacity == 50 && scaling.targetUtilization == 0.7)
    #expect(
      scaling.scheduledActions == [
        ScheduledAction(
          schedule: try CronSchedule("cron(0 8 * * ? *)"), minCapacity: 20, maxCapacity: 60)
      ])
  }

  @Test("without a number of environments auto scaling's least is there")
  func leastCapacity() throws {
    let text = scenario("provisionedConcurrencyConfig: { autoScaling: { minCapacity: 3, maxCapacity: 9 } }")
    guard case .function(let f) = try Scenario.decode(text, path: "x").system.resources[1] else { return }
    #expect(f.provisionedConcurrency?.concurrentExecutions == 3)
    #expect(f.reservedConcurrentExecutions == nil)
  }

  @Test(
    "reserving must leave 100 unreserved, as AWS says it",
    arguments: [
      ("", 900, true), ("", 901, false), ("{ concurrentExecutions: 101 }", 1, true),
      ("{ concurrentExecutions: 100 }", 1, false), ("{ concurrentExecutions: 10 }", 1, false),
      ("{ concurrentExecutions: 10 }", 0, true), ("", 0, true),
    ])
  func unreservedMinimum(account: String, count: Int, isSound: Bool) {
    for (keys, parameter) in [
      ("reservedConcurrentExecutions: \(count)", "ReservedConcurrentExecutions"),
      ("provisionedConcurrencyConfig: { provisionedConcurrentExecutions: \(count) }", "ConcurrentExecutions"),
    ] {
      let found = faults(keys, account: account)
      #expect(found.isEmpty == isSound, "\(keys) of \(account)")
      let minimum = account.contains(": 10 ") ? 10 : 100
      let message =
        "Specified \(parameter) for function decreases account's UnreservedConcurrentExecution below its minimum value "
        + "of [\(minimum)]"
      if !isSound { #expect(found.count == 1 && found[0].contains(message), "\(found)") }
    }
  }

  @Test("provisioned concurrency counts within what is reserved, not on top", arguments: [(5, true), (6, false)])
  func withinReserved(count: Int, isSound: Bool) {
    let found = faults(
      "reservedConcurrentExecutions: 5\n    provisionedConcurrencyConfig: { provisionedConcurrentExecutions: \(count) }",
      account: "{ concurrentExecutions: 105 }")
    #expect(found.isEmpty == isSound)
    if !isSound { #expect(found[0].contains("6 provisioned of 5 reserved")) }
  }

  @Test(
    "what makes no sense is refused",
    arguments: [
      ("provisionedConcurrencyConfig: {}", "no `provisionedConcurrentExecutions`"),
      ("provisionedConcurrencyConfig: { autoScaling: { minCapacity: 5, maxCapacity: 4 } }", "the least first"),
      (
        "provisionedConcurrencyConfig: { provisionedConcurrentExecutions: 10, autoScaling: { minCapacity: 1, "
          + "maxCapacity: 9 } }", "1 to 9"
      ),
      (
        "provisionedConcurrencyConfig: { autoScaling: { minCapacity: 1, maxCapacity: 9, targetValue: 9 % } }",
        "10 % to 90 %"
      ),
      (
        "provisionedConcurrencyConfig: { autoScaling: { minCapacity: 1, maxCapacity: 9, targetValue: 91 % } }",
        "10 % to 90 %"
      ),
      (
        "provisionedConcurrencyConfig: { autoScaling: { minCapacity: 1, maxCapacity: 9, scheduledActions: "
          + "[ { schedule: rate(1 hour) } ] } }", "neither bound"
      ),
      (
        "provisionedConcurrencyConfig: { autoScaling: { minCapacity: 1, maxCapacity: 9, scheduledActions: "
          + "[ { schedule: hourly, minCapacity: 2 } ] } }", "cron(..), rate(..) or at(..)"
      ),
      (
        "provisionedConcurrencyConfig: { autoScaling: { minCapacity: 1, maxCapacity: 9, scheduledActions: "
          + "[ { schedule: rate(1 hour), minCapacity: 3, maxCapacity: 2 } ] } }", "the least first"
      ),
      ("reservedConcurrentExecutions: -1", "0 to 10000000"),
    ])
  func refused(keys: String, message: String) {
    let found = faults(keys)
    #expect(found.contains { $0.contains(message) }, "\(found)")
  }

  @Test("the rate of requests has its limits")
  func requestRate() {
    for (account, isSound) in [
      ("{ requestRate: { perConcurrency: 1 / s } }", true), ("{ requestRate: { perConcurrency: 1000 / s } }", true),
      ("{ requestRate: { perConcurrency: 1001 / s } }", false), ("{ requestRate: { perConcurrency: 0.5 / s } }", false),
      ("{ requestRate: { burst: 1 ms } }", true), ("{ requestRate: { burst: 60 s } }", true),
      ("{ requestRate: { burst: 61 s } }", false), ("{ requestRate: { burst: 0 s } }", false),
    ] {
      #expect(faults("timeout: 3 s", account: account).isEmpty == isSound, "\(account)")
    }
  }

  @Test("what a run with auto scaling takes for granted is assumed, and nothing of it without")
  func assumptions() throws {
    func assumed(_ keys: String) throws -> Set<String> {
      let assumptions = try Scenario.decode(scenario(keys), path: "x").assumptions
      return Set(
        assumptions.filter { $0.parameter.hasPrefix("provisioned") }.map { String($0.parameter.dropFirst(29)) })
    }
    #expect(try assumed("timeout: 3 s").isEmpty)
    #expect(
      try assumed("provisionedConcurrencyConfig: { provisionedConcurrentExecutions: 1 }")
        == ["deployment", "billing", "initBilling"])
    let scaling = "minCapacity: 1, maxCapacity: 9"
    #expect(
      try assumed("provisionedConcurrencyConfig: { autoScaling: { \(scaling), targetValue: 70 % } }")
        == [
          "deployment", "billing", "initBilling", "preparation", "allocation", "autoScaling.alarms",
          "autoScaling.statistic", "autoScaling.scaleIn", "autoScaling.cooldown",
        ])
  }
}
