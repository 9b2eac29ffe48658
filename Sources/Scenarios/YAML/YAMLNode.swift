/// A YAML document as a tree in which every node knows its place.
///
/// Scalars stay text: what a text means is for the decoder to say, so `on`, `yes` and `1e3` hold no surprises.
/// The tree has no aliases, so a walk is never longer than the file.
struct YAMLNode: Hashable, Sendable {
  /// A key of a mapping with its value.
  struct Entry: Hashable, Sendable {
    var key: String
    var keyPlace: ScenarioError.Place
    var value: YAMLNode
  }

  enum Content: Hashable, Sendable {
    /// A text, and whether it stands without quotes.
    case scalar(String, plain: Bool)
    case sequence([YAMLNode])
    /// Keys in the order of the file, each once.
    case mapping([Entry])
  }

  var content: Content
  var place: ScenarioError.Place

  /// What stands here, in a few words for a fault.
  var summary: String {
    switch content {
    case .scalar("", plain: true): "nothing"
    case .scalar(let text, plain: true): Self.clip(text)
    case .scalar(let text, plain: false): "\"\(Self.clip(text))\""
    case .sequence(let items): items.isEmpty ? "an empty list" : "a list"
    case .mapping(let entries): entries.isEmpty ? "an empty mapping" : "a mapping"
    }
  }

  /// At most 60 characters of a text, control characters shown as `?`.
  static func clip(_ text: String) -> String {
    let clean = text.unicodeScalars.prefix(61).map { $0.value < 32 || $0.value == 127 ? "?" : Character($0) }
    return clean.count > 60 ? String(clean.prefix(57)) + ".." : String(clean)
  }

  /// Adds the tree to `bytes` in a form that comments, spacing, quotes and flow style do not change.
  func appendCanonical(to bytes: inout [UInt8]) {
    switch content {
    case .scalar(let text, _):
      bytes.append(UInt8(ascii: "s"))
      Self.append(text, to: &bytes)
    case .sequence(let items):
      bytes.append(UInt8(ascii: "l"))
      Self.append(items.count, to: &bytes)
      for item in items { item.appendCanonical(to: &bytes) }
    case .mapping(let entries):
      bytes.append(UInt8(ascii: "m"))
      Self.append(entries.count, to: &bytes)
      for entry in entries {
        Self.append(entry.key, to: &bytes)
        entry.value.appendCanonical(to: &bytes)
      }
    }
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    var text = text
    text.withUTF8 {
      append($0.count, to: &bytes)
      bytes.append(contentsOf: $0)
    }
  }

  /// Adds a count and a colon.
  private static func append(_ count: Int, to bytes: inout [UInt8]) {
    appendDigits(of: count, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
  }

  private static func appendDigits(of count: Int, to bytes: inout [UInt8]) {
    if count >= 10 { appendDigits(of: count / 10, to: &bytes) }
    bytes.append(UInt8(ascii: "0") + UInt8(count % 10))
  }
}
