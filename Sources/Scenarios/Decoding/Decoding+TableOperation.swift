import Services
import Units

/// What is asked of tables.
extension Decoding {
  /// What `fields` ask of a table, or of the cache in front of one.
  func operation(_ fields: Fields, table: String) -> TableOperation? {
    if fields["operation"] == nil {
      fault(
        fields.place, found: "no `operation`", wanted: fields.wanted("operation"),
        advice: "say what is asked of `\(table)`")
    }
    if fields["itemSize"] == nil {
      fault(fields.place, found: "no `itemSize`", wanted: "itemSize: 1 B to 400 KB", advice: "add it")
    }
    let kind = fields["operation"].flatMap { choice($0, TableOperation.Kind.self) }
    let itemSize = fields["itemSize"].flatMap { size($0, Size(bytes: 1)...Size.kilobytes(400)) }
    let items = fields["items"].map { integer($0, 1...1_000_000) } ?? 1
    let consistent = fields["consistentRead"].map { boolean($0) } ?? false
    guard let kind, let itemSize, let items, let consistent else { return nil }
    if let items = fields["items"], let most = kind.itemsMax, integer(items, 1...most) == nil { return nil }
    if let bytes = kind.bytesMax, Int64(items) * itemSize.bytes > bytes.bytes {
      fault(
        fields["items"]?.place ?? fields.place, found: "\(items) items of \(itemSize)",
        wanted: "at most \(bytes) in one \(kind.rawValue)", advice: "split it with `repeat`")
      return nil
    }
    if consistent && !kind.canReadConsistently, let flag = fields["consistentRead"] {
      return reject(flag, wanted: "no consistentRead with \(kind.rawValue)", advice: "leave it out")
    }
    tableRequests[table, default: []].insert(kind)
    return TableOperation(kind: kind, itemSize: itemSize, items: items, consistentRead: consistent)
  }
}

extension TableOperation.Kind {
  /// Most items of one request (DynamoDB API reference); nil where only the bytes are limited.
  var itemsMax: Int? {
    switch self {
    case .getItem, .putItem, .updateItem, .deleteItem: 1
    case .batchGetItem, .transactGetItems, .transactWriteItems: 100
    case .batchWriteItem: 25
    case .query, .scan: nil
    }
  }

  /// Most bytes of one request (DynamoDB quotas); nil where the item's limit says all.
  var bytesMax: Size? {
    switch self {
    case .getItem, .putItem, .updateItem, .deleteItem: nil
    case .batchGetItem, .batchWriteItem: .megabytes(16)
    case .transactGetItems, .transactWriteItems: .megabytes(4)
    case .query, .scan: .megabytes(1)
    }
  }

  /// Whether the caller may ask for a strongly consistent read; transactions always read so.
  var canReadConsistently: Bool {
    switch self {
    case .getItem, .batchGetItem, .query, .scan: true
    case .transactGetItems, .putItem, .updateItem, .deleteItem, .batchWriteItem, .transactWriteItems: false
    }
  }
}
