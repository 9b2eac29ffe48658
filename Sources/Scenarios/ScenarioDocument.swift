import Services
import Synchronization

/// A scenario's file, parsed once: what it writes out, and its variants.
///
/// `variants` is cut off the tree before anything else, so that adding variants to a file changes nothing about the
/// scenario that it writes out, its canonical bytes included.
struct ScenarioDocument: Sendable {
  private let path: String
  /// The tree without `variants`.
  private let tree: YAMLNode
  /// The variants in the file's order.
  let variants: [Variant]
  /// Where `variants` stands, for a name that is not there.
  private let variantsPlace: ScenarioError.Place
  /// Duplicate keys, and faults of the list of variants.
  private let faults: [ScenarioError]
  private let digests = FileDigests()

  /// Reads a text; `path` names it in faults. Throws when it is no YAML at all.
  init(_ text: String, path: String) throws(ScenarioFaults) {
    var faults: [ScenarioError] = []
    guard var tree = YAMLParser.parse(text, file: path, faults: &faults) else { throw ScenarioFaults(faults) }
    self.path = path
    var variants: [Variant] = []
    var place = ScenarioError.Place.file(path)
    if case .mapping(var entries) = tree.content, let index = entries.firstIndex(where: { $0.key == "variants" }) {
      let entry = entries.remove(at: index)
      tree.content = .mapping(entries)
      let decoding = Decoding(file: path, directory: ScenarioFile.directory(of: path))
      variants = decoding.variants(entry.value)
      faults += decoding.faults
      place = entry.keyPlace
    }
    self.tree = tree
    self.variants = variants
    self.variantsPlace = place
    self.faults = faults
  }

  /// The scenario of each name, nil standing for the file as written; `overrides` are put in after a variant.
  ///
  /// Throws everything that is wrong with any of them, and with the other variants as written: a fault of a variant
  /// names it, one that the file has without any variant does not.
  func scenarios(_ names: [String?], overrides: [Override]) throws(ScenarioFaults) -> [Scenario] {
    var faults = self.faults
    let written = decode(nil, overrides: [])
    let known = Set(written.faults)
    for variant in variants where !names.contains(variant.name) {
      faults += decode(variant, overrides: []).faults.filter { !known.contains($0) }.map { $0.of(variant) }
    }
    if names.isEmpty { faults += written.faults }
    var scenarios: [Scenario] = []
    for name in names {
      let variant = name.flatMap { name in variants.first { $0.name == name } }
      if let name, variant == nil {
        faults.append(unknown(name))
        continue
      }
      let decoded = variant == nil && overrides.isEmpty ? written : decode(variant, overrides: overrides)
      faults += decoded.faults.map { fault in
        guard let variant, !known.contains(fault) else { return fault }
        return fault.of(variant)
      }
      if let scenario = decoded.scenario { scenarios.append(scenario) }
    }
    guard faults.isEmpty, scenarios.count == names.count else { throw ScenarioFaults(faults) }
    return scenarios
  }

  /// One scenario, without a look at the file's other variants.
  func scenario(_ name: String?, overrides: [Override]) throws(ScenarioFaults) -> Scenario {
    let variant = name.flatMap { name in variants.first { $0.name == name } }
    if let name, variant == nil { throw ScenarioFaults(faults + [unknown(name)]) }
    let decoded = decode(variant, overrides: overrides)
    guard let scenario = decoded.scenario, faults.isEmpty, decoded.faults.isEmpty else {
      throw ScenarioFaults(
        faults
          + decoded.faults.map { fault in
            if let variant { fault.of(variant) } else { fault }
          })
    }
    return scenario
  }

  private func decode(_ variant: Variant?, overrides: [Override]) -> (scenario: Scenario?, faults: [ScenarioError]) {
    var faults: [ScenarioError] = []
    var tree = tree
    for replacement in variant?.replacements ?? [] { replacement.apply(to: &tree, faults: &faults) }
    for override in overrides { override.apply(to: &tree, faults: &faults) }
    let decoding = Decoding(
      file: path, directory: ScenarioFile.directory(of: path), digests: digests, variantNames: variants.map(\.name))
    var scenario = decoding.scenario(tree)
    if let wanted = scenario?.breakEven?.variant, wanted != variant?.name { scenario?.breakEven = nil }
    scenario?.variant = variant?.name
    scenario?.variants = variants.map(\.name)
    return (scenario, faults + decoding.faults)
  }

  private func unknown(_ name: String) -> ScenarioError {
    let names = variants.map(\.name)
    let shown = YAMLNode.clip(name)
    guard !names.isEmpty else {
      return ScenarioError(
        place: variantsPlace, found: "no variants, so no `\(shown)`", wanted: "a file with `variants`",
        advice: "add them, or leave --variant out")
    }
    return ScenarioError(
      place: variantsPlace, found: "no variant `\(shown)`", wanted: "one of " + names.joined(separator: ", "),
      advice: closest(to: name, in: names).map { "did you mean `\($0)`?" } ?? "")
  }
}

extension ScenarioError {
  /// The fault as one of a variant: a fault may stand where the variant itself writes nothing. Those of overrides name
  /// their path already.
  fileprivate func of(_ variant: Variant) -> ScenarioError {
    if case .override = place { return self }
    var fault = self
    fault.found += " in the variant `\(YAMLNode.clip(variant.name))`"
    return fault
  }
}

/// The files that a scenario reads: each is checked and its digest computed once, however many variants, or points of a
/// sweep, read it.
final class FileDigests: Sendable {
  private let known = Mutex<[String: [UInt8]?]>([:])
  private let sound = Mutex<Set<ReplayConfig>>([])

  /// Checks recorded traffic. Throws what is wrong with the file, every time anew.
  func check(_ replay: ReplayConfig) throws(TraceError) {
    if sound.withLock({ $0.contains(replay) }) { return }
    _ = try Trace.check(
      path: replay.path, layout: replay.layout, interval: replay.interval, columns: replay.columns)
    sound.withLock { _ = $0.insert(replay) }
  }

  /// As `ScenarioFile.digest`.
  func digest(of path: String) -> [UInt8]? {
    known.withLock { known in
      if let digest = known[path] { return digest }
      let digest = ScenarioFile.digest(of: path)
      known[path] = .some(digest)
      return digest
    }
  }
}
