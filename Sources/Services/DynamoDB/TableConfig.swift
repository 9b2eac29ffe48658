import Engine
import Units

/// A DynamoDB table on demand.
public struct TableConfig: Hashable, Sendable {
  /// Storage class; changes prices, not behaviour.
  public enum TableClass: String, Hashable, Sendable, CaseIterable {
    case standard
    case standardInfrequentAccess
  }

  /// The resource's name in the scenario.
  public var name: String
  /// Default standard.
  public var tableClass: TableClass
  /// Bytes stored all the time, billed by the month; default 0.
  public var storageSize: Size
  /// `OnDemandThroughput.MaxReadRequestUnits` a second; nil is no limit.
  public var maxReadRequestUnits: Int?
  /// `OnDemandThroughput.MaxWriteRequestUnits` a second; nil is no limit.
  public var maxWriteRequestUnits: Int?
  /// Client-side latency in ns of operations that differ from the defaults of `TableLatency`.
  public var latency: [TableOperation.Kind: Distribution]

  /// A table with the service's defaults.
  public init(name: String) {
    self.name = name
    self.tableClass = .standard
    self.storageSize = Size(bytes: 0)
    self.maxReadRequestUnits = nil
    self.maxWriteRequestUnits = nil
    self.latency = [:]
  }
}

/// What a caller asks of a table.
public struct TableOperation: Hashable, Sendable {
  /// DynamoDB's data operations, in lowerCamelCase.
  public enum Kind: String, Hashable, Sendable, CaseIterable, BitwiseCopyable {
    case getItem, batchGetItem, transactGetItems, query, scan
    case putItem, updateItem, deleteItem, batchWriteItem, transactWriteItems
  }

  /// The operation.
  public var kind: Kind
  /// Bytes of one item, the larger of before and after for an update; 1 B to 400 KB.
  public var itemSize: Size
  /// Items of the request, or items that a query or scan evaluates; at least 1.
  public var items: Int
  /// Strongly consistent read; default false, as in the API.
  public var consistentRead: Bool

  /// An operation on items of one size.
  public init(kind: Kind, itemSize: Size, items: Int = 1, consistentRead: Bool = false) {
    self.kind = kind
    self.itemSize = itemSize
    self.items = items
    self.consistentRead = consistentRead
  }
}
