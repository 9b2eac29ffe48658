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
  /// Bytes of the whole item that a query or scan of a local index reads from the table for each entry, because it
  /// wants attributes that the index does not have; nil if it does not.
  public var fetchedSize: Size?
  /// Share of the items that do not exist: read in vain, deleted in vain, or there for a condition to fail on. Default 0.
  public var missing: Double
  /// Share of the written items that did not exist before; nil is 1 for puts and 0 for updates and transactions.
  public var newItems: Double?
  /// Share of the writes, or of the transactions as a whole, of which a condition fails; default 0.
  public var conditionFails: Double
  /// Share of the transactions that are cancelled because of another one; default 0.
  public var conflicts: Double
  /// What the caller does with items of a batch that were throttled while others were not; default `leave`.
  public var unprocessedItems: UnprocessedItems

  /// An operation on items of one size that goes well.
  public init(kind: Kind, itemSize: Size, items: Int = 1, consistentRead: Bool = false) {
    self.kind = kind
    self.itemSize = itemSize
    self.items = items
    self.consistentRead = consistentRead
    index = nil
    keys = nil
    previousSize = nil
    fetchedSize = nil
    missing = 0
    newItems = nil
    conditionFails = 0
    conflicts = 0
    unprocessedItems = .leave
  }
}

/// What a caller does with the items that a batch gives back.
public enum UnprocessedItems: Hashable, Sendable {
  /// Nothing: they stay unread or unwritten.
  case leave
  /// It sends them again within the same call, as the documentation advises.
  case resend(ResendRules)
}

/// How a caller sends the items of a batch again that were not processed: after exponential pauses with full jitter.
public struct ResendRules: Hashable, Sendable, BitwiseCopyable {
  /// Requests in all, the first one included; 2 or more.
  public var attempts: Int
  /// Most of the first pause; each pause is drawn between 0 and its most, which doubles from pause to pause.
  public var backoff: Time
  /// What no pause exceeds.
  public var maxBackoff: Time

  /// Ten requests, the first pause at most 50 ms, none above 20 s.
  public init(attempts: Int = 10, backoff: Time = .milliseconds(50), maxBackoff: Time = .seconds(20)) {
    self.attempts = attempts
    self.backoff = backoff
    self.maxBackoff = maxBackoff
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
