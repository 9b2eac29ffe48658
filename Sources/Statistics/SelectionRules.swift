/// What a selection demands: the least objective among the candidates that keep to all constraints, and how sure it
/// must be.
public struct SelectionRules: Hashable, Sendable {
  /// Differences of the objective that nobody cares about.
  public enum Zone: Hashable, Sendable {
    /// In the objective's unit, above 0.
    case absolute(Double)
    /// A share, above 0, of the least mean objective after the first stage, of the candidates whose means keep to the
    /// constraints if there are any; at least `least`, above 0, in the objective's unit.
    case relative(Double, least: Double)
  }

  /// A bound on the mean of one of the values that an observation has.
  public struct Constraint: Hashable, Sendable {
    /// Which side of the bound is right.
    public enum Side: Hashable, Sendable {
      case below, atMost, above, atLeast
    }
    /// The bound, in the unit of the values.
    public var bound: Double
    /// Which side of it is right.
    public var side: Side
    /// Means nearer to the bound than this, above 0, may be decided either way.
    public var tolerance: Double
    /// The column with the number of trials of a replication where the values are shares of events; nil for all else.
    public var trials: Int?

    /// A bound with the side that is right and its tolerance.
    public init(bound: Double, side: Side, tolerance: Double, trials: Int? = nil) {
      precondition(tolerance > 0, "a tolerance is above 0")
      self.trials = trials
      self.bound = bound
      self.side = side
      self.tolerance = tolerance
    }

    /// How far a value lies on the wrong side of the bound; negative on the right one.
    public func excess(_ value: Double) -> Double {
      switch side {
      case .below, .atMost: value - bound
      case .above, .atLeast: bound - value
      }
    }

    /// Whether a mean keeps to the bound; false for a NaN.
    public func holds(_ mean: Double) -> Bool {
      switch side {
      case .below: mean < bound
      case .atMost: mean <= bound
      case .above: mean > bound
      case .atLeast: mean >= bound
      }
    }
  }

  /// The chance that the selection is right, at least 0.5 and below 1.
  public var confidence: Double
  /// Replications that every candidate gets before anything is decided, at least 2, better 10.
  public var firstStage: Int
  /// Most replications of a candidate, at least `firstStage`.
  public var cap: Int
  /// What does not matter.
  public var zone: Zone
  /// Constraints; the values of an observation are the objective, then one value each of these, then any others.
  public var constraints: [Constraint]
  /// Most candidates that may ever be opened, at least 1. The errors that are allowed are shared among so many.
  public var candidatesMax: Int

  /// Rules of the given parts.
  public init(
    confidence: Double = 0.95, firstStage: Int = 10, cap: Int = 200, zone: Zone, constraints: [Constraint] = [],
    candidatesMax: Int
  ) {
    precondition(confidence >= 0.5 && confidence < 1, "a confidence is at least 0.5 and below 1")
    precondition(firstStage >= 2 && cap >= firstStage, "a first stage has two replications or more, the cap no fewer")
    precondition(candidatesMax >= 1, "there is at least one candidate")
    self.confidence = confidence
    self.firstStage = firstStage
    self.cap = cap
    self.zone = zone
    self.constraints = constraints
    self.candidatesMax = candidatesMax
  }

  /// The chance of error that each single decision may have.
  ///
  /// The selection is right if the best candidate passes each of its constraints, and if each other candidate either
  /// fails the one constraint that it violates most or loses against the best. Those are as many decisions as
  /// constraints and one for each other candidate; by Bonferroni's inequality their errors add up to at most 1 less
  /// the confidence, however the replications depend on each other. Andradóttir & Kim, 2010, section 4, count alike.
  public var errorOfDecision: Double { (1 - confidence) / Double(max(2, candidatesMax - 1 + constraints.count)) }
}
