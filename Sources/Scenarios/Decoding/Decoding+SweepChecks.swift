import Units

/// What a plan's parts must not do to each other.
extension Decoding {
  /// Where the parts of a plan stand.
  func sweepPlaces(_ fields: Fields) -> SweepPlaces {
    var places = SweepPlaces()
    for entry in entries(fields["settings"]) { places.settings[entry.key] = entry.keyPlace }
    for parameter in entries(fields["parameters"]) {
      let parts = entries(parameter.value)
      func node(_ key: String) -> YAMLNode? { parts.first { $0.key == key }?.value }
      places.paths[parameter.key] = node("path")?.place ?? parameter.keyPlace
      if let node = node("values"), case .sequence(let items) = node.content {
        places.values[parameter.key] = items.map(\.place)
      } else if let from = node("from"), let to = node("to") {
        places.values[parameter.key] = [from.place, to.place]
      }
    }
    if let node = fields["figures"], case .sequence(let items) = node.content {
      for item in items { if let name = item.scalarText { places.figures[name] = item.place } }
    }
    for design in entries(fields["design"]) where design.key == "list" {
      guard case .sequence(let points) = design.value.content else { continue }
      for entry in points.flatMap({ entries($0) }) {
        guard let value = entry.value.scalarText, places.listed[entry.key]?[value] == nil else { continue }
        places.listed[entry.key, default: [:]][value] = entry.value.place
      }
    }
    return places
  }

  private func entries(_ node: YAMLNode?) -> [YAMLNode.Entry] {
    if let node, case .mapping(let entries) = node.content { return entries }
    return []
  }

  /// A value as it is meant: 1024 MB, 1024MB and 1 GB are the same, and so are 1 s and 1000 ms.
  static func meaning(of value: String) -> String {
    guard let quantity = try? Quantity(value) else { return value }
    if let unit = Time.units.first(where: { $0.name == quantity.unit }),
      let time = quantity.number.wholeMultiple(of: unit.nanoseconds)
    {
      return "\(time) ns"
    }
    if let unit = Size.units.first(where: { $0.name == quantity.unit }),
      let size = quantity.number.wholeMultiple(of: unit.bytes)
    {
      return "\(size) B"
    }
    if let unit = Quantity.rateUnits.first(where: { $0.name == quantity.unit }),
      let rate = quantity.number.wholeMultiple(of: 86_400 / unit.seconds)
    {
      return "\(rate) / d"
    }
    return "\(quantity.number.mantissa)e\(quantity.number.exponent) \(quantity.unit)"
  }

  /// Whether a range has two values that read differently; otherwise the reason is noted.
  func hasLevels(_ range: SweepRange, _ to: YAMLNode) -> Bool {
    if range.text(at: 0) == range.text(at: 1) {
      fault(
        to.place, found: "a range whose values all read \(range.text(at: 0))", wanted: "two that differ",
        advice: "values are rounded to the step, or to six digits")
      return false
    }
    return true
  }

  /// Whether the end of a range is whole steps above its beginning; otherwise the reason is noted: a value off the
  /// steps would be none that the range has.
  func isWhole(
    _ from: YAMLNode, _ to: YAMLNode, _ node: YAMLNode, _ least: Quantity, _ greatest: Quantity, _ step: Quantity
  ) -> Bool {
    let numbers = [least.number, greatest.number, step.number]
    let exponent = min(numbers.map(\.exponent).min() ?? 0, 0)
    let parts = numbers.compactMap { LevelSteps.parts($0, of: exponent) }
    let (width, overflow) = parts.count == 3 ? parts[1].subtractingReportingOverflow(parts[0]) : (0, true)
    guard !overflow else {
      fault(node.place, found: node.summary, wanted: "a step that counts the range in 18 digits")
      return false
    }
    let rest = width % parts[2]
    guard rest != 0 else { return true }
    let last = ExactDecimal(mantissa: parts[1] - rest, exponent: exponent)?.description ?? ""
    fault(
      to.place, found: to.summary, wanted: "whole steps of \(node.summary) from \(from.summary) on",
      advice: "the last one below is " + last + (least.unit.isEmpty ? "" : " " + least.unit))
    return false
  }

  /// Two parameters, or a parameter and a setting, would overwrite each other at one path, or if one's lies within
  /// the other's.
  func checkPaths(of parameters: [SweepParameter], _ settings: [Override], _ fields: Fields) {
    let places = sweepPlaces(fields)
    var owners: [(keys: [String], owner: String)] = settings.map { (Override.keys(of: $0.path), "settings") }
    if fields["variant"] != nil { owners.append(([ScenarioTemplate.variantPath], "variant")) }
    for parameter in parameters {
      for path in parameter.paths {
        let keys = Override.keys(of: path)
        if let other = owners.first(where: { Override.overlap($0.keys, keys) }) {
          fault(
            places.paths[parameter.name] ?? fields.place,
            found: "the path `\(YAMLNode.clip(path))` of \(parameter.name), which \(other.owner) "
              + (other.keys == keys ? "has too" : "shares"),
            wanted: "each path once", advice: "leave one out")
        }
        owners.append((keys, parameter.name))
      }
    }
  }
}

extension Override {
  /// The keys of a path; a place in a list is the same as `[0]` and as `.0`.
  package static func keys(of path: String) -> [String] {
    path.split { $0 == "." || $0 == "[" || $0 == "]" }.map(String.init)
  }

  /// Whether two paths, as keys, are the same or one lies within the other, so that what is set at both collides.
  static func overlap(_ a: [String], _ b: [String]) -> Bool { a.starts(with: b) || b.starts(with: a) }

  /// Whether two paths are the same or one lies within the other.
  package static func overlap(_ a: String, _ b: String) -> Bool { overlap(keys(of: a), keys(of: b)) }
}
