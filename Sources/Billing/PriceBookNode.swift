import Yams

/// A value of a price book's file and its place. Scalars stay text.
struct PriceBookNode: Hashable {
  /// A key with its value.
  struct Entry: Hashable {
    let key: PriceBookNode
    let value: PriceBookNode
  }

  enum Content: Hashable {
    case scalar(String)
    case sequence([PriceBookNode])
    /// In the order of the file, each key once.
    case mapping([Entry])
  }

  /// Where it begins, from 1.
  struct Place: Hashable {
    let line: Int
    let column: Int
  }

  let content: Content
  /// Nil where the parser does not tell.
  let place: Place?

  /// The text; nil for a list or a mapping.
  var text: String? {
    if case .scalar(let text) = content { return text }
    return nil
  }
}

extension PriceBookNode {
  /// The same value out of Yams's tree.
  init(_ node: Node) {
    place = node.mark.map { Place(line: $0.line, column: $0.column) }
    switch node {
    case .scalar(let scalar): content = .scalar(scalar.string)
    case .sequence(let items): content = .sequence(items.map { PriceBookNode($0) })
    case .mapping(let entries):
      content = .mapping(entries.map { Entry(key: PriceBookNode($0.key), value: PriceBookNode($0.value)) })
    case .alias: content = .scalar("")
    }
  }
}

/// The values of a mapping by key: few, so that looking through them is faster than hashing.
struct PriceBookFields {
  private var entries: [(key: String, value: PriceBookNode)] = []

  subscript(key: String) -> PriceBookNode? {
    get { entries.first { $0.key == key }?.value }
    set { if let newValue { entries.append((key, newValue)) } }
  }
}
