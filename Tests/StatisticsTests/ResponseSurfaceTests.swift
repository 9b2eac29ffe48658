import Statistics
import Testing

@Suite("Response surfaces")
struct ResponseSurfaceTests {
  let a = SurfaceFactor.number(name: "a", low: 0, high: 10, scale: .linear)
  let b = SurfaceFactor.number(name: "b", low: -1, high: 1, scale: .linear)

  func near(_ found: Double?, _ wanted: Double, _ tolerance: Double = 1e-9) -> Bool {
    found.map { abs($0 - wanted) <= tolerance * max(1, abs(wanted)) } ?? false
  }

  /// Every pair of a first and a second value, the second fastest.
  func product(_ first: [Double], _ second: [Double]) -> [[Double]] {
    var pairs: [[Double]] = []
    for x in first {
      for y in second { pairs.append([x, y]) }
    }
    return pairs
  }

  @Test("a quadratic through a grid of nine comes back exactly")
  func exact() throws {
    let points = product([0, 5, 10], [-1, 0, 1])
    // In coded units u = (a - 5) / 5 and v = b.
    let outputs: [Double] = points.map { p in
      let (u, v) = ((p[0] - 5) / 5, p[1])
      let linear = 1e6 + 3 * u - 2 * v
      return linear + 0.5 * u * v + 4 * u * u - v * v
    }
    let surface = try ResponseSurface(factors: [a, b], model: .quadratic, points: points, outputs: outputs)
    #expect(surface.terms.map(\.name) == ["constant", "a", "b", "a * b", "a^2", "b^2"])
    for (term, wanted) in zip(surface.terms, [1e6, 3, -2, 0.5, 4, -1]) {
      #expect(near(term.coefficient, wanted))
    }
    #expect(surface.degreesOfFreedom == 3 && surface.aliased.isEmpty)
    #expect(near(surface.rSquared, 1) && near(surface.adjustedRSquared, 1) && near(surface.predictionRSquared, 1))
    #expect(near(surface.residualDeviation, 0))
    #expect(near(surface.value(at: [7.5, 0.5]), 1e6 + 1.5 - 1 + 0.125 + 1 - 0.25))
  }

  /// x = 1 .. 5, y = 2, 4, 5, 4, 5: slope 0.6, squared residuals 2.4, leverages 0.6, 0.3, 0.2, 0.3, 0.6.
  @Test("a line through five points agrees with the hand")
  func byHand() throws {
    let factor = SurfaceFactor.number(name: "x", low: 1, high: 5, scale: .linear)
    let points = (1...5).map { [Double($0)] }
    let outputs = [2.0, 4, 5, 4, 5]
    let surface = try ResponseSurface(factors: [factor], model: .linear, points: points, outputs: outputs)
    #expect(near(surface.terms[0].coefficient, 4) && near(surface.terms[0].standardError, 0.4))
    #expect(near(surface.terms[1].coefficient, 1.2) && near(surface.terms[1].standardError, 0.32.squareRoot()))
    #expect(near(surface.terms[1].pValue, 0.1240, 5e-5))
    #expect(near(surface.rSquared, 0.6) && near(surface.adjustedRSquared, 0.4 * 7 / 6, 1e-9))
    #expect(near(surface.residualDeviation, 0.8.squareRoot()))
    #expect(zip(surface.residuals, [0.6, 0.3, 0.2, 0.3, 0.6]).allSatisfy { near($0.leverage, $1) })
    #expect(zip(surface.residuals, [-0.8, 0.6, 1, -0.6, -0.2]).allSatisfy { near($0.residual, $1) })
    #expect(zip(surface.residuals, [-2, 6.0 / 7, 1.25, -6.0 / 7, -0.5]).allSatisfy { near($0.leftOut, $1) })
    #expect(near(surface.residuals[2].standardised, 1 / 0.64.squareRoot()))
    let press = 4 + 72.0 / 49 + 1.5625 + 0.25
    #expect(near(surface.leaveOneOutError, (press / 5).squareRoot()))
    #expect(near(surface.predictionRSquared, 1 - press / 6))
    let prediction = surface.prediction(at: [4])
    #expect(near(prediction.mean.mean, 4.6) && near(prediction.next.mean, 4.6))
    #expect(near(prediction.mean.halfWidth, 3.182446 * 0.24.squareRoot(), 1e-6))
    #expect(near(prediction.next.halfWidth, 3.182446 * 1.04.squareRoot(), 1e-6))
  }

