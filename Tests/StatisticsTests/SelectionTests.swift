import Testing

@testable import Statistics

/// Trials have fixed seeds, so these tests never raise a false alarm by luck. A procedure that is right in 97 % of all
/// trials, as these are, would fall below 190 of 200 for one choice of seeds in thirty.
@Suite("Selection")
struct SelectionTests {
  private typealias Candidate = NormalWorlds.Candidate

  private func rules(_ count: Int, constraints: Int = 0, zone: Double = 0.5, cap: Int = 5_000) -> SelectionRules {
    SelectionRules(
      cap: cap, zone: .absolute(zone),
      constraints: (0..<constraints).map { _ in .init(bound: 0, side: .below, tolerance: 0.5) }, candidatesMax: count)
  }

  @Test("the region's scale is Kim and Nelson's h², and it closes where h² S² / δ² says")
  func region() {
    // n0 = 10, error 0.005: 0.01 to the power -2/9 is 2.782559, less 1, times 9.
    let region = ContinuationRegion(error: 0.005, firstStage: 10)
    #expect(abs(region.scale - 16.04303) < 1e-4)
    // h² S² / δ² = 16.043 * 2 / 0.25 = 128.3.
    #expect(region.width(variance: 2, zone: 0.5, after: 128) > 0)
    #expect(region.width(variance: 2, zone: 0.5, after: 129) == 0)
    #expect(region.width(variance: 0, zone: 0.5, after: 10) == 0)
    // At no value it is h² S² / 2 δ.
    #expect(abs(region.width(variance: 2, zone: 0.5, after: 0) - 32.086) < 1e-3)
  }

  @Test("errors are shared among the other candidates and the constraints of the best")
  func budget() {
    #expect(abs(rules(11).errorOfDecision - 0.005) < 1e-15)
    #expect(abs(rules(9, constraints: 2).errorOfDecision - 0.005) < 1e-15)
    #expect(abs(rules(1, constraints: 1).errorOfDecision - 0.025) < 1e-15)
  }

  @Test("a share of which no event was seen is met when the trials suffice to show it, and not before")
  func unseen() async throws {
    func race(cap: Int) async throws -> (Selection.Outcome, Int) {
      var race = Selection(
        SelectionRules(
          cap: cap, zone: .absolute(1),
          constraints: [.init(bound: 0.01, side: .below, tolerance: 0.0001, trials: 2)], candidatesMax: 1))
      race.open()
      // Ten trials a replication, none with the event.
      let outcome = try await race.decide { wanted in wanted.map { _ in [5, 0, 10] } }
      return (outcome, race.observations)
    }
    // 3.689 / 0.0101 = 365.2 trials; looks come after 10, 11, .., 36 and 39 replications.
    let (outcome, count) = try await race(cap: 200)
    #expect(outcome == .selected(0) && (37...41).contains(count), "\(count)")
    #expect(try await race(cap: 36).0 == .undecided([0]))
  }

  // MARK: Known optima

  /// All others are worse by exactly the zone: no configuration is harder.
  private static let slippage = NormalWorlds(
    candidates: (0..<8).map { Candidate(cost: $0 == 5 ? 10 : 10.5, deviation: [0.6, 1.6, 1, 0.8][$0 % 4]) })

  @Test("the best by one zone of eight with unequal variances is found in 95 % of 200 trials")
  func leastFavourable() async throws {
    #expect(try await Self.slippage.successes(rules(8)) { $0 == .selected(5) } >= 190)
  }

  @Test("the least mean of the first stage would not be: the problem is hard enough to tell")
  func control() {
    let worlds = Self.slippage
    let right = (0..<200).filter { trial in
      let means = worlds.candidates.indices.map { place in
        (0..<10).reduce(0.0) { $0 + worlds.values(trial, place, $1)[0] }
      }
      return means.indices.min { means[$0] < means[$1] } == 5
    }
    #expect(right.count < 150)
  }

  @Test("without common random numbers it is found as often, with more replications")
  func independent() async throws {
    var worlds = Self.slippage
    let shared = try await worlds.race(1, rules(8)).race.observations
    // What was common becomes each one's own: the deviation of a difference grows from below 2.3 to above 2.8.
    worlds.shared = 0
    for place in worlds.candidates.indices { worlds.candidates[place].deviation += 1 }
    #expect(try await worlds.successes(rules(8)) { $0 == .selected(5) } >= 190)
    #expect(try await worlds.race(1, rules(8)).race.observations > shared)
  }

