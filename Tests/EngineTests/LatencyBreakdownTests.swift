import Testing

@testable import Engine

@Suite("Latency breakdown")
struct LatencyBreakdownTests {
  @Test("bands follow one another, eight an octave, and begin where they say")
  func bands() {
    #expect(LatencyBreakdown.band(of: 0) == 0 && LatencyBreakdown.band(of: 7) == 0)
    for band in 0..<LatencyBreakdown.bandCount - 16 {
      let start = LatencyBreakdown.bandStart(band)
      #expect(LatencyBreakdown.band(of: start) == band)
      #expect(LatencyBreakdown.band(of: LatencyBreakdown.bandStart(band + 1) - 1) == band)
    }
    #expect(LatencyBreakdown.band(of: .max) < LatencyBreakdown.bandCount)
  }

  @Test("means are over the whole bands from a latency on")
  func means() {
    var breakdown = LatencyBreakdown(segments: ["a", "b"], counts: [], sums: [])
    for _ in 0...LatencyBreakdown.band(of: 3_000) {
      breakdown.counts.append(0)
      breakdown.sums += [0, 0]
    }
    let (low, high) = (LatencyBreakdown.band(of: 1_000), LatencyBreakdown.band(of: 3_000))
    (breakdown.counts[low], breakdown.counts[high]) = (4, 2)
    (breakdown.sums[2 * low], breakdown.sums[2 * low + 1]) = (1_000, 3_000)
    (breakdown.sums[2 * high], breakdown.sums[2 * high + 1]) = (5_000, 1_000)
    let all = breakdown.means(from: 0)
    let slow = breakdown.means(from: 3_000)
    let none = breakdown.means(from: 1 << 40)
    #expect(all.count == 6 && all.nanoseconds == [1_000, 4_000.0 / 6])
    #expect(slow.count == 2 && slow.nanoseconds == [2_500, 500])
    #expect(none.count == 0 && none.nanoseconds == [0, 0])
  }

  @Test("replications merge although each tells only the bands and segments that occurred in it")
  func merging() {
    let short = LatencyBreakdown(segments: ["a", "c"], counts: [1, 0, 2], sums: [5, 0, 0, 0, 20, 4])
    let long = LatencyBreakdown(segments: ["b", "c"], counts: [0, 3, 1, 7], sums: [0, 0, 30, 3, 9, 0, 1, 70])
    let wanted = ["a": [5, 0, 20, 0], "b": [0, 30, 9, 1], "c": [0, 3, 4, 70]] as [String: [Int128]]
    for (first, second) in [(short, long), (long, short)] {
      var merged = first
      merged.merge(second)
      #expect(merged.counts == [1, 3, 3, 7])
      #expect(merged.segments.sorted() == ["a", "b", "c"])
      for (segment, name) in merged.segments.enumerated() {
        let column = (0..<4).map { merged.sums[$0 * 3 + segment] }
        #expect(column == wanted[name])
      }
    }
    var empty = LatencyBreakdown(segments: [], counts: [], sums: [])
    empty.merge(long)
    #expect(empty == long)
  }
}
