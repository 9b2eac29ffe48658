/// The break-even of a table's capacity modes.
extension Decoding {
  /// Most utilisations of one table: each is as many runs as the scenario has replications.
  static let utilizationsMax = 50

  /// The plan below `breakEven:`; nil if there are faults.
  func breakEven(_ node: YAMLNode, _ index: ResourceIndex) -> BreakEvenPlan? {
    guard let fields = self.fields(node, Shapes.breakEven) else { return nil }
    let table = fields["table"].flatMap { knownTable($0, index) }
    var plan = BreakEvenPlan(table: table ?? "")
    if let node = fields["utilization"] {
      guard let utilizations = self.utilizations(node) else { return nil }
      plan.utilizations = utilizations
    } else {
      assume(
        "", "breakEven.utilization", BreakEvenPlan.defaultPercentages.map { "\($0) %" }.joined(separator: ", "),
        .unknown, "a stated choice: closer where list prices of reads and writes meet", "2026-11")
    }
    if let node = fields["variant"] {
      guard let variant = knownVariant(node) else { return nil }
      plan.variant = variant
    }
    return table == nil ? nil : plan
  }

  private func knownTable(_ node: YAMLNode, _ index: ResourceIndex) -> String? {
    let tables = index.names.filter { name in
      if case .table = index[name] { return true }
      return false
    }
    return known(node, among: tables, "a table")
  }

  private func knownVariant(_ node: YAMLNode) -> String? { known(node, among: variantNames, "a variant of this file") }

  private func known(_ node: YAMLNode, among names: [String], _ noun: String) -> String? {
    let wanted = names.isEmpty ? "\(noun); there is none" : "\(noun): " + listed(names)
    guard let name = text(node, wanted: wanted) else { return nil }
    if names.contains(name) { return name }
    let advice = names.isEmpty ? "add one or leave out `breakEven`" : "correct the name"
    return reject(node, wanted: wanted, advice: guess(name, in: names).map { "did you mean `\($0)`?" } ?? advice)
  }

  /// Shares above 0, at most 1, ascending.
  private func utilizations(_ node: YAMLNode) -> [Double]? {
    guard let items = list(node, wanted: "a list of shares, as in [20 %, 30 %, 40 %]") else { return nil }
    guard (1...Self.utilizationsMax).contains(items.count) else {
      fault(node.place, found: "\(items.count) shares", wanted: "1 to \(Self.utilizationsMax)")
      return nil
    }
    var shares: [Double] = []
    for item in items {
      guard let share = share(item) else { return nil }
      guard share > (shares.last ?? 0), share <= 1 else {
        return reject(item, wanted: "shares above 0 %, at most 100 %, each above the one before")
      }
      shares.append(share)
    }
    return shares
  }
}
