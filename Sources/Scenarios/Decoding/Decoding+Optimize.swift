import Units

/// What `optimize` may change.
extension Decoding {
  /// Most variables of an optimisation.
  static let optimizationVariablesMax = 10

  /// The plan below `optimize:`; nil if there are faults.
  func optimization(_ node: YAMLNode) -> OptimizationPlan? {
    guard let fields = self.fields(node, Shapes.optimize) else { return nil }
    let variables = fields["variables"].flatMap { optimizationVariables($0) }
    var plan = OptimizationPlan(variables: variables ?? [])
    if let node = fields["indifference"] { plan.indifference = indifference(node) ?? plan.indifference }
    if let node = fields["confidence"] { plan.confidence = confidence(node) ?? plan.confidence }
    if let node = fields["tolerance"], let share = share(node) {
      if share == 0 { fault(node.place, found: node.summary, wanted: "a share above 0 %") }
      plan.tolerance = share
    }
    if let node = fields["firstReplications"] {
      plan.firstReplications = integer(node, 5...100_000) ?? plan.firstReplications
    }
    if let node = fields["maxReplications"] {
      plan.maxReplications = integer(node, 5...100_000) ?? plan.maxReplications
    }
    if plan.maxReplications < plan.firstReplications {
      let place = (fields["maxReplications"] ?? fields["firstReplications"])?.place ?? fields.place
      fault(
        place, found: "at most \(plan.maxReplications) replications of which \(plan.firstReplications) are the first",
        wanted: "maxReplications of firstReplications or more")
    }
    plan.places = optimizationPlaces(fields["variables"])
    return variables == nil ? nil : plan
  }

  private func indifference(_ node: YAMLNode) -> OptimizationPlan.Indifference? {
    let wanted = "an amount or a share above 0, as in `1 USD` or `1 %`"
    guard let text = node.scalarText, let found = OptimizationPlan.Indifference(text) else {
      return reject(node, wanted: wanted)
    }
    return found
  }

  private func confidence(_ node: YAMLNode) -> Double? {
    guard let share = share(node) else { return nil }
    return (0.5..<1).contains(share) ? share : reject(node, wanted: "50 % or more, and less than 100 %")
  }

  // MARK: Variables

  private func optimizationVariables(_ node: YAMLNode) -> [OptimizationVariable]? {
    guard let entries = named(node, wanted: "a mapping of names to variables") else { return nil }
    guard (1...Self.optimizationVariablesMax).contains(entries.count) else {
      fault(node.place, found: "\(entries.count) variables", wanted: "1 to \(Self.optimizationVariablesMax)")
      return nil
    }
    let variables = entries.map { entry -> OptimizationVariable? in
      checkName(entry)
      return optimizationVariable(entry)
    }
    var owners: [(keys: [String], name: String)] = []
    for (entry, variable) in zip(entries, variables) {
      for path in variable?.paths ?? [] {
        let keys = Override.keys(of: path)
        let place = entry.value.child("path")?.place ?? entry.keyPlace
        if let first = keys.first, OptimizationPlan.fixedKeys.contains(first) {
          fault(
            place, found: "the path `\(YAMLNode.clip(path))`", wanted: "the path of a value that designs differ in",
            advice: "`\(first)` must be the same for all candidates")
        }
        if let other = owners.first(where: { Override.overlap($0.keys, keys) }) {
          fault(
            place, found: "the path `\(YAMLNode.clip(path))`, which \(other.name) has too", wanted: "each path once",
            advice: "leave one out")
        }
        owners.append((keys, entry.key))
      }
    }
    return variables.contains(nil) ? nil : variables.compactMap { $0 }
  }

  private func optimizationVariable(_ entry: YAMLNode.Entry) -> OptimizationVariable? {
    guard let fields = self.fields(entry.value, Shapes.optimizationVariable),
      let paths = fields["path"].flatMap({ optimizationPaths($0) })
    else { return nil }
    let ends = ["from", "to", "step"].filter { fields[$0] != nil }
    if let values = fields["values"] {
      if let end = ends.first {
        fault(fields.place, found: "`values` and `\(end)`", wanted: "a list or a range", advice: "leave one out")
        return nil
      }
      return optimizationValues(values).map { OptimizationVariable(name: entry.key, paths: paths, levels: .values($0)) }
    }
    guard let from = fields["from"], let to = fields["to"], let step = fields["step"] else {
      fault(
        fields.place, found: ends.isEmpty ? "no values" : "a part of a range",
        wanted: "`values`, or `from`, `to` and `step`", advice: "add them")
      return nil
    }
    return steps(from, to, step).map { OptimizationVariable(name: entry.key, paths: paths, levels: .steps($0)) }
  }

