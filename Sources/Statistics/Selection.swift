/// A race for the candidate of the least mean objective that keeps to constraints which only simulation can check.
///
/// All candidates meet the same random numbers, replication by replication. After every few replications those are
/// dropped that violate a constraint beyond doubt, and those that a candidate known to be feasible beats beyond doubt;
/// the replications go to the others. So the clear cases cost ten replications and the close ones what they need.
/// A decision falls when a sum leaves its `ContinuationRegion`, which ends the close cases, or when `SequentialSign`
/// knows its sign, which ends those that lie far off and scatter widely; the two share the decision's error.
/// Sources: Kim & Nelson, *ACM TOMACS* 11(3), 2001 (fully sequential, indifference zone); Batur & Kim, *ACM TOMACS*
/// 20(3), 2010 (feasibility); Andradóttir & Kim, *Naval Research Logistics* 57(5), 2010 (both at once).
///
/// The confidence holds for normal values, and for a best candidate that keeps to its constraints by their tolerances or more and is better
/// by the zone or more. Where several lie within the zone one of them is found; that this happens as often is
/// experience, not a theorem (Eckman & Henderson, *ACM TOMACS* 32(2), 2022).
public struct Selection: Sendable {
  /// How a candidate stands.
  public enum Standing: Hashable, Sendable {
    /// Still in the race.
    case contending
    /// Violates the constraint of this place; so decided after so many replications.
    case infeasible(constraint: Int, replications: Int)
    /// The other candidate is better, or, if `isClose`, no worse as far as the zone tells.
    case beaten(by: Int, replications: Int, isClose: Bool)
  }

  /// What is known of one constraint of one candidate.
  public enum Feasibility: Hashable, Sendable {
    /// Not decided.
    case open
    /// Keeps to it, decided after so many replications.
    case met(replications: Int)
    /// Violates it, decided after so many replications.
    case violated(replications: Int)
  }

  /// One candidate of the race.
  public struct Candidate: Sendable {
    /// The values of each replication in their order.
    public internal(set) var rows: [[Double]] = []
    /// How it stands.
    public internal(set) var standing = Standing.contending
    /// What is known of each constraint.
    public internal(set) var feasibility: [Feasibility]
    /// Sums of the objective over the first replications, from none on.
    var sums = [0.0]

    /// Whether all constraints are decided in its favour.
    public var isFeasible: Bool {
      feasibility.allSatisfy { if case .met = $0 { true } else { false } }
    }
    /// The mean of a value over all replications that have it; NaN where none has.
    public func mean(_ column: Int) -> Double {
      var running = RunningInterval()
      for row in rows where !row[column].isNaN { running.add(row[column]) }
      return running.mean
    }
  }

  /// One world that is wanted: a candidate's place and the replication from 0.
  public struct Observation: Hashable, Sendable {
    /// Place of the candidate.
    public var candidate: Int
    /// Number of the replication, from 0.
    public var replication: Int
  }

  /// How a race ended.
  public enum Outcome: Hashable, Sendable {
    /// This candidate is the best, with the confidence of the rules.
    case selected(Int)
    /// The cap came first: these are left.
    case undecided([Int])
    /// Every candidate violates some constraint, with the confidence of the rules.
    case infeasible
  }

  /// What is demanded.
  public let rules: SelectionRules
  /// Candidates in the order in which they were opened.
  public internal(set) var candidates: [Candidate] = []
  /// Difference of the objective that does not matter; nil before the first stage.
  public private(set) var zone: Double?
  let region: ContinuationRegion
  let sign: SequentialSign

  /// Share of a decision's error that the region has; the rest is for the sign.
  static let shareOfRegion = 0.8

  /// A race without candidates yet.
  public init(_ rules: SelectionRules) {
    self.rules = rules
    region = ContinuationRegion(error: Self.shareOfRegion * rules.errorOfDecision, firstStage: rules.firstStage)
    sign = SequentialSign(error: (1 - Self.shareOfRegion) * rules.errorOfDecision)
  }

  /// Adds a candidate and gives its place; there may be no more than the rules foresee.
  @discardableResult
  public mutating func open() -> Int {
    precondition(candidates.count < rules.candidatesMax, "the errors are shared among the candidates foreseen")
    candidates.append(Candidate(feasibility: rules.constraints.map { _ in .open }))
    return candidates.count - 1
  }

  /// Replications that were simulated, over all candidates.
  public var observations: Int { candidates.reduce(0) { $0 + $1.rows.count } }

  /// Races all that contend until one is left, all are dropped, or the cap is reached.
  ///
  /// `observe` gives for each observation, in their order, the objective, a value for each constraint (NaN where the
  /// replication has no such figure), and what else is to be recorded. What was observed once is never asked again, so
  /// further candidates may be opened and raced against the winner. Which observations are asked, and what is decided,
  /// depends on the values alone. Throws what `observe` throws.
  public mutating func decide(
    observe: ([Observation]) async throws -> [[Double]]
  ) async throws -> Outcome {
    precondition(!candidates.isEmpty, "a race has at least one candidate")
    var count = rules.firstStage
    var look = 1
    while true {
      let contending = self.contending
      let wanted = contending.flatMap { place in
        (min(candidates[place].rows.count, count)..<count).map { Observation(candidate: place, replication: $0) }
      }
      if !wanted.isEmpty { record(try await observe(wanted), of: wanted) }
      if zone == nil { zone = settledZone() }
      checkConstraints(after: count, look: look)
      dropBeaten(after: count, look: look)
      let left = self.contending
      if left.isEmpty { return .infeasible }
      if left.count == 1, candidates[left[0]].isFeasible { return .selected(left[0]) }
      if count == rules.cap { return .undecided(left) }
      // A tenth at a time: many worlds can run side by side, and a decision comes at most a tenth late.
      count = min(rules.cap, count + max(1, count / 10))
      look += 1
    }
  }

  /// Places of the candidates that are still in the race.
  public var contending: [Int] { candidates.indices.filter { candidates[$0].standing == .contending } }

  private mutating func record(_ rows: [[Double]], of wanted: [Observation]) {
    precondition(rows.count == wanted.count, "every observation has its values")
    for (observation, row) in zip(wanted, rows) {
      precondition(row.count > rules.constraints.count, "an observation has an objective and a value a constraint")
      precondition(row[0].isFinite, "an objective is a number")
      let place = observation.candidate
      candidates[place].sums.append(candidates[place].sums[candidates[place].rows.count] + row[0])
      candidates[place].rows.append(row)
    }
  }
}
