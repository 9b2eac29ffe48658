import Statistics

/// What a whole family of differences says of one of them: Holm's correction.
public struct Judgement: Hashable, Sendable {
  /// The p-value corrected for the family, 0 to 1.
  public var pValue: Double
  /// The difference with the interval at which the family decided, in the unit of the key; never narrower than the 95 %
  /// interval of the difference alone.
  ///
  /// It leaves out zero exactly where the corrected p-value is below 0.05, so that words and interval say the same. Its
  /// confidence is 1 - 0.05 / k, where k differences were still to be judged: for those that the family shows, at their
  /// step; for all others, at the step where it stopped.
  public var difference: Interval
}

extension Comparison {
  /// Level of the family: the chance of even one difference that is shown and not there, and 1 less the confidence of
  /// all intervals.
  public static let level = 0.05

  /// Differences that are judged together, 0 or more; none with one replication.
  public var judgedCount: Int {
    figures.reduce(0) { $0 + $1.cells.filter { $0?.judgement != nil }.count }
  }

  /// The figures with their judged differences corrected: those of all designs against the baseline are one family.
  ///
  /// Differences without an interval are no tests. Nor are those that are zero in every replication, such as the
  /// throttles of designs that are never throttled: nothing is claimed of them at any level, so counting them would widen all
  /// other intervals and guard against nothing. What is left out so depends on whether the designs differ at all, never
  /// on how much.
  static func judged(_ figures: [ComparedFigure], baseline: Int) -> [ComparedFigure] {
    var figures = figures
    let places = figures.indices.filter { figures[$0].key.isJudged }.flatMap { figure in
      figures[figure].cells.indices.filter { $0 != baseline }.map { (figure: figure, design: $0) }
    }
    let pValues = places.map { place -> Double? in
      guard let cell = figures[place.figure].cells[place.design], !cell.isAlwaysEqual else { return nil }
      return cell.pValue
    }
    for (place, decision) in zip(places, Holm.decisions(pValues: pValues, level: level)) {
      guard let decision, let difference = figures[place.figure].cells[place.design]?.difference else { continue }
      let widened = difference.at(confidence: 1 - level / Double(decision.divisor), from: 1 - level)
      figures[place.figure].cells[place.design]?.judgement = Judgement(
        pValue: decision.adjustedPValue, difference: widened)
    }
    return figures
  }
}
