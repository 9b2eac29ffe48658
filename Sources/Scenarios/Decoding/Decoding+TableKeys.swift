import Engine
import Services
import Units

/// Keys of tables and of what is asked of them.
extension Decoding {
  /// The table's key space.
  func decodeKeys(_ fields: Fields, _ config: inout TableConfig) {
    if let node = fields["keys"] {
      config.keys = keyDistribution(node) ?? config.keys
    } else {
      tablesWithoutKeys.insert(config.name)
    }
    if let node = fields["itemsPerKey"] {
      config.itemsPerKey = integer(node, 1...1_000_000_000) ?? config.itemsPerKey
    } else {
      tablesWithoutItemsPerKey.insert(config.name)
    }
  }

  /// Which keys are asked for, and how often each: a number of keys alike, or a mapping with a law.
  func keyDistribution(_ node: YAMLNode) -> KeyDistribution? {
    guard case .mapping = node.content else {
      guard case .scalar = node.content else {
        return reject(node, wanted: "a number of keys or a law, as in { zipf: { count: 1000000 } }")
      }
      guard node.scalarText?.first?.isLetter != true else {
        return reject(
          node, wanted: "a number of keys or a law, as in { zipf: { count: 1000000 } }",
          advice: "a law stands with what belongs to it")
      }
      return keyCount(node).map { KeyDistribution(count: $0) }
    }
    guard let shape = Shapes.named("keySpace"), let fields = self.fields(node, shape) else { return nil }
    guard fields.entries.count == 1, let law = shape.fields.first(where: { fields[$0.name] != nil }),
      let value = fields[law.name]
    else { return nil }
    return keyDistribution(law.name, value)
  }

  private func keyDistribution(_ law: String, _ node: YAMLNode) -> KeyDistribution? {
    if law == "given" { return givenKeys(node) }
    guard let shape = Shapes.named("\(law)Keys"), let fields = self.fields(node, shape) else { return nil }
    let count = fields["count"].flatMap { keyCount($0) }
    switch law {
    case "uniform": return count.map { KeyDistribution(count: $0) }
    case "monotonic": return count.map { KeyDistribution(count: $0, law: .monotonic) }
    case "zipf":
      let exponent = fields["exponent"].map { self.exponent($0) } ?? zipfExponent()
      guard let count, let exponent else { return nil }
      return KeyDistribution(count: count, law: .zipf(exponent: exponent))
    case "hot":
      let keys = fields["keys"].flatMap { keyCount($0) }
      let share = fields["share"].flatMap { self.share($0) }
      guard let count, let keys, let share else { return nil }
      guard keys < count else {
        fault(
          fields["keys"]?.place ?? fields.place, found: "\(keys) hot keys of \(count)", wanted: "fewer than count",
          advice: "write `uniform` if all keys are alike")
        return nil
      }
      return KeyDistribution(count: count, law: .hot(keys: keys, share: share))
    default: preconditionFailure("the shapes know no law of keys named \(law)")  // over text
    }
  }

  private func keyCount(_ node: YAMLNode) -> Int? { integer(node, 1...KeyDistribution.countMax) }

  private func exponent(_ node: YAMLNode) -> Double? {
    guard let value = number(node) else { return nil }
    guard value > 0 else {
      return reject(node, wanted: "a number above 0, at most 10", advice: "write `uniform` for keys that are all alike")
    }
    return positive(node, upTo: 10)
  }

  private func zipfExponent() -> Double {
    assume(
      "", "keys.zipf.exponent", "0.99", .unknown, "a stated choice: the zipfian constant of the benchmark YCSB",
      "2010")
    return 0.99
  }

  private func givenKeys(_ node: YAMLNode) -> KeyDistribution? {
    let wanted = "1 to 100000 weights, as in [5, 1, 1]"
    guard let items = list(node, wanted: wanted) else { return nil }
    guard 1...100_000 ~= items.count else {
      fault(node.place, found: "\(items.count) weights", wanted: wanted)
      return nil
    }
    let weights = items.compactMap { weight($0) }
    guard weights.count == items.count else { return nil }
    guard weights.contains(where: { $0 > 0 }) else {
      fault(node.place, found: "no weight above 0", wanted: "at least one", advice: "write `uniform` if all are alike")
      return nil
    }
    return KeyDistribution(count: weights.count, law: .given(weights: weights))
  }

  private func weight(_ node: YAMLNode) -> Double? {
    guard let value = number(node) else { return nil }
    return value <= 1e12 ? value : reject(node, wanted: "a weight, 0 to 1e12")
  }

  /// Notes the keys of each table that says nothing of them, if something draws from them.
  func assumeKeys(_ system: SystemConfig) {
    var drawn: Set<String> = []
    for target in system.traffic.flatMap(\.targets) where target.operation.map({ $0.keys == nil }) == true {
      drawn.insert(target.resource)
    }
    for case .function(let function) in system.resources { collectTables(function.handler, into: &drawn) }
    for resource in system.resources {
      // What is asked of a cache is asked of its table.
      if case .daxCluster(let cluster) = resource, drawn.contains(cluster.name) { drawn.insert(cluster.table) }
      if case .cacheCluster(let cluster) = resource, drawn.contains(cluster.name) { drawn.insert(cluster.table) }
    }
    for case .table(let table) in system.resources where drawn.contains(table.name) {
      if tablesWithoutKeys.contains(table.name) {
        assume(
          table.name, "keys", "\(table.keys.count), all alike", .unknown,
          "a stated choice: no key is hotter than another, so that load spreads over all partitions", "2026-11")
      }
      if tablesWithoutItemsPerKey.contains(table.name) {
        assume(
          table.name, "itemsPerKey", "\(table.itemsPerKey)", .unknown, "a stated choice: a table without a sort key",
          "2026-11")
      }
    }
  }

  /// Names of what handlers call without saying which keys they ask for.
  private func collectTables(_ steps: [Step], into names: inout Set<String>) {
    for step in steps {
      switch step {
      case .call(let call):
        if let operation = call.operation, operation.keys == nil { names.insert(call.target) }
      case .compute, .wait, .fail, .crash: break
      case .parallel(let branches): for branch in branches { collectTables(branch, into: &names) }
      case .choose(let choices): for choice in choices { collectTables(choice.steps, into: &names) }
      case .repeat(_, let steps), .forEachRecord(let steps): collectTables(steps, into: &names)
      }
    }
  }
}
