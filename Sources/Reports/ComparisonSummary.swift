import Experiments
import Units

/// What `compare` prints: the verdict in sentences, then the figures with the designs as columns.
public enum ComparisonSummary {
  /// The text for a terminal of `width` columns (at least 40 are used), with a newline at its end.
  ///
  /// Beneath each figure of a design stand its difference to the baseline and the verdict. Where not all designs fit
  /// beside the baseline they follow in further tables; none is left out. `color` adds ANSI colours.
  public static func text(for comparison: Comparison, color: Bool, width: Int = 80) -> String {
    let text = ComparisonSummaryText(
      comparison: comparison, style: TerminalStyle(isColored: color), width: max(width, 40))
    return ([text.heading, text.verdict, text.tables] + text.breakEvens + [text.footer]).joined(separator: "\n")
  }
}

/// The parts of the summary, each a few whole lines.
private struct ComparisonSummaryText {
  let comparison: Comparison
  let style: TerminalStyle
  let width: Int

  private var words: ComparedText { ComparedText(comparison: comparison) }

  private func name(_ design: Int) -> String { TerminalStyle.printable(comparison.names[design]) }

  var heading: String {
    let count = comparison.replications
    let facts = [
      comparison.results[comparison.baseline].scenario.system.duration.description,
      count == 1 ? "1 replication" : "\(count) replications each, common random numbers",
      "seed \(comparison.seed)",
    ]
    let title = "\(comparison.names.count) designs, baseline \(name(comparison.baseline))"
    return style.bold(title) + "\n" + facts.joined(separator: ", ") + "\n"
      + ControlText(comparison).sentences.map { wrapped($0, first: "", rest: "  ") }.joined()
  }

  var verdict: String {
    let lines =
      comparison.remarks.map { "! " + $0 } + words.sentences.map(\.text) + words.objectives + words.varianceReduction
    return style.bold("Verdict") + "\n" + lines.map { wrapped($0) }.joined()
  }

  /// Where a table's capacity modes cost the same, a table a design that asks.
  var breakEvens: [String] {
    zip(comparison.names, comparison.results).compactMap { name, result in
      result.breakEven.map { BreakEvenText(breakEven: $0).table(design: name, width: width, style: style) }
    }
  }

  var footer: String {
    let mark = comparison.judgedCount > 0 ? "; *: of the verdict, judged together" : ""
    let signs =
      comparison.replications > 1 ? "=: equal in every replication; ~: no difference shown\(mark). " : ""
    return wrapped(signs + words.caution, first: "", rest: "")
  }

