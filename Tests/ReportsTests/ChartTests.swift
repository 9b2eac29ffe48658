import Foundation
import Testing
import Units

@testable import Reports

@Suite struct ChartTests {
  @Test(
    "a linear axis begins at 0, ends at or above the maximum, and has round ticks",
    arguments: [
      (0, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]), (1, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
      (7.3, ["0", "2", "4", "6", "8"]), (1_000, ["0", "200", "400", "600", "800", "1,000"]),
      (1_001, ["0", "500", "1,000", "1,500"]), (0.003, ["0.000", "0.001", "0.002", "0.003"]),
    ] as [(Double, [String])])
  func linear(maximum: Double, labels: [String]) {
    let axis = Axis.linear("ms", upTo: maximum)
    #expect(axis.ticks.map(\.label).last == labels.last)
    #expect(axis.ticks.count == labels.count)
    #expect(axis.lower == 0 && axis.upper >= maximum)
    #expect(axis.position(axis.upper) == 1 && axis.position(-1) == 0)
  }

  @Test("a linear axis of what is not a number is an empty one", arguments: [Double.nan, .infinity, -3])
  func linearOfNothing(maximum: Double) {
    #expect(Axis.linear("ms", upTo: maximum).upper == 1)
  }

  @Test("a logarithmic axis spans its values and labels decades when it is long")
  func logarithmic() {
    let short = Axis.logarithmic("ms", from: 11, to: 480)
    #expect(short.ticks.map(\.label) == ["10", "20", "50", "100", "200", "500"])
    let long = Axis.logarithmic("ms", from: 0.3, to: 40_000)
    #expect(long.ticks.map(\.label) == ["1", "10", "100", "1,000", "10,000"])
    #expect(long.lower == 0.2 && long.upper == 50_000)
    #expect(abs(short.position(50) - 0.4114) < 0.001)
    #expect(Axis.logarithmic("ms", from: 5, to: 5).upper > 5)
  }

  @Test(
    "time is labelled in the unit of its steps",
    arguments: [
      (Time.days(30), "5 d", "30 d"), (.days(7), "2 d", "6 d"), (.days(1), "4 h", "24 h"),
      (.hours(1), "10 min", "60 min"),
      (.seconds(30), "5 s", "30 s"),
    ] as [(Time, String, String)])
  func time(duration: Time, second: String, last: String) {
    let ticks = Axis.time(duration).ticks.map(\.label)
    #expect(ticks[1] == second && ticks.last == last)
    #expect(ticks.count <= 8)
  }

  @Test("thinning keeps every run's extremes and at most the allowed points")
  func extremes() {
    var noise = Noise(state: 5)
    var values = (0..<10_000).map { _ in noise.next() }
    values[1_234] = 9
    values[7_777] = -4
    let runs = Downsampling.points(values)
    let points = runs.joined()
    #expect(runs.count == 1 && points.count <= 600)
    #expect(points.contains(Downsampling.Point(index: 1_234, value: 9)))
    #expect(points.contains(Downsampling.Point(index: 7_777, value: -4)))
    #expect(points.map(\.index) == points.map(\.index).sorted())
  }

  @Test("a short series stays whole, and NaN breaks it into runs")
  func short() {
    let runs = Downsampling.points([.nan, 1, 2, .nan, .nan, 3])
    #expect(runs.map { $0.map(\.value) } == [[1, 2], [3]])
    #expect(Downsampling.points([]).isEmpty)
    #expect(Downsampling.points([.nan, .nan]).isEmpty)
    #expect(Downsampling.points((0..<600).map(Double.init)).joined().count == 600)
    #expect(Downsampling.points((0..<601).map(Double.init)).joined().count <= 600)
  }

  @Test("a long series breaks only where a whole bucket has no value")
  func gaps() {
    var values = [Double](repeating: 1, count: 6_000)
    values[5] = .nan
    for index in 3_000..<3_100 { values[index] = .nan }
    #expect(Downsampling.points(values).count == 2)
  }

  @Test("a band encloses every interval of its bucket and never goes below 0")
  func band() {
    let runs = Downsampling.band(mean: [1, 5, 2, .nan], halfWidth: [2, 1, .nan, 1], limit: 2)
    #expect(runs == [[Downsampling.Span(index: 0.5, low: 0, high: 6)]])
    #expect(Downsampling.band(mean: [1, 2], halfWidth: [.nan, .nan]).isEmpty)
  }

  @Test("lines that one chart shows together differ in their dashes")
  func dashes() {
    let dashes = (1..<8).map { style in
      Style.sheet.components(separatedBy: ".stroke.s\(style){").dropFirst().first.map { $0.prefix { $0 != "}" } } ?? ""
    }
    let patterns = dashes.map { $0.components(separatedBy: "stroke-dasharray:").last ?? "" }
    #expect(Set(patterns).count == 7)
  }
}
