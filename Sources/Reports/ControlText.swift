import Experiments
import Statistics
import Units

/// How many replications there are and why, what was cut as start-up, and where intervals of a single run come from: in
/// sentences, and as JSON. Empty for a fixed number of replications with a stated warm-up.
struct ControlText {
  let precision: PrecisionOutcome?
  let warmUp: WarmUpOutcome?
  let batches: BatchOutcome?

  init(_ result: ExperimentResult) {
    (precision, warmUp, batches) = (result.precision, result.warmUp, result.batches)
  }

  /// Of a comparison, whose designs share both.
  init(_ comparison: Comparison) {
    (precision, warmUp, batches) = (comparison.results.first?.precision, comparison.results.first?.warmUp, nil)
  }

  /// One sentence a matter, without a point at its end.
  var sentences: [String] {
    [precision.map(Self.text), warmUp?.text].compactMap(\.self) + (batches.map(Self.texts) ?? [])
  }

  /// `45 replications: all figures are known to 2 %; latency.p99 took the most, ± 1.8 %`
  private static func text(_ outcome: PrecisionOutcome) -> String {
    let wanted = percent(outcome.plan.rule.relativeHalfWidth)
    let count = "\(outcome.replications) replications"
    // A figure without any spread is not known well, it just does not tell.
    let constant = outcome.figures.filter(\.isConstant).map(outcome.name)
    let equal =
      constant.isEmpty
      ? "" : "; \(constant.joined(separator: ", ")) \(constant.count == 1 ? "has" : "have") one value in all of them"
    guard outcome.isReached else {
      let open = outcome.figures.filter { !$0.isReached }.sorted { $0.relativeHalfWidth > $1.relativeHalfWidth }
      let named = open.prefix(3).map { figure in
        let width = figure.relativeHalfWidth
        return outcome.name(of: figure) + (width.isFinite ? " to ± \(percent(width))" : " not at all")
      }
      let more = open.count > 3 ? " and \(open.count - 3) more" : ""
      return "stopped at the cap of \(count), before all was known to ± \(wanted): "
        + named.joined(separator: ", ") + more + equal
    }
    let last = outcome.figures[outcome.last]
    guard !last.isConstant else { return "\(count), the fewest\(equal)" }
    let figures = outcome.figures.count == 1 ? "\(outcome.name(of: last)) is" : "all figures are"
    let slowest = outcome.figures.count == 1 ? "" : "\(outcome.name(of: last)) took the most, "
    return "\(count): \(figures) known to ± \(wanted); \(slowest)± \(percent(last.relativeHalfWidth))\(equal)"
  }

  private static func texts(_ outcome: BatchOutcome) -> [String] {
    let dependent = outcome.dependent.map {
      "\($0.name) (correlation \(NumberText.fixed($0.correlation, decimals: 2)))"
    }
    let doubt =
      "batches that follow each other look dependent in \(dependent.joined(separator: ", ")): these intervals are too "
      + "narrow, and a longer run would widen them"
    return ["± from \(outcome.count) batches of one run, \(outcome.span) each"] + (dependent.isEmpty ? [] : [doubt])
  }

  private static func percent(_ share: Double) -> String {
    (NumberText.shortest(share * 100, digits: 2) ?? "–") + " %"
  }

  /// Members for `summary.json` and `manifest.json`.
  var members: [(String, JSON)] {
    var members: [(String, JSON)] = []
    if let precision { members.append(("precision", Self.json(precision))) }
    if let warmUp { members.append(("warmUp", Self.json(warmUp))) }
    if let batches { members.append(("batches", Self.json(batches))) }
    return members
  }

  private static func json(_ outcome: PrecisionOutcome) -> JSON {
    .object([
      ("relativeHalfWidth", .number(outcome.plan.rule.relativeHalfWidth)),
      ("min", .integer(Int64(outcome.plan.rule.least))),
      ("max", .integer(Int64(outcome.plan.rule.most))),
      ("reached", .bool(outcome.isReached)),
      ("last", .string(outcome.name(of: outcome.figures[outcome.last]))),
      (
        "figures",
        .array(
          outcome.figures.map { figure in
            .object(
              [("figure", .string(figure.metric.description))]
                + (outcome.designs.count > 1 ? [("design", .string(outcome.designs[figure.design]))] : [])
                + [("relativeHalfWidth", .number(figure.relativeHalfWidth)), ("reached", .bool(figure.isReached))])
          })
      ),
    ])
  }

  private static func json(_ outcome: WarmUpOutcome) -> JSON {
    let (found, series): (String, String?) =
      switch outcome.finding {
      case .cut(_, let series): ("cut", series.text)
      case .none: ("none", nil)
      case .noSteadyState(let series): ("noSteadyState", series.text)
      case .tooShort: ("tooShort", nil)
      }
    return .object([
      ("seconds", .number(outcome.span.inSeconds)), ("rule", .string("MSER-5")),
      ("pilots", .integer(Int64(WarmUpOutcome.pilots))), ("found", .string(found)),
      ("series", series.map(JSON.string) ?? .null),
    ])
  }

  private static func json(_ outcome: BatchOutcome) -> JSON {
    .object([
      ("count", .integer(Int64(outcome.count))), ("seconds", .number(outcome.span.inSeconds)),
      (
        "dependent",
        .array(
          outcome.dependent.map {
            .object([("figure", .string($0.name)), ("correlation", .number($0.correlation))])
          })
      ),
    ])
  }
}
