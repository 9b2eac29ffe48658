import Engine
import Units

/// Distributions of times, in nanoseconds, of sizes, in bytes, and of numbers.
extension Decoding {
  /// A time, or a mapping that names a distribution of times; in ns.
  func timeDistribution(_ node: YAMLNode) -> Distribution? { distribution(node, .time, level: 1) }

  /// A number, or a mapping that names a distribution of numbers, 0 or more.
  func numberDistribution(_ node: YAMLNode) -> Distribution? { distribution(node, .number(from: 0), level: 1) }

  /// A size, or a mapping that names a distribution of sizes; in bytes.
  func sizeDistribution(_ node: YAMLNode) -> Distribution? { distribution(node, .size, level: 1) }

  private func distribution(_ node: YAMLNode, _ kind: Kind, level: Int) -> Distribution? {
    let prefix = Shapes.distributionPrefix(of: kind)
    guard case .mapping = node.content else {
      guard case .scalar = node.content else { return reject(node, wanted: Kind.shape(prefix + "Distribution").wanted) }
      return amount(node, kind).map { .constant($0) }
    }
    guard let shape = Shapes.named(prefix + "Distribution"), let fields = fields(node, shape) else { return nil }
    return distribution(fields, node, kind, level: level)
  }

  private func distribution(_ fields: Fields, _ node: YAMLNode, _ kind: Kind, level: Int) -> Distribution? {
    guard let name = Shapes.distributionKinds.first(where: { fields[$0] != nil }), let value = fields[name] else {
      return nil
    }
    guard let result = distribution(name, value, kind, level: level) else { return nil }
    // Parts of a mixture were checked on their own, each at its place.
    if name != "mixture" {
      for text in result.faults() {
        let halves = text.dropFirst("found ".count).split(separator: ", wanted ", maxSplits: 1)
        fault(
          value.place, found: String(halves[0]), wanted: halves.count > 1 ? String(halves[1]) : "a sound distribution")
      }
      if !result.faults().isEmpty { return nil }
    }
    return result
  }

  private func distribution(_ name: String, _ node: YAMLNode, _ kind: Kind, level: Int) -> Distribution? {
    let unit = Shapes.distributionPrefix(of: kind)
    func values(_ keys: [String]) -> [Double?]? {
      guard let shape = Shapes.named(unit + name.prefix(1).uppercased() + name.dropFirst()),
        let fields = fields(node, shape)
      else { return nil }
      return keys.map { key in
        guard let value = fields[key] else { return nil }
        return key == "shape" ? positive(value, upTo: 1e6) : amount(value, kind)
      }
    }
    func pair(_ first: String, _ second: String) -> (Double, Double)? {
      guard let values = values([first, second]), let a = values[0], let b = values[1] else { return nil }
      return (a, b)
    }
    switch name {
    case "constant": return amount(node, kind).map { .constant($0) }
    case "uniform": return pair("low", "high").map { .uniform(low: $0, high: $1) }
    case "exponential":
      guard let mean = values(["mean"])?[0] else { return nil }
      return .exponential(mean: mean)
    case "normal": return pair("mean", "sd").map { .normal(mean: $0, standardDeviation: $1) }
    case "weibull": return pair("shape", "scale").map { .weibull(shape: $0, scale: $1) }
    case "pareto": return pair("shape", "scale").map { .pareto(shape: $0, scale: $1) }
    case "logNormal": return logNormal(node, values)
    case "gamma": return gamma(node, values)
    case "empirical": return empirical(node, kind)
    case "mixture": return mixture(node, kind, level: level)
    default: preconditionFailure("the shapes know no distribution named \(name)")  // over text
    }
  }

  private func logNormal(_ node: YAMLNode, _ values: ([String]) -> [Double?]?) -> Distribution? {
    switch twoWays(node, ("median", "p99"), ("mean", "sd"), values) {
    case .first(let median, let p99):
      return .logNormal(median: median, p99: p99)
        ?? reject(
          node, found: "a median and p99 that no log-normal has", wanted: "a median above 0 and a p99 not below it")
    case .second(let mean, let deviation):
      return .logNormal(mean: mean, standardDeviation: deviation)
        ?? reject(node, found: "a mean of 0", wanted: "a mean above 0")
    case .neither: return nil
    }
  }

