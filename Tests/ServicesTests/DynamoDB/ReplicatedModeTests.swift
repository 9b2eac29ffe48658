import Engine
import Services
import Testing
import Units

/// What global tables are billed in either mode, and when they switch: units by the request, or capacity, never both.
@Suite("Modes of replicated tables")
struct ReplicatedModeTests {
  private static let units = CapacityMode.provisioned(
    ProvisionedThroughput(readCapacityUnits: 10, writeCapacityUnits: 10))

  /// Three puts of 2 units at 10 s, to a table with two replicas.
  private func run(_ change: (inout TableConfig) -> Void) throws -> RunResult {
    var config = table("t", milliseconds: 5)
    config.replication = ReplicationConfig(regions: ["eu-west-1", "eu-west-2"])
    config.limits.onDemandTime = .constant(1e9)
    config.limits.provisionedTime = .constant(1e9)
    change(&config)
    let put = TableOperation(kind: .putItem, itemSize: Size(bytes: 1_500))
    return try Story(
      [.table(config)], target: TrafficTarget(resource: "t", operation: put), at: [.seconds(10)], count: 3
    ).run()
  }

  private func total(_ key: String, _ result: RunResult) -> Int128 {
    result.usage.filter { $0.meter.key == key }.reduce(0) { $0 + $1.amount }
  }

  @Test("provisioned, writes of the table and of its indexes take capacity and no request units, in any Region")
  func provisioned() throws {
    let result = try run {
      $0.capacity = Self.units
      $0.indexes = [IndexConfig(name: "byDate", kind: .global(Self.units))]
    }
    #expect(result.figure("writeRequestUnits", of: "t") == 12)
    #expect(total("WriteRequestUnits", result) == 0 && total("ReplWriteRequestUnits", result) == 0)
    // 10 units in three Regions, all the time.
    let always = 3 * 10 * result.duration.nanoseconds / 1_000_000
    #expect(total("ReplWriteCapacityUnit-Hrs", result) == Int128(always))
    #expect(total("WriteCapacityUnit-Hrs", result) == Int128(always))
  }

  @Test("after a switch to on demand the other Regions' writes are billed by the request")
  func toOnDemand() throws {
    let result = try run {
      $0.capacity = Self.units
      $0.capacityChanges = [CapacityChange(at: .seconds(5), capacity: .onDemand(OnDemandThroughput()))]
    }
    #expect(total("ReplWriteRequestUnits", result) == 18)
  }

  @Test("after a switch to provisioned they are not any more")
  func toProvisioned() throws {
    let result = try run { $0.capacityChanges = [CapacityChange(at: .seconds(5), capacity: Self.units)] }
    #expect(total("ReplWriteRequestUnits", result) == 0)
    #expect(total("ReplWriteCapacityUnit-Hrs", result) > 0)
  }
}
