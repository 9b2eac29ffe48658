import Engine
import Units

/// What is kept of a table at given moments: on-demand backups, restores, exports to S3, and the import it came from.
///
/// None of them consumes capacity or takes time here. Backups and full exports are as large as the table and its local
/// indexes at their moment, restores as the table and all its indexes (documented: billing and usage reports).
struct TableBackups: ~Copyable {
  /// Least bytes that an incremental export is billed for (documented: data export, how it works).
  static let incrementalMin: Int64 = 10 << 20
  /// Longest span that an incremental export covers (documented: requesting a table export).
  static let periodMax = Time.hours(24)

  private let config: BackupConfig
  private let recordingStart: Time
  private let end: Time
  /// Kept bytes over time, within the recorded span, in byte-ns.
  private var kept: Int128 = 0
  private var restored: Int128 = 0
  /// Per export of the list.
  private var exported: [Int128]
  /// Bytes, and rewritten items, up to the begin of what each export covers.
  private var periodBytes: [Int64]
  private var periodItems: [Int64]
  /// Since time zero: bytes of new, deleted and expired items, and how many others were rewritten.
  private var writtenBytes: Int64 = 0
  private var rewrittenItems: Int64 = 0

  init(_ config: BackupConfig, recordingStart: Time, end: Time) {
    self.config = config
    self.recordingStart = recordingStart
    self.end = end
    exported = config.exports.map { _ in 0 }
    periodBytes = config.exports.map { _ in 0 }
    periodItems = config.exports.map { _ in 0 }
  }

  /// Before the first event.
  mutating func begin(_ table: UInt16, _ run: inout Run<Event>) {
    for (number, backup) in config.backups.enumerated() {
      schedule(.backup(UInt16(number)), of: table, at: backup.at, &run)
    }
    for moment in config.restores { schedule(.restore, of: table, at: moment, &run) }
    for (number, export) in config.exports.enumerated() {
      let period = min(export.every ?? export.at, Self.periodMax)
      if export.kind == .incrementalExport && export.at > period {
        schedule(.exportPeriod(UInt16(number)), of: table, at: export.at - period, &run)
      }
      schedule(.export(UInt16(number)), of: table, at: export.at, &run)
    }
  }

  /// Bytes of items that were created, deleted or have expired.
  @inline(__always) mutating func wrote(bytes: Int64) { writtenBytes &+= bytes }

  /// Items that exist were written.
  @inline(__always) mutating func wrote(items: Int64) { rewrittenItems &+= items }

  /// Takes a backup of a table of `size` bytes.
  mutating func backUp(_ number: UInt16, size: Int64, _ table: UInt16, _ run: inout Run<Event>) {
    let backup = config.backups[Int(number)]
    let gone = backup.retain.map { $0 < end - run.now ? run.now + $0 : end } ?? end
    let since = max(run.now, recordingStart)
    if gone > since { kept += Int128(size) * Int128((gone - since).nanoseconds) }
    if let every = backup.every { schedule(.backup(number), of: table, after: every, &run) }
  }

  /// Restores a table of `size` bytes.
  mutating func restore(size: Int64, _ run: inout Run<Event>) {
    if run.now >= recordingStart { restored += Int128(size) }
  }

  /// What an incremental export covers begins.
  mutating func beginPeriod(_ number: UInt16) {
    periodBytes[Int(number)] = writtenBytes
    periodItems[Int(number)] = rewrittenItems
  }

  /// Exports a table of `size` bytes; of its changes, rewritten items count with the mean of all items.
  mutating func export(_ number: UInt16, size: Int64, meanItem: Int64, _ table: UInt16, _ run: inout Run<Event>) {
    let export = config.exports[Int(number)]
    var bytes = size
    if export.kind == .incrementalExport {
      let items = rewrittenItems - periodItems[Int(number)]
      bytes = max(Self.incrementalMin, writtenBytes - periodBytes[Int(number)] + items * meanItem)
      beginPeriod(number)
    }
    if run.now >= recordingStart { exported[Int(number)] += Int128(bytes) }
    if let every = export.every { schedule(.export(number), of: table, after: every, &run) }
  }

  private func schedule(_ event: TableStorageEvent, of table: UInt16, at time: Time, _ run: inout Run<Event>) {
    if time < end { run.schedule(.table(table, .storage(event)), at: time) }
  }

  private func schedule(_ event: TableStorageEvent, of table: UInt16, after span: Time, _ run: inout Run<Event>) {
    if span < end - run.now { run.schedule(.table(table, .storage(event)), after: span) }
  }

  /// What was used over the recorded span. An import is billed once, whenever recording starts.
  func usage(_ name: String) -> [UsageLine] {
    var lines = [
      UsageLine(meter: TableMeters.backups, resource: name, amount: TableMeters.byteMilliseconds(kept)),
      UsageLine(meter: TableMeters.restores, resource: name, amount: restored),
      UsageLine(meter: TableMeters.imports, resource: name, amount: config.importSize?.bytes ?? 0),
    ]
    for (export, bytes) in zip(config.exports, exported) {
      lines.append(
        UsageLine(
          meter: TableMeters.exports(export.kind, repeated: export.every != nil), resource: name, amount: bytes))
    }
    return lines
  }
}
