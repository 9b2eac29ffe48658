/// A value that replaces or adds one of a scenario's, as in `--set resources.worker.memorySize=512 MB`.
public struct Override: Hashable, Sendable {
  /// Keys from the top, joined by points; a place in a list as `[0]` or `.0`.
  public let path: String
  /// The value as YAML would have it: a single scalar.
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
    let node: YAMLNode
    switch parsed?.content {
    case .scalar(let text, let plain):
      node = YAMLNode(content: .scalar(text, plain: plain), place: place)
    case .sequence, .mapping, nil:
      faults.append(
        ScenarioError(place: place, found: YAMLNode.clip(value.isEmpty ? "nothing" : value), wanted: "a single value"))
      return
    }
    guard path.utf8.count <= Self.pathBytesMax else {
      faults.append(
        ScenarioError(
          place: .override(YAMLNode.clip(path)), found: "a path of \(path.utf8.count) bytes",
          wanted: "at most \(Self.pathBytesMax)"))
      return
    }
    let bracketless = path.split(separator: "[", omittingEmptySubsequences: false).joined(separator: ".")
    let keys = bracketless.split(separator: ".", omittingEmptySubsequences: false).map { part in
      String(part.last == "]" ? part.dropLast() : part)
    }
    let trimmed = keys.enumerated().filter { !($0.offset == 0 && $0.element.isEmpty) }.map(\.element)
    guard !trimmed.isEmpty else {
      faults.append(ScenarioError(place: place, found: "no path", wanted: "the path of a value, as in `duration`"))
      return
    }
    if let problem = Self.set(node, at: trimmed[...], in: &tree, named: nil) {
      faults.append(ScenarioError(place: place, found: problem.found, wanted: problem.wanted, advice: problem.advice))
    }
  }

  /// Far above every path of a real scenario; a tree as deep as a longer one could name would exhaust the stack.
  private static let pathBytesMax = 1_024

  private typealias Problem = (found: String, wanted: String, advice: String)

  /// Follows the keys downwards; the reason why there is no way, if so.
  ///
  /// Mappings that the file leaves out are added on the way, as for `billing.freeTier`; the decoder then judges their
  /// keys. Resources and traffic sources are not: a new one would need more than one value.
  private static func set(
    _ value: YAMLNode, at keys: ArraySlice<String>, in node: inout YAMLNode, named name: String?
  ) -> Problem? {
    guard let key = keys.first else {
      node = value
      return nil
    }
    switch node.content {
    case .scalar:
      return (
        "`\(YAMLNode.clip(key))` below the value \(node.summary)", "a path to a value of the scenario",
        "shorten the path"
      )
    case .sequence(var items):
      guard let index = Int(key), items.indices.contains(index) else {
        return ("the place `\(YAMLNode.clip(key))` in a list", "0 to \(items.count - 1)", "")
      }
      let problem = set(value, at: keys.dropFirst(), in: &items[index], named: nil)
      node.content = .sequence(items)
      return problem
    case .mapping(var entries):
      // A key may contain points itself (`p99.9`, `GET /items.json`): the shortest key that exists is taken.
      for count in 1...keys.count {
        let joined = keys.prefix(count).joined(separator: ".")
        guard let index = entries.firstIndex(where: { $0.key == joined }) else { continue }
        let problem = set(value, at: keys.dropFirst(count), in: &entries[index].value, named: joined)
        node.content = .mapping(entries)
        return problem
      }
      let guess = keys.count == 1 ? nil : closest(to: key, in: entries.map(\.key))
      let isNamed = keys.count > 1 && (name == "resources" || name == "traffic")
      guard guess == nil, !isNamed, !keys.contains(where: \.isEmpty), keys.dropFirst().allSatisfy({ Int($0) == nil })
      else {
        return (
          "no `\(YAMLNode.clip(key))`", "one of " + entries.map(\.key).joined(separator: ", "),
          guess.map { "did you mean `\($0)`?" } ?? "add it to the file"
        )
      }
      var added = value
      for key in keys.dropFirst().reversed() {
        added = YAMLNode(
          content: .mapping([YAMLNode.Entry(key: key, keyPlace: value.place, value: added)]), place: value.place)
      }
      entries.append(YAMLNode.Entry(key: key, keyPlace: value.place, value: added))
      node.content = .mapping(entries)
      return nil
    }
  }
}
