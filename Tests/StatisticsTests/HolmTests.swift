import Statistics
import Testing

@Suite("Holm's correction")
struct HolmTests {
  private func decisions(_ pValues: [Double?], level: Double = 0.05) -> [Holm.Decision?] {
    Holm.decisions(pValues: pValues, level: level)
  }

  private func near(_ found: [Holm.Decision?], _ wanted: [Double]) -> Bool {
    found.count == wanted.count && zip(found, wanted).allSatisfy { abs(($0?.adjustedPValue ?? -1) - $1) < 1e-12 }
  }

  @Test("the first that fails ends it, as by hand")
  func stepDown() {
    // In order 0.005, 0.01, 0.03, 0.04 times 4, 3, 2, 1: 0.02, 0.03, 0.06 and 0.04, which may not fall below 0.06.
    let found = decisions([0.01, 0.04, 0.03, 0.005])
    #expect(near(found, [0.03, 0.06, 0.06, 0.02]))
    #expect(found.map { $0?.isRejected } == [true, false, false, true])
    #expect(found.map { $0?.divisor } == [3, 2, 2, 4])
  }

  @Test("all may be rejected, the largest at the whole level")
  func all() {
    let found = decisions([0.049, 0.02, 0.01])
    #expect(near(found, [0.049, 0.04, 0.03]))
    #expect(found.map { $0?.isRejected } == [true, true, true])
    #expect(found.map { $0?.divisor } == [1, 2, 3])
  }

  @Test("none is rejected where the smallest fails, though each would be alone; corrected ones end at 1")
  func none() {
    let found = decisions([0.02, 0.03, 0.6])
    #expect(near(found, [0.06, 0.06, 0.6]))
    #expect(found.allSatisfy { $0?.isRejected == false && $0?.divisor == 3 })
    #expect(near(decisions([0.6, 0.9]), [1, 1]))
  }

  @Test("equal p-values are decided alike, whichever stands first")
  func ties() {
    // 3 x 0.02 fails; the second 0.02, which by itself would meet 0.05 / 2, falls with the first.
    let failing = decisions([0.02, 0.02, 0.04])
    #expect(near(failing, [0.06, 0.06, 0.06]))
    #expect(failing.allSatisfy { $0?.isRejected == false && $0?.divisor == 3 })
    // 3 x 0.01 passes: both are rejected at that step, and 0.04 is judged alone.
    let passing = decisions([0.01, 0.04, 0.01])
    #expect(near(passing, [0.03, 0.04, 0.03]))
    #expect(passing.map { $0?.isRejected } == [true, true, true])
    #expect(passing.map { $0?.divisor } == [3, 1, 3])
  }

  @Test("a missing p-value or a NaN is no test and does not count")
  func missing() {
    let found = decisions([nil, 0.02, .nan, 0.03, nil])
    #expect(found[0] == nil && found[2] == nil && found[4] == nil)
    #expect([found[1], found[3]] == decisions([0.02, 0.03]))
    #expect(found[1]?.divisor == 2 && found[3]?.isRejected == true)
    #expect(decisions([]).isEmpty)
    #expect(decisions([nil, .nan]) == [nil, nil])
  }

  @Test(
    "a family of one is judged as if alone; at the level itself it stays",
    arguments: [(0, true), (0.0499, true), (0.05, false), (0.0501, false), (1, false)] as [(Double, Bool)])
  func single(pValue: Double, isRejected: Bool) {
    let found = decisions([pValue])
    #expect(found[0]?.adjustedPValue == pValue && found[0]?.divisor == 1 && found[0]?.isRejected == isRejected)
  }

  @Test("the level is shared, whatever it is")
  func level() {
    #expect(decisions([0.04, 0.06], level: 0.1).map { $0?.isRejected } == [true, true])
    #expect(decisions([0.06, 0.06], level: 0.1).map { $0?.isRejected } == [false, false])
  }

  @Test("in random families the order of the tests does not matter, and the corrected p-value says who is rejected")
  func random() throws {
    let draws = try UnitDraws(seed: 7)
    for size in 1...200 {
      let pValues = (0..<size).map { _ -> Double? in (draws.unit() * 40).rounded(.down) / 1_000 / Double(size / 8 + 1) }
      let found = decisions(pValues)
      #expect(Array(decisions(Array(pValues.reversed())).reversed()) == found)
      for (pValue, decision) in zip(pValues, found) {
        let (pValue, decision) = (try #require(pValue), try #require(decision))
        #expect(decision.isRejected == (decision.adjustedPValue < 0.05) || abs(decision.adjustedPValue - 0.05) < 1e-12)
        // The interval at 1 - level / divisor leaves out the hypothesis exactly where it is rejected.
        #expect(decision.isRejected == (Double(decision.divisor) * pValue < 0.05))
        #expect(decision.adjustedPValue >= pValue && decision.adjustedPValue <= min(1, Double(size) * pValue))
      }
    }
  }
}
