import Statistics
import Testing

@Suite("Grid search")
struct GridSearchTests {
  private func rules(_ constraints: Int, zone: Double = 0.5) -> SelectionRules {
    SelectionRules(
      cap: 2_000, zone: .absolute(zone),
      constraints: (0..<constraints).map { _ in .init(bound: 0, side: .atMost, tolerance: 0.5) }, candidatesMax: 1)
  }

  private func refined(_ levels: Int) -> GridSearch.Axis { .init(levels: levels, isRefined: true) }

  /// Searches where the cost and the excess of a point are known, with normal noise, most of it common.
  private func search(
    _ axes: [GridSearch.Axis], _ rules: SelectionRules, trial: Int = 0, noise: Double = 0.3, pointsMax: Int = 2_000,
    _ truth: ([Int]) -> [Double]
  ) async throws -> (outcome: Selection.Outcome, end: GridSearch.End, search: GridSearch) {
    var search = GridSearch(axes, rules: rules, pointsMax: pointsMax)
    let (outcome, end) = try await search.run { wanted in
      wanted.map { point, replication in
        let key = point.reduce(0) { $0 * 10_000 + $1 }
        return truth(point).enumerated().map { column, value in
          value + noise * NormalWorlds.normal(trial, key, replication, column)
            + NormalWorlds.normal(trial, -1, replication, column)
        }
      }
    }
    return (outcome, end, search)
  }

  @Test("the least cost lies at the border of the feasible region: found to the finest step in 95 % of 200 trials")
  func boundary() async throws {
    // Cost rises by 1 a level; the excess falls by 1 a level and is -0.5 at level 73, 0.5 at level 72.
    var right = 0
    var points = 0
    for trial in 0..<200 {
      let found = try await search([refined(161)], rules(1), trial: trial) { [Double($0[0]), 72.5 - Double($0[0])] }
      if case .selected(let place) = found.outcome, found.search.points[place] == [73] { right += 1 }
      points += found.search.points.count
    }
    #expect(right >= 190)
    #expect(points < 200 * 30)
  }

  @Test("a valley of two variables is followed to its floor")
  func valley() async throws {
    let found = try await search([refined(41), refined(41)], rules(0)) { point in
      let (x, y) = (Double(point[0]) - 23, Double(point[1]) - 9)
      return [x * x + y * y + x * y]
    }
    guard case .selected(let place) = found.outcome else {
      Issue.record("no point was selected")
      return
    }
    #expect(found.search.points[place] == [23, 9])
    #expect(found.search.points.count < 41 * 41 / 8)
  }

  @Test("along a slanted border only diagonal steps lead down, and they are taken")
  func slanted() async throws {
    // Feasible from x + y = 50 on; x costs 1 a level, y costs 2: the best is all x.
    let found = try await search([refined(65), refined(65)], rules(1), noise: 0.1) { point in
      [Double(point[0] + 2 * point[1]), 49.5 - Double(point[0] + point[1])]
    }
    guard case .selected(let place) = found.outcome else {
      Issue.record("no point was selected")
      return
    }
    #expect(found.search.points[place] == [50, 0])
    #expect(found.search.borders(of: place) == [nil, false])
  }

  @Test("lists are simulated whole, ranges beside them are refined")
  func lists() async throws {
    let found = try await search([.init(levels: 3, isRefined: false), refined(33)], rules(0)) { point in
      [5 * Double([2, 0, 1][point[0]]) + abs(Double(point[1]) - 19)]
    }
    guard case .selected(let place) = found.outcome else {
      Issue.record("no point was selected")
      return
    }
    #expect(found.search.points[place] == [1, 19])
    #expect(Set(found.search.points.prefix(27).map { $0[0] }) == [0, 1, 2])
    #expect(found.search.rounds[0] == 27)
  }

  @Test("a coarse grid has both ends; sizes are those of the grid")
  func sizes() async throws {
    #expect(GridSearch.size(of: [refined(159)]) == 159)
    // Stride 32 over 159 levels: 0, 32, 64, 96, 128, and the last, 158.
    #expect(GridSearch.coarseSize(of: [refined(159)]) == 6)
    #expect(GridSearch.coarseSize(of: [refined(9)]) == 9)
    #expect(GridSearch.coarseSize(of: [refined(10)]) == 6)
    #expect(GridSearch.coarseSize(of: [.init(levels: 40, isRefined: false)]) == 40)
    #expect(GridSearch.size(of: (0..<9).map { _ in refined(1_000_000) }) == 1 << 53)
    let found = try await search([refined(159)], rules(0)) { [Double($0[0])] }
    #expect(found.search.points.prefix(6).map { $0[0] } == [0, 32, 64, 96, 128, 158])
    #expect(found.outcome == .selected(0))
    #expect(found.search.borders(of: 0) == [false])
  }

  @Test("the search says why it ended")
  func ends() async throws {
    #expect(try await search([refined(5)], rules(0)) { [Double($0[0])] }.end == .exhausted)
    #expect(try await search([refined(100)], rules(0)) { [Double($0[0])] }.end == .finest)
    #expect(try await search([refined(1_000)], rules(0, zone: 3)) { [0.001 * Double($0[0])] }.end == .flat)
    let stopped = try await search([refined(1_000)], rules(0), pointsMax: 10) { [Double($0[0])] }
    #expect(stopped.end == .pointsMax)
    #expect(stopped.search.points.count <= 10)
  }

  @Test("where nothing is feasible, the point that violates least is approached")
  func infeasible() async throws {
    let found = try await search([refined(65)], rules(1)) { point in
      [Double(point[0]), 10 + abs(Double(point[0]) - 37)]
    }
    #expect(found.outcome == .infeasible)
    #expect(abs(found.search.points[found.search.selection.leader][0] - 37) <= 1)
  }
}
