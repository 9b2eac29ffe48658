/// A line chart as one SVG that stretches with the page while its text and strokes keep their size.
///
/// The plot lives in an inner coordinate system of 1200 by 1000 without a fixed aspect ratio; labels stand in
/// the outer one at percentages. Lines differ by colour and by dash, and the legend shows both.
struct Chart: Sendable {
  /// A line with its points in the axes' values, in unbroken runs.
  struct Line: Sendable {
    var name: String
    var runs: [[(x: Double, y: Double)]]
    var style: Int
  }

  /// An area between two lines, drawn in the colour of the line of the same style.
  struct Band: Sendable {
    var runs: [[(x: Double, low: Double, high: Double)]]
    var style: Int
  }

  /// A constant drawn across the plot.
  struct Limit: Sendable {
    var label: String
    var value: Double
  }

  var title: String
  /// One or two sentences for readers who cannot see the lines.
  var description: String
  var x: Axis
  var y: Axis
  var lines: [Line]
  var bands: [Band] = []
  var limit: Limit?
  /// What the chart leaves out, said beside the legend; empty when nothing.
  var note = ""

  /// The chart as a figure with its caption and legend.
  var figure: HTML {
    """
    <figure class="chart" data-x="\(Self.scale(x))" data-y="\(Self.scale(y))">
    <figcaption>\(title)</figcaption>
    \(legend)<div class="plot"><span class="axis" aria-hidden="true">\(y.title)</span>
    <svg width="100%" height="220" role="img"><title>\(title)</title><desc>\(description)</desc>
    \(Self.grid(x, y))<svg width="100%" height="100%" viewBox="0 0 1200 1000" preserveAspectRatio="none">\(areas)\(strokes)\
    \(limitLine)</svg>
    \(limitLabel)<line class="cursor" y1="0" y2="100%"></line></svg>
    </div>
    <output aria-hidden="true"></output>
    </figure>

    """
  }

  private var legend: HTML {
    let items: [HTML] = lines.map { line in
      """
      <li><svg width="26" height="8" aria-hidden="true"><line class="stroke s\(line.style)" x1="1" x2="25" y1="4" \
      y2="4"></line></svg> \(line.name)</li>
      """
    }
    let band: HTML = bands.isEmpty ? .empty : "<li>shaded: 95 % interval</li>"
    let rest: HTML = note.isEmpty ? .empty : "<li>\(note)</li>"
    return "<ul class=\"legend\">\(items)\(band)\(rest)</ul>\n"
  }

  /// Lines at the ticks of both axes with their labels, and the title of the lower one.
  static func grid(_ x: Axis, _ y: Axis) -> HTML {
    let rows: [HTML] = y.ticks.map { tick in
      let at = percent(1 - y.position(tick.value))
      return """
        <line class="grid" x2="100%" y1="\(at)" y2="\(at)"></line><text x="-8" y="\(at)" dy="4" \
        text-anchor="end">\(tick.label)</text>
        """
    }
    let columns: [HTML] = x.ticks.map { tick in
      let at = percent(x.position(tick.value))
      return """
        <line class="grid" x1="\(at)" x2="\(at)" y2="100%"></line><text x="\(at)" y="100%" dy="18" \
        text-anchor="middle">\(tick.label)</text>
        """
    }
    return "\(rows)\(columns)<text class=\"axis\" x=\"100%\" y=\"100%\" dy=\"36\" text-anchor=\"end\">\(x.title)</text>"
  }

  private var areas: [HTML] {
    bands.map { band in
      let path = band.runs.map { run in
        let upper = run.map { point($0.x, $0.high) }
        let lower = run.reversed().map { point($0.x, $0.low) }
        return "M" + (upper + lower).joined(separator: "L") + "Z"
      }
      return "<path class=\"band s\(band.style)\" d=\"\(path.joined())\"></path>"
    }
  }

  private var strokes: [HTML] {
    lines.map { line in
      let path = line.runs.map { run in
        "M" + run.map { point($0.x, $0.y) }.joined(separator: "L") + (run.count == 1 ? "h0" : "")
      }
      return "<path class=\"stroke s\(line.style)\" data-name=\"\(line.name)\" d=\"\(path.joined())\"></path>"
    }
  }

  private var limitLine: HTML {
    guard let limit else { return .empty }
    let at = Int(((1 - y.position(limit.value)) * 1000).rounded())
    return "<path class=\"limit\" d=\"M0 \(at)L1200 \(at)\"></path>"
  }

  private var limitLabel: HTML {
    guard let limit else { return .empty }
    let at = Self.percent(1 - y.position(limit.value))
    return "<text class=\"limit\" x=\"100%\" y=\"\(at)\" dy=\"-5\" text-anchor=\"end\">\(limit.label)</text>\n"
  }

  private func point(_ xValue: Double, _ yValue: Double) -> String {
    let across = Int((x.position(xValue) * 1200).rounded())
    let down = Int(((1 - y.position(yValue)) * 1000).rounded())
    return "\(across) \(down)"
  }

  /// A share of the chart as SVG writes it: `12.50%`.
  static func percent(_ share: Double) -> String { NumberText.fixed(share * 100, decimals: 2) + "%" }

  /// What the read-out script needs to turn plot coordinates into values: both ends, and the kind of scale.
  private static func scale(_ axis: Axis) -> String {
    let kind = axis.isLogarithmic ? "log" : axis.title == "Simulated time" ? "time" : "linear"
    return "\(NumberText.shortest(axis.lower) ?? "0") \(NumberText.shortest(axis.upper) ?? "1") \(kind)"
  }
}
