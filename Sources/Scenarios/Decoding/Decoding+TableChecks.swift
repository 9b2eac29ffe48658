import Engine
import Services
import Units

/// Faults of what is asked of tables that show only when the tables are decoded.
extension Decoding {
  /// Looks at every operation together with its table.
  func checkTableOperations(_ resources: [ResourceConfig]) {
    var tables: [String: TableConfig] = [:]
    var cached: [String: String] = [:]
    for resource in resources {
      switch resource {
      case .table(let table): tables[table.name] = table
      case .daxCluster(let cluster): cached[cluster.name] = cluster.table
      case .cacheCluster(let cluster): cached[cluster.name] = cluster.table
      case .function, .httpApi, .queue, .stream, .eventSourceMapping, .dbInstance, .auroraCluster, .dbProxy, .topic,
        .vpc:
        break
      }
    }
    checkCachedOperations(cached)
    for reference in tableOperations {
      guard let table = tables[cached[reference.resource] ?? reference.resource] else { continue }
      checkIndex(reference, table)
      if reference.operation.kind.isWrite { checkLocalIndexes(reference, table) }
    }
    for resource in resources {
      if case .table(let table) = resource { checkCollections(table) }
    }
  }

  /// Notes tables with caches of whose operations there are too many to tell apart; `cached` is each cache's table.
  private func checkCachedOperations(_ cached: [String: String]) {
    var operations: [String: Set<TableOperation>] = [:]
    let tables = Set(cached.values)
    for reference in tableOperations {
      let table = cached[reference.resource] ?? reference.resource
      guard tables.contains(table) else { continue }
      operations[table, default: []].insert(reference.operation)
      guard operations[table]?.count == TableOperation.cachedMax + 1 else { continue }
      operations[table] = nil
      fault(
        reference.fields.place, found: "more than \(TableOperation.cachedMax) different operations on `\(table)`",
        wanted: "at most \(TableOperation.cachedMax) on a table with a cache", advice: "let operations share sizes")
      return
    }
  }

  private func checkIndex(_ reference: OperationReference, _ table: TableConfig) {
    let fields = reference.fields
    let fetched = fields["fetchedSize"]
    guard let name = reference.operation.index, let node = fields["index"] else {
      if let fetched {
        fault(
          fetched.place, found: "`fetchedSize` without `index`", wanted: "the name of a local index, or neither",
          advice: "a table has all attributes itself")
      }
      return
    }
    guard let index = table.indexes.first(where: { $0.name == name }) else {
      let names = table.indexes.map(\.name)
      fault(
        node.place, found: node.summary,
        wanted: names.isEmpty ? "a table with indexes" : "an index of `\(table.name)`: " + listed(names),
        advice: meant(name, in: names)
          ?? "add it to the table's `globalSecondaryIndexes` or `localSecondaryIndexes`")
      return
    }
    switch index.kind {
    case .global:
      if reference.operation.consistentRead, let node = fields["consistentRead"] {
        fault(
          node.place, found: node.summary, wanted: "no strongly consistent read of a global index",
          advice: "leave it out, or read the table")
      }
      if let fetched {
        fault(
          fetched.place, found: "`fetchedSize` with a global index", wanted: "a local index",
          advice: "a global index has only what is projected; read the items with a second call")
      }
    case .local:
      if let fetched, index.projection == .all {
        fault(
          fetched.place, found: "`fetchedSize` with an index of all attributes", wanted: "no such key",
          advice: "nothing has to be fetched")
      }
    }
  }

  /// An item and its entries in local indexes together have at most 400 KB; their collection has at most 10 GB.
  private func checkLocalIndexes(_ reference: OperationReference, _ table: TableConfig) {
    let local = table.indexes.filter { $0.kind == .local }
    guard !local.isEmpty, let node = reference.fields["itemSize"] else { return }
    let item = reference.operation.itemSize
    let whole = local.reduce(item.bytes) { $0 + ($1.entrySize ?? item).bytes }
    if whole > Size.kilobytes(400).bytes {
      fault(
        node.place, found: "\(item), \(Size(bytes: whole)) with its entries in local indexes",
        wanted: "at most 400 KB together", advice: "project fewer attributes")
    }
    let average = local.reduce(Double(item.bytes)) { $0 + Double(($1.entrySize ?? item).bytes) * $1.share }
    if average * Double(table.itemsPerKey) > Double(Size.gigabytes(10).bytes) {
      fault(
        node.place, found: "\(table.itemsPerKey) items of \(item) with their entries in local indexes",
        wanted: "at most 10 GB in one item collection", advice: "take more partition keys, or no local index")
    }
  }

  /// What a table with local indexes holds at time zero fits into its collections.
  private func checkCollections(_ table: TableConfig) {
    guard let place = localIndexPlaces[table.name] else { return }
    let bytes = Double(table.storageSize.bytes) / Double(table.keys.count)
    if bytes > Double(Size.gigabytes(10).bytes) {
      fault(
        place, found: "\(table.storageSize) in \(table.keys.count) item collections",
        wanted: "at most 10 GB in one, as local indexes demand", advice: "take more partition keys, or no local index")
    }
  }
}
