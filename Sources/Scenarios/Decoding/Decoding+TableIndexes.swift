import Engine
import Services
import Units

/// Secondary indexes of tables.
extension Decoding {
  /// Most indexes of one table (DynamoDB quotas; that of global ones can be raised).
  private static let (globalMax, localMax) = (20, 5)

  /// Global and local indexes.
  func decodeIndexes(_ fields: Fields, _ config: inout TableConfig) {
    var names: Set<String> = []
    for (key, shape, most) in [
      ("globalSecondaryIndexes", Shapes.globalSecondaryIndex, Self.globalMax),
      ("localSecondaryIndexes", Shapes.localSecondaryIndex, Self.localMax),
    ] {
      guard let node = fields[key], let entries = named(node, wanted: "a mapping of indexes by name") else { continue }
      guard (1...most).contains(entries.count) else {
        fault(node.place, found: "\(entries.count) indexes", wanted: "1 to \(most)")
        continue
      }
      if shape.name == Shapes.localSecondaryIndex.name { localIndexPlaces[config.name] = node.place }
      for entry in entries {
        checkIndexName(entry)
        if !names.insert(entry.key).inserted {
          fault(entry.keyPlace, found: "a second index `\(entry.key)`", wanted: "another name", advice: "rename one")
        }
        if let index = index(entry, shape, of: config) { config.indexes.append(index) }
      }
    }
  }

  private func checkIndexName(_ entry: YAMLNode.Entry) {
    let bytes = Array(entry.key.utf8)
    let sound =
      (3...255).contains(bytes.count)
      && bytes.allSatisfy {
        (65...90).contains($0) || (97...122).contains($0) || (48...57).contains($0) || [45, 46, 95].contains($0)
      }
    if !sound {
      fault(
        entry.keyPlace, found: "the name `\(YAMLNode.clip(entry.key))`", wanted: "3 to 255 letters, digits, _, - and .")
    }
  }

  private func index(_ entry: YAMLNode.Entry, _ shape: Shape, of table: TableConfig) -> IndexConfig? {
    guard let fields = self.fields(entry.value, shape) else { return nil }
    let before = faults.count
    let isGlobal = shape.name == Shapes.globalSecondaryIndex.name
    var index = IndexConfig(name: entry.key, kind: .local)
    let path = "\(isGlobal ? "globalSecondaryIndexes" : "localSecondaryIndexes").\(entry.key)"
    if isGlobal { index.kind = .global(indexCapacity(fields, of: table, at: path) ?? table.capacity) }
    func choose(_ key: String, _ value: String) {
      assume(table.name, "\(path).\(key)", value, .unknown, "a stated choice", "2026-11")
    }
    if let node = fields["projection"] {
      index.projection = choice(node, IndexConfig.Projection.self) ?? .all
    } else {
      choose("projection", "all")
    }
    if let node = fields["entrySize"] {
      index.entrySize = size(node, Size(bytes: 1)...Size.kilobytes(400))
    } else if index.projection != .all {
      fault(
        fields.place, found: "no `entrySize` with \(index.projection.rawValue)", wanted: "the size of one entry",
        advice: "add up the attributes that are copied")
    }
    if let node = fields["share"] { index.share = share(node) ?? 1 } else { choose("share", "100 %") }
    if let node = fields["keyChanges"] { index.keyChanges = share(node) ?? 0 } else { choose("keyChanges", "0 %") }
    if let node = fields["attributeChanges"] {
      index.attributeChanges = share(node) ?? 1
      if index.projection == .keysOnly {
        fault(
          node.place, found: "`attributeChanges` with keysOnly", wanted: "no such key",
          advice: "an index of keys alone has no other attributes")
      }
    } else if index.projection == .keysOnly {
      index.attributeChanges = 0
    } else {
      choose("attributeChanges", "100 %")
    }
    if isGlobal {
      if let node = fields["keys"] { index.keys = keyDistribution(node) } else { choose("keys", "as the items'") }
      index.warmThroughput = warmThroughput(fields["warmThroughput"])
      if case .global(let mode) = index.kind {
        checkWarmThroughput(fields["warmThroughput"], index.warmThroughput, mode, table.limits)
      }
    }
    return faults.count == before ? index : nil
  }
}
