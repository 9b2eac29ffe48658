import Experiments
import Scenarios
import Statistics

/// The text that `optimize` prints: the answer and its confidence first, then the candidates.
public enum OptimizationSummary {
  /// Candidates that the terminal shows; the files have all.
  static let rowsMax = 40

  /// The text for a terminal of `width` columns (at least 40 are used), with a newline at its end.
  ///
  /// `color` adds ANSI colours. Columns that do not fit are left out; control characters in names are shown as `?`.
  public static func text(for optimization: Optimization, color: Bool, width: Int = 80) -> String {
    let style = TerminalStyle(isColored: color)
    let words = OptimizationText(optimization: optimization)
    let system = optimization.scenario.system
    let variant = optimization.scenario.variant.map { ["variant \($0)"] } ?? []
    let facts =
      variant + [
        system.duration.description, "± 95 % intervals", "seed \(optimization.seed)", "digest \(optimization.digest)",
      ]
    var parts = [
      style.bold(TerminalStyle.printable(optimization.scenario.name)) + "\n"
        + TerminalStyle.printable(facts.joined(separator: ", ")) + "\n"
    ]
    let isFound =
      switch optimization.outcome {
      case .selected: true
      case .undecided, .infeasible: false
      }
    var answer = isFound ? style.green("✓ ") : style.red("✗ ")
    answer += wrapped(words.answer, width, indent: 2) + "\n"
    if optimization.outcome != .infeasible {
      for setting in words.settings { answer += "    " + TerminalStyle.printable(setting) + "\n" }
    }
    parts.append(answer)
    for sentence in words.figures + words.alternative + words.certainty + [words.effort] + words.remarks {
      parts.append(wrapped(sentence, width, indent: 0) + "\n")
    }
    let rows = table(optimization, words).text(width: max(width, 40), style: style)
    // A narrow terminal has no column for the marks.
    let legend =
      rows.contains("●") || rows.contains("○")
      ? "  front of cost against response time: ● on it, ○ on it by the means\n" : ""
    return parts[0] + "\n" + parts[1] + "\n" + parts.dropFirst(2).joined() + "\n" + rows + more(optimization) + legend
  }

  /// `latency.p99, ms`; names of resources' figures say their unit.
  private static func latency(_ optimization: Optimization) -> String {
    TerminalStyle.printable(optimization.latencyName) + (optimization.latencyName.hasSuffix("Ms") ? "" : ", ms")
  }

  private static func mark(_ place: ParetoFront.Place) -> String {
    switch place {
    case .front: "●"
    case .uncertainFront: "○"
    case .uncertainDominated, .dominated, .unknown: ""
    }
  }

  /// The leader first, then by cost, those that miss an objective last.
  static func order(_ optimization: Optimization) -> [Int] {
    func rank(_ place: Int) -> Int {
      place == optimization.leader ? 0 : optimization.candidates[place].isInfeasible ? 2 : 1
    }
    return optimization.candidates.indices.sorted { a, b in
      let costs = (optimization.candidates[a].cost.mean, optimization.candidates[b].cost.mean)
      return (rank(a), costs.0, a) < (rank(b), costs.1, b)
    }
  }

  private static func table(_ optimization: Optimization, _ words: OptimizationText) -> TextTable {
    var table = TextTable(
      title: "Candidates",
      columns: [
        TextTable.Column("USD a month", rank: 0), TextTable.Column("±", rank: 6),
        TextTable.Column(latency(optimization), rank: 1), TextTable.Column("±", rank: 7),
        TextTable.Column("front", rank: 5),
      ])
    if !optimization.constraints.isEmpty { table.columns.append(TextTable.Column("objectives", rank: 3)) }
    table.columns += [TextTable.Column("runs", rank: 4), TextTable.Column("", rank: 2)]
    for place in order(optimization).prefix(rowsMax) {
      let candidate = optimization.candidates[place]
      let cost = OptimizationText.dollars(candidate.cost)
      let latency = Shown.milliseconds(candidate.latencyMs)
      var cells = [cost.mean, cost.halfWidth ?? "", latency.mean, latency.halfWidth ?? "", mark(candidate.pareto)]
      if !optimization.constraints.isEmpty {
        cells.append(candidate.feasibility.map(OptimizationText.mark).joined())
      }
      cells += ["\(candidate.replications)", TerminalStyle.printable(words.shortFate(of: place))]
      table.rows.append((words.name(of: place), cells))
    }
    return table
  }

  private static func more(_ optimization: Optimization) -> String {
    let rest = optimization.candidates.count - rowsMax
    return rest > 0 ? "  .. and \(rest) more in candidates.csv\n" : ""
  }

  /// Lines of at most `width` characters, broken between words.
  private static func wrapped(_ text: String, _ width: Int, indent: Int) -> String {
    let limit = max(width, 40) - indent
    var lines = [""]
    for word in TerminalStyle.printable(text).split(separator: " ") {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.count + 1 + word.count <= limit {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n" + String(repeating: " ", count: indent))
  }
}
