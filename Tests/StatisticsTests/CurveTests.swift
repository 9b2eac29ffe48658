import Statistics
import Testing

/// A day of traffic by the hour: low at night, steep in the morning, two peaks.
private let day: [Curve.Point] = [
  (0, 10), (3, 4), (6, 5), (8, 60), (9, 120), (12, 100), (14, 100), (18, 150), (21, 40),
].map { Curve.Point(x: $0.0, y: $0.1) }

private func points(_ pairs: (Double, Double)...) -> [Curve.Point] {
  pairs.map { Curve.Point(x: $0.0, y: $0.1) }
}

@Suite("Curves")
struct CurveTests {
  @Test("every method meets its points, with a period and without", arguments: Curve.Method.allCases, [nil, 24.0])
  func meetsPoints(method: Curve.Method, period: Double?) throws {
    let curve = try Curve(points: day, method: method, period: period)
    for point in day {
      #expect(abs(curve.value(at: point.x) - point.y) < 1e-9)
      if let period { #expect(abs(curve.value(at: point.x + 3 * period) - point.y) < 1e-9) }
      if let period { #expect(abs(curve.value(at: point.x - 2 * period) - point.y) < 1e-9) }
    }
  }

  @Test("a straight line stays straight", arguments: Curve.Method.allCases)
  func straight(method: Curve.Method) throws {
    let line = (0...6).map { Curve.Point(x: Double($0), y: 2 * Double($0) + 1) }
    let curve = try Curve(points: line, method: method)
    for x in stride(from: 0.0, through: 6, by: 0.25) { #expect(abs(curve.value(at: x) - (2 * x + 1)) < 1e-12) }
    #expect(abs(curve.integral(from: 1, to: 5) - 28) < 1e-10)
  }

  @Test("Steffen's curve never leaves the range of its two points", arguments: [nil, 24.0])
  func monotone(period: Double?) throws {
    let curve = try Curve(points: day, method: .steffen, period: period)
    for (left, right) in zip(day, day.dropFirst()) {
      let rising = left.y <= right.y
      var before = left.y
      for n in 0...100 {
        let value = curve.value(at: left.x + (right.x - left.x) * Double(n) / 100)
        #expect(rising ? value >= before - 1e-9 : value <= before + 1e-9)
        #expect(value >= min(left.y, right.y) - 1e-9 && value <= max(left.y, right.y) + 1e-9)
        before = value
      }
    }
  }

  @Test("the natural cubic overshoots where Steffen does not")
  func overshoot() throws {
    let step = points((0, 0), (1, 0), (2, 0), (3, 100), (4, 100), (5, 100))
    let cubic = try Curve(points: step, method: .cubic)
    #expect(cubic.value(at: 1.5) < -1)
    #expect(cubic.tabulated(step: 0.1).values.allSatisfy { $0 >= 0 })
  }

  @Test("a periodic curve has no corner at the seam", arguments: [Curve.Method.steffen, .akima, .cubic])
  func seam(method: Curve.Method) throws {
    let curve = try Curve(points: day, method: method, period: 24)
    let step = 1e-5
    let before = (curve.value(at: 24) - curve.value(at: 24 - step)) / step
    let after = (curve.value(at: step) - curve.value(at: 0)) / step
    #expect(abs(before - after) < 0.01)
    #expect(abs(before) > 0.1, "the day was chosen with a slope at midnight")
  }

  @Test("a periodic line runs from the last point to the first of the next period")
  func periodicLine() throws {
    let curve = try Curve(points: points((6, 0), (18, 12)), method: .linear, period: 24)
    #expect(curve.value(at: 12) == 6)
    #expect(curve.value(at: 24) == 6)
    #expect(curve.value(at: 0) == 6)
    #expect(curve.value(at: 3) == 3)
  }

  @Test("without a period the ends are held", arguments: Curve.Method.allCases)
  func held(method: Curve.Method) throws {
    let curve = try Curve(points: day, method: method)
    #expect(curve.value(at: -100) == 10)
    #expect(curve.value(at: 100) == 40)
    #expect(abs(curve.integral(from: -5, to: -2) - 30) < 1e-12)
    #expect(abs(curve.integral(from: 30, to: 32) - 80) < 1e-9)
  }

  @Test("the integral agrees with a fine sum", arguments: Curve.Method.allCases, [nil, 24.0])
  func integral(method: Curve.Method, period: Double?) throws {
    let curve = try Curve(points: day, method: method, period: period)
    for (a, b) in [(0.0, 21.0), (2.5, 2.5), (7.25, 19.5), (-30, 60)] {
      let cells = 20_000
      let width = (b - a) / Double(cells)
      let middles = (0..<cells).map { a + (Double($0) + 0.5) * width }
      let sum = curve.values(at: middles).reduce(0, +) * width
      #expect(abs(curve.integral(from: a, to: b) - sum) < 0.001 * max(1, sum))
    }
  }

  @Test("every period has the same area", arguments: Curve.Method.allCases)
  func periods(method: Curve.Method) throws {
    let curve = try Curve(points: day, method: method, period: 24)
    let one = curve.integral(from: 0, to: 24)
    #expect(abs(curve.integral(from: 0, to: 168) - 7 * one) < 1e-8 * one)
    #expect(abs(curve.integral(from: -17, to: 7) - one) < 1e-8 * one)
  }

  @Test("a last point that closes the period changes nothing")
  func closingPoint() throws {
    let closed = try Curve(points: day + points((24, 10)), method: .akima, period: 24)
    #expect(closed == (try Curve(points: day, method: .akima, period: 24)))
  }
}

@Suite("Faults in curves")
struct CurveErrorTests {
  @Test(
    "each method takes its fewest points and refuses one less",
    arguments: [
      (Curve.Method.linear, nil, 2), (.steffen, nil, 3), (.akima, nil, 5), (.cubic, nil, 3),
      (.linear, 24.0, 2), (.steffen, 24, 2), (.akima, 24, 4), (.cubic, 24, 2),
    ])
  func fewest(method: Curve.Method, period: Double?, needed: Int) throws {
    let enough = (0..<needed).map { Curve.Point(x: Double($0), y: Double($0 % 2)) }
    #expect(try Curve(points: enough, method: method, period: period).value(at: 1) == 1)
    #expect(throws: CurveError.tooFewPoints(found: needed - 1, needed: needed)) {
      try Curve(points: Array(enough.dropLast()), method: method, period: period)
    }
    #expect(throws: CurveError.tooFewPoints(found: 0, needed: needed)) {
      try Curve(points: [], method: method, period: period)
    }
  }

  @Test("points must ascend, be finite and not negative")
  func points() {
    #expect(throws: CurveError.notAscending(index: 2)) { try line((0, 1), (2, 1), (2, 1)) }
    #expect(throws: CurveError.notAscending(index: 1)) { try line((2, 1), (1, 1)) }
    #expect(throws: CurveError.notFinite(index: 1)) { try line((0, 1), (.nan, 1)) }
    #expect(throws: CurveError.notFinite(index: 0)) { try line((0, .nan), (1, 1)) }
    #expect(throws: CurveError.notFinite(index: 1)) { try line((0, 1), (1, .infinity)) }
    #expect(throws: CurveError.negative(index: 1, value: -0.5)) { try line((0, 1), (1, -0.5)) }
  }

  @Test("a period must hold the points and close")
  func period() throws {
    #expect(throws: CurveError.badPeriod(0)) { try line((0, 1), (1, 1), period: 0) }
    #expect(throws: CurveError.badPeriod(-1)) { try line((0, 1), (1, 1), period: -1) }
    #expect(throws: CurveError.longerThanPeriod(span: 3, period: 2)) { try line((0, 1), (3, 1), period: 2) }
    #expect(throws: CurveError.open(first: 1, last: 5)) { try line((0, 1), (1, 2), (2, 5), period: 2) }
    #expect(throws: CurveError.badPeriod(.infinity)) { try line((0, 1), (1, 1), period: .infinity) }
    #expect(try line((0, 1), (1.5, 1), period: 2).value(at: 7) == 1)
  }

  @Test("a period that rounding swallows is refused")
  func lostPeriod() {
    // Beyond 2^53 only even numbers exist: the neighbour before the first point would fall on it.
    let far = 9_007_199_254_740_996.0
    #expect(throws: CurveError.badPeriod(3)) { try line((far, 1), (far + 2, 1), period: 3) }
    let huge = Double.greatestFiniteMagnitude
    #expect(throws: CurveError.badPeriod(huge)) { try line((huge / 4, 1), (huge / 2, 1), period: huge) }
  }

  @Test("every fault reads as a sentence")
  func descriptions() {
    #expect("\(CurveError.tooFewPoints(found: 1, needed: 3))" == "found 1 points, this kind of curve needs at least 3")
    #expect("\(CurveError.negative(index: 0, value: -2))" == "point 1 has the value -2.0: values are 0 or more")
  }

  private func line(_ pairs: (Double, Double)..., period: Double? = nil) throws -> Curve {
    try Curve(points: pairs.map { Curve.Point(x: $0.0, y: $0.1) }, method: .linear, period: period)
  }
}

@Suite("Curve tables")
struct CurveTableTests {
  @Test("the step shrinks until it divides the stretch")
  func evenStep() throws {
    let curve = try Curve(points: day, method: .linear, period: 24)
    #expect(curve.tabulated(step: 1).values.count == 25)
    #expect(curve.tabulated(step: 0.1).values.count == 241)
    let table = curve.tabulated(step: 5)
    #expect(table.step == 4.8)
    #expect(table.values.count == 6)
    #expect(table.start == 0 && table.end == 24)
    #expect(curve.tabulated(step: 1e6).values.count == 2)
  }

