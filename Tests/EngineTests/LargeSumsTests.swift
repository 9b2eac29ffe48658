import Testing
import Units

@testable import Engine

private enum ToyEvent: SimulationEvent {
  case called(CallID)
  case answered(CallID)
  case arrival(UInt16)
  case tick(Int)
}

/// Sums that a year of a few hundred requests in flight reaches, and that 64 bits do not hold.
@Suite("Large sums")
struct LargeSumsTests {
  private static let day = Time.days(1).nanoseconds

  @Test("a histogram's sum and mean stay exact beyond 64 bits, recorded or merged")
  func histogram() {
    var year = Histogram()
    for _ in 0..<200_000 { year.record(Self.day) }
    #expect(year.sum == 200_000 * Int128(Self.day) && year.sum > Int64.max)
    #expect(year.mean == Double(Self.day))
    let other = year
    year.merge(other)
    #expect(year.sum == 400_000 * Int128(Self.day) && year.mean == Double(Self.day))
  }

  @Test("breakdowns merge and give means beyond 64 bits")
  func breakdown() {
    let half = LatencyBreakdown(segments: ["a"], counts: [2], sums: [Int128(Int64.max)])
    var whole = half
    whole.merge(half)
    whole.merge(half)
    #expect(whole.sums == [3 * Int128(Int64.max)])
    let means = whole.means(from: 0)
    #expect(means.count == 6 && means.nanoseconds == [Double(Int64.max) / 2])
  }

  @Test("a level that is high for a long period has its mean, and a period is not cut where it is folded")
  func level() {
    let value: Int64 = 10_000_000
    var run = Run<ToyEvent>(warmUp: .zero, duration: .days(3), period: Time(nanoseconds: Self.day + 1))
    let level = run.recorder.addLevel(resource: "r", namespace: "n", "Level")
    run.recorder.change(level, by: value, at: .zero)
    run.schedule(.tick(1), at: .days(2))
    while run.next() != nil { run.recorder.change(level, by: -value, at: run.now) }
    let series = run.recorder.series()
    let mean = run.recorder.mean(level, over: .days(3))
    #expect(series[0].values.count == 3)
    #expect(series[0].values[0] == Double(value) && series[0].values[2] == 0)
    #expect(series[1].values == [Double(value), Double(value), 0])
    #expect(abs(mean / (Double(value) * 2 / 3) - 1) < 1e-12)
  }

  @Test("a timing's mean counts the durations before and after each fold")
  func timing() {
    var run = Run<ToyEvent>(warmUp: .seconds(30), duration: .minutes(10), period: .minutes(10))
    let timing = run.recorder.addTiming(resource: "r", namespace: "n", "Timing", keepsHistogram: true)
    for minute in 0..<10 { run.schedule(.tick(minute), at: .minutes(Int64(minute))) }
    while let event = run.next() {
      if case .tick(let minute) = event { run.recorder.record(timing, Int64(minute) * 1_000_000) }
    }
    let histogram = run.recorder.histogram(timing)
    let means = run.recorder.series()[0].values
    #expect(histogram.count == 9 && histogram.sum == 45_000_000)
    #expect(means == [5])
  }
}
