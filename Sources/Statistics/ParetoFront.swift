/// Which candidates nobody beats in two figures at once, both of which should be small.
public enum ParetoFront {
  /// Where a candidate stands.
  public enum Place: String, Hashable, Sendable, CaseIterable {
    /// On the front, and no other candidate might dominate it as far as the replications show.
    case front
    /// On the front by the means, but another might dominate it.
    case uncertainFront
    /// Off the front by the means, but each candidate that dominates it might not.
    case uncertainDominated
    /// Another candidate is shown to be better in both figures.
    case dominated
    /// Without one of the figures.
    case unknown
  }

  /// The places of candidates by their two figures, replication by replication under common random numbers.
  ///
  /// A candidate is dominated if another one's means are no larger in both and smaller in one. All differences are taken
  /// over the replications that both candidates have; they count as shown when their interval at `confidence` lies off
  /// 0; each by itself, without a correction for the number of pairs. A NaN has no say.
  public static func places(_ candidates: [[(x: Double, y: Double)]], confidence: Double = 0.95) -> [Place] {
    let means = candidates.map { rows in (x: mean(rows.map(\.x)), y: mean(rows.map(\.y))) }
    return candidates.indices.map { own in
      guard !means[own].x.isNaN, !means[own].y.isNaN else { return .unknown }
      let others = candidates.indices.filter { $0 != own && !means[$0].x.isNaN && !means[$0].y.isNaN }
      // In pairs: who has more replications met other luck too.
      let dominators = others.filter { other in
        let x = difference(candidates[own].map(\.x), candidates[other].map(\.x), confidence).mean
        let y = difference(candidates[own].map(\.y), candidates[other].map(\.y), confidence).mean
        return x >= 0 && y >= 0 && (x > 0 || y > 0)
      }
      let excesses = { (other: Int) in
        (
          excess(candidates[own].map(\.x), candidates[other].map(\.x), confidence),
          excess(candidates[own].map(\.y), candidates[other].map(\.y), confidence)
        )
      }
      if dominators.isEmpty {
        // Safe if every other is shown to be worse in one figure at least, or equals it in both.
        let isSafe = others.allSatisfy { other in
          let (x, y) = excesses(other)
          return x == .less || y == .less || (x == .equal && y == .equal)
        }
        return isSafe ? .front : .uncertainFront
      }
      let isShown = dominators.contains { other in
        let (x, y) = excesses(other)
        return x != .less && y != .less && x != .open && y != .open && (x == .more || y == .more)
      }
      return isShown ? .dominated : .uncertainDominated
    }
  }

  private enum Excess {
    case less, equal, more, open
  }

  /// What the pairs show of `own` against `other`.
  private static func excess(_ own: [Double], _ other: [Double], _ confidence: Double) -> Excess {
    let difference = difference(own, other, confidence)
    guard let halfWidth = difference.halfWidth else { return .open }
    if halfWidth == 0, difference.mean == 0 { return .equal }
    return difference.excludes(0) ? (difference.mean < 0 ? .less : .more) : .open
  }

  /// `own` less `other` over the replications that both have.
  private static func difference(_ own: [Double], _ other: [Double], _ confidence: Double) -> Interval {
    let pairs = zip(own, other).filter { !$0.isNaN && !$1.isNaN }
    return PairedDifference.interval(a: pairs.map(\.1), b: pairs.map(\.0), confidence: confidence)
  }

  private static func mean(_ values: [Double]) -> Double {
    var running = RunningInterval()
    for value in values where !value.isNaN { running.add(value) }
    return running.mean
  }
}
