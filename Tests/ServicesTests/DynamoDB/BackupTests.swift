import Engine
import Testing
import Units

@testable import Services

/// Continuous and on-demand backups, restores, exports and imports.
@Suite("Backups")
struct BackupTests {
  /// Ten items of 100 B: 2,000 B with their overhead, and a global index with as many.
  private func config(_ change: (inout TableConfig) -> Void) -> TableConfig {
    var config = TableConfig(name: "t")
    config.itemCount = 10
    config.storageSize = Size(bytes: 1_000)
    config.indexes = [IndexConfig(name: "i", kind: .global(.onDemand(OnDemandThroughput())))]
    change(&config)
    return config
  }

  private let span = Time.seconds(1_000)

  @Test("point-in-time recovery is billed by the table's size over time, without global indexes, whatever the period")
  func continuous() {
    for days in [1, 35] {
      var stand = StorageStand(config { $0.backups.pointInTimeRecoveryDays = days })
      stand.advance(to: .seconds(500))
      stand.storage.created(items: 1, bytes: 100, &stand.run)
      stand.finish()
      #expect(stand.usage("TimedPITRStorage-ByteHrs", over: span) == 2_000 * 1_000_000 + 200 * 500_000)
      #expect(stand.usage("TimedStorage-ByteHrs", over: span) == 4_000 * 1_000_000 + 400 * 500_000)
    }
    var without = StorageStand(config { _ in })
    without.finish()
    #expect(without.storage.usage(duration: span).filter { $0.amount > 0 }.count == 1)
  }

  @Test("a backup keeps the size of its moment until its retention or the run ends; one at time zero the first items")
  func onDemand() {
    let cases: [(BackupConfig.Backup, Int128)] = [
      (.init(at: .zero), 2_000 * 1_000_000),
      (.init(at: .seconds(400)), 2_000 * 600_000),
      (.init(at: .seconds(600)), 2_200 * 400_000),
      (.init(at: .seconds(400), retain: .seconds(100)), 2_000 * 100_000),
      (.init(at: .seconds(950), retain: .seconds(100)), 2_200 * 50_000),
      (.init(at: .seconds(1_000)), 0),
      // At 0 and 300 s of 2,000 B, at 600 and 900 s of 2,200 B.
      (.init(at: .zero, every: .seconds(300)), 2_000 * 1_700_000 + 2_200 * 500_000),
      (.init(at: .zero, every: .seconds(300), retain: .seconds(300)), 2_000 * 600_000 + 2_200 * 400_000),
    ]
    for (backup, wanted) in cases {
      var stand = StorageStand(config { $0.backups.backups = [backup] })
      stand.advance(to: .seconds(500))
      stand.storage.created(items: 1, bytes: 100, &stand.run)
      stand.finish()
      #expect(stand.usage("TimedBackupStorage-ByteHrs", over: span) == wanted, "\(backup)")
    }
  }

  @Test("a backup of the warm-up is kept, and billed, in the recorded span; exports and restores of it are not")
  func warmUp() {
    var stand = StorageStand(
      config {
        $0.backups.pointInTimeRecoveryDays = 35
        $0.backups.backups = [.init(at: .seconds(50), retain: .seconds(70))]
        $0.backups.exports = [.init(at: .seconds(50))]
        $0.backups.restores = [.seconds(99), .seconds(100)]
      }, warmUp: .seconds(100), duration: .seconds(100))
    stand.finish()
    #expect(stand.usage("TimedBackupStorage-ByteHrs", over: .seconds(100)) == 2_000 * 20_000)
    #expect(stand.usage("ExportDataSize-Bytes", over: .seconds(100)) == 0)
    #expect(stand.usage("RestoreDataSize-Bytes", over: .seconds(100)) == 4_000)
  }

