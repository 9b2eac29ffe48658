import CGSL
import Testing

@testable import Statistics

@Suite("Sign of a mean, looked at again and again")
struct SequentialSignTests {
  /// Counts of values at the looks of a race up to its cap.
  private static let looks: [Int] = {
    var counts = [10]
    while let last = counts.last, last < 200 { counts.append(min(200, last + max(1, last / 10))) }
    return counts
  }()

  /// Whether a walk is ever taken for one that rises.
  private func rises(_ sign: SequentialSign, _ value: (Int) -> Double) -> Int? {
    var all = RunningInterval()
    var sum = 0.0
    for (look, count) in Self.looks.enumerated() {
      for number in all.count..<count {
        all.add(value(number))
        sum += value(number)
      }
      if sum > sign.bound(variance: all.variance ?? 0, after: count, look: look + 1) { return count }
    }
    return nil
  }

  /// If the chance were the full 5 %, more than 72 of 1,000 would come in one choice of seeds of a thousand.
  @Test("a mean of zero is taken for a positive one in at most 5 % of 1,000 walks, at any look")
  func falseAlarms() {
    let sign = SequentialSign(error: 0.05)
    let wrong = (0..<1_000).filter { trial in rises(sign, { NormalWorlds.normal(trial, 1, $0, 9) }) != nil }
    #expect(wrong.count <= 72)
    #expect(wrong.count >= 10, "a test that never errs says nothing")
  }

  @Test("a mean of two deviations is told within 40 values, at an error of one in ten thousand")
  func clear() {
    let sign = SequentialSign(error: 1e-4)
    for trial in 0..<50 {
      let count = rises(sign) { 2 + NormalWorlds.normal(trial, 2, $0, 9) }
      #expect((count ?? .max) <= 40)
    }
  }

  @Test("the first look is Student's test at half the error; without spread any sum tells; one value tells nothing")
  func edges() {
    let sign = SequentialSign(error: 0.05)
    // t(9) of one-sided 0.025 is 2.262157.
    #expect(abs(sign.bound(variance: 4, after: 10, look: 1) - 2.262157 * 2 * 10.0.squareRoot()) < 1e-4)
    #expect(sign.bound(variance: 0, after: 10, look: 1) == 0)
    #expect(sign.bound(variance: 4, after: 1, look: 1) == .infinity)
    // The smallest errors have a bound, too.
    let tiny = SequentialSign(error: 1e-18).bound(variance: 1, after: 10, look: 40)
    #expect(tiny.isFinite && tiny > 100)
  }
}
