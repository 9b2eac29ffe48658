import Experiments
import Statistics

extension ComparisonPage {
  /// Every headline figure with its difference to the baseline, drawn as an interval beside zero.
  var differences: HTML {
    let words = ComparedText(comparison: comparison)
    let figures = comparison.figures.filter { figure in
      switch figure.key.scope {
      case .traffic, .type, .bill: true
      case .resource: false
      }
    }
    let lead: HTML = """
      <p>Each design less the baseline \(name(of: comparison.baseline)), replication by replication. The bar is the \
      interval of the difference and the vertical line is zero; bars of one figure share a scale, and different \
      figures do not. Where the bar reaches zero its mark is \
      hollow: no difference is shown.</p>
      <p>p is the chance that equal designs would differ so much: below 0.05 a difference is shown. Precision is how \
      many times the replications independent runs would need for an interval as narrow.</p>
      <p>\(words.caution)</p>

      """
    let judged = figures.filter(\.key.isJudged)
    let others = figures.filter { !$0.key.isJudged }
    let base = name(of: comparison.baseline)
    let first: HTML =
      judged.isEmpty
      ? .empty : differenceTable("What the verdict judges together: paired differences to \(base)", judged)
    let second: HTML =
      others.isEmpty
      ? .empty : differenceTable("Further figures, each by itself: paired differences to \(base)", others)
    return section("differences", "Differences", lead + first + second)
  }

  /// A row a figure and design, under a heading a scope; what is zero in all designs shares a row.
  func differenceTable(_ caption: String, _ figures: [ComparedFigure]) -> HTML {
    let pTitle = figures.contains { $0.cells.contains { $0?.judgement != nil } } ? "p (Holm)" : "p"
    let head: HTML = """
      <tr>\(textColumn("Figure"))\(column(name(of: comparison.baseline)))\(textColumn("Design"))\(column("Mean"))\
      \(column("Difference"))\(column("Relative"))\(textColumn("Interval beside zero"))\(textColumn("Verdict"))\(column(pTitle))\(column("Precision"))</tr>
      """
    var rows: [HTML] = []
    var scope: FigureScope?
    var idle: [String] = []
    func endScope() {
      guard !idle.isEmpty else { return }
      rows.append(
        """
        <tr><td class="text note" colspan="10">Zero or without a value in all designs: \(Shown.listed(idle)).</td></tr>

        """)
      idle = []
    }
    for figure in figures {
      if figure.key.scope != scope {
        endScope()
        scope = figure.key.scope
        rows.append(
          "<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"10\">\(Self.heading(figure.key.scope))</th></tr>\n")
      }
      if figure.isIdle {
        idle.append(figure.key.name)
      } else {
        rows += rowsOf(figure)
      }
    }
    endScope()
    return table(caption, head: head, body: rows)
  }