  /// The best keeps to both bounds by just their tolerance; cheaper ones violate one by just its tolerance.
  private static let constrained = NormalWorlds(candidates: [
    Candidate(cost: 9, deviation: 0.7, excesses: [0.5, -3]),
    Candidate(cost: 9.5, deviation: 1.2, excesses: [-0.5, 0.5]),
    Candidate(cost: 8, excesses: [2, 2]),
    Candidate(cost: 10, excesses: [-0.5, -0.5]),
    Candidate(cost: 10.5, deviation: 1.5, excesses: [-2, -0.5]),
    Candidate(cost: 10.5, deviation: 0.8, excesses: [-3, -3]),
    Candidate(cost: 12, excesses: [3, -1]),
  ])

  @Test("the cheapest that keeps to both constraints by their tolerances is found in 95 % of 200 trials")
  func constraints() async throws {
    #expect(try await Self.constrained.successes(rules(7, constraints: 2)) { $0 == .selected(3) } >= 190)
  }

  @Test("what lies within a tolerance may be decided either way, but nothing worse is taken")
  func tolerated() async throws {
    var worlds = Self.constrained
    // The first violates its bound by less than the tolerance: it may win, or the fourth does.
    worlds.candidates[0].excesses = [0.25, -3]
    var winners: Set<Int> = []
    let good = try await worlds.successes(rules(7, constraints: 2)) { outcome in
      guard case .selected(let place) = outcome else { return false }
      winners.insert(place)
      return place == 0 || place == 3
    }
    #expect(good >= 190)
    #expect(winners.contains(3) && winners.contains(0))
  }

  @Test("where all violate a bound by its tolerance, 95 % of 200 trials say so")
  func infeasible() async throws {
    var worlds = Self.constrained
    for place in worlds.candidates.indices {
      worlds.candidates[place].excesses = place % 2 == 0 ? [0.5, -1] : [-1, 0.5]
    }
    #expect(try await worlds.successes(rules(7, constraints: 2)) { $0 == .infeasible } >= 190)
  }

  @Test("several within the zone: one of them is taken in 95 % of 200 trials")
  func indifferent() async throws {
    let worlds = NormalWorlds(candidates: [10.2, 10, 10.1, 10.7, 10.8, 11].map { Candidate(cost: $0) })
    let good = try await worlds.successes(rules(6)) { outcome in
      guard case .selected(let place) = outcome else { return false }
      return place < 3
    }
    #expect(good >= 190)
  }

  @Test("clear cases cost the first stage, so that far fewer worlds are needed than an equal allocation takes")
  func savings() async throws {
    var worlds = Self.constrained
    worlds.candidates += (0..<13).map { Candidate(cost: 20 + Double($0), excesses: [-3, -3]) }
    let (outcome, race) = try await worlds.race(1, rules(20, constraints: 2))
    #expect(outcome == .selected(3))
    let most = race.candidates.map(\.rows.count).max() ?? 0
    #expect(race.observations * 2 < most * 20)
    #expect(race.candidates.suffix(13).allSatisfy { $0.rows.count <= 2 * race.rules.firstStage })
  }

  @Test("far beyond its bound and widely scattered, a candidate does not wait for the region to close")
  func scattered() async throws {
    var worlds = NormalWorlds(candidates: [Candidate(cost: 1, excesses: [20]), Candidate(cost: 2, excesses: [-20])])
    worlds.constraintDeviation = 15
    var rules = rules(2, constraints: 1)
    rules.constraints[0].tolerance = 0.01
    for trial in 0..<20 {
      let (outcome, race) = try await worlds.race(trial, rules)
      #expect(outcome == .selected(1))
      #expect(race.candidates.allSatisfy { $0.rows.count <= 60 })
      // The region alone would have taken millions.
      #expect(race.region.width(variance: 225, zone: 0.01, after: 60) > 20 * 60)
    }
  }

  // MARK: Edges

  /// Races candidates of constant values.
  private func constant(_ rows: [[Double]], _ rules: SelectionRules) async throws -> (Selection.Outcome, Selection) {
    var race = Selection(rules)
    for _ in rows { race.open() }
    let outcome = try await race.decide { wanted in wanted.map { rows[$0.candidate] } }
    return (outcome, race)
  }