  /// Longley, *J. Am. Stat. Assoc.* 62, 1967, page 819, with the values that NIST's Statistical Reference Datasets
  /// certify. Columns so nearly dependent that single precision fails.
  @Test("Longley's data give the certified coefficients and errors to eight digits")
  func longley() throws {
    let rows: [[Double]] = [
      [60323, 83.0, 234289, 2356, 1590, 107608, 1947], [61122, 88.5, 259426, 2325, 1456, 108632, 1948],
      [60171, 88.2, 258054, 3682, 1616, 109773, 1949], [61187, 89.5, 284599, 3351, 1650, 110929, 1950],
      [63221, 96.2, 328975, 2099, 3099, 112075, 1951], [63639, 98.1, 346999, 1932, 3594, 113270, 1952],
      [64989, 99.0, 365385, 1870, 3547, 115094, 1953], [63761, 100.0, 363112, 3578, 3350, 116219, 1954],
      [66019, 101.2, 397469, 2904, 3048, 117388, 1955], [67857, 104.6, 419180, 2822, 2857, 118734, 1956],
      [68169, 108.4, 442769, 2936, 2798, 120445, 1957], [66513, 110.8, 444546, 4681, 2637, 121950, 1958],
      [68655, 112.6, 482704, 3813, 2552, 123366, 1959], [69564, 114.2, 502601, 3931, 2514, 125368, 1960],
      [69331, 115.7, 518173, 4806, 2572, 127852, 1961], [70551, 116.9, 554894, 4007, 2827, 130081, 1962],
    ]
    // From -1 to 1 the code is the number itself.
    let factors = (1...6).map { SurfaceFactor.number(name: "x\($0)", low: -1, high: 1, scale: .linear) }
    let surface = try ResponseSurface(
      factors: factors, model: .linear, points: rows.map { Array($0.dropFirst()) }, outputs: rows.map { $0[0] })
    let certified = [
      (-3482258.63459582, 890420.383607373), (15.0618722713733, 84.9149257747669),
      (-0.0358191792925910, 0.0334910077722432), (-2.02022980381683, 0.488399681651699),
      (-1.03322686717359, 0.214274163161675), (-0.0511041056535807, 0.226073200069370),
      (1829.15146461355, 455.478499142212),
    ]
    #expect(surface.terms.count == 7 && surface.degreesOfFreedom == 9)
    for (term, (coefficient, error)) in zip(surface.terms, certified) {
      #expect(abs(term.coefficient / coefficient - 1) < 1e-8)
      #expect(abs((term.standardError ?? 0) / error - 1) < 1e-8)
    }
    #expect(near(surface.residualDeviation, 304.854073561965, 1e-8))
    #expect(near(surface.rSquared, 0.995479004577296))
  }

  @Test("leaving points out by the hat matrix is what refitting without them gives")
  func leaveOneOut() throws {
    let points: [[Double]] = (0..<12).map { index in
      let (first, second) = (index * 7 % 12, index * 5 % 7)
      return [Double(first), Double(second) / 3 - 1]
    }
    let outputs: [Double] = (0..<12).map { Double($0 * $0 % 11) }
    let surface = try ResponseSurface(factors: [a, b], model: .interactions, points: points, outputs: outputs)
    for index in points.indices {
      let rest = points.indices.filter { $0 != index }
      let without = try ResponseSurface(
        factors: [a, b], model: .interactions, points: rest.map { points[$0] }, outputs: rest.map { outputs[$0] })
      #expect(near(surface.residuals[index].leftOut, outputs[index] - without.value(at: points[index])))
    }
    let draws = try UnitDraws(seed: 1)
    let all = try ResponseSurface.crossValidationError(
      factors: [a, b], model: .interactions, points: points, outputs: outputs, folds: 12, unit: draws.unit)
    #expect(near(surface.leaveOneOutError, all))
    let two = try ResponseSurface.crossValidationError(
      factors: [a, b], model: .interactions, points: points, outputs: outputs, folds: 2, unit: draws.unit)
    #expect(two > 0 && two != all)
  }

  @Test("ratios are even steps on a logarithmic scale")
  func logarithmic() throws {
    let memory = SurfaceFactor.number(name: "memory", low: 128, high: 2048, scale: .logarithmic)
    let points = [128.0, 256, 512, 1024, 2048].map { [$0] }
    let surface = try ResponseSurface(
      factors: [memory], model: .linear, points: points, outputs: [17, 19, 21, 23, 25])
    #expect(near(surface.terms[0].coefficient, 21) && near(surface.terms[1].coefficient, 4))
    #expect(near(surface.value(at: [4096]), 27))
  }

