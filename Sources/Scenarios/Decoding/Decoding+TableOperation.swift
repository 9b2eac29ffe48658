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
    if let node = fields["items"], let most = kind.itemsMax, items > most {
      fault(
        node.place, found: "\(items) items", wanted: "at most \(most) in one \(kind.rawValue)",
        advice: most == 1 ? "leave it out, or use a batch or transaction" : "split it with `repeat`")
      return nil
    }
    if let bytes = kind.bytesMax, Int64(items) * itemSize.bytes > bytes.bytes {
      fault(
        fields["items"]?.place ?? fields.place, found: "\(items) items of \(itemSize)",
        wanted: "at most \(bytes) in one \(kind.rawValue)", advice: "split it with `repeat`")
      return nil
    }
    if consistent && !kind.canReadConsistently, let flag = fields["consistentRead"] {
      return reject(flag, wanted: "no consistentRead with \(kind.rawValue)", advice: "leave it out")
    }
    let before = faults.count
    refuseKeys(fields, of: kind)
    var operation = TableOperation(kind: kind, itemSize: itemSize, items: items, consistentRead: consistent)
    operation.index = fields["index"].flatMap { text($0, wanted: "the name of a secondary index") }
    operation.keys = fields["keys"].flatMap { keyDistribution($0) }
    operation.previousSize = fields["previousSize"].flatMap { size($0, Size(bytes: 1)...Size.kilobytes(400)) }
    operation.fetchedSize = fields["fetchedSize"].flatMap { size($0, Size(bytes: 1)...Size.kilobytes(400)) }
    operation.missing = fields["missing"].flatMap { share($0) } ?? 0
    operation.newItems = fields["newItems"].flatMap { share($0) }
    operation.conditionFails = fields["conditionFails"].flatMap { share($0) } ?? 0
    operation.conflicts = fields["conflicts"].flatMap { share($0) } ?? 0
    if let node = fields["unprocessedItems"] { operation.unprocessedItems = unprocessedItems(node, table) }
    guard faults.count == before else { return nil }
    tableRequests[table, default: []].insert(kind)
    tableOperations.append(OperationReference(resource: table, operation: operation, fields: fields))
    assumeDefaults(of: operation, fields, table)
    return operation
  }

  /// What is asked of a table, or of a cache in front of one, with its place.
  struct OperationReference {
    let resource: String
    let operation: TableOperation
    let fields: Fields
  }

  private func unprocessedItems(_ node: YAMLNode, _ table: String) -> UnprocessedItems {
    var rules = ResendRules()
    var fields: Fields?
    if node.entries != nil {
      fields = self.fields(node, Shapes.resend)
    } else {
      guard ["leave", "resend"].contains(node.scalarText) else {
        return reject(node, wanted: "leave, resend or a mapping (resend)") ?? .leave
      }
      if node.scalarText == "leave" { return .leave }
    }
    let span = Time.milliseconds(1)...Time.hours(1)
    let (documented, advice) = (Assumption.Grade.documented, "DynamoDB developer guide, error retries and backoff")
    if let node = fields?["attempts"] {
      rules.attempts = integer(node, 2...1_000) ?? rules.attempts
    } else {
      assume(table, "unprocessedItems.attempts", "10", .unknown, "a stated choice", "2026-11")
    }
    if let node = fields?["backoff"] {
      rules.backoff = time(node, span) ?? rules.backoff
    } else {
      assume(table, "unprocessedItems.backoff", "50 ms", documented, advice, "2023-06")
    }
    if let node = fields?["maxBackoff"] {
      rules.maxBackoff = time(node, span) ?? rules.maxBackoff
    } else {
      assume(table, "unprocessedItems.maxBackoff", "20 s", .inferred, "what SDKs do between attempts", "2026-11")
    }
    return .resend(rules)
  }

  /// Notes faults for keys that say nothing with this operation.
  private func refuseKeys(_ fields: Fields, of kind: TableOperation.Kind) {
    var sound = Set(["operation", "itemSize", "items", "consistentRead", "keys"])
    switch kind {
    case .getItem: sound.insert("missing")
    case .batchGetItem: sound.formUnion(["missing", "unprocessedItems"])
    case .transactGetItems: sound.formUnion(["missing", "conflicts"])
    case .query, .scan: sound.formUnion(["index", "fetchedSize"])
    case .putItem, .updateItem: sound.formUnion(["previousSize", "newItems", "conditionFails", "missing"])
    case .deleteItem: sound.formUnion(["missing", "conditionFails"])
    case .batchWriteItem: sound.formUnion(["previousSize", "newItems", "unprocessedItems"])
    case .transactWriteItems: sound.formUnion(["previousSize", "newItems", "conditionFails", "conflicts", "missing"])
    }
    for key in Shapes.tableOperation.map(\.name) where !sound.contains(key) {
      guard let node = fields[key] else { continue }
      fault(
        node.place, found: "`\(key)` with \(kind.rawValue)", wanted: "no such key with \(kind.rawValue)",
        advice: "leave it out")
    }
    let onlyForConditions: [TableOperation.Kind] = [.putItem, .updateItem, .transactWriteItems]
    if let node = fields["missing"], onlyForConditions.contains(kind), fields["conditionFails"] == nil {
      fault(
        node.place, found: "`missing` without `conditionFails`", wanted: "both or neither with \(kind.rawValue)",
        advice: "say with `newItems` how many items are new")
    }
  }

  /// Notes what the run takes for granted where the scenario says nothing.
  private func assumeDefaults(of operation: TableOperation, _ fields: Fields, _ table: String) {
    switch operation.kind {
    case .putItem, .updateItem, .batchWriteItem, .transactWriteItems:
      if operation.newItems == nil {
        let share = [.putItem, .batchWriteItem].contains(operation.kind) ? "100 %" : "0 %"
        assume(
          table, "newItems of \(operation.kind.rawValue)", share, .unknown,
          "a stated choice: puts make items, updates and transactions change them", "2026-11")
      }
    case .getItem, .batchGetItem, .transactGetItems, .query, .scan, .deleteItem: break
    }
    if operation.kind.isBatch && fields["unprocessedItems"] == nil {
      assume(
        table, "unprocessedItems", "leave", .unknown, "a stated choice: SDKs do not send them again either", "2026-11")
    }
    if operation.kind.isTransaction && (operation.conflicts > 0 || operation.conditionFails > 0) {
      assume(
        table, "cancelled transactions", "consume the preparation of every item, half of its units", .inferred,
        "DynamoDB developer guide: one write prepares, one commits; not what a cancelled one consumes", "2026-04")
    }
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
