import Units

/// The plan of a sweep.
extension Decoding {
  /// Most parameters of a sweep.
  static let sweepParametersMax = 100

  /// What is sound of the plan in the tree: with faults, a plan that lacks them; nil where too little is left to try.
  func sweep(_ tree: YAMLNode) -> SweepPlan? {
    guard let fields = self.fields(tree, Shapes.sweep) else { return nil }
    let name = fields["sweep"].flatMap { sweepTitle($0) }
    let scenario = fields["scenario"].flatMap { text($0, wanted: "the path of a scenario's file") }
    let parameters = fields["parameters"].flatMap { sweepParameters($0) }
    let known = faults.count
    let settings = fields["settings"].map { sweepSettings($0) } ?? []
    let variant = fields["variant"].flatMap { text($0, wanted: "the name of a variant") }
    // What they would change is not known, so that nothing can be tried without them.
    let hasBase = faults.count == known
    if let parameters { checkPaths(of: parameters.map(\.value), settings, fields) }
    let design = parameters.flatMap { sweepDesign(fields["design"], of: $0.map(\.value), at: fields.place) }
    let replications = fields["replications"].map { integer($0, 1...100_000) ?? 1 }
    let seed = fields["seed"].flatMap { integer($0, 0...Int.max) }
    let numbers = fields["randomNumbers"].map { choice($0, SweepPlan.RandomNumbers.self) } ?? .common
    let figures = fields["figures"].map { sweepFigures($0) } ?? []
    let description = fields["description"].map { $0.scalarText ?? reject($0, wanted: "a text") ?? "" } ?? ""
    guard let scenario, let parameters, hasBase, parameters.allSatisfy({ $0.isSound || !$0.mayBeVariant }) else {
      return nil
    }
    // The points of a list have a value for every parameter: with fewer of these they would say the wrong things.
    var kept = design ?? .grid
    if case .list = kept, !parameters.allSatisfy(\.isSound) { kept = .grid }
    return SweepPlan(
      name: name ?? "", description: description,
      scenario: scenario.hasPrefix("/") || directory == "." ? scenario : directory + "/" + scenario, variant: variant,
      settings: settings, replications: replications, seed: seed.map(UInt64.init), randomNumbers: numbers ?? .common,
      parameters: parameters.filter(\.isSound).map(\.value), design: kept, figures: figures, path: file,
      places: sweepPlaces(fields))
  }

  private func sweepTitle(_ node: YAMLNode) -> String? {
    let wanted = "a name of 1 to 200 characters"
    guard let title = text(node, wanted: wanted) else { return nil }
    return title.count <= 200 ? title : reject(node, wanted: wanted)
  }

  private func sweepSettings(_ node: YAMLNode) -> [Override] {
    (named(node, wanted: "a mapping of paths to values") ?? []).compactMap { entry in
      guard let value = scalar(entry.value) else { return nil }
      return Override(path: entry.key, value: value)
    }
  }

  private func sweepFigures(_ node: YAMLNode) -> [String] {
    let wanted = "a list of figures, as in [shoppers.p99, cost.monthly]"
    guard let items = list(node, wanted: wanted) else { return [] }
    if items.isEmpty { fault(node.place, found: "an empty list", wanted: wanted, advice: "leave out `figures`") }
    var names: [String] = []
    for item in items {
      guard let name = text(item, wanted: "the name of a figure") else { continue }
      if names.contains(name) {
        fault(item.place, found: "\(YAMLNode.clip(name)) twice", wanted: "each figure once", advice: "leave one out")
      }
      names.append(name)
    }
    return names
  }

  // MARK: Parameters

  /// A parameter, or where it is not sound what stands for it where the other parts of the plan are checked.
  private struct Parameter {
    var value: SweepParameter
    var isSound: Bool
    /// Whether it may be the choice of a variant, on which everything else hangs.
    var mayBeVariant: Bool
  }

  private func sweepParameters(_ node: YAMLNode) -> [Parameter]? {
    guard let entries = named(node, wanted: "a mapping of names to parameters") else { return nil }
    guard (1...Self.sweepParametersMax).contains(entries.count) else {
      fault(node.place, found: "\(entries.count) parameters", wanted: "1 to \(Self.sweepParametersMax)")
      return nil
    }
    return entries.map { entry in
      checkName(entry)
      if SweepPlan.reservedNames.contains(entry.key) {
        fault(
          entry.keyPlace, found: "a parameter named `\(entry.key)`", wanted: "another name: tables have such a column",
          advice: "rename it")
      }
      if let value = sweepParameter(entry) { return Parameter(value: value, isSound: true, mayBeVariant: false) }
      let isRange = entry.value.child("values") == nil && entry.value.child("from") != nil
      let levels: SweepParameter.Levels =
        isRange
        ? .range(SweepRange(from: 0, to: 1, unit: "", isLogarithmic: false, step: nil)) : .values([])
      let path = entry.value.child("path")?.scalarText
      return Parameter(
        value: SweepParameter(name: entry.key, paths: [], levels: levels), isSound: false,
        mayBeVariant: path == nil || path == ScenarioTemplate.variantPath)
    }
  }

