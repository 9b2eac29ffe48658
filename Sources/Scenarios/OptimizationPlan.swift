import Units

/// What `optimize` may change in a scenario, and how sure it must be: the section `optimize` of a scenario's file.
///
/// The scenario's objectives are the constraints, the month's cost is what is made small.
public struct OptimizationPlan: Hashable, Sendable {
  /// A difference of the month's cost that does not matter.
  public enum Indifference: Hashable, Sendable {
    /// A share of the cost of the cheapest candidate, above 0 and at most 1.
    case share(Double)
    /// US dollars a month, above 0.
    case dollars(Double)
  }

  /// What may change, in the file's order; at least one.
  public var variables: [OptimizationVariable]
  /// Difference of the month's cost that does not matter.
  public var indifference = Indifference.share(0.01)
  /// The chance that the answer is right, at least 0.5 and below 1.
  public var confidence = 0.95
  /// Share of an objective's bound, above 0 and at most 1, by which a figure may miss it or keep to it undecided.
  public var tolerance = 0.01
  /// Replications of a candidate before anything is decided on it, 5 to 100,000.
  public var firstReplications = 10
  /// Most replications of a candidate, no fewer than the first ones.
  public var maxReplications = 200
  /// Where its parts stand in the file.
  package var places = SweepPlaces()

  /// A plan with the defaults.
  public init(variables: [OptimizationVariable]) { self.variables = variables }
}

/// One value of a scenario that `optimize` may choose.
public struct OptimizationVariable: Hashable, Sendable {
  /// Its levels.
  public enum Levels: Hashable, Sendable {
    /// These texts, as a scenario writes them; all are simulated.
    case values([String])
    /// Numbers in equal steps, of which only those near the optimum are simulated.
    case steps(LevelSteps)
  }

  /// Its name in tables, as a resource's.
  public var name: String
  /// Where its value goes; at least one path. `variant` picks a variant of the file.
  public var paths: [String]
  /// The values that it may take.
  public var levels: Levels

  /// A variable of the given parts.
  public init(name: String, paths: [String], levels: Levels) {
    self.name = name
    self.paths = paths
    self.levels = levels
  }

  /// How many levels there are, at least 1.
  public var count: Int {
    switch levels {
    case .values(let values): values.count
    case .steps(let steps): steps.count
    }
  }

  /// Whether levels lie between others, so that not all need be simulated.
  public var isRefined: Bool {
    switch levels {
    case .values: false
    case .steps: true
    }
  }

  /// The value at a level from 0, as a scenario writes it.
  public func text(at level: Int) -> String {
    switch levels {
    case .values(let values): values[level]
    case .steps(let steps): steps.text(at: level)
    }
  }

  /// The values at a level for all its paths.
  public func overrides(at level: Int) -> [Override] {
    paths.map { Override(path: $0, value: text(at: level)) }
  }
}

/// Numbers of one unit from a first one upwards in equal steps, all exact.
public struct LevelSteps: Hashable, Sendable {
  /// The first number in whole parts of the unit.
  let from: Int64
  /// The step in whole parts of the unit.
  let step: Int64
  /// Power of ten of a part: 0, or negative for decimals.
  let exponent: Int
  /// The unit as a scenario writes it; empty for none.
  public let unit: String
  /// How many numbers there are, at least 2.
  public let count: Int

  /// Most levels of one variable.
  public static let countMax = 1_000_000

  /// The number at a level from 0, with its unit.
  public func text(at level: Int) -> String {
    precondition((0..<count).contains(level), "a level is one of the steps")
    let number = ExactDecimal(mantissa: from + Int64(level) * step, exponent: exponent)
    return (number?.description ?? "") + (unit.isEmpty ? "" : " " + unit)
  }
}

extension LevelSteps {
  /// Why texts give no steps.
  enum Fault: Error {
    case notANumber, units, order
    case remainder(last: String)
    case tooMany(Int64)
  }

  /// Reads a least number, a greatest and a step. Units of time or of size may differ, others are the same text.
  init(from: String, to: String, step: String) throws(Fault) {
    guard let quantities = try? [from, to, step].map({ try Quantity($0) }) else { throw .notANumber }
    // Times and sizes in the unit of the step; where that would leave fractions, in the smallest unit.
    let scales = [
      Time.units.map { (name: $0.name, size: $0.nanoseconds) }, Size.units.map { (name: $0.name, size: $0.bytes) },
    ]
    var numbers = quantities.map(\.number)
    var unit = quantities[2].unit
    let scale = scales.first { scale in quantities.allSatisfy { one in scale.contains { $0.name == one.unit } } }
    if let scale {
      let whole = quantities.compactMap { one in
        scale.first { $0.name == one.unit }.flatMap { one.number.wholeMultiple(of: $0.size) }
      }
      guard whole.count == 3 else { throw .notANumber }
      let own = scale.first { $0.name == unit }?.size ?? 1
      let divisor = whole.allSatisfy { $0 % own == 0 } ? own : 1
      if divisor == 1 { unit = scale[0].name }
      numbers = whole.compactMap { ExactDecimal(mantissa: $0 / divisor, exponent: 0) }
    } else if Set(quantities.map(\.unit)).count > 1 {
      throw .units
    }
    let exponent = min(numbers.map(\.exponent).min() ?? 0, 0)
    let parts = numbers.compactMap { Self.parts($0, of: exponent) }
    guard parts.count == 3, parts[0] >= 0, parts[2] > 0 else { throw .notANumber }
    guard parts[0] < parts[1] else { throw .order }
    let (steps, rest) = (parts[1] - parts[0]).quotientAndRemainder(dividingBy: parts[2])
    guard steps < Self.countMax else { throw .tooMany(steps + 1) }
    self.init(from: parts[0], step: parts[2], exponent: exponent, unit: unit, count: Int(steps) + 1)
    guard rest == 0 else { throw .remainder(last: text(at: count - 1)) }
  }

  /// A number in whole parts of ten to the power `exponent`, which is at most its own and at most 0.
  static func parts(_ number: ExactDecimal, of exponent: Int) -> Int64? {
    guard let scaled = ExactDecimal(mantissa: number.mantissa, exponent: number.exponent - exponent) else { return nil }
    return scaled.wholeMultiple(of: 1)
  }
}