  /// A text over as many lines as it takes.
  private func wrapped(_ text: String, first: String = "  ", rest: String = "    ") -> String {
    var result = ""
    var line = first
    var isEmpty = true
    for word in TerminalStyle.printable(text).split(separator: " ") {
      if !isEmpty, line.count + 1 + word.count > width {
        result += line + "\n"
        line = rest
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    return result + line + "\n"
  }

  // MARK: Tables

  /// A cell and the colour of its text.
  private struct Cell {
    var text: String
    var verdict: Verdict?
  }

  /// Two lines a figure: the means, and the differences beneath.
  private struct Row {
    var title: String
    var means: [Cell]
    var differences: [Cell]
  }

  private typealias Group = (title: String, rows: [Row])

  /// As many designs beside the baseline as the width allows, table after table.
  var tables: String {
    let groups = comparison.figures.reduce(into: [(scope: FigureScope, figures: [ComparedFigure])]()) {
      groups, figure in
      if case .resource = figure.key.scope { return }
      if figure.isIdle { return }
      if groups.last?.scope == figure.key.scope {
        groups[groups.count - 1].figures.append(figure)
      } else {
        groups.append((figure.key.scope, [figure]))
      }
    }
    let designs = [comparison.baseline] + comparison.others
    let all: [Group] = groups.map { (Self.title($0.scope), $0.figures.map { row($0, designs) }) }
    let titles = all.flatMap { [$0.title.count] + $0.rows.map { $0.title.count + 2 } }
    let nameWidth = min(titles.max() ?? 0, max(width / 3, 16))
    let widths = designs.indices.map { column in
      let cells = all.flatMap(\.rows).flatMap { [$0.means[column].text.count, $0.differences[column].text.count] }
      return max(name(designs[column]).count, cells.max() ?? 0)
    }
    return chunks(widths, nameWidth: nameWidth).map { columns in
      var text = line(
        style.bold("Figure") + String(repeating: " ", count: nameWidth - 6),
        columns.map { Cell(text: name(designs[$0])) }, columns.map { widths[$0] })
      for group in all {
        text += style.bold(Self.clipped(group.title, nameWidth)) + "\n"
        for row in group.rows {
          let title = "  " + Self.clipped(row.title, nameWidth - 2)
          let means = columns.map { row.means[$0] }
          text += line(
            title + String(repeating: " ", count: nameWidth - title.count), means, columns.map { widths[$0] })
          let differences = columns.map { row.differences[$0] }
          guard differences.contains(where: { !$0.text.isEmpty }) else { continue }
          text += line(String(repeating: " ", count: nameWidth), differences, columns.map { widths[$0] })
        }
      }
      return text
    }.joined(separator: "\n")
  }

  /// Columns of each table: the baseline, 0, and as many others as fit, at least one.
  private func chunks(_ widths: [Int], nameWidth: Int) -> [[Int]] {
    var chunks: [[Int]] = []
    var current = [0]
    var used = nameWidth + 2 + widths[0]
    for column in widths.indices.dropFirst() {
      if current.count > 1, used + 2 + widths[column] > width {
        chunks.append(current)
        current = [0]
        used = nameWidth + 2 + widths[0]
      }
      current.append(column)
      used += 2 + widths[column]
    }
    return chunks + [current]
  }

  private func row(_ figure: ComparedFigure, _ designs: [Int]) -> Row {
    let means = designs.map { design in
      Cell(text: figure.cells[design].map { Shown.own($0.own, figure.key).mean } ?? "")
    }
    let differences = designs.map { design -> Cell in
      guard design != comparison.baseline, let cell = figure.cells[design], let difference = cell.decided else {
        return Cell(text: "")
      }
      let shown = Shown.difference(difference, figure.key)
      switch cell.verdict {
      case .noDifference: return Cell(text: difference.mean == 0 && difference.halfWidth == 0 ? "=" : "\(shown.text) ~")
      case .open: return Cell(text: difference.mean == 0 ? "=" : shown.text)
      case .better, .worse, .higher, .lower:
        return Cell(text: "\(shown.text) \(cell.verdict.rawValue)", verdict: cell.verdict)
      }
    }
    let mark = figure.key.isJudged && comparison.judgedCount > 0 ? " *" : ""
    return Row(title: Shown.heading(figure.key) + mark, means: means, differences: differences)
  }

  private func line(_ name: String, _ cells: [Cell], _ widths: [Int]) -> String {
    var last = cells.count
    while last > 0, cells[last - 1].text.isEmpty { last -= 1 }
    let parts = zip(cells, widths).prefix(last).map { cell, width in
      let padding = String(repeating: " ", count: max(0, width - cell.text.count))
      let text = TerminalStyle.printable(cell.text)
      switch cell.verdict {
      case .better: return "  " + padding + style.green(text)
      case .worse: return "  " + padding + style.red(text)
      case .higher, .lower, .noDifference, .open, nil: return "  " + padding + text
      }
    }
    return name + parts.joined() + "\n"
  }

  private static func clipped(_ text: String, _ width: Int) -> String {
    let shown = TerminalStyle.printable(text)
    return shown.count > width ? shown.prefix(width - 1) + "…" : shown
  }

  private static func title(_ scope: FigureScope) -> String {
    switch scope {
    case .traffic(let name): name
    case .type(let type): Page.plural(type)
    case .bill: "Bill"
    case .resource(let name, _): name
    }
  }
}
