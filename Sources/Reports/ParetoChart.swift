import Experiments
import Statistics

/// Cost against response time, a mark a candidate, the front joined by a line.
///
/// Marks keep their shape at every width of the page: the plot stretches, they stand at percentages. What decides is
/// said by shape as well as colour: a disc keeps to the objectives, a diamond is open, a triangle misses one.
struct ParetoChart {
  let optimization: Optimization

  /// Candidates that are drawn; the files have all.
  static let drawnMax = 200
  private static let height = 340

  /// The chart as a figure; empty without two candidates that have both figures.
  var figure: HTML {
    let drawn = OptimizationSummary.order(optimization).prefix(Self.drawnMax).filter { place in
      let candidate = optimization.candidates[place]
      return candidate.cost.mean.isFinite && candidate.latencyMs.mean.isFinite
    }
    let costs = drawn.map { optimization.candidates[$0].cost.mean }
    let latencies = drawn.map { optimization.candidates[$0].latencyMs.mean }
    guard drawn.count >= 2, let leastCost = costs.min(), let mostCost = costs.max(), let least = latencies.min(),
      let most = latencies.max()
    else { return .empty }
    let x = Axis.around("Cost a month, USD", from: leastCost, to: mostCost)
    let y =
      least > 0 && most > 8 * least
      ? Axis.logarithmic("\(optimization.latencyName), ms (logarithmic)", from: least, to: most)
      : Axis.around("\(optimization.latencyName), ms", from: least, to: most)
    let note: HTML =
      optimization.candidates.count > drawn.count
      ? "<li>\(drawn.count) of \(optimization.candidates.count) candidates are drawn</li>" : .empty
    return """
      <figure class="chart">
      <figcaption>Cost against \(optimization.latencyName)</figcaption>
      <ul class="legend">\(legend)\(note)</ul>
      <div class="plot"><span class="axis" aria-hidden="true">\(y.title)</span>
      <svg width="100%" height="\(Self.height)" role="img"><title>Cost against \(optimization.latencyName)</title>\
      <desc>A mark a candidate; the line joins those that no other beats in both. The table below has the figures.</desc>
      \(Chart.grid(x, y))\(limits(y))\(line(drawn, x, y))\(marks(drawn, x, y))</svg></div>
      </figure>

      """
  }

  private var legend: [HTML] {
    let kinds: [(Int, String)] = [(0, "meets all objectives"), (1, "not decided"), (2, "misses an objective")]
    let used = Set(optimization.candidates.map(kind))
    let items: [HTML] = kinds.filter { used.contains($0.0) }.map { kind, text in
      """
      <li><svg class="swatch" width="12" height="12" viewBox="-6 -6 12 12" aria-hidden="true">\(Self.mark(kind))</svg>\
      \(text)</li>
      """
    }
    return items + [
      """
      <li><svg width="26" height="8" aria-hidden="true"><line class="stroke s0" x1="1" x2="25" y1="4" y2="4"></line>\
      </svg> front</li><li>whiskers: 95 % interval</li><li>ring: the answer</li>
      """
    ]
  }

  private func kind(_ candidate: OptimizationCandidate) -> Int {
    candidate.isInfeasible ? 2 : candidate.isFeasible ? 0 : 1
  }

  private static func mark(_ kind: Int) -> HTML {
    let shapes: [(style: Int, path: String)] = [
      (0, "M-5 0A5 5 0 1 0 5 0A5 5 0 1 0 -5 0Z"), (6, "M0 -6L6 0L0 6L-6 0Z"), (1, "M0 -5.5L5.5 4.5H-5.5Z"),
    ]
    return "<path class=\"mark s\(shapes[kind].style)\" d=\"\(shapes[kind].path)\"></path>"
  }