  private func rowsOf(_ figure: ComparedFigure) -> [HTML] {
    let designs = comparison.others.filter { figure.cells[$0] != nil }
    let ends = designs.flatMap { design -> [Double] in
      guard let difference = figure.cells[design]?.decided else { return [] }
      return [difference.mean, difference.lower ?? .nan, difference.upper ?? .nan].filter(\.isFinite)
    }
    let reach = ends.map { abs($0) }.max() ?? 0
    let base: HTML = figure.cells[comparison.baseline].map { cell(Shown.own($0.own, figure.key)) } ?? "<td></td>"
    if designs.isEmpty {
      return [
        "<tr>\(name(Shown.heading(figure.key)))\(base)<td class=\"text note\" colspan=\"8\">in no other design</td></tr>\n"
      ]
    }
    if figure.isEqualEverywhere(to: comparison.baseline) {
      let mean: HTML = figure.cells[designs[0]].map { "\(Shown.own($0.own, figure.key).mean)" } ?? .empty
      return [
        """
        <tr>\(name(Shown.heading(figure.key)))\(base)<td class="text design">\(designs.count > 1 ? "all" : marked(designs[0]))</td>\
        <td class="number">\(mean)</td><td class="number">0</td><td></td><td></td>\
        <td class="verdict note">= equal in every replication</td><td></td><td></td></tr>

        """
      ]
    }
    return designs.enumerated().map { index, design in
      guard let compared = figure.cells[design] else { return .empty }
      let isLast = index == designs.count - 1
      let first: HTML = index == 0 ? "\(name(Shown.heading(figure.key)))\(base)" : "<td></td><td></td>"
      return """
        <tr\(isLast ? HTML.empty : " class=\"more\"")>\(first)<td class="text design">\(marked(design))</td>\
        <td class="number">\(Shown.own(compared.own, figure.key).mean)</td>\
        \(compared.decided.map { cell(Shown.difference($0, figure.key)) } ?? "<td class=\"number\">–</td>")\
        <td class="number">\(Shown.relative(compared.relative) ?? "–")</td>\
        <td class="forest">\(Self.forest(compared, reach: reach))</td>\
        <td class="verdict \(Self.tone(compared.verdict))">\(Shown.marked(compared.verdict))</td>\
        <td class="number">\((compared.judgement?.pValue ?? compared.pValue).map(Shown.pValue) ?? "–")</td>\
        <td class="number">\(compared.varianceReduction.flatMap(Shown.times).map { "\($0) ×" } ?? "–")</td></tr>

        """
    }
  }

  /// The interval that decides, on a scale from -reach to +reach, zero in the middle.
  private static func forest(_ compared: ComparedCell, reach: Double) -> HTML {
    guard let difference = compared.decided, difference.mean.isFinite else { return .empty }
    func position(_ value: Double) -> String {
      let share = reach > 0 ? value / reach : 0
      return NumberText.fixed(50 + 46 * min(max(share, -1), 1), decimals: 2) + "%"
    }
    let kind: HTML
    switch compared.verdict {
    case .better: kind = "better"
    case .worse: kind = "worse"
    case .higher, .lower: kind = "other"
    case .noDifference, .open: kind = "none"
    }
    var span: HTML = .empty
    if let lower = difference.lower, let upper = difference.upper, lower.isFinite, upper.isFinite {
      span = """
        <line class="span \(kind)" x1="\(position(lower))" x2="\(position(upper))" y1="11" y2="11"></line>
        """
    }
    return """
      <svg width="100%" height="22" aria-hidden="true">\
      <line class="zero" x1="50%" x2="50%" y1="0" y2="22"></line>\(span)\
      <svg x="\(position(difference.mean))" y="11" overflow="visible"><rect class="\(kind)" x="-4" y="-4" width="8" \
      height="8"></rect></svg></svg>
      """
  }

  private static func tone(_ verdict: Verdict) -> HTML {
    switch verdict {
    case .better: "met"
    case .worse: "missed"
    case .higher, .lower: "neutral"
    case .noDifference, .open: "note"
    }
  }

  /// What a group of figures is about.
  static func heading(_ scope: FigureScope) -> String {
    switch scope {
    case .traffic(let name): "Traffic \(name): requests and response times"
    case .type(let type): Page.plural(type) + ", all together"
    case .bill: "Bill"
    case .resource(let name, let type): "\(name) (\(type))"
    }
  }
}

extension ComparedFigure {
  /// Whether no replication of any design has anything to say of it: no number, or zero. That nothing failed or was
  /// throttled or costs money is worth a row of its own.
  var isIdle: Bool {
    key.name != "errorRate" && key.name != "throttles" && key.unit != .dollars
      && cells.allSatisfy { cell in cell.map { $0.own.isIdle } ?? true }
  }
}

extension Interval {
  /// Zero in all replications, or no number in any.
  var isIdle: Bool { mean.isNaN || mean == 0 && (halfWidth ?? 0) == 0 }
}
