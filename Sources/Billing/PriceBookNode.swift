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

extension PriceBookNode {
  /// The same value out of JSON, which tells no places; nil for anything but texts, lists and mappings of them.
  ///
  /// Mappings are in the order of their keys.
  init?(json: Any) {
    place = nil
    if let text = json as? String {
      content = .scalar(text)
    } else if let list = json as? [Any] {
      let items = list.compactMap { PriceBookNode(json: $0) }
      guard items.count == list.count else { return nil }
      content = .sequence(items)
    } else if let mapping = json as? [String: Any] {
      let entries = mapping.sorted { $0.key < $1.key }.compactMap { key, value in
        PriceBookNode(json: value).map { Entry(key: PriceBookNode(content: .scalar(key), place: nil), value: $0) }
      }
      guard entries.count == mapping.count else { return nil }
      content = .mapping(entries)
    } else {
      return nil
    }
  }

  /// The value as `init(json:)` reads it.
  var json: Any {
    switch content {
    case .scalar(let text): text
    case .sequence(let items): items.map(\.json)
    case .mapping(let entries):
      Dictionary(entries.map { ($0.key.text ?? "", $0.value.json) }, uniquingKeysWith: { first, _ in first })
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
