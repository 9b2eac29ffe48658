import Testing
import Units

@testable import Engine

@Suite("Recorder")
struct RecorderTests {
  private struct Reports: ~Copyable {
    var recorder: Recorder
    let counter: CounterID
    let halves: CounterID
    let level: LevelID
    let timing: TimingID

    init(period: Time) {
      recorder = Recorder(period: period)
      counter = recorder.addCounter(resource: "r", namespace: "n", "Counter")
      halves = recorder.addCounter(resource: "r", namespace: "n", "Halves", unitsPerCount: 2)
      level = recorder.addLevel(resource: "r", namespace: "n", "Level")
      timing = recorder.addTiming(resource: "r", namespace: "n", "Timing", keepsHistogram: true)
    }

    func values(_ name: String, _ statistic: MetricStatistic) -> [Double] {
      recorder.series().first { $0.key.name == name && $0.key.statistic == statistic }?.values ?? []
    }
  }

  @Test("a counter's rows are sums a period in its unit, its total the sum of the rows")
  func counters() {
    var reports = Reports(period: .seconds(10))
    reports.recorder.begin(at: .zero)
    reports.recorder.count(reports.counter)
    reports.recorder.count(reports.counter, by: 4)
    reports.recorder.count(reports.halves, by: 3)
    reports.recorder.endPeriod(at: .seconds(10))
    reports.recorder.endPeriod(at: .seconds(20))
    reports.recorder.count(reports.counter, by: 2)
    reports.recorder.endPeriod(at: .seconds(30))
    let (rows, halves) = (reports.values("Counter", .sum), reports.values("Halves", .sum))
    let totals = (reports.recorder.total(reports.counter), reports.recorder.total(reports.halves))
    #expect(rows == [5, 0, 2])
    #expect(halves == [1.5, 0, 0])
    #expect(totals == (7, 3))
  }

  @Test("a part's values count in the series, and each distribution is exact to its extremes")
  func parts() {
    var recorder = Recorder(period: .seconds(10))
    let whole = recorder.addTiming(resource: "r", namespace: "n", "Timing", keepsHistogram: true)
    let part = recorder.addPart(of: whole)
    // Before recording begins nothing counts.
    recorder.record(part, 1)
    recorder.endPeriod(at: .seconds(1))
    recorder.begin(at: .seconds(1))
    // 1,000,003 and 1,000,005 ns share a bucket, so that no subtraction of buckets could tell whose the extreme is.
    for value: Int64 in [1_000_003, 3_000_000] { recorder.record(whole, value) }
    for value: Int64 in [1_000_005, 8_000_000] { recorder.record(part, value) }
    recorder.endPeriod(at: .seconds(11))
    recorder.record(whole, 5_000_000)
    recorder.endPeriod(at: .seconds(21))
    recorder.record(part, 2_000_000)
    recorder.endPeriod(at: .seconds(31))
    recorder.endPeriod(at: .seconds(41))
    func values(_ statistic: MetricStatistic) -> [Double] {
      recorder.series().first { $0.key.statistic == statistic }?.values ?? []
    }
    let (means, maxima, count) = (values(.average), values(.maximum), recorder.series().count)
    #expect(means.prefix(3) == [13.000008 / 4, 5, 2] && means[3].isNaN)
    #expect(maxima.prefix(3) == [8, 5, 2] && maxima[3].isNaN)
    #expect(count == 4)
    let (usual, rare) = (recorder.histogram(whole), recorder.histogram(part))
    var expectedUsual = Histogram()
    for value: Int64 in [1_000_003, 3_000_000, 5_000_000] { expectedUsual.record(value) }
    var expectedRare = Histogram()
    for value: Int64 in [1_000_005, 8_000_000, 2_000_000] { expectedRare.record(value) }
    #expect(usual == expectedUsual)
    #expect(rare == expectedRare)
  }