  private func optimizationPaths(_ node: YAMLNode) -> [String]? {
    guard case .sequence(let items) = node.content else {
      return text(node, wanted: "a path of the scenario, or a list of them").map { [$0] }
    }
    let paths = items.compactMap { text($0, wanted: "a path of the scenario") }
    if items.isEmpty { fault(node.place, found: "an empty list", wanted: "at least one path") }
    return paths.isEmpty ? nil : paths
  }

  private func optimizationValues(_ node: YAMLNode) -> [String]? {
    let wanted = "a list of two values or more with their units"
    guard let items = list(node, wanted: wanted) else { return nil }
    guard items.count >= 2 else {
      fault(
        node.place, found: items.isEmpty ? "an empty list" : "a single value", wanted: wanted,
        advice: items.isEmpty ? "add values" : "write it where it belongs")
      return nil
    }
    var seen: Set<String> = []
    var values: [String] = []
    for item in items {
      guard let value = text(item, wanted: "a single value") else { return nil }
      if !seen.insert(Self.meaning(of: value)).inserted {
        fault(item.place, found: "\(YAMLNode.clip(value)) twice", wanted: "each value once", advice: "leave one out")
      }
      values.append(value)
    }
    return values
  }

  private func steps(_ from: YAMLNode, _ to: YAMLNode, _ step: YAMLNode) -> LevelSteps? {
    for node in [from, to, step] {
      guard let text = node.scalarText, (try? Quantity(text)) != nil else {
        return reject(node, wanted: "a number with its unit, as in 512 MB")
      }
    }
    let texts = [from, to, step].map { $0.scalarText ?? "" }
    do { return try LevelSteps(from: texts[0], to: texts[1], step: texts[2]) } catch {
      switch error {
      case .notANumber: return reject(step, wanted: "a step above 0, and numbers of 0 or more that it can count")
      case .units: return reject(step, wanted: "the unit that `from` and `to` have")
      case .order: return reject(to, wanted: "more than \(from.summary)")
      case .remainder(let last):
        return reject(to, wanted: "whole steps from \(from.summary) on", advice: "the last one below is \(last)")
      case .tooMany(let count):
        fault(
          step.place, found: "\(count) levels", wanted: "at most \(LevelSteps.countMax)", advice: "take longer steps")
        return nil
      }
    }
  }

  private func optimizationPlaces(_ node: YAMLNode?) -> SweepPlaces {
    var places = SweepPlaces()
    for entry in node?.entries ?? [] {
      places.paths[entry.key] = entry.value.child("path")?.place ?? entry.keyPlace
      if let values = entry.value.child("values"), case .sequence(let items) = values.content {
        places.values[entry.key] = items.map(\.place)
      } else if let from = entry.value.child("from"), let to = entry.value.child("to") {
        places.values[entry.key] = [from.place, to.place]
      }
    }
    return places
  }
}

extension OptimizationPlan {
  /// Keys of a scenario that no variable may change: candidates must be comparable.
  static let fixedKeys: Set<String> = [
    "optimize", "objectives", "variants", "seed", "replications", "duration", "warmUp", "start", "period", "scenario",
    "description", "region", "breakEven", "invocationLog",
  ]
}

extension OptimizationPlan.Indifference {
  /// Reads `1 USD` or `1 %`; nil for anything else, and for nothing.
  public init?(_ text: String) {
    if let share = try? Quantity.share(text), text.contains("%") {
      guard share > 0 else { return nil }
      self = .share(share)
    } else if let amount = try? Quantity.dollars(text), amount.mantissa > 0 {
      self = .dollars(amount.doubleValue)
    } else {
      return nil
    }
  }
}