  private func sweepParameter(_ entry: YAMLNode.Entry) -> SweepParameter? {
    guard let fields = self.fields(entry.value, Shapes.sweepParameter), let paths = fields["path"].flatMap(sweepPaths)
    else { return nil }
    let ends = ["from", "to", "scale", "step"].filter { fields[$0] != nil }
    if let values = fields["values"] {
      if let end = ends.first {
        fault(fields.place, found: "`values` and `\(end)`", wanted: "a list or a range", advice: "leave one out")
        return nil
      }
      return sweepValues(values).map { SweepParameter(name: entry.key, paths: paths, levels: .values($0)) }
    }
    guard let from = fields["from"], let to = fields["to"] else {
      fault(
        fields.place, found: ends.isEmpty ? "no values" : "half a range", wanted: "`values`, or `from` and `to`",
        advice: "add them")
      return nil
    }
    return sweepRange(from, to, fields).map { SweepParameter(name: entry.key, paths: paths, levels: .range($0)) }
  }

  private func sweepPaths(_ node: YAMLNode) -> [String]? {
    if case .sequence(let items) = node.content {
      let paths = items.compactMap { text($0, wanted: "a path of the scenario") }
      if items.isEmpty { fault(node.place, found: "an empty list", wanted: "at least one path") }
      return paths.isEmpty ? nil : paths
    }
    return text(node, wanted: "a path of the scenario, or a list of them").map { [$0] }
  }

  private func sweepValues(_ node: YAMLNode) -> [String]? {
    guard let items = list(node, wanted: "a list of values with their units") else { return nil }
    if items.isEmpty {
      fault(node.place, found: "an empty list", wanted: "at least one value", advice: "add one")
      return nil
    }
    var values: [String] = []
    var seen: Set<String> = []
    for item in items {
      guard let value = scalar(item) else { continue }
      if !seen.insert(Self.meaning(of: value)).inserted {
        fault(item.place, found: "\(YAMLNode.clip(value)) twice", wanted: "each value once", advice: "leave one out")
      }
      values.append(value)
    }
    return values.count == items.count ? values : nil
  }

  private func sweepRange(_ from: YAMLNode, _ to: YAMLNode, _ fields: Fields) -> SweepRange? {
    guard let least = sweepNumber(from), let greatest = sweepNumber(to) else { return nil }
    guard least.unit == greatest.unit else {
      return reject(to, wanted: "the unit of `from`: \(least.unit.isEmpty ? "none" : least.unit)")
    }
    var range = SweepRange(
      from: least.number.doubleValue, to: greatest.number.doubleValue, unit: least.unit, isLogarithmic: false,
      step: nil)
    guard range.from < range.to else { return reject(to, wanted: "more than \(from.summary)") }
    if let node = fields["scale"] {
      guard let word = node.scalarText, ["linear", "log"].contains(word) else {
        return reject(node, wanted: "linear or log")
      }
      range.isLogarithmic = word == "log"
      if word == "log", range.from <= 0 { return reject(from, wanted: "a number above 0, for the scale is log") }
    }
    if let node = fields["step"] {
      guard let step = sweepNumber(node) else { return nil }
      range.step = step.number.doubleValue
      guard step.unit == least.unit, step.number.mantissa > 0, step.number.doubleValue <= range.to - range.from else {
        return reject(node, wanted: "a step above 0 with the unit of the range, at most as wide as it")
      }
      guard isWhole(from, to, node, least, greatest, step) else { return nil }
    }
    return hasLevels(range, to) ? range : nil
  }

  private func sweepNumber(_ node: YAMLNode) -> Quantity? {
    guard let text = node.scalarText, let quantity = try? Quantity(text) else {
      return reject(node, wanted: "a number with its unit, as in 512 MB")
    }
    return quantity
  }

  /// A single value as text; null removes a key and is no value here.
  private func scalar(_ node: YAMLNode) -> String? {
    guard let text = text(node, wanted: "a single value") else { return nil }
    return text
  }

  // MARK: Design

