import Statistics
import Testing

@Suite("Lack of fit")
struct LackOfFitTests {
  let factor = SurfaceFactor.number(name: "x", low: -1, high: 1, scale: .linear)

  func near(_ found: Double?, _ wanted: Double, _ tolerance: Double = 1e-9) -> Bool {
    found.map { abs($0 - wanted) <= tolerance * max(1, abs(wanted)) } ?? false
  }

  /// The test of a fit to the means of `values`, one list a point.
  func test(
    _ model: SurfaceModel, at places: [Double], _ values: [[Double]], areBlocks: Bool = false
  ) throws -> LackOfFit? {
    var noise = PureError()
    for replications in values { noise.add(replications) }
    let means = values.map { $0.reduce(0, +) / Double($0.count) }
    let surface = try ResponseSurface(factors: [factor], model: model, points: places.map { [$0] }, outputs: means)
    return LackOfFit(of: surface, noise: noise, areBlocks: areBlocks)
  }

  /// Means 1, 6, 3 and the line 7/3, 10/3, 13/3: squared residuals 32/3 with one degree of freedom. Within the points 6
  /// with three, so 1 for the mean of two. F is the square of Student's t, whose tail with three degrees is known.
  @Test("a line through three points with two replications agrees with the hand")
  func byHand() throws {
    let found = try #require(try test(.linear, at: [-1, 0, 1], [[0, 2], [5, 7], [2, 4]]))
    #expect(near(found.ratio, 32.0 / 3) && found.degreesOfFreedom == 1 && found.pureDegreesOfFreedom == 3)
    #expect(near(found.pureDeviation, 1) && near(found.noiseShare, 3.0 / 32))
    #expect(near(found.pValue, Self.tailOfThree((32.0 / 3).squareRoot()), 1e-8), "\(found.pValue)")
    // 1, 1.5 and 0.5 around the means: 7 in all, of which 6 are common to a replication; 1 is left with two degrees.
    let blocks = try #require(try test(.linear, at: [-1, 0, 1], [[0, 2], [4.5, 7.5], [2.5, 3.5]], areBlocks: true))
    #expect(near(blocks.pureDeviation, 0.5) && blocks.pureDegreesOfFreedom == 2 && near(blocks.ratio, 128.0 / 3))
  }

  /// Both tails of Student's t with three degrees of freedom, in closed form.
  static func tailOfThree(_ t: Double) -> Double {
    let root = 3.0.squareRoot()
    // The arc tangent by its series around 1 / t, for t beyond the root of three.
    let x = root / t
    var (arc, power) = (0.0, x)
    for k in 0..<60 {
      arc += (k % 2 == 0 ? 1 : -1) * power / Double(2 * k + 1)
      power *= x * x
    }
    return 2 / Double.pi * (arc - (t / root) / (1 + t * t / 3))
  }

  /// 1,000 quadratics through normal noise at 5 %: 50 alarms with a standard deviation of 6.9; 28 off is a false alarm
  /// for one seed in twenty thousand. A cubic term of 30 under noise of 2 a value is found nearly always.
  @Test("a quadratic is right on a quadratic in 95 % of experiments, and is found out on a cubic")
  func rates() throws {
    let draws = try UnitDraws(seed: 5)
    let places = [-1, -0.6, -0.2, 0.2, 0.6, 1]
    var (quadratic, cubic, shared) = (0, 0, 0)
    for _ in 0..<1_000 {
      func values(_ bend: Double, luck: Double = 0) -> [[Double]] {
        let blocks = (0..<5).map { _ in luck * draws.normal(deviation: 1) }
        return places.map { x in
          let mean = 7 + 3 * x - 2 * x * x + bend * x * x * x
          return blocks.map { mean + $0 + draws.normal(deviation: 2) }
        }
      }
      if let found = try test(.quadratic, at: places, values(0)), found.pValue < 0.05 { quadratic += 1 }
      if let found = try test(.quadratic, at: places, values(30)), found.pValue < 0.05 { cubic += 1 }
      let common = values(0, luck: 20)
      if let found = try test(.quadratic, at: places, common, areBlocks: true), found.pValue < 0.05 { shared += 1 }
    }
    #expect(abs(quadratic - 50) <= 28 && abs(shared - 50) <= 28 && cubic >= 990, "\(quadratic), \(shared), \(cubic)")
  }

  @Test("where there is no noise to compare with, there is no test")
  func none() throws {
    // One replication, uneven ones, the same values, a block that explains all, and as many terms as points.
    #expect(try test(.linear, at: [-1, 0, 1], [[1], [2], [4]]) == nil)
    #expect(try test(.linear, at: [-1, 0, 1], [[1, 2], [2, 3], [4]]) == nil)
    #expect(try test(.linear, at: [-1, 0, 1], [[0.1, 0.1], [0.7, 0.7], [9, 9]]) == nil)
    #expect(try test(.linear, at: [-1, 0, 1], [[0, 2], [5, 7], [2, 4]], areBlocks: true) == nil)
    #expect(try test(.quadratic, at: [-1, 0, 1], [[0, 2], [5, 7], [2, 4]]) == nil)
    #expect(PureError().ofMeans(areBlocks: false) == nil)
  }

  @Test("a large mean does not blur a small noise")
  func digits() throws {
    let values = [[0.0, 2], [5, 7], [2, 4]].map { $0.map { 1e6 + $0 / 1024 } }
    let found = try #require(try test(.linear, at: [-1, 0, 1], values))
    #expect(near(found.pureDeviation * 1024, 1, 1e-6) && near(found.ratio, 32.0 / 3, 1e-5))
  }
}
