import Engine
import Units

/// One operation's price in request units, worked out before the run.
struct TableRequest: BitwiseCopyable {
  let kind: TableOperation.Kind
  /// Read request units in halves; 0 for a write.
  let readHalves: Int64
  /// Write request units; 0 for a read.
  let writeUnits: Int64

  /// Rounds as DynamoDB does (documented: read and write operations; sizes are binary).
  ///
  /// A read unit is 4 KB, strongly consistent; eventual consistency costs half, a transaction double. A query or
  /// scan adds up the bytes of all items first; batches and transactions round each item. A write unit is 1 KB.
  init(_ operation: TableOperation) {
    kind = operation.kind
    let items = Int64(operation.items)
    let reads = max(1, operation.itemSize.blocks(of: .kilobytes(4)))
    let writes = max(1, operation.itemSize.blocks(of: .kilobytes(1)))
    let halves: Int64 = operation.consistentRead ? 2 : 1
    switch operation.kind {
    case .getItem: (readHalves, writeUnits) = (reads * halves, 0)
    case .batchGetItem: (readHalves, writeUnits) = (items * reads * halves, 0)
    case .transactGetItems: (readHalves, writeUnits) = (items * reads * 4, 0)
    case .query, .scan:
      let bytes = Size(bytes: operation.itemSize.bytes * items)
      (readHalves, writeUnits) = (max(1, bytes.blocks(of: .kilobytes(4))) * halves, 0)
    case .putItem, .updateItem, .deleteItem: (readHalves, writeUnits) = (0, writes)
    case .batchWriteItem: (readHalves, writeUnits) = (0, items * writes)
    case .transactWriteItems: (readHalves, writeUnits) = (0, items * writes * 2)
    }
  }
}

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
