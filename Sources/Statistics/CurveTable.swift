/// A curve as a generator of arrivals wants it: values at even distances, straight lines between them, none below 0.
///
/// The area under the table is exact for the table, so arrivals drawn from it meet the expected number. Against the
/// curve the table errs by the square of the step where the curve bends, and upwards where the curve dipped below 0.
public struct CurveTable: Hashable, Sendable {
  /// The x of the first value.
  public let start: Double
  /// The distance in x from one value to the next, above 0.
  public let step: Double
  /// The values from start to end, both included: at least two, all 0 or more.
  public let values: [Double]
  /// The area from the start up to each value, in units of x times y; it begins with 0 and never falls.
  public let cumulative: [Double]

  /// A table of `values` (at least two, finite) at `step` (above 0) from `start` on; values below 0 become 0.
  public init(start: Double, step: Double, values: [Double]) {
    precondition(start.isFinite && step > 0 && step.isFinite, "a table starts at a finite place and steps forward")
    precondition(values.count >= 2, "a table has a value at either end")
    precondition(values.allSatisfy(\.isFinite), "a table holds finite values")
    let clipped = values.map { max(0, $0) }
    var area = 0.0
    var cumulative = [0.0]
    for (left, right) in zip(clipped, clipped.dropFirst()) {
      area += (left + right) / 2 * step
      cumulative.append(area)
    }
    self.start = start
    self.step = step
    self.values = clipped
    self.cumulative = cumulative
  }

  /// The x of the last value.
  public var end: Double { start + step * Double(values.count - 1) }

  /// The area under the whole table, in units of x times y.
  public var integral: Double { cumulative[cumulative.count - 1] }

  /// The largest value.
  public var maximum: Double { values.reduce(0, max) }

  /// The table at `x`, which must be finite; outside it holds its first and last value.
  public func value(at x: Double) -> Double {
    precondition(x.isFinite, "a table has values at finite places only")
    let place = min(max((x - start) / step, 0), Double(values.count - 1))
    let cell = min(Int(place), values.count - 2)
    let share = place - Double(cell)
    return values[cell] * (1 - share) + values[cell + 1] * share
  }
}

extension Curve {
  /// The curve from its start to its end as a table with a distance of at most `step` (above 0).
  ///
  /// The distance is shortened until it divides the stretch. A step that divides the distances of the points keeps
  /// their peaks; another cuts them off.
  public func tabulated(step: Double) -> CurveTable {
    precondition(step > 0 && step.isFinite, "a table steps forward")
    let cells = max(1, ((end - start) / step - 1e-9).rounded(.up))
    precondition(cells <= 10_000_000, "a table of more than ten million cells is a slip of the unit")
    let even = (end - start) / cells
    let places = (0...Int(cells)).map { start + even * Double($0) }
    return CurveTable(start: start, step: even, values: values(at: places))
  }
}
