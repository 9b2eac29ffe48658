import Billing
import Foundation
import Statistics
import Units

/// What `compare` found: the results of all designs, and their figures paired with the baseline's.
public struct Comparison: Sendable {
  /// The designs' names in the order given.
  public var names: [String]
  /// What each design found, as `run` would have.
  public var results: [ExperimentResult]
  /// Place of the design that the others are compared with.
  public var baseline: Int
  /// Independent replications of each design, at least 1.
  public var replications: Int
  /// Root seed of all designs.
  public var seed: UInt64
  /// Figures in a fixed order: traffic sources, resource types, the bill, then resource by resource.
  public var figures: [ComparedFigure]
  /// What must be known before the figures, in sentences.
  public var remarks: [String]

  /// A result of the given parts; `names` and `results` are equally long. The figures that the verdict judges are
  /// corrected as one family.
  public init(
    names: [String], results: [ExperimentResult], baseline: Int, replications: Int, seed: UInt64,
    figures: [ComparedFigure], remarks: [String]
  ) {
    precondition(names.count == results.count, "every design has a name and a result")
    precondition(names.indices.contains(baseline), "the baseline is one of the designs")
    self.names = names
    self.results = results
    self.baseline = baseline
    self.replications = replications
    self.seed = seed
    self.figures = Self.judged(figures, baseline: baseline)
    self.remarks = remarks
  }

  /// Designs other than the baseline, in order.
  public var others: [Int] { names.indices.filter { $0 != baseline } }

  /// The figure of a key; nil when no design has it.
  public func figure(_ scope: FigureScope, _ name: String) -> ComparedFigure? {
    figures.first { $0.key.scope == scope && $0.key.name == name }
  }

  /// Whether a design meets all objectives of its scenario by the mean; one without objectives misses none.
  public func meetsAll(_ design: Int) -> Bool { results[design].objectives.allSatisfy(\.met) }
}

/// One figure of all designs.
public struct ComparedFigure: Sendable {
  /// Which figure.
  public var key: FigureKey
  /// One entry a design; nil where the design has no such figure.
  public var cells: [ComparedCell?]

  /// A figure of the given parts.
  public init(key: FigureKey, cells: [ComparedCell?]) {
    self.key = key
    self.cells = cells
  }
}

extension ComparedFigure {
  /// Whether all designs have the figure with the very values of the baseline, replication by replication; false
  /// without an interval, which one replication does not give.
  public func isEqualEverywhere(to baseline: Int) -> Bool {
    cells.enumerated().allSatisfy { design, cell in
      design == baseline || (cell?.isAlwaysEqual ?? false)
    }
  }
}

/// One figure of one design, beside the baseline.
public struct ComparedCell: Hashable, Sendable {
  /// Mean over the replications with its 95 % interval, in the unit of the key.
  public var own: Interval
  /// Mean of design less baseline over the pairs of replications, with its 95 % interval; nil without any pair.
  public var difference: Interval?
  /// The difference as a share of the baseline's mean; nil where that is zero or missing.
  public var relative: Double?
  /// The two-sided p-value of no difference, by the paired t-test, of this figure alone; nil without an interval.
  public var pValue: Double?
  /// What the family says of the difference; nil where the figure is judged by itself or has no interval.
  public var judgement: Judgement?
  /// How many times the replications independent runs would need for a difference as precise; nil where
  /// nothing varies or one replication ran, infinite where only the difference does not vary.
  public var varianceReduction: Double?
  /// Whether less of it is better; if not, nobody can say what is.
  public var isBetterLower: Bool

  /// A cell; relative difference and p-value follow from the rest.
  public init(
    own: Interval, difference: Interval?, baseline: Double?, isBetterLower: Bool, varianceReduction: Double? = nil
  ) {
    self.own = own
    self.difference = difference
    self.isBetterLower = isBetterLower
    self.varianceReduction = varianceReduction
    relative = baseline.flatMap { base in
      guard let difference, base.isFinite, base != 0, difference.mean.isFinite else { return nil }
      return difference.mean / abs(base)
    }
    pValue = difference?.pValue()
  }

  /// Whether every replication has the very value of the baseline's; false without an interval, which one replication
  /// does not give.
  public var isAlwaysEqual: Bool { difference?.mean == 0 && difference?.halfWidth == 0 }

  /// The difference with the interval that decides: the family's where there is one, else the figure's own.
  public var decided: Interval? { judgement?.difference ?? difference }

  /// What the difference shows, after the correction.
  public var verdict: Verdict { Verdict(of: decided, isBetterLower: isBetterLower) }
}

/// What the interval of a paired difference shows.
public enum Verdict: String, Hashable, Sendable, CaseIterable {
  /// Less of what should be little.
  case better
  /// More of what should be little.
  case worse
  /// More of something that is neither good nor bad by itself.
  case higher
  /// Less of something that is neither good nor bad by itself.
  case lower
  /// Zero lies inside the interval: the replications show no difference.
  case noDifference = "no difference shown"
  /// There is no interval: one replication, or fewer than two with a value.
  case open = "no interval"

  /// The verdict of a difference against the baseline; zero at an end of the interval counts as inside.
  public init(of difference: Interval?, isBetterLower: Bool) {
    guard let difference, let halfWidth = difference.halfWidth, halfWidth.isFinite else {
      self = .open
      return
    }
    guard difference.excludes(0) else {
      self = .noDifference
      return
    }
    if difference.mean < 0 { self = isBetterLower ? .better : .lower } else { self = isBetterLower ? .worse : .higher }
  }
}

extension Comparison {
  /// A paired difference with the mean that the bills give. Those are rounded line by line, to a cent each: the interval
  /// is as much wider, or else a cent of rounding would pass for a difference.
  private static func rounded(_ paired: Interval?, to mean: Double) -> Interval {
    Interval(
      mean: mean, halfWidth: paired.flatMap { paired in paired.halfWidth.map { $0 + abs(mean - paired.mean) } },
      count: paired?.count ?? 0)
  }

  /// Money as the bills show it: the design's mean and the difference of two such means are exact to the cent, only
  /// the half-width comes from the pairs.
  static func exact(_ figure: ComparedFigure, _ costs: [CostSummary], baseline: Int) -> ComparedFigure {
    var figure = figure
    let base = costs[baseline].total.mean
    figure.cells = zip(figure.cells, costs).map { cell, cost in
      guard let cell else { return nil }
      return ComparedCell(
        own: Interval(
          mean: cost.total.mean.inDollars, halfWidth: cost.total.halfWidth?.inDollars, count: cell.own.count),
        difference: rounded(cell.difference, to: (cost.total.mean - base).inDollars),
        baseline: base.inDollars, isBetterLower: true, varianceReduction: cell.varianceReduction)
    }
    return figure
  }
}