  @Test("a restore moves the table with all its indexes, once")
  func restore() throws {
    var stand = StorageStand(config { $0.backups.restores = [.seconds(10), .seconds(20)] })
    stand.finish()
    let line = try #require(
      stand.storage.usage(duration: span).first { $0.meter.key == "RestoreDataSize-Bytes" && $0.amount > 0 })
    #expect(line.amount == 8_000 && line.meter.kind == .single && line.meter.unitsPerPriced == 1 << 30)
  }

  @Test("full exports are as large as the table; one counts once, repeated ones grow with the month")
  func exports() throws {
    var stand = StorageStand(
      config {
        $0.backups.pointInTimeRecoveryDays = 35
        // Two at one time, and one every 400 s.
        $0.backups.exports = [.init(at: .seconds(10)), .init(at: .seconds(10)), .init(at: .zero, every: .seconds(400))]
      })
    stand.finish()
    let lines = stand.storage.usage(duration: span).filter { $0.meter.key == "ExportDataSize-Bytes" }
    #expect(lines.map(\.amount) == [2_000, 2_000, 6_000])
    #expect(lines.map(\.meter.kind) == [.single, .single, .consumed])
  }

  @Test("incremental exports count what was written in their period, at least 10 MB")
  func incremental() throws {
    let minute = Time.minutes(1)
    var stand = StorageStand(
      config {
        $0.backups.pointInTimeRecoveryDays = 35
        $0.backups.exports = [
          .init(at: minute * 20, every: minute * 20, kind: .incrementalExport),
          .init(at: minute * 30, kind: .incrementalExport), .init(at: .hours(30), kind: .incrementalExport),
        ]
      }, duration: .hours(31))
    stand.advance(to: minute * 10)
    // 30 MB new, so that the mean of 40 items is 30 MB + 1,000 B over 40.
    stand.storage.created(items: 30, bytes: 30 << 20, &stand.run)
    stand.advance(to: minute * 25)
    stand.storage.changed(items: 20, bytes: 0, &stand.run)
    stand.advance(to: minute * 26)
    stand.storage.deleted(items: 4, bytes: 4 << 20, &stand.run)
    stand.finish()
    let lines = stand.storage.usage(duration: .hours(31)).filter { $0.meter.key == "IncrementalExportDataSize-Bytes" }
    let mean = Int128(((26 << 20) + 1_000) / 36)
    let first: Int128 = 30 << 20
    let second = 20 * mean + (4 << 20)
    // Every 20 min up to 31 h are 92, 90 of them with nothing in them.
    #expect(lines[0].amount == first + second + 90 * (10 << 20))
    #expect(lines[1].amount == first + second)
    // The last day holds nothing either.
    #expect(lines[2].amount == 10 << 20)
    #expect(lines.map(\.meter.kind) == [.consumed, .single, .single])
  }

  @Test("an import is billed once, by its source, even if recording starts later")
  func importing() throws {
    var stand = StorageStand(
      config { $0.backups.importSize = Size(bytes: 5_000) }, warmUp: .seconds(10), duration: .seconds(100))
    stand.finish()
    let line = try #require(
      stand.storage.usage(duration: .seconds(100)).first { $0.meter.key == "ImportDataSize-Bytes" })
    #expect(line.amount == 5_000 && line.meter.kind == .single)
  }

  @Test("nothing of it consumes capacity or takes a caller's time")
  func capacity() throws {
    var t = table("t", milliseconds: 5)
    t.itemCount = 10
    t.storageSize = Size(bytes: 1_000)
    t.backups.pointInTimeRecoveryDays = 35
    t.backups.backups = [.init(at: .zero, every: .minutes(1))]
    t.backups.exports = [.init(at: .zero, every: .minutes(1))]
    t.backups.restores = [.seconds(5)]
    t.backups.importSize = Size(bytes: 1_000)
    let result = try Story(
      [.table(t)],
      target: TrafficTarget(resource: "t", operation: TableOperation(kind: .getItem, itemSize: Size(bytes: 1))),
      at: [.zero, .minutes(1)]
    ).run()
    #expect(result.figure("readRequestUnits", of: "t") == 1 && result.figure("writeRequestUnits", of: "t") == 0)
    #expect(result.latencyMs == 10)
    #expect(
      Set(result.usage.map(\.meter.key)) == [
        "ReadRequestUnits", "TimedStorage-ByteHrs", "TimedPITRStorage-ByteHrs", "TimedBackupStorage-ByteHrs",
        "RestoreDataSize-Bytes", "ExportDataSize-Bytes", "ImportDataSize-Bytes",
      ])
  }
}