  private func gamma(_ node: YAMLNode, _ values: ([String]) -> [Double?]?) -> Distribution? {
    switch twoWays(node, ("shape", "scale"), ("mean", "sd"), values) {
    case .first(let shape, let scale): return .gamma(shape: shape, scale: scale)
    case .second(let mean, let deviation):
      guard mean > 0 && deviation > 0 else {
        return reject(node, found: "a mean or sd of 0", wanted: "a mean and sd above 0")
      }
      let ratio = mean / deviation
      return .gamma(shape: ratio * ratio, scale: deviation / ratio)
    case .neither: return nil
    }
  }

  private enum Way {
    case first(Double, Double)
    case second(Double, Double)
    case neither
  }

  /// Reads one of two pairs of keys; anything but exactly one complete pair is a fault.
  private func twoWays(
    _ node: YAMLNode, _ first: (String, String), _ second: (String, String), _ values: ([String]) -> [Double?]?
  ) -> Way {
    let before = faults.count
    guard let all = values([first.0, first.1, second.0, second.1]) else { return .neither }
    if let a = all[0], let b = all[1], all[2] == nil, all[3] == nil { return .first(a, b) }
    if let a = all[2], let b = all[3], all[0] == nil, all[1] == nil { return .second(a, b) }
    if faults.count == before {
      let keys = [first.0, first.1, second.0, second.1]
      let found = zip(keys, all).filter { $0.1 != nil }.map(\.0).joined(separator: ", ")
      fault(
        node.place, found: found.isEmpty ? "no parameters" : "the parameters \(found)",
        wanted: "either \(first.0) and \(first.1), or \(second.0) and \(second.1)")
    }
    return .neither
  }

  private func empirical(_ node: YAMLNode, _ kind: Kind) -> Distribution? {
    guard let entries = named(node, wanted: "quantiles, as in { p0: 1 ms, p50: 3 ms, p100: 9 ms }") else { return nil }
    let before = faults.count
    var points: [QuantilePoint] = []
    for entry in entries {
      let percent = entry.key.first == "p" ? ExactDecimal(entry.key.dropFirst()) : nil
      let share = percent.flatMap { ExactDecimal(mantissa: $0.mantissa, exponent: $0.exponent - 2) }?.doubleValue
      guard let share, share >= 0, share <= 1 else {
        fault(entry.keyPlace, found: "`\(YAMLNode.clip(entry.key))`", wanted: "a quantile p0 to p100, as in `p99.9`")
        continue
      }
      if let value = amount(entry.value, kind) { points.append(QuantilePoint(probability: share, value: value)) }
    }
    return faults.count == before ? .empirical(points) : nil
  }

  private func mixture(_ node: YAMLNode, _ kind: Kind, level: Int) -> Distribution? {
    guard let items = list(node, wanted: "a list of parts, each with a weight and a distribution") else { return nil }
    guard level <= Distribution.nestingMax else {
      return reject(node, wanted: "mixtures at most \(Distribution.nestingMax) levels deep")
    }
    guard !items.isEmpty else { return reject(node, found: "no parts", wanted: "at least one part") }
    guard let shape = Shapes.named(Shapes.distributionPrefix(of: kind) + "Part") else { return nil }
    var parts: [MixturePart] = []
    for item in items {
      guard let fields = self.fields(item, shape) else { continue }
      let weight = fields["weight"].flatMap { positive($0) }
      let part = distribution(fields, item, kind, level: level + 1)
      if let weight, let part { parts.append(MixturePart(weight: weight, distribution: part)) }
    }
    return parts.count == items.count ? .mixture(parts) : nil
  }

  private func amount(_ node: YAMLNode, _ kind: Kind) -> Double? {
    if case .time = kind { return time(node).map { Double($0.nanoseconds) } }
    if case .size = kind { return size(node).map { Double($0.bytes) } }
    return number(node)
  }

  private func reject(_ node: YAMLNode, found: String, wanted: String) -> Distribution? {
    fault(node.place, found: found, wanted: wanted)
    return nil
  }
}

extension Shapes {
  /// The shape of that name.
  static func named(_ name: String) -> Shape? { byName[name] }
  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
