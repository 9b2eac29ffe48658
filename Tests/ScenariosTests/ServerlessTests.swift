import Engine
import Services
import Testing
import Units

@testable import Scenarios

/// Capacity of Aurora Serverless v2 in scenarios: what arrives, what is refused, what is assumed.
@Suite("Aurora Serverless in scenarios")
struct ServerlessTests {
  /// The small scenario with a cluster of the given capacity.
  private func scenario(_ capacity: String, readers: Int = 0) -> String {
    Examples.small + """

        orders:
          type: auroraCluster
          engine: aurora-postgresql
          readers: \(readers)
          serverlessV2ScalingConfiguration: \(capacity)

      """
  }

  private func capacity(_ text: String) throws -> ServerlessCapacityConfig {
    for case .auroraCluster(let cluster) in try Scenario.decode(text, path: "x").system.resources {
      if case .serverless(let config) = cluster.capacity { return config }
    }
    throw Missing()
  }
  private struct Missing: Error {}

  @Test("all keys arrive")
  func everything() throws {
    var wanted = ServerlessCapacityConfig(minimum: 0, maximum: 17)
    wanted.autoPause = .minutes(10)
    wanted.initial = 4
    wanted.readersFollowWriter = false
    wanted.acuPerVCPU = 2
    wanted.scaleUpUtilization = 0.6
    wanted.scaleDownUtilization = 0.2
    wanted.scaleUpFactor = 0.5
    wanted.scaleUpInterval = .seconds(4)
    wanted.scaleDownInterval = .seconds(15)
    wanted.resumeCapacity = 3
    wanted.resumeTime = .uniform(low: 12e9, high: 18e9)
    wanted.deepResumeTime = .constant(40e9)
    #expect(try capacity(Examples.serverless) == wanted)
  }

  @Test("what is left out has the defaults")
  func defaults() throws {
    let config = try capacity(scenario("{ minCapacity: 0.5, maxCapacity: 16 }"))
    #expect(config == ServerlessCapacityConfig(minimum: 1, maximum: 32))
    #expect(config.autoPause == .seconds(300) && config.readersFollowWriter && config.acuPerVCPU == 4)
    #expect(config.scaleUpUtilization == 0.7 && config.scaleDownUtilization == 0.3 && config.scaleUpFactor == 0.1)
    #expect(config.scaleUpInterval == .seconds(1) && config.scaleDownInterval == .seconds(10))
    #expect(config.initial == nil && config.leastRunning == 1 && config.resumeCapacity == 1)
    #expect(config.resumeTime == .constant(15e9) && config.deepResumeTime == .constant(30e9))
  }

  @Test(
    "bounds at their edges",
    arguments: [
      ("minCapacity: 0, maxCapacity: 1", ""), ("minCapacity: 256, maxCapacity: 256", ""),
      ("minCapacity: 0.5, maxCapacity: 0.5", "1 to 256 ACUs in steps of 0.5"),
      ("minCapacity: 0.5, maxCapacity: 256.5", "1 to 256 ACUs in steps of 0.5"),
      ("minCapacity: 0.25, maxCapacity: 8", "0 to 256 ACUs in steps of 0.5"),
      ("minCapacity: 256.5, maxCapacity: 256", "0 to 256 ACUs in steps of 0.5"),
      ("minCapacity: 1000000000000, maxCapacity: 256", "0 to 256 ACUs in steps of 0.5"),
      ("minCapacity: 8, maxCapacity: 8", ""), ("minCapacity: 8, maxCapacity: 7.5", "not below the minimum"),
      ("maxCapacity: 8", "no `minCapacity`"), ("minCapacity: 1", "no `maxCapacity`"),
    ])
  func bounds(keys: String, message: String) {
    let found = Examples.faults(of: scenario("{ \(keys) }"))
    #expect(message.isEmpty ? found.isEmpty : found.contains { $0.contains(message) }, "\(found)")
  }

