import Statistics
import Testing

@Suite("Relative precision")
struct RelativePrecisionTests {
  @Test("looks begin at the least number, grow by half, and end at the most")
  func looks() {
    func looks(_ least: Int, _ most: Int) -> [Int] {
      RelativePrecision(relativeHalfWidth: 0.1, least: least, most: most).looks
    }
    #expect(RelativePrecision(relativeHalfWidth: 0.1).looks == [20, 30, 45, 68, 102, 153, 200])
    #expect(looks(10, 10) == [10])
    #expect(looks(10, 11) == [10, 11])
    #expect(looks(10, 15) == [10, 15])
    #expect(looks(10, 16) == [10, 15, 16])
    #expect(looks(2, 9) == [2, 3, 5, 8, 9])
    #expect(looks(10, 100_000).count < 25)
  }

  @Test(
    "two looks in a row that suffice end it, and the cap does", arguments: ["-++", "+-++", "++", "+-+-+-+", "------+"])
  func search(found: String) {
    var search = RelativePrecision.Search(RelativePrecision(relativeHalfWidth: 0.1))
    let looks = [20, 30, 45, 68, 102, 153, 200]
    for (place, character) in found.enumerated() {
      #expect(!search.isOver && search.next == looks[place])
      search.look(isReached: character == "+")
    }
    #expect(search.isOver && search.next == looks[found.count - 1])
  }

  @Test("a half-width is compared with gamma / (1 + gamma) of the mean's magnitude", arguments: [1.0, -1])
  func threshold(sign: Double) {
    let rule = RelativePrecision(relativeHalfWidth: 0.25)
    #expect(rule.threshold == 0.2)
    #expect(rule.isReached(by: Interval(mean: sign * 10, halfWidth: 2, count: 20)))
    #expect(!rule.isReached(by: Interval(mean: sign * 10, halfWidth: 2.0001, count: 20)))
  }

  @Test("what is equal in all replications is known; what has no interval, or one around 0, is not")
  func edges() {
    let rule = RelativePrecision(relativeHalfWidth: 0.25)
    #expect(rule.isReached(by: Interval(mean: 0, halfWidth: 0, count: 20)))
    #expect(!rule.isReached(by: Interval(mean: 0, halfWidth: 1e-9, count: 20)))
    #expect(!rule.isReached(by: Interval(mean: 5, halfWidth: nil, count: 1)))
    #expect(!rule.isReached(by: Interval(mean: .nan, halfWidth: nil, count: 0)))
    #expect(!rule.isReached(by: Interval(mean: .nan, halfWidth: .nan, count: 20)))
    #expect(RelativePrecision.relative(Interval(mean: -4, halfWidth: 1, count: 20)) == 0.25)
    #expect(RelativePrecision.relative(Interval(mean: 0, halfWidth: 0, count: 20)) == 0)
    #expect(RelativePrecision.relative(Interval(mean: 0, halfWidth: 1, count: 20)) == .infinity)
    #expect(RelativePrecision.relative(Interval(mean: 4, halfWidth: nil, count: 1)) == .infinity)
  }
}