  @Test("a level integrates exactly over the borders of periods, and its peak is that of each period")
  func levels() {
    var reports = Reports(period: .seconds(10))
    reports.recorder.begin(at: .zero)
    reports.recorder.change(reports.level, by: 3, at: .seconds(4))
    reports.recorder.change(reports.level, by: 2, at: .seconds(8))
    reports.recorder.change(reports.level, by: -4, at: .seconds(9))
    reports.recorder.endPeriod(at: .seconds(10))
    reports.recorder.endPeriod(at: .seconds(20))
    reports.recorder.change(reports.level, by: -1, at: .seconds(25))
    reports.recorder.endPeriod(at: .seconds(30))
    let (means, peaks) = (reports.values("Level", .average), reports.values("Level", .maximum))
    let (mean, peak) = (
      reports.recorder.mean(reports.level, over: .seconds(30)), reports.recorder.peak(reports.level)
    )
    // 4 s at 3, 1 s at 5, 1 s at 1; 10 s at 1; 5 s at 1.
    #expect(means == [1.8, 1, 0.5])
    #expect(peaks == [5, 1, 1])
    #expect(mean == 33.0 / 30)
    #expect(peak == 5)
  }

  @Test("the warm-up leaves nothing behind but the present levels")
  func warmUp() {
    var reports = Reports(period: .seconds(10))
    reports.recorder.count(reports.counter, by: 9)
    reports.recorder.change(reports.level, by: 7, at: .seconds(1))
    reports.recorder.change(reports.level, by: -5, at: .seconds(2))
    reports.recorder.record(reports.timing, 1_000_000)
    let before = reports.recorder.isRecording
    reports.recorder.begin(at: .seconds(3))
    let after = reports.recorder.isRecording
    reports.recorder.endPeriod(at: .seconds(13))
    #expect(!before && after)
    let (counts, means, peaks) = (
      reports.values("Counter", .sum), reports.values("Level", .average), reports.values("Level", .maximum)
    )
    let (p50, histogram) = (reports.values("Timing", .p50), reports.recorder.histogram(reports.timing))
    #expect(counts == [0])
    #expect(means == [2])
    #expect(peaks == [2])
    #expect(p50.count == 1 && p50[0].isNaN)
    #expect(histogram.count == 0)
  }

  @Test("a timing's rows are in ms, NaN in a period without values; its histogram keeps them all")
  func timings() {
    var reports = Reports(period: .seconds(10))
    reports.recorder.begin(at: .zero)
    for milliseconds in 1...100 as ClosedRange<Int64> {
      reports.recorder.record(reports.timing, milliseconds * 1_000_000)
    }
    reports.recorder.endPeriod(at: .seconds(10))
    reports.recorder.endPeriod(at: .seconds(20))
    reports.recorder.record(reports.timing, 0)
    reports.recorder.endPeriod(at: .seconds(30))
    let statistics: [MetricStatistic] = [.average, .p50, .p99, .maximum]
    var rows: [[Double]] = []
    for statistic in statistics { rows.append(reports.values("Timing", statistic)) }
    let wanted = [50.5, 50, 99, 100]
    for (row, value) in zip(rows, wanted) {
      #expect(row.count == 3)
      #expect(abs(row[0] / value - 1) < 0.008)
      #expect(row[1].isNaN)
      #expect(row[2] == 0)
    }
    #expect(rows[0][0] == 50.5 && rows[3][0] == 100)
    let histogram = reports.recorder.histogram(reports.timing)
    #expect(histogram.count == 101 && histogram.sum == 5_050_000_000)
    #expect(histogram.minimum == 0 && histogram.maximum == 100_000_000)
  }

  @Test("series stand in the order of registration: a sum a counter, two columns a level, four a timing")
  func series() {
    var recorded = Reports(period: .seconds(1))
    recorded.recorder.begin(at: .zero)
    recorded.recorder.endPeriod(at: .seconds(1))
    let keys = recorded.recorder.series().map { "\($0.key.name) \($0.key.statistic.rawValue)" }
    #expect(
      keys == [
        "Counter Sum", "Halves Sum", "Level Average", "Level Maximum", "Timing Average", "Timing p50", "Timing p99",
        "Timing Maximum",
      ])
  }
}
