import CGSL

/// A smooth line through given points: the arrival rate over a day, say.
///
/// Outside its points a curve holds its first and last value; with a period it repeats instead. The unit of x and y is
/// the caller's. GSL's splines live only inside a call, so a curve is a plain value that any thread may read;
/// each call builds the spline anew, in time proportional to the points. Ask for many values at once.
public struct Curve: Hashable, Sendable {
  /// How the curve runs between two points.
  public enum Method: String, CaseIterable, Hashable, Sendable {
    /// Straight lines; at least two points.
    case linear
    /// Cubic pieces that never leave the range of their two points, by Steffen (*Astronomy & Astrophysics* 239, 1990,
    /// page 443); at least three points, with a period two.
    case steffen
    /// Akima's cubic pieces: smooth, little disturbed by an outlier, may overshoot; at least five points, with a period
    /// four.
    case akima
    /// Natural cubic spline, periodic with a period: smoothest, overshoots most; at least three points, with a
    /// period two.
    case cubic
  }

  /// One given point.
  public struct Point: Hashable, Sendable {
    /// Where, in the caller's unit.
    public var x: Double
    /// How much, in the caller's unit, 0 or more.
    public var y: Double

    /// The point at `x` with value `y`.
    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// The given points in ascending order of x; with a period, without a last one that only closes it.
  public let points: [Point]
  /// How the curve runs between the points.
  public let method: Method
  /// After how much x the curve repeats itself; nil if it does not.
  public let period: Double?

  /// What GSL interpolates: the points, closed to one full period where there is one.
  let nodes: [Point]

  /// The curve through `points`, which ascend strictly in x and have no negative y.
  ///
  /// With a period all points lie within one period of the first; a last point exactly one period after the first is
  /// welcome if it has the same value. Throws the first fault found as a `CurveError`.
  public init(points: [Point], method: Method, period: Double? = nil) throws(CurveError) {
    var points = points
    for (index, point) in points.enumerated() {
      guard point.x.isFinite && point.y.isFinite else { throw .notFinite(index: index) }
      guard point.y >= 0 else { throw .negative(index: index, value: point.y) }
      guard index == 0 || points[index - 1].x < point.x else { throw .notAscending(index: index) }
    }
    if let period, let first = points.first, let last = points.last {
      guard period > 0 && period.isFinite else { throw .badPeriod(period) }
      if points.count > 1 && last.x == first.x + period {
        guard last.y == first.y else { throw .open(first: first.y, last: last.y) }
        points.removeLast()
      } else if last.x > first.x + period {
        throw .longerThanPeriod(span: last.x - first.x, period: period)
      }
    }
    let needed = method.pointsNeeded(periodic: period != nil)
    guard points.count >= needed else { throw .tooFewPoints(found: points.count, needed: needed) }

    self.points = points
    self.method = method
    self.period = period
    self.nodes = period.map { Self.closed(points, method, period: $0) } ?? points
    // Far from 0 a period may vanish in rounding, and with it the distance of two nodes.
    let distinct = zip(nodes, nodes.dropFirst()).allSatisfy { $0.x < $1.x } && nodes.allSatisfy(\.x.isFinite)
    guard distinct else { throw .badPeriod(period ?? 0) }
  }

  /// Where the curve's own points begin.
  public var start: Double { points[0].x }

  /// Where they end: at the last point, with a period one period after the first.
  public var end: Double { period.map { start + $0 } ?? points[points.count - 1].x }

  /// The points of one period with what follows, so that the curve also closes.
  ///
  /// Akima and cubic have periodic forms in GSL, which want the first point again at the end. The others look one
  /// point to each side: a neighbour of either end makes slopes at the seam agree.
  private static func closed(_ points: [Point], _ method: Method, period: Double) -> [Point] {
    let first = points[0]
    let closing = Point(x: first.x + period, y: first.y)
    switch method {
    case .akima, .cubic:
      return points + [closing]
    case .linear, .steffen:
      let last = points[points.count - 1]
      let before = Point(x: last.x - period, y: last.y)
      let after = Point(x: points[1].x + period, y: points[1].y)
      return [before] + points + [closing, after]
    }
  }
}

extension Curve.Method {
  /// The fewest points that fix a curve.
  func pointsNeeded(periodic: Bool) -> Int {
    switch self {
    case .linear: 2
    case .steffen, .cubic: periodic ? 2 : 3
    case .akima: periodic ? 4 : 5
    }
  }

  /// GSL's name for the method.
  func interpolation(periodic: Bool) -> UnsafePointer<gsl_interp_type> {
    switch self {
    case .linear: windtunnel_gsl_linear()
    case .steffen: windtunnel_gsl_steffen()
    case .akima: periodic ? windtunnel_gsl_akima_periodic() : windtunnel_gsl_akima()
    case .cubic: periodic ? windtunnel_gsl_cspline_periodic() : windtunnel_gsl_cspline()
    }
  }
}

/// Why points do not make a curve; indices count from 0.
public enum CurveError: Error, Hashable, Sendable {
  /// The method needs more points than there are.
  case tooFewPoints(found: Int, needed: Int)
  /// The point does not lie to the right of the one before it.
  case notAscending(index: Int)
  /// A coordinate of the point is NaN or infinite.
  case notFinite(index: Int)
  /// The point's value is below 0.
  case negative(index: Int, value: Double)
  /// The period is not a finite number above 0, or too small to be told from 0 beside the points.
  case badPeriod(Double)
  /// The points span more than the period.
  case longerThanPeriod(span: Double, period: Double)
  /// A last point one period after the first has another value.
  case open(first: Double, last: Double)
}

extension CurveError: CustomStringConvertible {
  /// The fault as a sentence that says what to change; points count from 1 there.
  public var description: String {
    switch self {
    case .tooFewPoints(let found, let needed):
      "found \(found) points, this kind of curve needs at least \(needed)"
    case .notAscending(let index):
      "point \(index + 1) does not lie after point \(index): list the points in ascending order, each place once"
    case .notFinite(let index):
      "point \(index + 1) is not a finite number"
    case .negative(let index, let value):
      "point \(index + 1) has the value \(value): values are 0 or more"
    case .badPeriod(let period):
      "found a period of \(period): a period is finite, above 0, and not tiny beside the points"
    case .longerThanPeriod(let span, let period):
      "the points span \(span), the period is only \(period): leave out points or lengthen the period"
    case .open(let first, let last):
      "the period begins with \(first) and ends with \(last): give both the same value or leave out the last point"
    }
  }
}
