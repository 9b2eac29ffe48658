/// A value that takes another's place in the tree of a scenario, before anything is decoded.
///
/// Overrides on the command line and variants in the file both become replacements, so a path means the same in both.
struct Replacement: Hashable, Sendable {
  /// Keys from the top, joined by points; a place in a list as `[0]` or `.0`.
  let path: String
  /// Where the path stands, for faults.
  let place: ScenarioError.Place
  /// The new value; nil removes the key.
  let value: YAMLNode?

  /// A replacement by a node; a plain `null` or `~` removes the key.
  init(path: String, place: ScenarioError.Place, value: YAMLNode) {
    self.path = path
    self.place = place
    switch value.content {
    case .scalar("null", plain: true), .scalar("~", plain: true): self.value = nil
    case .scalar, .sequence, .mapping: self.value = value
    }
  }

  /// Puts the value into the tree; one that cannot be put there is a fault.
  func apply(to tree: inout YAMLNode, faults: inout [ScenarioError]) {
    guard path.utf8.count <= Self.pathBytesMax else {
      var place = place
      if case .override = place { place = .override(YAMLNode.clip(path)) }
      faults.append(
        ScenarioError(
          place: place, found: "a path of \(path.utf8.count) bytes", wanted: "at most \(Self.pathBytesMax)"))
      return
    }
    let bracketless = path.split(separator: "[", omittingEmptySubsequences: false).joined(separator: ".")
    let keys = bracketless.split(separator: ".", omittingEmptySubsequences: false).map { part in
      String(part.last == "]" ? part.dropLast() : part)
    }
    let trimmed = keys.enumerated().filter { !($0.offset == 0 && $0.element.isEmpty) }.map(\.element)
    guard let first = trimmed.first else {
      faults.append(ScenarioError(place: place, found: "no path", wanted: "the path of a value, as in `duration`"))
      return
    }
    guard first != "variants" else {
      faults.append(
        ScenarioError(
          place: place, found: "a path into `variants`", wanted: "the path of a value of the scenario itself",
          advice: "write variants in the file"))
      return
    }
    if let problem = put(at: trimmed[...], in: &tree, named: nil) {
      faults.append(ScenarioError(place: place, found: problem.found, wanted: problem.wanted, advice: problem.advice))
    }
  }

  /// Far above every path of a real scenario; a tree as deep as a longer one could name would exhaust the stack.
  private static let pathBytesMax = 1_024

  private typealias Problem = (found: String, wanted: String, advice: String)

  /// Follows the keys downwards; the reason why there is no way, if so.
  private func put(at keys: ArraySlice<String>, in node: inout YAMLNode, named name: String?) -> Problem? {
    guard let key = keys.first else {
      if let value { node = value }
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
      if value == nil, keys.count == 1 {
        return ("null at a place in a list", "a value", "only keys can be removed; give the whole list")
      }
      let problem = put(at: keys.dropFirst(), in: &items[index], named: nil)
      node.content = .sequence(items)
      return problem
    case .mapping(var entries):
      // A key may contain points itself (`p99.9`, `GET /items.json`): the shortest key that exists is taken.
      for count in 1...keys.count {
        let joined = keys.prefix(count).joined(separator: ".")
        guard let index = entries.firstIndex(where: { $0.key == joined }) else { continue }
        var problem: Problem?
        if value == nil, count == keys.count {
          entries.remove(at: index)
          // What the mapping then lacks is this replacement's doing.
          node.place = place
        } else {
          problem = put(at: keys.dropFirst(count), in: &entries[index].value, named: joined)
        }
        node.content = .mapping(entries)
        return problem
      }
      let problem = add(keys, to: &entries, named: name)
      node.content = .mapping(entries)
      return problem
    }
  }

  /// Adds a key that the file leaves out.
  ///
  /// So are mappings on the way, as for `billing.freeTier`; the decoder then judges their keys. Resources and traffic
  /// sources are not added on the way: a new one needs more than one value, a mapping at its own name.
  private func add(_ keys: ArraySlice<String>, to entries: inout [YAMLNode.Entry], named name: String?) -> Problem? {
    guard let key = keys.first else { return nil }
    let guess = keys.count == 1 && value != nil ? nil : closest(to: key, in: entries.map(\.key))
    let isNamed = keys.count > 1 && (name == "resources" || name == "traffic")
    guard let value, guess == nil, !isNamed, !keys.contains(where: \.isEmpty),
      keys.dropFirst().allSatisfy({ Int($0) == nil })
    else {
      return (
        "no `\(YAMLNode.clip(key))`", "one of " + entries.map(\.key).joined(separator: ", "),
        guess.map { "did you mean `\($0)`?" } ?? (value == nil ? "there is nothing to remove" : "add it to the file")
      )
    }
    // A value of the file keeps its key's own place; one from the command line has no other.
    let keyPlace = place
    var added = value
    for key in keys.dropFirst().reversed() {
      added = YAMLNode(
        content: .mapping([YAMLNode.Entry(key: key, keyPlace: keyPlace, value: added)]), place: keyPlace)
    }
    entries.append(YAMLNode.Entry(key: key, keyPlace: keyPlace, value: added))
    return nil
  }
}
