import Engine
import Testing
import Units

@testable import Services

/// What is billed of provisioned units, hour by hour of the calendar.
@Suite("Meters of provisioned capacity")
struct ProvisionedMeterTests {
  private let hour: Int128 = 3_600_000_000_000
  private let minute: Int128 = 60_000_000_000

  /// A span from `from` to `to` in minutes of a run that begins so many minutes past a full hour.
  private func hours(_ from: Int64, _ to: Int64, past: Int64 = 0) -> BilledHours {
    BilledHours(
      from: .minutes(from), to: .minutes(to), start: CivilTime(secondsSince1970: 1_780_272_000 + 60 * past))
  }

  private func meter(_ steps: [(minute: Int64, units: Int)]) -> CapacityMeter {
    var meter = CapacityMeter()
    for step in steps { meter.note(step.units, at: .minutes(step.minute)) }
    return meter
  }

  @Test("a changed hour is billed by its maximum, or by the units of each moment")
  func changedHour() {
    let meter = meter([(0, 10), (90, 30), (100, 20)])
    let span = hours(0, 180)
    #expect(meter.amounts(in: span, by: .hourlyMaximum) == [10 * hour, 30 * hour, 20 * hour])
    #expect(meter.amounts(in: span, by: .timeWeighted) == [10 * hour, (300 + 300 + 400) * minute, 20 * hour])
  }

  @Test("a change at the full hour belongs to the hour that begins")
  func fullHour() {
    let meter = meter([(0, 10), (60, 4)])
    #expect(meter.amounts(in: hours(0, 120), by: .hourlyMaximum) == [10 * hour, 4 * hour])
    // Half past: the hours change after 30 and 90 minutes.
    #expect(
      meter.amounts(in: hours(0, 120, past: 30), by: .hourlyMaximum) == [300 * minute, 10 * hour, 120 * minute])
  }

  @Test("only the recorded part of an hour counts, by its own maximum")
  func partialHours() {
    // 50 units up to the moment at which recording begins, 10 from then on.
    let meter = meter([(0, 50), (30, 10), (80, 20)])
    #expect(meter.amounts(in: hours(30, 90), by: .hourlyMaximum) == [300 * minute, 600 * minute])
    // One minute earlier the 50 are in force for a minute of the recorded span.
    #expect(meter.amounts(in: hours(29, 90), by: .hourlyMaximum) == [1_550 * minute, 600 * minute])
    #expect(
      meter.amounts(in: hours(29, 90), by: .timeWeighted)
        == [(50 + 300) * minute, (200 + 200) * minute])
  }

  @Test("a run shorter than an hour is one part of an hour, or two")
  func shortRun() {
    let meter = meter([(0, 7), (5, 9)])
    #expect(meter.amounts(in: hours(0, 10), by: .hourlyMaximum) == [90 * minute])
    #expect(meter.amounts(in: hours(0, 10), by: .timeWeighted) == [(35 + 45) * minute])
    #expect(meter.amounts(in: hours(0, 10, past: 55), by: .hourlyMaximum) == [35 * minute, 45 * minute])
    #expect(meter.amounts(in: hours(0, 10, past: 54), by: .hourlyMaximum) == [54 * minute, 36 * minute])
  }

  @Test("nothing is provisioned on demand, before and after")
  func modes() {
    let meter = meter([(0, 0), (70, 8), (110, 0)])
    let span = hours(0, 180)
    #expect(meter.amounts(in: span, by: .hourlyMaximum) == [0, 8 * hour, 0])
    #expect(meter.amounts(in: span, by: .timeWeighted) == [0, 320 * minute, 0])
    #expect(meter.hasCounted)
    #expect(!self.meter([(0, 0)]).hasCounted)
  }

  @Test("what holds for no time does not count")
  func noTime() {
    #expect(meter([(0, 5), (30, 100), (30, 6)]).amounts(in: hours(0, 60), by: .hourlyMaximum) == [6 * hour])
    #expect(meter([(0, 5), (30, 100), (30, 5)]).amounts(in: hours(0, 60), by: .timeWeighted) == [5 * hour])
    #expect(meter([(0, 5), (0, 0)]).hasCounted == false)
    // At the very end of the run.
    #expect(meter([(0, 5), (60, 100)]).amounts(in: hours(0, 60), by: .hourlyMaximum) == [5 * hour])
  }

  @Test(
    "units are metered under the name of their class",
    arguments: [(TableConfig.TableClass.standard, ""), (.standardInfrequentAccess, "IA-")])
  func classes(tableClass: TableConfig.TableClass, prefix: String) throws {
    var scaled = ScaledTable(target: nil, writes: [])
    scaled.config.tableClass = tableClass
    let result = try scaled.run()
    #expect(result.usage.map(\.meter.key) == ["\(prefix)ReadCapacityUnit-Hrs", "\(prefix)WriteCapacityUnit-Hrs"])
    #expect(result.usage.map(\.amount) == [3_600_000, 36_000_000])
  }

  @Test("a table with replicas has replicated write units in each Region, but its indexes ordinary ones")
  func replicas() throws {
    var scaled = ScaledTable(target: nil, writes: [])
    scaled.config.replication = ReplicationConfig(regions: ["us-east-2", "eu-west-1"])
    scaled.config.indexes = [
      IndexConfig(
        name: "i", kind: .global(.provisioned(ProvisionedThroughput(readCapacityUnits: 4, writeCapacityUnits: 5))))
    ]
    let result = try scaled.run()
    #expect(result.usage("ReplWriteCapacityUnit-Hrs", of: "t") == Int64(3 * 10 * 3_600_000))
    #expect(result.usage("WriteCapacityUnit-Hrs", of: "t") == Int64(3 * 5 * 3_600_000))
    #expect(result.usage("ReadCapacityUnit-Hrs", of: "t") == Int64(3 * 5 * 3_600_000))
  }

  @Test(
    "by the maximum, an hour whose capacity rises in its last minute is billed as if it had been there all the time")
  func system() throws {
    var scaled = ScaledTable(target: nil, writes: [])
    try scaled.scale {
      $0.scheduledActions = [ScheduledAction(schedule: try CronSchedule("cron(59 0 * * ? *)"), minCapacity: 14)]
    }
    scaled.duration = .hours(2)
    #expect(try scaled.writeUnitSeconds() == 35_400 + 51_240)  // 10 x 3540, 14 x 3660
    scaled.account.capacityBilling = .hourlyMaximum
    #expect(try scaled.writeUnitSeconds() == 100_800)  // 14 x 7200
    // The warm-up is not billed; its hour's capacity neither.
    scaled.warmUp = .minutes(59)
    scaled.duration = .minutes(61)
    #expect(try scaled.writeUnitSeconds() == 51_240)
    scaled.account.capacityBilling = .timeWeighted
    scaled.warmUp = .minutes(58)
    scaled.duration = .minutes(2)
    #expect(try scaled.writeUnitSeconds() == 600 + 840)
  }
}
