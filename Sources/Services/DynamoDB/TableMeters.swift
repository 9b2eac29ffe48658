import Engine
import Units

/// What DynamoDB meters.
enum TableMeters {
  static func reads(_ tableClass: TableConfig.TableClass) -> Meter {
    Meter(
      service: "DynamoDB", key: prefix(tableClass) + "ReadRequestUnits", unitsPerPriced: 2, kind: .consumed)
  }

  /// Of a global table other units, in every Region; its indexes take ordinary ones there too.
  static func writes(_ tableClass: TableConfig.TableClass, replicated: Bool = false) -> Meter {
    Meter(
      service: "DynamoDB", key: prefix(tableClass) + (replicated ? "ReplWriteRequestUnits" : "WriteRequestUnits"),
      unitsPerPriced: 1, kind: .consumed)
  }

  /// Provisioned read units, present over milliseconds; priced by the hour.
  static func provisionedReads(_ tableClass: TableConfig.TableClass) -> Meter {
    Meter(service: "DynamoDB", key: prefix(tableClass) + "ReadCapacityUnit-Hrs", kind: .standing)
  }

  /// Provisioned write units, present over milliseconds; priced by the hour. Those of a table with replicas are
  /// replicated ones, but not those of its indexes.
  static func provisionedWrites(_ tableClass: TableConfig.TableClass, isReplicated: Bool) -> Meter {
    Meter(
      service: "DynamoDB", key: prefix(tableClass) + (isReplicated ? "Repl" : "") + "WriteCapacityUnit-Hrs",
      kind: .standing)
  }

  /// Reserved units, used or not; priced by the hour and hundred.
  static func reservedHours(_ direction: CapacityDirection, _ term: ReservedCapacityConfig.Term) -> Meter {
    Meter(
      service: "DynamoDB", key: reserved(direction, term) + "-hourly", unitsPerPriced: 100, kind: .standing)
  }

  /// The upfront payment for the same units, in equal parts over the months of the term; priced by the hundred.
  static func reservedUpfront(_ direction: CapacityDirection, _ term: ReservedCapacityConfig.Term) -> Meter {
    Meter(
      service: "DynamoDB", key: reserved(direction, term) + "-upfront", unitsPerPriced: 100, kind: .standing)
  }

  private static func reserved(_ direction: CapacityDirection, _ term: ReservedCapacityConfig.Term) -> String {
    let years =
      switch term {
      case .oneYear: "1yr"
      case .threeYears: "3yr"
      }
    return "ReservedCapacity-\(years)-\(direction == .read ? "RCU" : "WCU")"
  }

  /// Units a second by which warm throughput was raised, in each Region; priced once.
  static func warmThroughput(_ direction: CapacityDirection) -> Meter {
    Meter(service: "DynamoDB", key: "WarmThroughput-\(direction == .read ? "RCU" : "WCU")", kind: .single)
  }

  /// Stored bytes, accrued over milliseconds; priced by the GB-month.
  static func storage(_ tableClass: TableConfig.TableClass) -> Meter {
    standing(prefix(tableClass) + "TimedStorage-ByteHrs")
  }

  /// Bytes of a table with continuous backups; of both classes alike.
  static var pointInTimeRecovery: Meter { standing("TimedPITRStorage-ByteHrs") }

  /// Bytes of on-demand backups; of both classes alike.
  static var backups: Meter { standing("TimedBackupStorage-ByteHrs") }

  /// Bytes that were restored, `single` for restores of given moments.
  static var restores: Meter { moved("RestoreDataSize-Bytes", .single) }

  /// Bytes of the source of an import, before compression.
  static var imports: Meter { moved("ImportDataSize-Bytes", .single) }

  /// Bytes that were exported; of repeated exports they grow with the month.
  static func exports(_ kind: BackupConfig.Export.Kind, repeated: Bool) -> Meter {
    switch kind {
    case .fullExport: moved("ExportDataSize-Bytes", repeated ? .consumed : .single)
    case .incrementalExport: moved("IncrementalExportDataSize-Bytes", repeated ? .consumed : .single)
    }
  }

  /// Byte-ns as the meters' byte-ms, rounded half up.
  static func byteMilliseconds(_ byteNanoseconds: Int128) -> Int128 { (byteNanoseconds + 500_000) / 1_000_000 }

  /// Bytes in the GB that is priced. DynamoDB's own sizes are binary (documented: quotas); an AWS tool counts its storage
  /// in decimal GB, which would add 7.4 %.
  private static let gigabyte: Int64 = 1 << 30

  private static func standing(_ key: String) -> Meter {
    Meter(service: "DynamoDB", key: key, unitsPerPriced: gigabyte, kind: .standing)
  }

  private static func moved(_ key: String, _ kind: Meter.Kind) -> Meter {
    Meter(service: "DynamoDB", key: key, unitsPerPriced: gigabyte, kind: kind)
  }

  private static func prefix(_ tableClass: TableConfig.TableClass) -> String {
    switch tableClass {
    case .standard: ""
    case .standardInfrequentAccess: "IA-"
    }
  }
}