  /// The objectives on the response time that is drawn, where they lie within the chart.
  private func limits(_ y: Axis) -> [HTML] {
    optimization.constraints.filter { constraint in
      let name = constraint.text.prefix { $0 != "<" && $0 != ">" }.split(separator: " ").joined()
      return constraint.unit == "ms" && name == optimization.latencyName
        && constraint.bound >= y.lower && constraint.bound <= y.upper
    }.map { constraint in
      let at = Chart.percent(1 - y.position(constraint.bound))
      return """
        <line class="limit" x2="100%" y1="\(at)" y2="\(at)"></line><text class="limit" x="100%" y="\(at)" dy="-5" \
        text-anchor="end">\(constraint.text)</text>
        """
    }
  }

  /// The front by the means, from the cheapest on.
  private func line(_ drawn: [Int], _ x: Axis, _ y: Axis) -> HTML {
    let front = drawn.filter { place in
      switch optimization.candidates[place].pareto {
      case .front, .uncertainFront: true
      case .uncertainDominated, .dominated, .unknown: false
      }
    }.sorted { optimization.candidates[$0].cost.mean < optimization.candidates[$1].cost.mean }
    let pieces: [HTML] = zip(front, front.dropFirst()).map { from, to in
      let ends = [from, to].map { place in
        (
          Chart.percent(x.position(optimization.candidates[place].cost.mean)),
          Chart.percent(1 - y.position(optimization.candidates[place].latencyMs.mean))
        )
      }
      return """
        <line class="stroke s0" x1="\(ends[0].0)" y1="\(ends[0].1)" x2="\(ends[1].0)" y2="\(ends[1].1)"></line>
        """
    }
    return "\(pieces)"
  }

  private func marks(_ drawn: [Int], _ x: Axis, _ y: Axis) -> [HTML] {
    let words = OptimizationText(optimization: optimization)
    // The leader last, so that nothing covers it.
    return drawn.reversed().map { place in
      let candidate = optimization.candidates[place]
      let kind = kind(candidate)
      let style = [0, 6, 1][kind]
      let across = Chart.percent(x.position(candidate.cost.mean))
      let down = Chart.percent(1 - y.position(candidate.latencyMs.mean))
      var whiskers: HTML = .empty
      if let lower = candidate.cost.lower, let upper = candidate.cost.upper {
        whiskers = """
          <line class="whisker s\(style)" x1="\(Chart.percent(x.position(lower)))" \
          x2="\(Chart.percent(x.position(upper)))" y1="\(down)" y2="\(down)"></line>
          """
      }
      if let lower = candidate.latencyMs.lower, let upper = candidate.latencyMs.upper {
        whiskers =
          whiskers + """
            <line class="whisker s\(style)" x1="\(across)" x2="\(across)" \
            y1="\(Chart.percent(1 - y.position(lower)))" y2="\(Chart.percent(1 - y.position(upper)))"></line>
            """
      }
      let isLeader = place == optimization.leader
      let ring: HTML =
        isLeader ? "<circle class=\"ring\" r=\"10\"></circle>" : .empty
      let label: HTML =
        isLeader
        ? "<text class=\"value\" x=\"14\" y=\"-8\">\(words.name(of: place))</text>" : .empty
      return """
        \(whiskers)<svg x="\(across)" y="\(down)" overflow="visible"><title>\(words.named(place))</title>\
        \(Self.mark(kind))\(ring)\(label)</svg>

        """
    }
  }

}

extension Axis {
  /// A linear axis that holds both ends with some room, labelled at round numbers; it need not begin at 0.
  static func around(_ title: String, from lowest: Double, to highest: Double) -> Axis {
    let span = highest - lowest
    let room = span > 0 ? span * 0.08 : max(abs(highest) * 0.05, 0.5)
    let step = roundStep(atLeast: (span + 2 * room) / 6)
    var first = ((lowest - room) / step).rounded(.down)
    if lowest >= 0 { first = max(first, 0) }
    let last = ((highest + room) / step).rounded(.up)
    let decimals = max(0, -NumberText.magnitude(step))
    let ticks = (0...Int(last - first)).map { index in
      let value = (first + Double(index)) * step
      return Tick(value: value, label: NumberText.fixed(value, decimals: decimals, grouped: true))
    }
    return Axis(title: title, lower: first * step, upper: last * step, ticks: ticks)
  }
}