  @Test("a category's levels are compared with its first, and interact with numbers but not with each other")
  func categories() throws {
    let runtime = SurfaceFactor.category(name: "runtime", levels: ["java", "node", "python"])
    let points = product([0, 1, 2], [0, 5, 10])
    let (heights, slopes) = ([10.0, 4, 6], [1.0, 0, -1])
    let outputs: [Double] = points.map { p in
      let level = Int(p[0])
      return heights[level] + slopes[level] * (p[1] - 5) / 5
    }
    let surface = try ResponseSurface(factors: [runtime, a], model: .quadratic, points: points, outputs: outputs)
    #expect(
      surface.terms.map(\.name) == [
        "constant", "runtime=node", "runtime=python", "a", "runtime=node * a", "runtime=python * a", "a^2",
      ])
    for (term, wanted) in zip(surface.terms, [10.0, -6, -4, 1, -1, -2, 0]) {
      #expect(near(term.coefficient, wanted))
    }
  }

  @Test("terms that the points cannot tell apart are named and left out")
  func rankDeficient() throws {
    // Two levels cannot show a bend, and b never moves.
    let points = [[0.0, 0.5], [10, 0.5], [0, 0.5], [10, 0.5]]
    let surface = try ResponseSurface(factors: [a, b], model: .quadratic, points: points, outputs: [1, 3, 2, 4])
    #expect(surface.terms.map(\.name) == ["constant", "a"])
    #expect(surface.aliased == ["b", "a * b", "a^2", "b^2"])
    #expect(near(surface.terms[0].coefficient, 2.5) && near(surface.terms[1].coefficient, 1))
    #expect(surface.degreesOfFreedom == 2)
  }

  @Test("as many terms as points leave nothing to tell the error by")
  func saturated() throws {
    let surface = try ResponseSurface(factors: [a], model: .linear, points: [[0], [10]], outputs: [1, 3])
    #expect(surface.degreesOfFreedom == 0 && surface.residualDeviation == nil)
    #expect(surface.terms.allSatisfy { $0.standardError == nil && $0.pValue == nil })
    #expect(surface.residuals.allSatisfy { $0.leftOut == nil && $0.standardised == nil })
    #expect(surface.adjustedRSquared == nil && surface.predictionRSquared == nil)
    #expect(surface.prediction(at: [5]).next == Interval(mean: 2, halfWidth: nil, count: 2))
    #expect(throws: ResponseSurface.Fault.noPoints) {
      try ResponseSurface(factors: [a], model: .linear, points: [], outputs: [])
    }
  }

  @Test("equal outputs have a surface and no share of a variance that is explained")
  func constant() throws {
    let surface = try ResponseSurface(
      factors: [a], model: .linear, points: [[0], [5], [10]], outputs: [0.1, 0.1, 0.1])
    #expect(surface.terms[0].coefficient == 0.1 && surface.terms[1].coefficient == 0)
    #expect(surface.rSquared == nil && surface.adjustedRSquared == nil && surface.predictionRSquared == nil)
    #expect(surface.terms[1].pValue == nil && surface.residuals.allSatisfy { $0.standardised == nil })
    #expect(surface.prediction(at: [20]).next.halfWidth == 0)
  }

  /// 1,000 lines through normal noise at 95 %: 950 cover with a standard deviation of 6.9; 28 off is a false alarm for
  /// one seed in twenty thousand.
  @Test("the intervals of a prediction cover the mean and the next output")
  func coverage() throws {
    let draws = try UnitDraws(seed: 12)
    let points = (0..<8).map { [Double($0)] }
    var (mean, next) = (0, 0)
    for _ in 0..<1_000 {
      let outputs = points.map { 5 + 2 * $0[0] + draws.normal(deviation: 3) }
      let surface = try ResponseSurface(factors: [a], model: .linear, points: points, outputs: outputs)
      let prediction = surface.prediction(at: [9])
      if prediction.mean.contains(23) { mean += 1 }
      if prediction.next.contains(23 + draws.normal(deviation: 3)) { next += 1 }
    }
    #expect(abs(mean - 950) <= 28 && abs(next - 950) <= 28, "mean \(mean), next \(next)")
  }
}
