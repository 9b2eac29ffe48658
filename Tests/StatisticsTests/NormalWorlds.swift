import CGSL
import Statistics

/// Candidates with normal values of known means: a simulation whose best candidate is known.
struct NormalWorlds {
  /// One candidate: the mean objective, its own deviation, and the mean excess over each bound.
  struct Candidate {
    var cost: Double
    var deviation = 1.0
    var excesses: [Double] = []
  }

  var candidates: [Candidate]
  /// Deviation of what all candidates of a replication share: their common random numbers.
  var shared = 1.0
  /// Deviation of the constraints' values.
  var constraintDeviation = 1.0

  /// The values of one observation in one trial; the same whenever it is asked.
  func values(_ trial: Int, _ place: Int, _ replication: Int) -> [Double] {
    let candidate = candidates[place]
    let common = shared * Self.normal(trial, -1, replication, 0)
    let cost = candidate.cost + common + candidate.deviation * Self.normal(trial, place, replication, 1)
    return [cost]
      + candidate.excesses.enumerated().map { index, excess in
        excess + constraintDeviation * Self.normal(trial, place, replication, 2 + index)
      }
  }

  /// Races all candidates in one trial.
  func race(_ trial: Int, _ rules: SelectionRules) async throws -> (outcome: Selection.Outcome, race: Selection) {
    var race = Selection(rules)
    for _ in candidates { race.open() }
    let outcome = try await race.decide { wanted in
      wanted.map { values(trial, $0.candidate, $0.replication) }
    }
    return (outcome, race)
  }

  /// How many of 200 trials end as wanted.
  func successes(_ rules: SelectionRules, where isRight: (Selection.Outcome) -> Bool) async throws -> Int {
    var count = 0
    for trial in 0..<200 where isRight(try await race(trial, rules).outcome) { count += 1 }
    return count
  }

  /// A standard normal number that belongs to its key: SplitMix64 (Steele, Lea & Flood, 2014) and the inverse
  /// distribution function.
  static func normal(_ trial: Int, _ place: Int, _ replication: Int, _ purpose: Int) -> Double {
    var state: UInt64 = 0x5EED
    for part in [trial, place, replication, purpose] {
      state = state &+ UInt64(bitPattern: Int64(part)) &* 0x9E37_79B9_7F4A_7C15 &+ 0x9E37_79B9_7F4A_7C15
      state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
      state ^= state >> 31
    }
    return gsl_cdf_ugaussian_Pinv((Double(state >> 11) + 0.5) / 9_007_199_254_740_992)
  }
}
