import Experiments
import Scenarios
import Statistics

/// What an optimisation found, in whole sentences: page and terminal both show them.
struct OptimizationText {
  let optimization: Optimization

  /// Values of a candidate: `1024 MB, java21`.
  func name(of place: Int) -> String { optimization.candidates[place].values.joined(separator: ", ") }

  /// The answer with the names of its variables: `memory 1024 MB, runtime java21`.
  func named(_ place: Int) -> String {
    zip(optimization.plan.variables, optimization.candidates[place].values).map { "\($0.name) \($1)" }
      .joined(separator: ", ")
  }

  var confidence: String { Shown.number(optimization.plan.confidence * 100) + " %" }

  private var risk: String { Shown.number((1 - optimization.plan.confidence) * 100) + " %" }

  /// What was found, first of all.
  var answer: String {
    switch optimization.outcome {
    case .selected(let place):
      let among =
        optimization.constraints.isEmpty
        ? "all \(optimization.candidates.count) candidates" : "those candidates that meet all objectives"
      return "\(named(place)) costs least of \(among): \(cost(place)) a month."
    case .undecided(let places):
      let count = optimization.plan.maxReplications
      if places.count == 1, let place = places.first {
        return "Undecided after \(count) replications: whether \(named(place)) meets \(open(place)). It costs "
          + "\(cost(place)) a month."
      }
      let names = places.prefix(4).map { named($0) }.joined(separator: "; ")
      let more = places.count > 4 ? "; and \(places.count - 4) more" : ""
      return "Undecided after \(count) replications between \(places.count) candidates: \(names)\(more). "
        + "By the means \(named(optimization.leader)) is the one to take, for \(cost(optimization.leader)) a month."
    case .infeasible: return "No candidate meets all objectives."
    }
  }

  /// What the answer is worth, and what it leaves open.
  var certainty: [String] {
    let zone = NumberText.fixed(optimization.indifference, decimals: 2, grouped: true)
    switch optimization.outcome {
    case .selected:
      let objectives =
        optimization.constraints.isEmpty
        ? ""
        : " and keeps to every objective with the tolerance to spare, or that this one misses one by more than that"
      return [
        "Confidence \(confidence): the chance is at most \(risk) that another of the candidates simulated is cheaper by "
          + "\(zone) USD a month or more\(objectives).",
        "That supposes figures of replications to be about normal; what was not simulated it does not speak of.",
      ]
    case .undecided(let places):
      let leader = open(optimization.leader)
      let own =
        places.count > 1 && !leader.isEmpty ? ["Whether \(named(optimization.leader)) meets \(leader) is open."] : []
      return own + places.filter { $0 != optimization.leader }.prefix(4).map(rival)
    case .infeasible:
      return [
        "Confidence \(confidence): the chance is at most \(risk) that one of the candidates simulated keeps to every "
          + "objective with the tolerance to spare."
      ] + failures
    }
  }

  /// What keeps a candidate in the race beside the leader.
  private func rival(_ place: Int) -> String {
    let difference = optimization.candidates[place].difference
    let isLess = difference.mean < 0
    let size = Shown.estimate(
      Interval(mean: abs(difference.mean), halfWidth: difference.halfWidth, count: difference.count))
    let cost = "\(named(place)) costs \(size.text) USD a month \(isLess ? "less" : "more")"
    let open = open(place)
    guard open.isEmpty else { return "\(cost), \(isLess ? "but" : "and") whether it meets \(open) is open." }
    let zone = NumberText.fixed(optimization.indifference, decimals: 2, grouped: true)
    let isWithin = [difference.lower, difference.upper].allSatisfy { end in
      end.map { abs($0) < optimization.indifference } ?? false
    }
    return cost + (isWithin ? ", within the indifference of \(zone) USD." : "; the indifference is \(zone) USD.")
  }

  /// The leader's figures against its objectives: `It has latency.p99 142.3 ± 0.8 ms (< 150 ms).`
  var figures: [String] {
    let candidate = optimization.candidates[optimization.leader]
    guard !optimization.constraints.isEmpty, optimization.outcome != .infeasible else { return [] }
    let parts = zip(optimization.constraints, candidate.observed).map { constraint, observed in
      let name = constraint.text.prefix { $0 != "<" && $0 != ">" }
      let limit = constraint.text.dropFirst(name.count)
      return name.split(separator: " ").joined() + " " + Self.amount(observed, constraint.unit) + " (\(limit))"
    }
    return ["It has " + parts.joined(separator: ", ") + "."]
  }

