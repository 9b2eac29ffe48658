import Engine
import Units

/// What a table reports of operations that do not do all that they are asked. A counter is there only if some operation
/// can count on it.
struct OperationRecords: BitwiseCopyable {
  /// Items of batches that stayed unprocessed.
  let unprocessed: CounterID?
  /// `ConditionalCheckFailedRequests`.
  let conditionFailures: CounterID?
  /// `TransactionConflict`.
  let conflicts: CounterID?
  /// Transactions cancelled, for whatever reason.
  let cancellations: CounterID?
  /// Writes refused because the item collection is full.
  let tooLarge: CounterID?

  /// Before the operations are known.
  static var none: OperationRecords { OperationRecords() }

  private init() { (unprocessed, conditionFailures, conflicts, cancellations, tooLarge) = (nil, nil, nil, nil, nil) }

  init(_ operations: [TableOperation], _ config: TableConfig, run: inout Run<Event>) {
    func counter(_ namespace: String, _ name: String, if isCounted: Bool) -> CounterID? {
      isCounted ? run.recorder.addCounter(resource: config.name, namespace: namespace, name) : nil
    }
    let (aws, own) = ("AWS/DynamoDB", "Windtunnel/DynamoDB")
    unprocessed = counter(own, "UnprocessedItems", if: operations.contains { $0.kind.isBatch })
    conditionFailures = counter(
      aws, "ConditionalCheckFailedRequests", if: operations.contains { $0.conditionFails > 0 })
    conflicts = counter(aws, "TransactionConflict", if: operations.contains { $0.conflicts > 0 })
    cancellations = counter(own, "TransactionCancellations", if: operations.contains { $0.kind.isTransaction })
    tooLarge = counter(own, "ItemCollectionSizeLimitExceeded", if: config.hasLocalIndexes)
  }

  /// Their totals over the recorded span.
  func figures(_ recorder: borrowing Recorder) -> [Figure] {
    var figures: [Figure] = []
    func add(_ name: String, _ counter: CounterID?) {
      if let counter { figures.append(Figure(name, Double(recorder.total(counter)))) }
    }
    add("unprocessedItems", unprocessed)
    add("conditionFailures", conditionFailures)
    add("transactionConflicts", conflicts)
    add("transactionCancellations", cancellations)
    add("itemCollectionRefusals", tooLarge)
    return figures
  }
}

extension TableOperation.Kind {
  /// Whether its items are admitted one by one.
  public var isBatch: Bool { self == .batchGetItem || self == .batchWriteItem }

  /// Whether all of its items are admitted or none.
  public var isTransaction: Bool { self == .transactGetItems || self == .transactWriteItems }
}

extension Table {
  /// Counts on a counter that is there.
  @inline(__always) func note(_ counter: CounterID?, by amount: Int64 = 1, _ run: inout Run<Event>) {
    if let counter { run.recorder.count(counter, by: amount) }
  }

  /// What each global index took, and refused.
  func indexFigures(_ recorder: borrowing Recorder) -> [Figure] {
    var figures: [Figure] = []
    for (number, global) in config.globalIndexes.enumerated() {
      let capacity = capacities + number + 1
      let name = "index.\(global.index.name)"
      figures += [
        Figure("\(name).readRequestUnits", Double(capacity.pointee.consumed(.read, recorder)) / 2),
        Figure("\(name).writeRequestUnits", Double(capacity.pointee.consumed(.write, recorder))),
        Figure("\(name).readThrottles", Double(capacity.pointee.throttles(.read, recorder))),
        Figure("\(name).writeThrottles", Double(capacity.pointee.throttles(.write, recorder))),
      ]
    }
    return figures
  }
}
