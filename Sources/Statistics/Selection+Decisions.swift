/// What a race decides after so many replications, and who leads it.
extension Selection {
  /// The zone in the objective's unit, from what the first stage found.
  func settledZone() -> Double {
    switch rules.zone {
    case .absolute(let zone): return zone
    case .relative(let share, let least):
      let good = candidates.indices.filter { isFeasibleByMean($0) }
      let means = (good.isEmpty ? Array(candidates.indices) : good).map { candidates[$0].mean(0) }
      return max(share * (means.map(\.magnitude).min() ?? 0), least)
    }
  }

  private func isFeasibleByMean(_ place: Int) -> Bool {
    rules.constraints.indices.allSatisfy { rules.constraints[$0].holds(candidates[place].mean($0 + 1)) }
  }

  /// Decides what can be decided of the constraints of those that contend.
  mutating func checkConstraints(after count: Int, look: Int) {
    for place in contending {
      for index in rules.constraints.indices where candidates[place].feasibility[index] == .open {
        let decision = feasibility(of: place, index, after: count, look: look)
        candidates[place].feasibility[index] = decision
        if case .violated = decision, candidates[place].standing == .contending {
          candidates[place].standing = .infeasible(constraint: index, replications: count)
        }
      }
    }
  }

  /// The walk of one constraint's excess over its bound.
  private func feasibility(of place: Int, _ index: Int, after count: Int, look: Int) -> Feasibility {
    let constraint = rules.constraints[index]
    var first = RunningInterval()
    var all = RunningInterval()
    var sum = 0.0
    for (number, row) in candidates[place].rows.prefix(count).enumerated() where !row[index + 1].isNaN {
      let excess = constraint.excess(row[index + 1])
      if number < rules.firstStage { first.add(excess) }
      all.add(excess)
      sum += excess
    }
    // A figure that (almost) no replication has cannot be shown to keep to anything.
    guard let variance = first.variance else { return .violated(replications: count) }
    let width = scaledWidth(variance, values: first.count, zone: constraint.tolerance, after: all.count)
    let isClear = sum.magnitude > sign.bound(variance: all.variance ?? 0, after: all.count, look: look)
    if width > 0, sum.magnitude < width, !isClear { return .open }
    if isUnseen(place, constraint, all) { return .open }
    let isMet = sum == 0 ? constraint.holds(constraint.bound) : sum < 0
    return isMet ? .met(replications: count) : .violated(replications: count)
  }

  /// Whether a share keeps to its bound only as far as it was looked at: no event among N trials, and a true share of
  /// 3.7 / N, which shows none in one of forty such samples, would miss the bound by more than the tolerance. A bound at 0
  /// or 1 can never be shown by trials; it is judged by what was seen.
  private func isUnseen(_ place: Int, _ constraint: SelectionRules.Constraint, _ excess: RunningInterval) -> Bool {
    guard let column = constraint.trials, excess.variance == 0, excess.mean < 0, constraint.bound > 0,
      constraint.bound < 1
    else { return false }
    let trials = candidates[place].rows.reduce(0) { $0 + $1[column] }
    return trials > 0 && excess.mean + 3.6888794541 / trials > constraint.tolerance
  }

  /// A variance of fewer values than the first stage has needs the region for as many.
  private func scaledWidth(_ variance: Double, values: Int, zone: Double, after count: Int) -> Double {
    let own =
      values == rules.firstStage
      ? region : ContinuationRegion(error: Self.shareOfRegion * rules.errorOfDecision, firstStage: values)
    return own.width(variance: variance, zone: zone, after: count)
  }

  /// Drops those that a feasible candidate beats. All are compared as they stood before, so the order decides nothing
  /// but ties: of equals beyond the region's end the one that was opened first stays.
  mutating func dropBeaten(after count: Int, look: Int) {
    let field = contending
    let judges = field.filter { candidates[$0].isFeasible }.sorted { a, b in
      (candidates[a].sums[count], a) < (candidates[b].sums[count], b)
    }
    guard let zone, !judges.isEmpty else { return }
    for loser in field {
      for judge in judges where judge != loser {
        let difference = candidates[loser].sums[count] - candidates[judge].sums[count]
        if difference < 0 { break }
        let width = region.width(variance: variance(loser, judge, over: rules.firstStage), zone: zone, after: count)
        let isLess = difference > width || (width == 0 && difference == 0 && judge < loser)
        if isLess
          || difference > sign.bound(variance: variance(loser, judge, over: count), after: count, look: look)
        {
          let isClose = difference < zone * Double(count)
          candidates[loser].standing = .beaten(by: judge, replications: count, isClose: isClose)
          break
        }
      }
    }
  }

  /// Variance of the objective's difference over the first so many replications.
  private func variance(_ a: Int, _ b: Int, over count: Int) -> Double {
    var running = RunningInterval()
    for (first, second) in zip(candidates[a].rows, candidates[b].rows).prefix(count) {
      running.add(first[0] - second[0])
    }
    return running.variance ?? 0
  }

  /// Who would be taken now: of those in the race the one of the least mean objective that is known to be feasible, or
  /// else is so by its means; if there is none, the candidate, dropped or not, that violates the constraints least.
  public var leader: Int {
    let field = contending
    for group in [field.filter { candidates[$0].isFeasible }, field.filter(isFeasibleByMean)] {
      if let best = group.min(by: { candidates[$0].mean(0) < candidates[$1].mean(0) }) { return best }
    }
    let all = candidates.indices.map { (place: $0, violation: violation(of: $0)) }
    return all.min { ($0.violation, $0.place) < ($1.violation, $1.place) }?.place ?? 0
  }

  /// The worst excess over a bound in tolerances, by the means; infinite without a figure.
  public func violation(of place: Int) -> Double {
    rules.constraints.indices.map { index in
      let excess = rules.constraints[index].excess(candidates[place].mean(index + 1))
      return excess.isNaN ? .infinity : excess / rules.constraints[index].tolerance
    }.max() ?? 0
  }
}

extension Selection {
  /// The paired difference of a column between two candidates, over the replications that both have: mean of `a - b`.
  public func difference(_ a: Int, _ b: Int, column: Int = 0, confidence: Double = 0.95) -> Interval {
    let pairs = zip(candidates[a].rows, candidates[b].rows).filter { !$0[column].isNaN && !$1[column].isNaN }
    return PairedDifference.interval(
      a: pairs.map { $0.1[column] }, b: pairs.map { $0.0[column] }, confidence: confidence)
  }
}