  /// What about as much money buys: the least response time that is shown to be less, within the indifference.
  var alternative: [String] {
    guard case .selected(let answer) = optimization.outcome, let own = optimization.candidates[answer].latencyMs.lower
    else { return [] }
    let faster = optimization.candidates.indices.filter { place in
      let candidate = optimization.candidates[place]
      return candidate.isFeasible && candidate.difference.mean <= optimization.indifference
        && (candidate.latencyMs.upper.map { $0 < own } ?? false)
    }
    let best = faster.min { a, b in
      (optimization.candidates[a].latencyMs.mean, a) < (optimization.candidates[b].latencyMs.mean, b)
    }
    guard let best else { return [] }
    let candidate = optimization.candidates[best]
    let more = candidate.difference.mean
    let price =
      more > 0 ? "For " + NumberText.fixed(more, decimals: 2, grouped: true) + " USD a month more" : "For no more"
    return [
      "\(price), within the indifference, \(named(best)) has a \(optimization.latencyName) of "
        + "\(Self.amount(candidate.latencyMs, "ms"))."
    ]
  }

  /// Objectives that were decided as met and whose means are not, since the replications after that: less than the
  /// tolerance, but `run` would say missed.
  private var drifted: [String] {
    let candidate = optimization.candidates[optimization.leader]
    return optimization.constraints.indices.filter { index in
      guard case .met = candidate.feasibility[index] else { return false }
      return !optimization.scenario.objectives[index].comparator.holds(
        candidate.observed[index].mean, optimization.constraints[index].bound)
    }.map { index in
      let constraint = optimization.constraints[index]
      return "By the mean of its \(candidate.replications) replications \(named(optimization.leader)) misses "
        + missing(optimization.leader, index) + ", which the tolerance of "
        + Self.amount(constraint.tolerance, constraint.unit)
        + " allows; `run` would say missed. A smaller `tolerance` decides more narrowly."
    }
  }

  /// Constraints of a candidate that were not decided: `latency.p99 < 300 ms`.
  private func open(_ place: Int) -> String {
    zip(optimization.constraints, optimization.candidates[place].feasibility).filter { $0.1 == .open }.map(\.0.text)
      .joined(separator: " and ")
  }

  /// Which objectives no candidate meets by its mean, and by how much the nearest misses them.
  private var failures: [String] {
    let everywhere = optimization.constraints.indices.filter { index in
      optimization.candidates.allSatisfy { !holds($0, index) }
    }
    guard !everywhere.isEmpty else {
      let missed = optimization.constraints.indices.filter {
        !holds(optimization.candidates[optimization.leader], $0)
      }
      guard !missed.isEmpty else {
        return [
          "By its mean \(named(optimization.leader)) meets all, but too few replications have its figures to show it."
        ]
      }
      return [
        "Each objective is met by some candidate, but no candidate meets all. The nearest is "
          + "\(named(optimization.leader)), which misses "
          + missed.map { missing(optimization.leader, $0) }.joined(separator: " and ") + "."
      ]
    }
    return everywhere.map { index in
      let constraint = optimization.constraints[index]
      let nearest = optimization.candidates.indices.min { a, b in
        (excess(optimization.candidates[a], index) ?? .infinity)
          < (excess(optimization.candidates[b], index) ?? .infinity)
      }
      guard let nearest, excess(optimization.candidates[nearest], index) != nil else {
        return "\(constraint.text) has no figure in any candidate."
      }
      return "No candidate meets \(constraint.text). The nearest is \(named(nearest)), which misses "
        + missing(nearest, index) + "."
    }
  }

  /// `latency.p99 < 50 ms by 12.1 ms`.
  func missing(_ place: Int, _ index: Int) -> String {
    let constraint = optimization.constraints[index]
    guard let excess = excess(optimization.candidates[place], index) else { return "\(constraint.text): no figure" }
    return "\(constraint.text) by \(Self.amount(excess, constraint.unit))"
  }

  /// Whether the mean keeps to the bound; not without a figure.
  private func holds(_ candidate: OptimizationCandidate, _ index: Int) -> Bool {
    let mean = candidate.observed[index].mean
    return !mean.isNaN
      && optimization.scenario.objectives[index].comparator.holds(mean, optimization.constraints[index].bound)
  }

  /// How far a mean lies on the wrong side, in the constraint's unit; nil without a figure.
  private func excess(_ candidate: OptimizationCandidate, _ index: Int) -> Double? {
    let mean = candidate.observed[index].mean
    guard !mean.isNaN else { return nil }
    let bound = optimization.constraints[index].bound
    switch optimization.scenario.objectives[index].comparator {
    case .less, .lessOrEqual: return mean - bound
    case .greater, .greaterOrEqual: return bound - mean
    }
  }

