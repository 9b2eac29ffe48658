import Units

/// What a caller asks of a table.
public struct TableOperation: Hashable, Sendable {
  /// DynamoDB's data operations, in lowerCamelCase.
  public enum Kind: String, Hashable, Sendable, CaseIterable, BitwiseCopyable {
    case getItem, batchGetItem, transactGetItems, query, scan
    case putItem, updateItem, deleteItem, batchWriteItem, transactWriteItems
  }

  /// The operation.
  public var kind: Kind
  /// Bytes of one item as it is written, read or deleted; 1 B to 400 KB.
  public var itemSize: Size
  /// Items of the request, or items that a query or scan evaluates; at least 1.
  public var items: Int
  /// Strongly consistent read; default false, as in the API.
  public var consistentRead: Bool
  /// Name of the secondary index that a query or scan reads; nil for the table.
  public var index: String?
  /// Which items it is about; nil for the table's own distribution.
  public var keys: KeyDistribution?
  /// Bytes of the item before a put or an update replaces it; nil is `itemSize`.
  public var previousSize: Size?
  /// Share of the items that do not exist: read in vain, deleted in vain. Default 0.
  public var missing: Double
  /// Share of the written items that did not exist before; nil is 1 for puts and 0 for updates.
  public var newItems: Double?
  /// Share of the conditional writes whose condition fails; default 0.
  public var conditionFails: Double
  /// Share of the transactions that are cancelled because of another one; default 0.
  public var conflicts: Double

  /// An operation on items of one size that goes well.
  public init(kind: Kind, itemSize: Size, items: Int = 1, consistentRead: Bool = false) {
    self.kind = kind
    self.itemSize = itemSize
    self.items = items
    self.consistentRead = consistentRead
    index = nil
    keys = nil
    previousSize = nil
    missing = 0
    newItems = nil
    conditionFails = 0
    conflicts = 0
  }
}

extension TableOperation.Kind {
  /// Position among all kinds.
  var index: Int {
    switch self {
    case .getItem: 0
    case .batchGetItem: 1
    case .transactGetItems: 2
    case .query: 3
    case .scan: 4
    case .putItem: 5
    case .updateItem: 6
    case .deleteItem: 7
    case .batchWriteItem: 8
    case .transactWriteItems: 9
    }
  }

  /// Whether it changes items.
  public var isWrite: Bool {
    switch self {
    case .getItem, .batchGetItem, .transactGetItems, .query, .scan: false
    case .putItem, .updateItem, .deleteItem, .batchWriteItem, .transactWriteItems: true
    }
  }
}
