import CGSL
import Statistics
import Testing

@Suite("Designs in the unit cube")
struct UnitDesignTests {
  @Test("a grid has every combination once, the last parameter fastest")
  func grid() throws {
    let rows = try UnitDesign.grid(levels: [2, 1, 3])
    #expect(rows == [[0, 0, 0], [0, 0, 1], [0, 0, 2], [1, 0, 0], [1, 0, 1], [1, 0, 2]])
    #expect(UnitDesign.gridCount(levels: [2, 1, 3]) == 6)
    #expect(UnitDesign.gridPoint(4, levels: [2, 1, 3]) == [1, 0, 1])
  }

  @Test("a grid that no whole number counts is a fault, and so is one without levels")
  func gridFaults() {
    #expect(UnitDesign.gridCount(levels: [Int.max, 1]) == Int.max)
    #expect(UnitDesign.gridCount(levels: [Int.max, 2]) == nil)
    #expect(UnitDesign.gridCount(levels: [Int.max, 2, 0]) == 0)
    #expect(throws: DesignFault.tooManyPoints(method: "a grid", limit: Int.max)) {
      try UnitDesign.grid(levels: [1 << 32, 1 << 32])
    }
    #expect(throws: DesignFault.noLevels(parameter: 1)) { try UnitDesign.grid(levels: [2, 0]) }
    #expect(throws: DesignFault.noDimensions) { try UnitDesign.grid(levels: []) }
  }

  @Test("every cell of every parameter of a Latin hypercube holds one point", arguments: [1, 2, 7, 100])
  func latinHypercube(points: Int) throws {
    let draws = try UnitDraws(seed: 3)
    let rows = try UnitDesign.latinHypercube(points: points, dimensions: 4, unit: draws.unit)
    for column in 0..<4 {
      #expect(rows.map { Int($0[column] * Double(points)) }.sorted() == Array(0..<points))
    }
    let centred = try UnitDesign.latinHypercube(points: points, dimensions: 2, centred: true, unit: draws.unit)
    #expect(centred.map { $0[1] }.sorted() == (0..<points).map { (Double($0) + 0.5) / Double(points) })
  }

  /// 5,000 orders of 3 cells: a false alarm for one seed in ten thousand.
  @Test("every order of a Latin hypercube's cells is equally likely")
  func orders() throws {
    let draws = try UnitDraws(seed: 5)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<5_000 {
      let rows = try UnitDesign.latinHypercube(points: 3, dimensions: 1, unit: draws.unit)
      counts[rows.map { Int($0[0] * 3) }, default: 0] += 1
    }
    #expect(counts.count == 6)
    let fit = GoodnessOfFit.chiSquare(
      observed: counts.values.sorted(), expected: Array(repeating: 5_000.0 / 6, count: 6))
    #expect(fit.pValue > 1e-4)
  }

  @Test("the places of a Latin hypercube stay off the borders of the cells, whatever is drawn")
  func borders() throws {
    for extreme in [0x1p-53, 1 - 0x1p-53] {
      let rows = try UnitDesign.latinHypercube(points: 1_000, dimensions: 1) { extreme }
      #expect(rows.map { Int($0[0] * 1_000) }.sorted() == Array(0..<1_000))
    }
  }

  @Test("the sequences begin as published, the origin first")
  func firstPoints() throws {
    let sobol = try UnitDesign.sobol(points: 4, dimensions: 2)
    #expect(sobol == [[0, 0], [0.5, 0.5], [0.75, 0.25], [0.25, 0.75]])
    let halton = try UnitDesign.halton(points: 5, dimensions: 2)
    let expected = [[0, 0], [0.5, 1.0 / 3], [0.25, 2.0 / 3], [0.75, 1.0 / 9], [0.125, 4.0 / 9]]
    for (found, wanted) in zip(halton.joined(), expected.joined()) { #expect(abs(found - wanted) < 1e-12) }
  }

  @Test("the first 64 points of Sobol's sequence have one in each of 64 cells of all 40 dimensions")
  func net() throws {
    let rows = try UnitDesign.sobol(points: 64, dimensions: 40)
    for column in 0..<40 {
      #expect(rows.map { Int($0[column] * 64) }.sorted() == Array(0..<64))
    }
  }

  @Test("a shift moves every point alike, modulo 1, and stays inside the cube")
  func shifted() throws {
    let shift = [0.75, 1 - 0x1p-53]
    let plain = try UnitDesign.sobol(points: 4, dimensions: 2)
    let moved = try UnitDesign.sobol(points: 4, dimensions: 2, shift: shift)
    #expect(moved[0] == shift)
    #expect(moved.map { $0[0] } == [0.75, 0.25, 0.5, 0])
    for (before, after) in zip(plain.joined(), moved.joined()) {
      #expect(after >= 0 && after < 1)
      #expect(plain.isEmpty || before <= 1)
    }
    let draws = try UnitDraws(seed: 1)
    #expect(UnitDesign.shift(dimensions: 3, unit: draws.unit).count == 3)
  }

  @Test("sequences fill the square far more evenly than chance")
  func discrepancy() throws {
    let draws = try UnitDraws(seed: 11)
    let shift = UnitDesign.shift(dimensions: 2, unit: draws.unit)
    let random = starDiscrepancy(try UnitDesign.random(points: 128, dimensions: 2, unit: draws.unit))
    #expect(starDiscrepancy(try UnitDesign.sobol(points: 128, dimensions: 2)) < random / 2)
    #expect(starDiscrepancy(try UnitDesign.halton(points: 128, dimensions: 2)) < random / 2)
    #expect(starDiscrepancy(try UnitDesign.sobol(points: 128, dimensions: 2, shift: shift)) < random / 2)
    // One point in the middle: the closed box from 0 to it has an area of 1/4 and all points.
    #expect(starDiscrepancy([[0.5, 0.5]]) == 0.75)
  }

  @Test("the limits of the sequences are faults and the last dimension works")
  func limits() throws {
    #expect(try UnitDesign.sobol(points: 2, dimensions: 40)[1].count == 40)
    #expect(try UnitDesign.halton(points: 2, dimensions: 1229)[1].count == 1229)
    #expect(throws: DesignFault.tooManyDimensions(method: "the Sobol sequence", asked: 41, limit: 40)) {
      try UnitDesign.sobol(points: 2, dimensions: 41)
    }
    #expect(throws: DesignFault.tooManyDimensions(method: "the Halton sequence", asked: 1230, limit: 1229)) {
      try UnitDesign.halton(points: 2, dimensions: 1230)
    }
    #expect(throws: DesignFault.tooManyPoints(method: "the Sobol sequence", limit: 1 << 30)) {
      try UnitDesign.sobol(points: 1 << 30 + 1, dimensions: 1)
    }
    #expect(throws: DesignFault.noPoints) { try UnitDesign.halton(points: 0, dimensions: 1) }
    #expect(throws: DesignFault.noDimensions) { try UnitDesign.random(points: 1, dimensions: 0) { 0.5 } }
    let fault = DesignFault.tooManyDimensions(method: "the Sobol sequence", asked: 41, limit: 40)
    #expect("\(fault)" == "the Sobol sequence has at most 40 dimensions and 41 are needed")
  }

  @Test("equal seeds give equal points, other seeds others")
  func reproducible() throws {
    func all(_ seed: UInt) throws -> [[Double]] {
      let draws = try UnitDraws(seed: seed)
      return try UnitDesign.random(points: 5, dimensions: 3, unit: draws.unit)
        + UnitDesign.latinHypercube(points: 5, dimensions: 3, unit: draws.unit)
        + MorrisDesign(trajectories: 2, parameters: 3, unit: draws.unit).points
        + SaltelliDesign(basePoints: 2, parameters: 3, unit: draws.unit).points
    }
    #expect(try all(1) == all(1))
    #expect(try all(1) != all(2))
  }

  /// The largest difference, over boxes from the origin, between a box's area and its share of the points: exact, for
  /// it is reached at a corner made of the points' coordinates, with the border in or out.
  private func starDiscrepancy(_ points: [[Double]]) -> Double {
    let xs = points.map { $0[0] } + [1]
    let ys = points.map { $0[1] } + [1]
    var worst = 0.0
    for x in xs {
      // Sorted once a column: the counts then follow from two walks instead of one over all points a corner.
      let open = points.filter { $0[0] < x }.map { $0[1] }.sorted()
      let closed = points.filter { $0[0] <= x }.map { $0[1] }.sorted()
      for y in ys {
        let inside = open.partition(below: y)
        let within = closed.partition(through: y)
        let count = Double(points.count)
        worst = max(worst, x * y - Double(inside) / count, Double(within) / count - x * y)
      }
    }
    return worst
  }
}

extension [Double] {
  /// How many of these sorted numbers lie below `y`.
  fileprivate func partition(below y: Double) -> Int { firstIndex { $0 >= y } ?? count }
  /// How many of these sorted numbers lie at `y` or below.
  fileprivate func partition(through y: Double) -> Int { firstIndex { $0 > y } ?? count }
}