  private static func amount(_ value: Double, _ unit: String) -> String {
    switch unit {
    case "%": (NumberText.shortest(value * 100, digits: 3) ?? "–") + " percentage points"
    case "": NumberText.shortest(value, digits: 3) ?? "–"
    default: (NumberText.shortest(value, digits: 3) ?? "–") + " " + unit  // over text: ms and USD
    }
  }

  /// A figure of a constraint as a sentence has it: `142.3 ± 0.8 ms`, `0.5 ± 0.1 %`, `$512.40 ± 18.20`.
  private static func amount(_ interval: Interval, _ unit: String) -> String {
    switch unit {
    case "%": Shown.percent(interval).text
    case "USD": "$" + dollars(interval).text
    case "": Shown.estimate(interval).text
    default: Shown.milliseconds(interval).text + " " + unit  // over text: ms
    }
  }

  /// All sentences in their order.
  var all: [String] { [answer] + figures + alternative + certainty + [effort] + remarks }

  /// What it took.
  var effort: String {
    let requests = Shown.number(Double(optimization.requests))
    let all = Shown.number(Double(optimization.replications))
    let grid =
      optimization.gridSize > optimization.candidates.count
      ? " of \(Shown.number(Double(optimization.gridSize))) combinations" : ""
    let spent =
      "Simulated \(requests) requests in \(all) replications of \(optimization.candidates.count) candidates\(grid)."
    guard optimization.replicationsIfEqual > optimization.replications else { return spent }
    return spent + " The same number for each of them, as many as the closest decision took, would have been "
      + "\(Shown.number(Double(optimization.replicationsIfEqual))) replications."
  }

  /// What the reader should do next, if anything.
  var remarks: [String] {
    var remarks = optimization.outcome == .infeasible ? [] : drifted
    remarks += optimization.borders.map { border in
      "\(border.variable) lies at the \(border.isUpper ? "upper" : "lower") end of its range: a wider range may hold "
        + (optimization.outcome == .infeasible ? "one that meets them." : "a cheaper design.")
    }
    if optimization.constraints.isEmpty {
      remarks.append("The scenario has no objectives, so the cheapest candidate may be a bad one.")
    }
    switch optimization.end {
    case .flat:
      remarks.append(
        "Finer steps were not simulated: around the answer the cost changes by less than the indifference.")
    case .pointsMax:
      remarks.append("The search ended at \(optimization.candidates.count) candidates; a narrower range lets it go on.")
    case .exhausted, .finest: break
    }
    return remarks
  }

  /// Why a candidate was dropped, and when: `misses latency.p99 < 50 ms, after 10`.
  func fate(of place: Int) -> String {
    switch optimization.candidates[place].standing {
    case .best: "the answer"
    case .contending: "undecided"
    case .infeasible(let index, let count): "misses \(optimization.constraints[index].text), after \(count)"
    case .beaten(let other, let count, let isClose):
      (isClose ? "no cheaper than " : "dearer than ") + "\(name(of: other)), after \(count)"
    }
  }

  /// The same for a terminal, whose table has the replications in a column and the leader on top.
  func shortFate(of place: Int) -> String {
    switch optimization.candidates[place].standing {
    case .best: "the answer"
    case .contending: "undecided"
    case .infeasible(let index, _): "misses \(optimization.constraints[index].text)"
    case .beaten(let other, _, let isClose):
      other == optimization.leader
        ? (isClose ? "no cheaper" : "dearer") : (isClose ? "no cheaper than " : "dearer than ") + name(of: other)
    }
  }

  /// `✓` where an objective is met, `✗` where it is missed, `?` where that was not decided.
  static func mark(_ feasibility: Selection.Feasibility) -> String {
    switch feasibility {
    case .met: "✓"
    case .violated: "✗"
    case .open: "?"
    }
  }

  /// A figure of a constraint with its unit.
  static func observed(_ interval: Interval, _ unit: String) -> Shown.Estimate {
    switch unit {
    case "%": Shown.percent(interval)
    default: Shown.estimate(interval)  // over text
    }
  }

  /// The answer's values as arguments.
  var settings: [String] {
    optimization.candidates[optimization.leader].settings.map { setting in
      "--set " + ShellWord.quoted("\(setting.path)=\(setting.value)")
    }
  }

  private func cost(_ place: Int) -> String { "$" + Self.dollars(optimization.candidates[place].cost).text }

  /// Dollars to the cent.
  static func dollars(_ interval: Interval) -> Shown.Estimate {
    Shown.Estimate(
      mean: NumberText.fixed(interval.mean, decimals: 2, grouped: true),
      halfWidth: interval.halfWidth.map { NumberText.fixed($0, decimals: 2, grouped: true) })
  }
}