  @Test(
    "other keys at their edges, of nodes that pause",
    arguments: [
      ("secondsUntilAutoPause: 300 s", ""), ("secondsUntilAutoPause: 299 s", "5 min to 1 d"),
      ("secondsUntilAutoPause: 86400 s", ""), ("secondsUntilAutoPause: 86401 s", "5 min to 1 d"),
      ("initialCapacity: 0", ""), ("initialCapacity: 0.5", ""), ("initialCapacity: 8", ""),
      ("initialCapacity: 8.5", "or 0 for paused"), ("acuPerVcpu: 0.5", ""), ("acuPerVcpu: 16", ""),
      ("acuPerVcpu: 0.4", "0.5 to 16"), ("acuPerVcpu: 16.1", "0.5 to 16"),
      ("scaleUpUtilization: 100 %", ""), ("scaleUpUtilization: 101 %", "a share"),
      ("scaleUpUtilization: 31 %", ""), ("scaleUpUtilization: 30 %", "below the upper one"),
      ("scaleDownUtilization: 69 %", ""), ("scaleDownUtilization: 70 %", "below the upper one"),
      ("scaleDownUtilization: 0 %", "0.0001 %"), ("scaleUpFactor: 0 %", "0.0001 %"), ("scaleUpFactor: 100 %", ""),
      ("scaleUpInterval: 1 s", ""), ("scaleUpInterval: 999 ms", "1 s to 1 h"),
      ("scaleUpInterval: 61 min", "1 s to 1 h"),
      ("scaleDownInterval: 1 h", ""), ("scaleDownInterval: 0 s", "1 s to 1 h"),
      ("resumeCapacity: 0.5", ""), ("resumeCapacity: 0", "0.5 to 256"), ("resumeCapacity: 8.5", "at most maxCapacity"),
      ("resumeTime: 0 s", ""), ("deepResumeTime: soon", "a time"), ("readersFollowWriter: yes", "true or false"),
    ])
  func others(key: String, message: String) {
    let found = Examples.faults(of: scenario("{ minCapacity: 0, maxCapacity: 8, \(key) }"))
    #expect(message.isEmpty ? found.isEmpty : found.contains { $0.contains(message) }, "\(found)")
  }

  @Test(
    "what belongs to pauses needs a minimum of 0",
    arguments: ["secondsUntilAutoPause: 300 s", "resumeCapacity: 1", "resumeTime: 15 s", "deepResumeTime: 30 s"])
  func pausesNeedZero(key: String) {
    #expect(Examples.faults(of: scenario("{ minCapacity: 0, maxCapacity: 8, \(key) }")).isEmpty)
    let found = Examples.faults(of: scenario("{ minCapacity: 0.5, maxCapacity: 8, \(key) }"))
    #expect(found.contains { $0.contains("minCapacity 0, with which nodes pause") }, "\(found)")
  }

  @Test("a node cannot begin paused that never pauses")
  func initialZero() {
    let found = Examples.faults(of: scenario("{ minCapacity: 0.5, maxCapacity: 8, initialCapacity: 0 }"))
    #expect(found.contains { $0.contains("0.5 to 8 ACUs") }, "\(found)")
  }

  @Test("faults come all at once")
  func allAtOnce() {
    let found = Examples.faults(
      of: scenario("{ minCapacity: 0.3, maxCapacity: 300, acuPerVcpu: 99, scaleUpInterval: 0 s }"))
    #expect(found.count == 4, "\(found)")
  }

  @Test("what a run takes for granted is assumed, and nothing that it does not use")
  func assumptions() throws {
    func assumed(_ text: String) throws -> Set<String> {
      let all = try Scenario.decode(text, path: "x").assumptions
      let prefix = "serverlessV2ScalingConfiguration."
      return Set(
        all.filter { $0.subject == "orders" && $0.parameter.hasPrefix(prefix) }
          .map { String($0.parameter.dropFirst(prefix.count)) })
    }
    let rules: Set = [
      "initialCapacity", "acuPerVcpu", "scaleUpUtilization", "scaleDownUtilization", "scaleUpFactor", "scaleUpInterval",
      "scaleDownInterval", "connectionFloor",
    ]
    let pauses: Set = ["secondsUntilAutoPause", "resumeTime", "deepResumeTime", "resumeCapacity", "resumeBilling"]
    #expect(try assumed(scenario("{ minCapacity: 0.5, maxCapacity: 8 }")) == rules)
    #expect(try assumed(scenario("{ minCapacity: 0, maxCapacity: 8 }")) == rules.union(pauses))
    #expect(
      try assumed(scenario("{ minCapacity: 0.5, maxCapacity: 8 }", readers: 1))
        == rules.union(["readersFollowWriter"]))
    #expect(try assumed(Examples.serverless) == ["connectionFloor", "resumeBilling"])
  }
}