  @Test(
    "without variance the first stage decides, exactly at the bound by the side's own word",
    arguments: [
      (SelectionRules.Constraint.Side.below, 0.0, false), (.below, -1e-12, true), (.below, 1e-12, false),
      (.atMost, 0.0, true), (.atMost, 1e-12, false), (.above, 0.0, false), (.above, 1e-12, true),
      (.atLeast, 0.0, true), (.atLeast, -1e-12, false),
    ])
  func exactBound(side: SelectionRules.Constraint.Side, value: Double, isMet: Bool) async throws {
    var rules = rules(1)
    rules.constraints = [.init(bound: 0, side: side, tolerance: 0.1)]
    let (outcome, race) = try await constant([[5, value]], rules)
    #expect(outcome == (isMet ? .selected(0) : .infeasible))
    #expect(race.observations == rules.firstStage)
  }

  @Test("of equals the one that was opened first stays")
  func ties() async throws {
    let (outcome, race) = try await constant([[5], [4], [4]], rules(3))
    #expect(outcome == .selected(1))
    #expect(race.candidates[0].standing == .beaten(by: 1, replications: 10, isClose: false))
    #expect(race.candidates[2].standing == .beaten(by: 1, replications: 10, isClose: true))
  }

  @Test("a constraint whose figure no replication has is violated; one value a replication less changes nothing")
  func missing() async throws {
    let (outcome, race) = try await constant([[5, .nan]], rules(1, constraints: 1))
    #expect(outcome == .infeasible)
    #expect(race.violation(of: 0) == .infinity)
    var sparse = Selection(rules(1, constraints: 1))
    sparse.open()
    let found = try await sparse.decide { wanted in
      wanted.map { [5, $0.replication % 3 == 0 ? .nan : -1 - Double($0.replication % 2)] }
    }
    #expect(found == .selected(0))
  }

  @Test("the cap leaves those that are not told apart, and the leader is the cheapest of them")
  func cap() async throws {
    let worlds = NormalWorlds(candidates: [10, 10.01, 30].map { Candidate(cost: $0) })
    let (outcome, race) = try await worlds.race(2, rules(3, zone: 0.01, cap: 30))
    #expect(outcome == .undecided([0, 1]))
    #expect(race.candidates[0].rows.count == 30 && race.candidates[1].rows.count == 30)
    let means = [race.candidates[0].mean(0), race.candidates[1].mean(0)]
    #expect(race.leader == (means[0] < means[1] ? 0 : 1))
  }

  @Test("a single candidate is not selected before its constraints are decided")
  func singleOpen() async throws {
    let worlds = NormalWorlds(candidates: [Candidate(cost: 1, excesses: [0])])
    var rules = rules(1, constraints: 1, cap: 11)
    rules.constraints[0].tolerance = 0.01
    let (outcome, _) = try await worlds.race(3, rules)
    #expect(outcome == .undecided([0]))
  }

  @Test("an infeasible candidate beats nobody, however cheap")
  func noJudge() async throws {
    let (outcome, race) = try await constant([[1, 1], [9, -1]], rules(2, constraints: 1))
    #expect(outcome == .selected(1))
    #expect(race.candidates[0].standing == .infeasible(constraint: 0, replications: 10))
  }

  @Test("a relative zone is a share of the cheapest whose means keep to the constraints")
  func relativeZone() async throws {
    var rules = rules(2, constraints: 1)
    rules.zone = .relative(0.01, least: 0.01)
    #expect(try await constant([[100, 1], [200, -1]], rules).1.zone == 2)
    #expect(try await constant([[100, 1], [200, 1]], rules).1.zone == 1)
    #expect(try await constant([[0, -1], [200, -1]], rules).1.zone == 0.01)
  }

  @Test("nothing is observed twice, also when candidates come later")
  func cached() async throws {
    let worlds = NormalWorlds(candidates: [10, 10.2, 11, 9.5].map { Candidate(cost: $0) })
    var race = Selection(rules(4, zone: 0.2))
    var seen: Set<Selection.Observation> = []
    func observe(_ wanted: [Selection.Observation]) -> [[Double]] {
      for one in wanted { #expect(seen.insert(one).inserted) }
      return wanted.map { worlds.values(4, $0.candidate, $0.replication) }
    }
    for _ in 0..<3 { race.open() }
    let first = try await race.decide { observe($0) }
    #expect(first == .selected(0))
    race.open()
    #expect(try await race.decide { observe($0) } == .selected(3))
    #expect(seen.count == race.observations)
  }
}
