import Engine
import Statistics

/// The failed shares of several designs' sources: failures of all replications over all their completed requests.
///
/// Not the mean of the replications' shares, in which one with ten requests would weigh as much as one with a
/// thousand: where faster designs get more requests, or outages let few through, the two differ. It keeps two numbers
/// a replication, source and design.
struct PairedShares {
  private let designs: Int
  private var counts: [String: [Counts?]] = [:]

  private struct Counts {
    var failed: [Double] = []
    var completed: [Double] = []
  }

  /// No replication yet, of so many designs.
  init(designs: Int) { self.designs = designs }

  /// Takes in the next replication of a design.
  mutating func add(_ run: RunResult, design: Int) {
    for source in run.traffic {
      var own = counts[source.name]?[design] ?? Counts()
      own.failed.append(Double(source.errors))
      own.completed.append(Double(source.completed))
      counts[source.name, default: [Counts?](repeating: nil, count: designs)][design] = own
    }
  }

  /// One cell a design; nil where it lacks the source. A design that completed no request has no share, and no difference.
  func cells(of source: String, baseline: Int) -> [ComparedCell?] {
    let ratios = (counts[source] ?? []).map { counts in
      counts.map { RatioInterval(numerators: $0.failed, denominators: $0.completed) }
    }
    func known(_ design: Int) -> RatioInterval? { ratios[design].flatMap { $0.ratio.isNaN ? nil : $0 } }
    return ratios.indices.map { design in
      guard ratios[design] != nil else { return nil }
      guard let ratio = known(design) else {
        return ComparedCell(
          own: Interval(mean: .nan, halfWidth: nil, count: 0), difference: nil, baseline: nil, isBetterLower: true)
      }
      let base = known(baseline)
      return ComparedCell(
        own: ratio.interval(), difference: base.map { RatioInterval.difference(a: $0, b: ratio) },
        baseline: base?.ratio, isBetterLower: true,
        varianceReduction: base.flatMap { VarianceReduction.factor(a: $0.pseudoValues, b: ratio.pseudoValues) })
    }
  }
}