  @Test("a table of straight lines on the points is the curve itself")
  func exact() throws {
    let curve = try Curve(points: day, method: .linear, period: 24)
    let table = curve.tabulated(step: 1)
    #expect(abs(table.integral - curve.integral(from: 0, to: 24)) < 1e-9)
    for x in stride(from: 0.0, through: 24, by: 0.3) {
      #expect(abs(table.value(at: x) - curve.value(at: x)) < 1e-9)
    }
    #expect(table.maximum == 150)
  }

  @Test("halving the step takes the error of the area down by four")
  func convergence() throws {
    let curve = try Curve(points: day, method: .steffen)
    let exact = curve.integral(from: 0, to: 21)
    let coarse = abs(curve.tabulated(step: 0.5).integral - exact)
    let fine = abs(curve.tabulated(step: 0.25).integral - exact)
    #expect(coarse / fine > 3.5 && coarse / fine < 4.5)
  }

  @Test("values below zero are cut off, and the area is that of what remains")
  func clipped() {
    let table = CurveTable(start: 10, step: 2, values: [-3, 4, -1, 6])
    #expect(table.values == [0, 4, 0, 6])
    #expect(table.cumulative == [0, 4, 8, 14])
    #expect(table.integral == 14)
    #expect(table.end == 16)
    #expect(table.value(at: 11) == 2)
    #expect(table.value(at: 0) == 0)
    #expect(table.value(at: 16) == 6)
    #expect(table.value(at: 99) == 6)
  }
}
