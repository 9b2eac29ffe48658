import Engine

extension PageParts {
  /// How response times are distributed, a line a histogram of at least one value: the share of requests that take
  /// longer, on two logarithmic axes, so that the tail has as much room as the bulk. At least one line.
  func distributionChart(_ lines: [(name: String, histogram: Histogram)], title: String, description: String) -> HTML {
    let largest = lines.map(\.histogram.count).max() ?? 1
    let x = Axis.logarithmic(
      "Response time, ms (logarithmic)", from: max(lines.map { $0.histogram.quantile(0.001) }.min() ?? 1, 1e3) / 1e6,
      to: Double(lines.map(\.histogram.maximum).max() ?? 1) / 1e6)
    let lowest = max(1 / Double(largest), 1e-5)
    let y = Self.shareAxis(downTo: lowest)
    let drawn = lines.enumerated().map { index, line in
      let points = Self.complements(downTo: max(1 / Double(line.histogram.count), y.lower)).map { share in
        (x: line.histogram.quantile(1 - share) / 1e6, y: share)
      }
      return Chart.Line(name: line.name, runs: [points], style: index)
    }
    return Chart(title: title, description: description, x: x, y: y, lines: drawn).figure
  }

  /// Shares from 1 down to `lowest`, 24 a decade.
  private static func complements(downTo lowest: Double) -> [Double] {
    var shares: [Double] = []
    var decade = 1.0
    while decade > lowest {
      for step in 0..<24 { shares.append(decade * (1 - Double(step) * 0.9 / 24)) }
      decade /= 10
    }
    return shares.filter { $0 >= lowest }
  }

  private static func shareAxis(downTo lowest: Double) -> Axis {
    var axis = Axis(title: "Share of requests that are slower", lower: 1, upper: 1, isLogarithmic: true, ticks: [])
    for power in 0...5 {
      let share = 1 / Axis.tenTo(power)
      axis.lower = share
      axis.ticks.append(Axis.Tick(value: share, label: "\(Axis.plain(share * 100)) %"))
      if share <= lowest, power > 0 { break }
    }
    return axis
  }
}
