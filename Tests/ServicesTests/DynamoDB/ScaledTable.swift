import Engine
import Services
import Testing
import Units

/// Writes of 1 KB to a provisioned table with auto scaling of its writes; every change of capacity can be read off what
/// is billed, by the moment.
struct ScaledTable {
  var config: TableConfig
  /// Writes of each minute, spread evenly over its seconds.
  var writes: [Int]
  var account = AccountConfig()
  var start = CivilTime(secondsSince1970: 1_780_272_000)
  var warmUp = Time.zero
  var duration = Time.hours(1)

  /// A table whose alarms look 90 s after the end of a minute.
  init(capacity: Int = 10, minimum: Int = 3, maximum: Int = 14, target: Double? = 0.7, writes: [Int]) {
    var scaling = TableScalingConfig(minCapacity: minimum, maxCapacity: maximum, targetUtilization: target)
    scaling.alarmDelay = .constant(30e9)
    var throughput = ProvisionedThroughput(readCapacityUnits: 1, writeCapacityUnits: capacity)
    throughput.writeScaling = scaling
    config = table("t", milliseconds: 5)
    // Changes take effect at once, so that amounts are exact.
    config.limits.updateTime = .constant(0)
    config.limits.growthTime = .constant(0)
    config.capacity = .provisioned(throughput)
    self.writes = writes
    account.capacityBilling = .timeWeighted
  }

  /// Changes the auto scaling of the writes.
  mutating func scale(_ change: (inout TableScalingConfig) throws -> Void) throws {
    guard case .provisioned(var throughput) = config.capacity, var scaling = throughput.writeScaling else {
      return #expect(Bool(false), "a scaled table has auto scaling of its writes")
    }
    try change(&scaling)
    throughput.writeScaling = scaling
    config.capacity = .provisioned(throughput)
  }

  func run() throws -> RunResult {
    let spikes = writes.enumerated().flatMap { minute, count in
      (0..<60).compactMap { second -> Spike? in
        let now = count * (second + 1) / 60 - count * second / 60
        return now == 0 ? nil : Spike(at: .seconds(Int64(minute * 60 + second)), count: now, over: .zero)
      }
    }
    let operation = TableOperation(kind: .putItem, itemSize: .kilobytes(1))
    let system = SystemConfig(
      region: "us-east-1", start: start, duration: duration, warmUp: warmUp, account: account,
      resources: [.table(config)],
      traffic: [
        TrafficConfig(
          name: "writers", target: TrafficTarget(resource: "t", operation: operation), arrivals: .spikes(spikes))
      ])
    let result = try simulate(system, seed: 1, replication: 0)
    #expect(result.digest == (try simulate(system, seed: 1, replication: 0, lane: false)).digest)
    #expect(result.figure("throttles", of: "t") == 0)
    return result
  }

  /// Provisioned write units x s of the run.
  func writeUnitSeconds() throws -> Double {
    Double(try run().usage("WriteCapacityUnit-Hrs", of: "t") ?? 0) / 1_000
  }
}
