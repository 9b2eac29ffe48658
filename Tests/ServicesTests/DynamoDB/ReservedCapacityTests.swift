import Engine
import Testing
import Units

@testable import Services

/// Reserved capacity: what it covers, hour by hour, and what it costs either way.
@Suite("Reserved capacity")
struct ReservedCapacityTests {
  private let hours = BilledHours(
    from: .zero, to: .minutes(150), start: CivilTime(secondsSince1970: 1_780_272_000))
  private let hour: Int128 = 3_600_000_000_000

  @Test("within an hour it covers up to the reserved units; what is not used of them does not help the next hour")
  func eachHour() {
    // 300, 100 and half an hour of 200 units; reserved are 200.
    let table = [300 * hour, 100 * hour, 100 * hour]
    #expect(ReservedCapacityConfig.uncovered([table], units: 200, hours: hours) == [100 * hour])
    // 201 in the half hour leave one unit of it.
    let more = [300 * hour, 100 * hour, 201 * hour / 2]
    #expect(ReservedCapacityConfig.uncovered([more], units: 200, hours: hours) == [100 * hour + hour / 2])
    #expect(ReservedCapacityConfig.uncovered([table], units: 300, hours: hours) == [0])
  }

  @Test("several tables share it in proportion, and together they are covered exactly")
  func several() {
    let tables = [[100 * hour, 0, 0], [0, 0, 0], [200 * hour, 50 * hour, 0]]
    #expect(ReservedCapacityConfig.uncovered(tables, units: 150, hours: hours) == [50 * hour, 0, 100 * hour])
    // Thirds of odd amounts: the sum is exact to the ns.
    let odd: [[Int128]] = [[hour + 1, 0, 0], [hour + 1, 0, 0], [hour + 2, 0, 0]]
    let left = ReservedCapacityConfig.uncovered(odd, units: 1, hours: hours)
    #expect(left.reduce(0, +) == 2 * hour + 4)
    #expect(left.allSatisfy { abs($0 - 2 * hour / 3) <= 2 })
    #expect(ReservedCapacityConfig.uncovered([], units: 100, hours: hours) == [])
  }

  /// One hour of a table of 1 read and 250 write units.
  private func run(_ change: (inout ScaledTable) -> Void) throws -> RunResult {
    var scaled = ScaledTable(capacity: 250, minimum: 1, maximum: 300, target: nil, writes: [])
    scaled.account.reservedCapacity = ReservedCapacityConfig(
      readCapacityUnits: 0, writeCapacityUnits: 200, term: .oneYear)
    change(&scaled)
    return try scaled.run()
  }

  @Test("of a Standard table in one Region the rest is billed by the hour, and the reservation whole")
  func standard() throws {
    let result = try run { _ in }
    #expect(result.usage("WriteCapacityUnit-Hrs", of: "t") == Int64(50 * 3_600_000))
    #expect(result.usage("ReadCapacityUnit-Hrs", of: "t") == 3_600_000)
    let own = result.usage.filter { $0.resource == ReservedCapacityConfig.resource }
    #expect(own.map(\.meter.key) == ["ReservedCapacity-1yr-WCU-hourly", "ReservedCapacity-1yr-WCU-upfront"])
    #expect(own.allSatisfy { $0.amount == 200 * 3_600_000 && $0.meter.unitsPerPriced == 100 })
  }

  @Test("a table that it covers whole has no line, and the reservation costs the same")
  func covered() throws {
    let result = try run {
      $0.account.reservedCapacity = ReservedCapacityConfig(
        readCapacityUnits: 100, writeCapacityUnits: 300, term: .threeYears)
    }
    #expect(result.usage.allSatisfy { $0.resource == ReservedCapacityConfig.resource })
    #expect(
      result.usage.map(\.meter.key) == [
        "ReservedCapacity-3yr-RCU-hourly", "ReservedCapacity-3yr-RCU-upfront", "ReservedCapacity-3yr-WCU-hourly",
        "ReservedCapacity-3yr-WCU-upfront",
      ])
    #expect(result.usage.map(\.amount) == [100, 100, 300, 300].map { Int128($0) * 3_600_000 })
  }

  @Test("it covers nothing of the class for infrequent access, of replicated tables, and on demand")
  func uncovered() throws {
    let infrequent = try run { $0.config.tableClass = .standardInfrequentAccess }
    #expect(infrequent.usage("IA-WriteCapacityUnit-Hrs", of: "t") == Int64(250 * 3_600_000))
    let replicated = try run { $0.config.replication = ReplicationConfig(regions: ["us-east-2"]) }
    #expect(replicated.usage("ReplWriteCapacityUnit-Hrs", of: "t") == Int64(2 * 250 * 3_600_000))
    let onDemand = try run {
      $0.config.capacity = .onDemand(OnDemandThroughput())
      $0.writes = [600]
    }
    #expect(onDemand.usage("WriteRequestUnits", of: "t") == 600)
    for result in [infrequent, replicated, onDemand] {
      #expect(
        result.usage("ReservedCapacity-1yr-WCU-hourly", of: ReservedCapacityConfig.resource) == Int64(200 * 3_600_000))
    }
  }
}
