import Engine
import Testing

@Suite("Merging latency breakdowns")
struct BreakdownTests {
  @Test("segments go by name and keep their order, bands go by number, and whatever one side lacks is nothing there")
  func union() {
    var merged = LatencyBreakdown(segments: ["a", "c"], counts: [1, 2], sums: [10, 30, 11, 31])
    merged.merge(LatencyBreakdown(segments: ["a", "b", "c"], counts: [0, 0, 4], sums: [0, 0, 0, 0, 0, 0, 1, 2, 3]))
    #expect(merged.segments == ["a", "b", "c"])
    #expect(merged.counts == [1, 2, 4])
    #expect(merged.sums == [10, 0, 30, 11, 0, 31, 1, 2, 3])
  }

  @Test("a replication without a request changes nothing, on either side")
  func empty() {
    let some = LatencyBreakdown(segments: ["a"], counts: [1], sums: [10])
    let none = LatencyBreakdown(segments: [], counts: [], sums: [])
    var left = some
    left.merge(none)
    var right = none
    right.merge(some)
    #expect(left == some)
    #expect(right == some)
  }
}