  private func sweepDesign(
    _ node: YAMLNode?, of parameters: [SweepParameter], at place: ScenarioError.Place
  ) -> SweepDesign? {
    guard let node, node.scalarText != "grid" else {
      let ranges = parameters.filter(\.isRange).map(\.name)
      guard ranges.isEmpty else {
        fault(
          node?.place ?? place, found: "a grid over the range of " + listed(ranges), wanted: "`values` for a grid",
          advice: "list values, or choose another design")
        return nil
      }
      return .grid
    }
    if let word = node.scalarText {
      return reject(
        node, wanted: "grid, or a mapping with one of " + Shapes.sweepDesign.oneOf.joined(separator: ", "),
        advice: meant(word, in: ["grid"] + Shapes.sweepDesign.oneOf) ?? "")
    }
    guard let fields = self.fields(node, Shapes.sweepDesign) else { return nil }
    if let list = fields["list"] { return sweepList(list, parameters) }
    if let random = fields["random"] { return sweepPoints(random).map { .random(points: $0) } }
    return sweepUnitDesign(fields, of: parameters)
  }

  func sweepPoints(_ node: YAMLNode) -> Int? {
    self.fields(node, Shapes.sweepPoints)?["points"].flatMap { integer($0, 1...SweepPlan.pointsMax) }
  }

  private func sweepList(_ node: YAMLNode, _ parameters: [SweepParameter]) -> SweepDesign? {
    guard let items = list(node, wanted: "a list of points") else { return nil }
    if items.isEmpty {
      fault(node.place, found: "an empty list", wanted: "at least one point", advice: "add one")
      return nil
    }
    let names = parameters.map(\.name)
    var points: [[String]] = []
    var seen: Set<[String]> = []
    for item in items {
      guard let entries = named(item, wanted: "a mapping of every parameter to its value") else { return nil }
      for entry in entries where !names.contains(entry.key) {
        fault(
          entry.keyPlace, found: "the unknown parameter `\(YAMLNode.clip(entry.key))`",
          wanted: "one of " + listed(names),
          advice: meant(entry.key, in: names) ?? "leave it out")
      }
      var point: [String] = []
      for name in names {
        guard let entry = entries.first(where: { $0.key == name }) else {
          fault(item.place, found: "no `\(name)`", wanted: "a value for every parameter", advice: "add it")
          return nil
        }
        guard let value = scalar(entry.value) else { return nil }
        point.append(value)
      }
      if !seen.insert(point.map(Self.meaning(of:))).inserted {
        fault(item.place, found: "a point twice", wanted: "each point once", advice: "leave one out")
      }
      points.append(point)
    }
    return .list(points)
  }
}

extension SweepPlan {
  /// Most points of a sweep.
  public static let pointsMax = 10_000_000

  /// Names that tables use for columns of their own.
  static let reservedNames: Set<String> = [
    "point", "replication", "figure", "unit", "value", "status", "error", "replications",
  ]

  /// Reads the plan at `path`. Throws `ScenarioFaults` with everything that is wrong with it.
  public static func load(path: String) throws(ScenarioFaults) -> SweepPlan {
    let draft = SweepDraft(path: path)
    guard draft.faults.isEmpty, let plan = draft.plan else { throw ScenarioFaults(draft.faults) }
    return plan
  }

  /// Decodes the text of a plan; `path` names it in faults, and its folder is where the scenario's path starts.
  public static func decode(_ text: String, path: String) throws(ScenarioFaults) -> SweepPlan {
    let draft = SweepDraft(text, path: path)
    guard draft.faults.isEmpty, let plan = draft.plan else { throw ScenarioFaults(draft.faults) }
    return plan
  }
}

/// A plan's file as far as it is sound, so that what is wrong with it and with its values can be said at once.
public struct SweepDraft: Sendable {
  /// What is wrong with the file itself; empty for a sound one.
  public let faults: [ScenarioError]
  /// The plan; of a file with faults what is left of it, with its design in doubt, or nil where that cannot be tried.
  public let plan: SweepPlan?

  /// A plan without faults.
  public init(_ plan: SweepPlan) { self.init(faults: [], plan: plan) }

  /// Reads the plan at `path`. A file that cannot be read is a fault.
  public init(path: String) {
    var faults: [ScenarioError] = []
    guard let text = ScenarioFile.text(at: path, faults: &faults) else {
      self.init(faults: faults, plan: nil)
      return
    }
    self.init(text, path: path)
  }

  /// Decodes the text of a plan, as `SweepPlan.decode`.
  public init(_ text: String, path: String) {
    var faults: [ScenarioError] = []
    guard let tree = YAMLParser.parse(text, file: path, faults: &faults) else {
      self.init(faults: faults, plan: nil)
      return
    }
    let decoding = Decoding(file: path, directory: ScenarioFile.directory(of: path))
    let plan = decoding.sweep(tree)
    self.init(faults: faults + decoding.faults, plan: plan)
  }

  private init(faults: [ScenarioError], plan: SweepPlan?) {
    precondition(plan != nil || !faults.isEmpty, "a plan that is not there has a fault")
    self.faults = faults
    self.plan = plan
  }
}

extension SweepParameter {
  /// Whether it takes anything in a range.
  var isRange: Bool {
    switch levels {
    case .values: false
    case .range: true
    }
  }
}
