/// A value that replaces or adds one of a scenario's, as in `--set resources.worker.memorySize=512 MB`.
public struct Override: Hashable, Sendable {
  /// Keys from the top, joined by points; a place in a list as `[0]` or `.0`.
  public let path: String
  /// The value as YAML would have it: a single scalar; a plain `null` removes the key.
  public let value: String

  /// A value at a path.
  public init(path: String, value: String) {
    self.path = path
    self.value = value
  }

  /// Reads `path=value`; nil without an equals sign or without a path.
  public init?(_ text: String) {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return nil }
    self.init(path: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
  }
}

extension Override {
  /// Puts the value into the tree, before anything is decoded; a value that cannot be put there is a fault.
  func apply(to tree: inout YAMLNode, faults: inout [ScenarioError]) {
    let place = ScenarioError.Place.override(path)
    var problems: [ScenarioError] = []
    let parsed = YAMLParser.parse(value, file: path, faults: &problems)
    switch parsed?.content {
    case .scalar(let text, let plain):
      let node = YAMLNode(content: .scalar(text, plain: plain), place: place)
      Replacement(path: path, place: place, value: node).apply(to: &tree, faults: &faults)
    case .sequence, .mapping, nil:
      faults.append(
        ScenarioError(place: place, found: YAMLNode.clip(value.isEmpty ? "nothing" : value), wanted: "a single value"))
    }
  }
}
