/// Which parameters are impossible. A scenario's reader adds the place; here stand what was found and what is wanted.
extension Distribution {
  /// How deep mixtures may nest: a mixture of plain parts is one deep.
  public static var nestingMax: Int { 4 }

  /// Reasons why nothing can be drawn, each as "found X, wanted Y"; empty if the distribution is sound.
  public func faults() -> [String] { faults(level: 1) }

  private func faults(level: Int) -> [String] {
    var list = FaultList()
    switch self {
    case .constant(let value):
      list.wantFinite("value", value)
    case .uniform(let low, let high):
      list.wantFinite("low", low)
      list.wantFinite("high", high)
      list.want(!(low > high), "low \(low) above high \(high)", "low at most high")
      list.want(!(high - low == .infinity && low.isFinite && high.isFinite), "a width of inf", "a finite width")
    case .exponential(let mean):
      list.wantPositive("mean", mean)
    case .normal(let mean, let deviation):
      list.wantNotNegative("mean", mean)
      list.wantPositive("standard deviation", deviation)
    case .logNormal(let mu, let sigma):
      list.wantFinite("mu", mu)
      list.wantNotNegative("sigma", sigma)
    case .gamma(let shape, let scale), .weibull(let shape, let scale), .pareto(let shape, let scale):
      list.wantPositive("shape", shape)
      list.wantPositive("scale", scale)
    case .empirical(let points):
      list.wantQuantiles(points)
    case .mixture(let parts):
      list.want(!parts.isEmpty, "a mixture without parts", "one part or more")
      guard level <= Self.nestingMax else {
        list.want(false, "mixtures nested deeper than \(Self.nestingMax)", "at most \(Self.nestingMax) levels")
        break
      }
      for (index, part) in parts.enumerated() {
        list.wantPositive("weight of part \(index + 1)", part.weight)
        list.texts += part.distribution.faults(level: level + 1).map { "part \(index + 1): \($0)" }
      }
      let total = parts.reduce(0) { $0 + $1.weight }
      list.want(
        total != .infinity || parts.contains { $0.weight == .infinity }, "weights adding up to inf", "a finite sum")
    }
    return list.texts
  }
}

private struct FaultList {
  var texts: [String] = []

  /// The texts are made only where they are needed: writing down the numbers of a long table would take longer than all
  /// else about it.
  mutating func want(_ holds: Bool, _ found: @autoclosure () -> String, _ wanted: @autoclosure () -> String) {
    if !holds { texts.append("found \(found()), wanted \(wanted())") }
  }

  mutating func wantFinite(_ name: @autoclosure () -> String, _ value: Double) {
    want(value.isFinite, "\(name()) \(value)", "a finite number")
  }

  mutating func wantPositive(_ name: @autoclosure () -> String, _ value: Double) {
    want(value > 0 && value.isFinite, "\(name()) \(value)", "a finite number above 0")
  }

  mutating func wantNotNegative(_ name: @autoclosure () -> String, _ value: Double) {
    want(value >= 0 && value.isFinite, "\(name()) \(value)", "a finite number, 0 or more")
  }

  mutating func wantQuantiles(_ points: [QuantilePoint]) {
    guard let first = points.first, let last = points.last, points.count > 1 else {
      want(false, "\(points.count) quantile points", "two or more")
      return
    }
    want(first.probability == 0, "first probability \(first.probability)", "0")
    want(last.probability == 1, "last probability \(last.probability)", "1")
    for point in points {
      want(point.probability.isFinite && point.value.isFinite, "\(point.probability): \(point.value)", "finite numbers")
    }
    for (a, b) in zip(points, points.dropFirst()) {
      want(!(b.probability < a.probability), "probability \(b.probability) after \(a.probability)", "ascending ones")
      want(!(b.value < a.value), "value \(b.value) after \(a.value)", "ascending ones")
    }
    let width = last.value - first.value
    want(width != .infinity || !first.value.isFinite || !last.value.isFinite, "a width of inf", "a finite width")
  }
}
