import Engine
import Statistics

/// One figure of several designs that is a ratio of two sums, such as failed over completed requests: in each design the
/// ratio over all replications, paired replication by replication with the baseline's.
struct PairedRatios {
  /// Of each design; nil until the design reports the figure.
  private var sums: [RatioSums?]

  /// No replication yet, of so many designs.
  init(designs: Int) { sums = [RatioSums?](repeating: nil, count: designs) }

  /// Takes in a replication of a design, by its number from 0. One in which the design did not report the figure weighs
  /// nothing.
  mutating func add(_ ratio: Ratio, design: Int, replication: Int) {
    var own = sums[design] ?? RatioSums()
    own.fill(to: replication)
    own.add(ratio)
    sums[design] = own
  }

  /// One cell a design after so many replications; nil where it lacks the figure. A design whose denominators are all 0,
  /// as without a completed request, has no ratio and no difference.
  func cells(replications: Int, baseline: Int, isBetterLower: Bool) -> [ComparedCell?] {
    let filled = sums.map { sums in
      sums.map { sums in
        var sums = sums
        sums.fill(to: replications)
        return sums
      }
    }
    let ratios = filled.map { $0?.ratio }
    func known(_ design: Int) -> RatioInterval? { ratios[design].flatMap { $0.ratio.isNaN ? nil : $0 } }
    return ratios.indices.map { design in
      guard let own = ratios[design] else { return nil }
      let pair = known(design).flatMap { ratio in known(baseline).map { (base: $0, own: ratio) } }
      return ComparedCell(
        own: own.interval(),
        difference: pair == nil ? nil : filled[design].flatMap { own in filled[baseline]?.difference(to: own) },
        baseline: known(baseline)?.ratio, isBetterLower: isBetterLower,
        varianceReduction: pair.flatMap { VarianceReduction.factor(a: $0.base.pseudoValues, b: $0.own.pseudoValues) })
    }
  }
}

extension RatioSums {
  /// Replications that said nothing count until there are so many.
  fileprivate mutating func fill(to replications: Int) {
    while count < replications { add(Ratio(numerator: 0, denominator: 0)) }
  }
}
