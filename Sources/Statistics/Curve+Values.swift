import CGSL

extension Curve {
  /// The curve at `x`, which must be finite. Akima and cubic curves may dip below 0 between points.
  public func value(at x: Double) -> Double { values(at: [x])[0] }

  /// The curve at each of `xs`, which must be finite, in any order.
  public func values(at xs: [Double]) -> [Double] {
    withSpline { spline in
      xs.map { x in
        if period == nil && x >= end { return points[points.count - 1].y }
        var y = 0.0
        let code = gsl_spline_eval_e(spline, inside(x), nil, &y)
        precondition(code == GSL_SUCCESS, "a place inside the curve has a value")
        return y
      }
    }
  }

  /// The area under the curve from `a` to `b`, both finite and `a` not above `b`, in units of x times y.
  ///
  /// It counts what dips below 0 as negative and includes what lies beyond the points, held or repeated.
  public func integral(from a: Double, to b: Double) -> Double {
    precondition(a.isFinite && b.isFinite && a <= b, "an integral runs from left to right between finite ends")
    return withSpline { spline in area(spline, to: b) - area(spline, to: a) }
  }

  /// The area from the curve's start to `x`, negative to the left of it.
  private func area(_ spline: UnsafePointer<gsl_spline>, to x: Double) -> Double {
    if let period {
      let place = inside(x)
      let turns = ((x - place) / period).rounded()
      return turns * piece(spline, from: start, to: end) + piece(spline, from: start, to: place)
    }
    let held = x < start ? (x - start) * points[0].y : max(0, x - end) * points[points.count - 1].y
    return held + piece(spline, from: start, to: inside(x))
  }

  private func piece(_ spline: UnsafePointer<gsl_spline>, from a: Double, to b: Double) -> Double {
    guard a < b else { return 0 }
    var area = 0.0
    let code = gsl_spline_eval_integ_e(spline, a, b, nil, &area)
    precondition(code == GSL_SUCCESS, "a stretch inside the curve has an area")
    return area
  }

  /// The place between start and end that stands for `x`: the same phase of the period, or else the nearer end.
  private func inside(_ x: Double) -> Double {
    precondition(x.isFinite, "a curve has values at finite places only")
    guard let period else { return min(max(x, start), end) }
    let phase = (x - start).truncatingRemainder(dividingBy: period)
    return min(max(start + (phase < 0 ? phase + period : phase), start), end)
  }

  /// Builds GSL's spline for the time of `body`. A null lookup accelerator makes GSL bisect, which leaves no state
  /// behind.
  private func withSpline<Result>(_ body: (UnsafePointer<gsl_spline>) -> Result) -> Result {
    GSL.ready
    guard let spline = gsl_spline_alloc(method.interpolation(periodic: period != nil), nodes.count) else {
      preconditionFailure("no memory for a curve of \(nodes.count) points")
    }
    defer { gsl_spline_free(spline) }
    let code = gsl_spline_init(spline, nodes.map(\.x), nodes.map(\.y), nodes.count)
    precondition(code == GSL_SUCCESS, "points that were checked make a spline")
    return body(spline)
  }
}
