/// A design that a scenario's file describes as changes to what it writes out.
struct Variant: Hashable, Sendable {
  /// Name, as a resource's.
  let name: String
  /// What it changes, in the file's order.
  let replacements: [Replacement]
}

/// Variants: names, each with paths and the values to put there.
extension Decoding {
  /// Most variants of a file.
  static let variantsMax = 20

  /// The variants below `variants:`; those that are none are faults. What they put where is judged when a variant is
  /// decoded.
  func variants(_ node: YAMLNode) -> [Variant] {
    let wanted = "a mapping of names, each a mapping of paths to values"
    guard let entries = named(node, wanted: wanted) else { return [] }
    guard (1...Self.variantsMax).contains(entries.count) else {
      fault(node.place, found: "\(entries.count) variants", wanted: "1 to \(Self.variantsMax)")
      return []
    }
    return entries.compactMap { entry in
      checkName(entry)
      let advice = "write {} for the scenario as it is"
      guard case .mapping(let changes) = entry.value.content else {
        return reject(
          entry.value, wanted: "a mapping of paths to values, as in `resources.worker.memorySize: 512 MB`",
          advice: advice)
      }
      return Variant(
        name: entry.key,
        replacements: changes.compactMap { change in
          if case .scalar("", plain: true) = change.value.content {
            return reject(change.value, wanted: "a value", advice: "write null to remove the key")
          }
          return Replacement(path: change.key, place: change.keyPlace, value: change.value)
        })
    }
  }
}
