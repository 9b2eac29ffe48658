import Foundation

/// What a sweep varies, how, and what it looks at: a plan's file with all its checks passed.
///
/// The scenario itself is judged when points are decoded; here only the plan is.
public struct SweepPlan: Hashable, Sendable {
  /// Its title.
  public var name: String
  /// What it is for; may be empty.
  public var description: String
  /// Path of the scenario's file, from the working folder; the plan writes it from its own folder.
  public var scenario: String
  /// The variant of the scenario that is varied; nil for the scenario as written.
  public var variant: String?
  /// Values put into the scenario for all points, before those of a point.
  public var settings: [Override]
  /// Independent runs of each point, 1 to 100,000; nil for as many as the scenario wants.
  public var replications: Int?
  /// Root seed; nil for the scenario's.
  public var seed: UInt64?
  /// Whether all points meet the same random numbers; otherwise each has its own.
  public var randomNumbers: RandomNumbers
  /// What varies, in the plan's order; at least one.
  public var parameters: [SweepParameter]
  /// Which combinations are simulated.
  public var design: SweepDesign
  /// Names of the figures that are kept, as in `shoppers.p99` or `cost.monthly`; empty for those of traffic and bill.
  public var figures: [String]
  /// Path of the plan's file as given.
  public var path: String
  /// Where its parts stand in that file.
  package var places = SweepPlaces()

  /// How the points' random numbers relate.
  public enum RandomNumbers: String, Hashable, Sendable, CaseIterable {
    /// The k-th replications of all points share their seeds: differences between points are sharper.
    case common
    /// Every point has a seed of its own.
    case independent
  }
}

/// One thing that a sweep varies: one value at one or several paths of the scenario.
public struct SweepParameter: Hashable, Sendable {
  /// Its name in tables, as a resource's.
  public var name: String
  /// Where its value goes; at least one path. `variant` picks a variant of the file.
  public var paths: [String]
  /// What values it takes.
  public var levels: Levels

  /// The values of a parameter.
  public enum Levels: Hashable, Sendable {
    /// These texts, as a scenario writes them; at least one, no two the same.
    case values([String])
    /// Anything in a range.
    case range(SweepRange)
  }
}

/// A range of numbers with one unit, both ends included.
public struct SweepRange: Hashable, Sendable {
  /// The least number, below `to`.
  public var from: Double
  /// The greatest number.
  public var to: Double
  /// Unit as a scenario writes it after the number; empty for none.
  public var unit: String
  /// Whether equal ratios are equally far apart; then both ends are above 0.
  public var isLogarithmic: Bool
  /// Values are rounded to whole multiples of it above `from`; nil for six significant digits.
  public var step: Double?

  /// The value at a place of 0 (`from`) to 1 (`to`), with its unit.
  public func text(at place: Double) -> String {
    precondition((0...1).contains(place), "a place in a range is 0 to 1")
    var number = isLogarithmic ? from * Self.power(to / from, place) : from + (to - from) * place
    if let step { number = min(to, from + ((number - from) / step).rounded() * step) }
    return Self.digits(number) + (unit.isEmpty ? "" : " " + unit)
  }

  /// At most six significant digits; the C library's last bit does not show in them.
  private static func digits(_ number: Double) -> String {
    let text = String(format: "%.6g", number)
    guard text.contains("e"), let decimal = Decimal(string: text) else { return text }
    return "\(decimal)"
  }

  private static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
}

/// Which combinations of levels a sweep simulates.
public enum SweepDesign: Hashable, Sendable {
  /// All combinations of the values; the last parameter changes first.
  case grid
  /// These combinations, a value for each parameter, in the plan's order of parameters.
  case list([[String]])
  /// So many points at random.
  case random(points: Int)
  /// A Latin hypercube: so many points, one in each of as many cells of every parameter.
  case latinHypercube(points: Int)
  /// The first points of Sobol's sequence, at most 40 parameters, with a random shift or without.
  case sobol(points: Int, isShifted: Bool)
  /// The first points of Halton's sequence, with a random shift or without.
  case halton(points: Int, isShifted: Bool)
  /// The runs for Sobol indices: k + 2 points a base point of k parameters, with second order 2k + 2.
  case sobolIndices(basePoints: Int, secondOrder: Bool)
  /// Morris screening: k + 1 points a trajectory of k parameters; an even number of levels.
  case morris(trajectories: Int, levels: Int)
}
