import Billing
import Units

/// Objectives.
extension Decoding {
  /// The names that objectives may refer to.
  struct ObjectiveNames {
    let traffic: [String]
    let functions: [String]
    let resources: [String]
  }

  /// The objectives in the scenario's order.
  func objectives(_ node: YAMLNode, _ names: ObjectiveNames) -> [Objective] {
    guard let items = list(node, wanted: "a list of objectives") else { return [] }
    return items.compactMap { objective($0, names) }
  }

  private func objective(_ node: YAMLNode, _ names: ObjectiveNames) -> Objective? {
    let form = "an objective as in `latency.p99 < 300 ms`"
    guard let text = text(node, wanted: form) else { return nil }
    // The longer comparators first, so that `<=` is not taken for `<`.
    let comparators = Objective.Comparator.allCases.sorted { $0.rawValue.utf8.count > $1.rawValue.utf8.count }
    guard let start = text.firstIndex(where: { $0 == "<" || $0 == ">" }),
      let comparator = comparators.first(where: { text[start...].hasPrefix($0.rawValue) })
    else { return reject(node, wanted: form + " with one of < <= > >=") }
    let left = trimmed(text[..<start])
    let right = trimmed(text[start...].dropFirst(comparator.rawValue.utf8.count))
    guard let metric = metric(left, node, names), let limit = limit(right, of: metric, node) else { return nil }
    return Objective(metric: metric, comparator: comparator, limit: limit, text: text)
  }

  private func trimmed(_ text: Substring) -> String {
    var rest = text.drop { $0 == " " }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }

  /// The figure that an objective's left side names.
  func metric(_ text: String, _ node: YAMLNode, _ names: ObjectiveNames) -> Objective.Metric? {
    let words = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    switch (words[0], words.count) {
    case ("latency", 2): return statistic(words[1], node).map { .latency(traffic: nil, $0) }
    case ("latency", 3):
      guard let name = known(words[1], names.traffic, "traffic source", node) else { return nil }
      return statistic(words[2], node).map { .latency(traffic: name, $0) }
    case ("successLatency", 2): return statistic(words[1], node).map { .successLatency(traffic: nil, $0) }
    case ("successLatency", 3):
      guard let name = known(words[1], names.traffic, "traffic source", node) else { return nil }
      return statistic(words[2], node).map { .successLatency(traffic: name, $0) }
    case ("errors", 1): return .errors(traffic: nil)
    case ("errors", 2): return known(words[1], names.traffic, "traffic source", node).map { .errors(traffic: $0) }
    case ("cost", 2) where words[1] == "monthly": return .costMonthly
    case ("throttles", 2): return known(words[1], names.functions, "function", node).map { .throttles(function: $0) }
    case ("coldStarts", 2): return known(words[1], names.functions, "function", node).map { .coldStarts(function: $0) }
    case (let resource, 2...) where names.resources.contains(resource) && !words.contains(""):
      // The name goes on after the first point: a function has figures of each of its drivers, `orders.p99AcquireMs`.
      let figure = Objective.Metric.figure(resource: resource, name: words.dropFirst().joined(separator: "."))
      if figurePlaces[figure] == nil { figurePlaces[figure] = node.place }
      return figure
    default:  // over text
      let metrics =
        "latency[.TRAFFIC].p99, successLatency[.TRAFFIC].p99, errors[.TRAFFIC], cost.monthly, throttles.FUNCTION, "
        + "coldStarts.FUNCTION, RESOURCE.FIGURE"
      let guess = self.guess(
        words[0],
        in: ["latency", "successLatency", "errors", "cost", "throttles", "coldStarts"] + names.resources)
      fault(
        node.place, found: "the unknown metric `\(YAMLNode.clip(text))`", wanted: "one of " + metrics,
        advice: guess.map { "did you mean `\($0)`?" } ?? "")
      return nil
    }
  }

  private func statistic(_ word: String, _ node: YAMLNode) -> Objective.Statistic? {
    if let statistic = Objective.Statistic(rawValue: word) { return statistic }
    let words = Objective.Statistic.allCases.map(\.rawValue)
    fault(node.place, found: "the unknown statistic `\(YAMLNode.clip(word))`", wanted: Kind.choice(words).wanted)
    return nil
  }

  private func known(_ name: String, _ names: [String], _ kind: String, _ node: YAMLNode) -> String? {
    if names.contains(name) { return name }
    fault(
      node.place, found: "the unknown \(kind) `\(YAMLNode.clip(name))`",
      wanted: "a \(kind): " + listed(names), advice: meant(name, in: names) ?? "")
    return nil
  }

  private func limit(_ text: String, of metric: Objective.Metric, _ node: YAMLNode) -> Objective.Limit? {
    do {
      return try limit(text, of: metric)
    } catch {
      let found = error.found.isEmpty ? "no limit" : "the limit " + YAMLNode.clip(error.found)
      fault(node.place, found: found, wanted: error.wanted)
      return nil
    }
  }

  private func limit(_ text: String, of metric: Objective.Metric) throws(QuantityError) -> Objective.Limit {
    switch metric {
    case .latency, .successLatency: return .time(try Quantity.time(text))
    case .errors, .coldStarts: return .share(try Quantity.share(text))
    case .costMonthly:
      let dollars = try Quantity.dollars(text)
      guard dollars.exponent >= -10, let money = Money(dollars.description) else {
        throw QuantityError(found: text, wanted: "an amount of at most 10 decimals")
      }
      return .money(money)
    case .throttles:
      guard let count = ExactDecimal(text)?.wholeMultiple(of: 1), count >= 0 else {
        throw QuantityError(found: text, wanted: "a whole number without a unit")
      }
      return .count(Int(count))
    case .figure(_, let name):
      switch Objective.Dimension(ofFigure: name) {
      case .time: return .time(try Quantity.time(text))
      case .share: return .share(try Quantity.share(text))
      case .number:
        guard ExactDecimal(text) != nil, let number = Double(text), number.isFinite else {
          throw QuantityError(found: text, wanted: "a number without a unit")
        }
        return .number(number)
      }
    }
  }
}
