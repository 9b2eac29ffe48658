import Engine

/// Draws how many of the pages that a statement reads are not in the buffer cache: binomial, each page independently.
///
/// Exact up to 64 expected misses: the pages between two misses are geometric, and the whole part of an exponential
/// number is (Devroye, *Non-Uniform Random Variate Generation*, 1986, X.2). Above, the normal approximation, whose
/// distribution function is off by 0.06 at most (Berry and Esseen with the constant 0.4748). Misses of more than half are
/// drawn as hits.
struct MissDraw: BitwiseCopyable {
  /// Probability of the rarer of hit and miss, and whether that is the hit.
  private let probability: Double
  private let drawsHits: Bool
  /// Mean of the exponential whose whole part is geometric.
  private let gapMean: Double
  private static let exactUpTo = 64.0

  /// Hits of so large a share, 0 to 1.
  init(hitRatio: Double) {
    precondition(hitRatio >= 0 && hitRatio <= 1, "a hit ratio is from 0 to 1")
    drawsHits = hitRatio < 0.5
    probability = drawsHits ? hitRatio : 1 - hitRatio
    gapMean = probability > 0 ? -1 / Portable.log1p(-probability) : .infinity
  }

  /// Misses among so many pages. Nothing is drawn where all hit or all miss.
  @inline(__always) func draw(_ pages: Int64, _ stream: inout RandomStream) -> Int64 {
    guard pages > 0, probability > 0 else { return drawsHits ? max(0, pages) : 0 }
    let drawn = Double(pages) * probability <= Self.exactUpTo ? exact(pages, &stream) : normal(pages, &stream)
    return drawsHits ? pages &- drawn : drawn
  }

  private func exact(_ pages: Int64, _ stream: inout RandomStream) -> Int64 {
    var (left, count) = (pages, Int64(0))
    while true {
      let gap = stream.nextExponential() * gapMean
      guard gap < Double(left) else { return count }
      left &-= Int64(gap) &+ 1
      count &+= 1
    }
  }

  private func normal(_ pages: Int64, _ stream: inout RandomStream) -> Int64 {
    let mean = Double(pages) * probability
    let value = mean + (mean * (1 - probability)).squareRoot() * stream.nextNormal()
    return min(pages, Int64(max(0, value.rounded())))
  }
}
