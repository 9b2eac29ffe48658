import Experiments
import Statistics

extension Shown {
  /// What a compared figure is called, without its unit: `p99`, `Failed`, `Cold starts`.
  static func title(_ key: FigureKey) -> String {
    if case .traffic = key.scope {
      switch key.name {
      case "requests": return "Requests"
      case "errorRate": return "Failed"
      case "mean": return "Mean"
      case "p999": return "p99.9"
      case "max": return "Maximum"
      case "p50", "p90", "p95", "p99": return key.name
      default:  // over text: all answers, or what a client did
        guard key.isOfAllAnswers else { return words(key.name) }
        let name = key.name.dropFirst("answered".count)
        return title(FigureKey(scope: key.scope, name: name.lowercased(), unit: key.unit)) + ", all answers"
      }
    }
    return key.name.hasSuffix("Ms") ? words(String(key.name.dropLast(2))) : words(key.name)
  }

  /// The unit behind a figure's title; nil for counts.
  static func unit(_ key: FigureKey) -> String? {
    switch key.unit {
    case .milliseconds: "ms"
    case .share: "%"
    case .dollars: "USD"
    case .count: nil
    }
  }

  /// Title and unit: `p99, ms`.
  static func heading(_ key: FigureKey) -> String { title(key) + (unit(key).map { ", " + $0 } ?? "") }

  /// A figure of one design, in the unit of its heading.
  static func own(_ interval: Interval, _ key: FigureKey) -> Estimate {
    switch key.unit {
    case .dollars: cents(interval)
    case .share: estimate(interval, factor: 100)
    case .milliseconds: milliseconds(interval)
    case .count: estimate(interval)
    }
  }

  /// A difference to the baseline with its sign, in the unit of the figure; of shares in percentage points.
  static func difference(_ interval: Interval, _ key: FigureKey) -> Estimate {
    var estimate = own(interval, key)
    if interval.mean > 0, estimate.mean.contains(where: { $0 != "0" && $0.isNumber }) {
      estimate.mean = "+" + estimate.mean
    }
    return estimate
  }

  /// A relative difference in per cent: `-79 %`, `+8.2 %`; nil where there is none.
  static func relative(_ share: Double?) -> String? {
    guard let share, share.isFinite else { return nil }
    let percent = share * 100
    let digits = abs(percent) >= 100 ? NumberText.magnitude(percent) + 1 : 2
    guard let text = NumberText.shortest(percent, digits: digits) else { return nil }
    return (percent > 0 ? "+" : "") + NumberText.grouped(text) + " %"
  }

  /// A p-value: `0.012`, `0.83`, `<0.0001`.
  static func pValue(_ value: Double) -> String {
    guard value >= 0.0001 else { return "<0.0001" }
    return NumberText.shortest(value, digits: 2) ?? ""
  }

  /// A factor of replications: `0.83`, `12`, `1,900`, `over 10,000`; nil for an infinite one, where the difference does
  /// not vary.
  static func times(_ factor: Double) -> String? {
    guard factor <= 10_000 || !factor.isFinite else { return "over 10,000" }
    return NumberText.shortest(factor, digits: 2).map(NumberText.grouped)
  }

  /// Dollars without their sign, to the cent.
  private static func cents(_ interval: Interval) -> Estimate {
    Estimate(
      mean: NumberText.fixed(interval.mean, decimals: 2, grouped: true),
      halfWidth: interval.halfWidth.map { NumberText.fixed($0, decimals: 2, grouped: true) })
  }

  /// A verdict in a word, with a mark in front that needs no colour.
  static func marked(_ verdict: Verdict) -> String {
    switch verdict {
    case .better: "✓ better"
    case .worse: "✗ worse"
    case .higher: "▲ higher"
    case .lower: "▼ lower"
    case .noDifference: "– no difference shown"
    case .open: "no interval"
    }
  }
}

/// What an architect would say of a comparison, in whole sentences: the page and the terminal both show them.
struct ComparedText {
  let comparison: Comparison

  /// Sources that a sentence names at most; the tables have all.
  private static let sourceLimit = 3

