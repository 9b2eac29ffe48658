import Engine
import Services
import Testing
import Units

@Suite("The snapshot cache")
struct SnapshotCacheTests {
  /// Medians in ms over the first so many cold starts after a publish (V. Kazulkin, 2024-03-08).
  private let measured: [(count: Int, median: Double)] = [
    (1, 2_270.28), (4, 2_078.54), (9, 2_131.58), (14, 1_880.21), (20, 1_792.05), (34, 1_706.08), (49, 1_662.7),
  ]

  /// The median of the first so many values of a curve that only falls.
  private func median(_ count: Int, of value: (Int) -> Double) -> Double {
    let values = (0..<count).map(value).sorted()
    return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2
  }

  /// Least squares of `cold` * (`warmShare` + (1 - `warmShare`) * exp(-n / `restores`)), linear but for `restores`.
  private func fit(restores: Double) -> (warmShare: Double, cold: Double, error: Double) {
    let x = measured.map { median($0.count) { Portable.exp(-Double($0) / restores) } }
    let y = measured.map(\.median)
    let slope = leastSquaresSlope(zip(x, y).map { (x: $0, y: $1) })
    let n = Double(x.count)
    let warm = (y.reduce(0, +) - slope * x.reduce(0, +)) / n
    var squares = 0.0
    for (x, y) in zip(x, y) {
      let miss = warm + slope * x - y
      squares += miss * miss
    }
    return (warm / (warm + slope), warm + slope, (squares / n).squareRoot())
  }

  @Test("the defaults are the least-squares fit to the published medians, within 3 %")
  func defaults() throws {
    let fits = (20...400).map { (restores: Double($0) / 10, fit: fit(restores: Double($0) / 10)) }
    let best = try #require(fits.min { $0.fit.error < $1.fit.error })
    #expect(best.restores == SnapshotCache.defaultRestores)
    #expect(abs(best.fit.warmShare - SnapshotCache.defaultWarmShare) < 0.000_5)
    #expect(best.fit.error < 56 && abs(best.fit.cold - 2_253) < 1)
    // A curve of a third or three times the length misses by much more than this one.
    #expect(fit(restores: best.restores / 3).error > 1.2 * best.fit.error)
    #expect(fit(restores: best.restores * 3).error > 1.2 * best.fit.error)
  }

  @Test("the n-th restore takes what the formula says, with a thousand restores as with one")
  func formula() {
    var cache = SnapshotCache()
    for n in 0..<1_000 {
      let expected =
        SnapshotCache.defaultWarmShare
        + (1 - SnapshotCache.defaultWarmShare) * Portable.exp(-Double(n) / SnapshotCache.defaultRestores)
      #expect(abs(cache.factor(at: .milliseconds(Int64(n))) - expected) < 1e-14, "restore \(n)")
    }
    #expect(cache.factor(at: .seconds(2)) == SnapshotCache.defaultWarmShare)
  }

  @Test("it cools after its time without restores, at the nanosecond", arguments: [(-1, false), (0, true), (1, true)])
  func cooling(offset: Int64, cold: Bool) {
    let hour = Time.hours(1)
    var cache = SnapshotCache(warmShare: 0.5, restores: 2, coolsAfter: hour)
    #expect(cache.factor(at: .seconds(10)) == 1)
    let second = cache.factor(at: .seconds(20))
    #expect(abs(second - (0.5 + 0.5 * Portable.exp(-0.5))) < 1e-15)
    let third = cache.factor(at: .seconds(20) + hour + Time(nanoseconds: offset))
    #expect(cold ? third == 1 : abs(third - (0.5 + 0.5 * Portable.exp(-1))) < 1e-15)
  }

  @Test("restores just within the time keep it warm for ever, and never cools means never")
  func keepsWarm() {
    var cache = SnapshotCache(warmShare: 0.25, restores: 0.5, coolsAfter: .minutes(10))
    var endless = SnapshotCache(warmShare: 0.25, restores: 0.5, coolsAfter: .never)
    for n in 0..<100 {
      let (a, b) = (cache.factor(at: .minutes(9) * Int64(n)), endless.factor(at: .days(300) * Int64(n)))
      #expect(a == b && (n < 60 || a == 0.25))
    }
  }

  @Test("a first restore long after the start is cold; a warm share of 1 switches the curve off; copies part")
  func edges() {
    var late = SnapshotCache()
    #expect(late.factor(at: .days(1)) == 1)
    var off = SnapshotCache(warmShare: 1)
    for n in 0..<10 { #expect(off.factor(at: .seconds(Int64(n))) == 1) }
    var copy = late
    #expect(copy.factor(at: .days(1)) < 1)
    #expect(late.factor(at: .days(1)) < 1)
  }
}
