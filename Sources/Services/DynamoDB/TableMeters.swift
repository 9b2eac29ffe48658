import Engine
import Units

/// What DynamoDB meters.
enum TableMeters {
  static func reads(_ tableClass: TableConfig.TableClass) -> Meter {
    Meter(
      service: "DynamoDB", key: prefix(tableClass) + "ReadRequestUnits", unitsPerPriced: 2, kind: .consumed)
  }

  static func writes(_ tableClass: TableConfig.TableClass) -> Meter {
    Meter(
      service: "DynamoDB", key: prefix(tableClass) + "WriteRequestUnits", unitsPerPriced: 1, kind: .consumed)
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

  /// Stored MB, accrued over milliseconds; priced by the GB-month.
  static func storage(_ tableClass: TableConfig.TableClass) -> Meter {
    Meter(
      service: "DynamoDB", key: prefix(tableClass) + "TimedStorage-ByteHrs", unitsPerPriced: 1_024,
      kind: .standing)
  }

  private static func prefix(_ tableClass: TableConfig.TableClass) -> String {
    switch tableClass {
    case .standard: ""
    case .standardInfrequentAccess: "IA-"
    }
  }
}