  /// One sentence a design that is not the baseline.
  var sentences: [(design: Int, text: String)] {
    comparison.others.map { design in
      let parts = keys.compactMap { key, subject in
        comparison.figure(key.scope, key.name)?.cells[design].flatMap { phrase($0, key, subject) }
      }
      let names = "\(comparison.names[design]) against \(comparison.names[comparison.baseline])"
      return (design, names + ": " + (parts.isEmpty ? "no figure in common" : parts.joined(separator: ", ")) + ".")
    }
  }

  /// Which designs keep to their objectives, and which of those costs least; empty without objectives.
  var objectives: [String] {
    let results = comparison.results
    guard results.contains(where: { !$0.objectives.isEmpty }) else { return [] }
    let good = results.indices.filter(comparison.meetsAll)
    var sentences: [String] = []
    if let cheapest = good.min(by: { results[$0].cost.total.mean < results[$1].cost.total.mean }) {
      let cost = Shown.dollars(results[cheapest].cost.total.mean)
      let names = good.map { comparison.names[$0] }.joined(separator: ", ")
      sentences.append(
        good.count == results.count
          ? "All designs meet their objectives; \(comparison.names[cheapest]) costs least, \(cost) a month."
          : good.count == 1
            ? "Only \(names) meets all its objectives, for \(cost) a month."
            : "\(names) meet all their objectives; of these \(comparison.names[cheapest]) costs least, \(cost) a month."
      )
    } else {
      sentences.append("No design meets all its objectives.")
    }
    for (name, result) in zip(comparison.names, results) {
      let missed = result.objectives.filter { !$0.met }.map(\.text)
      if !missed.isEmpty { sentences.append("\(name) misses \(missed.joined(separator: " and ")).") }
    }
    return sentences
  }

  /// How to read the intervals.
  var caution: String {
    let count = comparison.replications
    guard count > 1 else {
      return "One replication: there is no interval, so the differences may be luck. At least 2, better 10, show it."
    }
    let hasErrors = comparison.results.contains { $0.traffic.contains(where: \.hasFailures) }
    return
      "Paired differences over \(count) replications with common random numbers and Student-t intervals. " + family
      + (hasErrors
        ? " Response times are those of requests that succeeded; those of all answers fall where more are refused, so they "
          + "have no verdict. Judge both beside the share that failed."
        : "")
  }

  /// What holds of the verdict as a whole, and what of the other figures.
  private var family: String {
    let count = comparison.judgedCount
    let others = "95 %: of those, where designs are equal, about one in twenty shows a difference by chance."
    guard count > 1 else { return "Each figure is judged by itself at " + others }
    return
      "The \(count) differences of the verdict are judged together, corrected by Holm's method: the chance that even one is "
      + "shown and not there is at most 5 %. Their intervals are wider for it, and leave out zero just where a difference "
      + "is shown. The other figures are judged each by itself at " + others
  }

  /// One sentence a design on what common random numbers saved; empty with one replication.
  var varianceReduction: [String] {
    comparison.others.compactMap { design in
      let parts = keys.compactMap { key, subject -> String? in
        guard let factor = comparison.figure(key.scope, key.name)?.cells[design]?.varianceReduction,
          let times = Shown.times(factor)
        else { return nil }
        return "\(times) times for \(subject)" + (factor < 1 ? " (no help there)" : "")
      }
      guard !parts.isEmpty else { return nil }
      let base = comparison.names[comparison.baseline]
      return "\(comparison.names[design]) met the same random numbers as \(base), run by run. For intervals as narrow, "
        + "independent runs would take more replications: \(parts.joined(separator: ", "))."
    }
  }

  /// The figures of a sentence, each with the words that name it.
  private var keys: [(key: FigureKey, subject: String)] {
    let sources = comparison.results[comparison.baseline].traffic.map(\.name)
    let shown = sources.prefix(Self.sourceLimit)
    return shown.flatMap { source -> [(key: FigureKey, subject: String)] in
      let prefix = sources.count > 1 ? source + " " : ""
      return [
        (FigureKey(scope: .traffic(source), name: "p99", unit: .milliseconds), prefix + "p99"),
        (FigureKey(scope: .traffic(source), name: "errorRate", unit: .share), prefix + "errors"),
      ]
    } + differing + [(FigureKey(scope: .bill, name: "monthlyCost", unit: .dollars), "cost")]
  }

