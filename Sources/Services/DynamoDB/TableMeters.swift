import Engine
import Units

/// What DynamoDB meters on demand.
enum TableMeters {
  static func reads(_ tableClass: TableConfig.TableClass) -> Meter {
    Meter(
      service: "DynamoDB", key: prefix(tableClass) + "ReadRequestUnits", unitsPerPriced: 2, kind: .consumed)
  }

  static func writes(_ tableClass: TableConfig.TableClass) -> Meter {
    Meter(
      service: "DynamoDB", key: prefix(tableClass) + "WriteRequestUnits", unitsPerPriced: 1, kind: .consumed)
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
