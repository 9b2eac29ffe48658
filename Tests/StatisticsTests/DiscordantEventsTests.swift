import Statistics
import Testing

@Suite("Events that differ")
struct DiscordantEventsTests {
  @Test("the standard error is the root of what differs, pair by pair, as McNemar's test has it")
  func known() throws {
    // 3 + 1 + 0 events differ.
    #expect(DiscordantEvents.standardError(a: [1, 4, 2], b: [4, 3, 2]) == 2)
    #expect(DiscordantEvents.standardError(a: [5, 5], b: [5, 5]) == 0)
    #expect(DiscordantEvents.standardError(a: [], b: []) == 0)
    // Ten pairs with one event more each: the excess of 10 has a z of 10 / sqrt 10, as McNemar's (b - c) / sqrt(b + c).
    let zeros = [Double](repeating: 0, count: 10)
    let error = try #require(DiscordantEvents.standardError(a: zeros, b: zeros.map { $0 + 1 }))
    #expect(abs(10 / error - 10.0.squareRoot()) < 1e-12)
  }

  @Test("what is not whole, or below zero, counts no events", arguments: [0.5, -1, .nan, .infinity - .infinity])
  func noCounts(value: Double) {
    #expect(DiscordantEvents.standardError(a: [1, value], b: [1, 2]) == nil)
    #expect(DiscordantEvents.standardError(a: [1, 2], b: [value, 2]) == nil)
    #expect(!DiscordantEvents.isCount(value) && DiscordantEvents.isCount(0) && DiscordantEvents.isCount(3))
  }

  @Test("an interval is widened to Student's t times the error, and never narrowed")
  func widened() throws {
    let narrow = Interval(mean: 3, halfWidth: 0, count: 3)
    #expect(abs(try #require(narrow.notNarrower(than: 2).halfWidth) - 2 * 4.302653) < 1e-5)
    #expect(narrow.notNarrower(than: 2).mean == 3 && narrow.notNarrower(than: 0) == narrow)
    let wide = Interval(mean: 3, halfWidth: 9, count: 3)
    #expect(wide.notNarrower(than: 2) == wide)
    let none = Interval(mean: 3, halfWidth: nil, count: 1)
    #expect(none.notNarrower(than: 2) == none)
  }
}