  /// What else a sentence names, if any design differs in it.
  private var differing: [(key: FigureKey, subject: String)] {
    FigureKey.judgedOfTypes.filter { key in
      comparison.figure(key.scope, key.name)?.cells.contains { cell in
        switch cell?.verdict {
        case .better, .worse, .higher, .lower: true
        case .noDifference, .open, nil: false
        }
      } ?? false
    }.map { ($0, Self.subject($0)) }
  }

  /// What a sentence calls a figure of a type.
  private static func subject(_ key: FigureKey) -> String {
    guard case .type(let type) = key.scope else { preconditionFailure("a figure of a type") }
    switch (type, key.name) {
    case ("table", "throttles"): return "the tables' throttles"
    case (_, "throttles"): return "throttles"
    case (_, "readRequestUnits"): return "read units"
    case (_, "coldStarts"): return "cold starts"
    case ("queue", "p99TimeMs"): return "messages' p99"
    case (_, "p99IteratorAgeMs"): return "iterator age"
    case (_, "p99BorrowMs"): return "borrow p99"
    case (_, "borrowTimeouts"): return "borrow timeouts"
    case (_, "refusedConnections"): return "refused connections"
    case (_, "cpuUtilization"): return "database CPU"
    case (_, "peakConnections"): return "peak connections"
    case (_, "longestOutageMs"): return "longest outage"
    case (_, "acuHours"): return "ACU hours"
    default:  // over text: a figure without words of its own
      return Shown.title(key)
    }
  }

  /// `p99 4.98 s less (-79 %, 95 % interval 4.94 to 5.02 s)`; nil without any pair.
  private func phrase(_ cell: ComparedCell, _ key: FigureKey, _ subject: String) -> String? {
    guard let difference = cell.decided, difference.mean.isFinite else { return nil }
    switch cell.verdict {
    case .noDifference:
      let isEqual = difference.mean == 0 && difference.halfWidth == 0
      return subject + (isEqual ? " equal in every replication" : " no difference shown")
    case .better, .worse, .higher, .lower, .open:
      let amount = Amount(difference, key)
      guard !amount.isZero else { return "\(subject) the same" }
      let interval = amount.interval.map { "95 % interval \($0)" }
      let brackets = [Shown.relative(cell.relative), interval].compactMap { $0 }.joined(separator: ", ")
      let side = difference.mean < 0 ? "less" : "more"
      return "\(subject) \(amount.text) \(side)" + (brackets.isEmpty ? "" : " (\(brackets))")
    }
  }
}

/// The size of a difference in words, in the unit that a reader would choose.
private struct Amount {
  /// `4.98 s`, `0.5 percentage points`, `12.30 USD a month`.
  var text: String
  /// `4.94 to 5.02 s`; nil without a half-width.
  var interval: String?
  var isZero: Bool

  init(_ difference: Interval, _ key: FigureKey) {
    let mean = abs(difference.mean)
    var factor = 1.0
    var unit = ""
    var suffix = ""
    switch key.unit {
    case .milliseconds:
      (factor, unit) = mean >= 1_000 ? (0.001, "s") : (1, "ms")
    case .share: (factor, unit) = (100, "percentage points")
    case .dollars: (unit, suffix) = ("USD", " a month")
    case .count: break
    }
    let halfWidth = difference.halfWidth.map { $0 * factor }
    let decimals: Int
    if key.unit == .dollars {
      decimals = 2
    } else if let halfWidth, halfWidth > 0 {
      decimals = min(max(-NumberText.magnitude(halfWidth), 0), 6)
    } else {
      decimals = min(max(2 - NumberText.magnitude(mean * factor), 0), 6)
    }
    func fixed(_ value: Double) -> String { NumberText.fixed(value, decimals: decimals, grouped: true) }
    let space = unit.isEmpty ? "" : " "
    text = fixed(mean * factor) + space + unit + suffix
    interval = halfWidth.map { half in
      "\(fixed(mean * factor - half)) to \(fixed(mean * factor + half))\(space)\(unit)"
    }
    isZero = mean == 0
  }
}
