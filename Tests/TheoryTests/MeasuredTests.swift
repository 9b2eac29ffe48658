import Engine
import Foundation
import Services
import Statistics
import Testing
import Units

/// The pool of environments against real AWS Lambda: experiments that the SimFaaS project published (MIT), one function
/// under Poisson arrivals, 10 to 21 hours each.
///
/// A measurement is one draw, so it is judged by z: its distance from the model's mean in standard deviations of a single
/// run of the model. A perfect model gives about standard normal values, and their squares sum to a chi-square. What is
/// known is used as known: a warm request takes 1.9813 s on average, a cold one 2.3037 s, an idle environment ends after
/// 10 minutes. What is not known is chosen: service is exponential, a run lasts 15 h and begins without environments.
@Suite("Cold starts against measurements on AWS")
struct MeasuredTests {
  struct Row {
    let rate: Double
    let coldStartProbability: Double
    let environments: Double
  }

  /// `lambda-aws-measured.csv`.
  static let rows = [
    Row(rate: 0.00186, coldStartProbability: 0.34299, environments: 0.6742),
    Row(rate: 0.00288, coldStartProbability: 0.14543, environments: 0.7795),
    Row(rate: 0.00425, coldStartProbability: 0.07948, environments: 0.9459),
    Row(rate: 0.00785, coldStartProbability: 0.03382, environments: 1.1291),
    Row(rate: 0.05012, coldStartProbability: 0.00854, environments: 2.1136),
    Row(rate: 0.10038, coldStartProbability: 0.00566, environments: 2.8888),
    Row(rate: 0.30179, coldStartProbability: 0.00294, environments: 4.4218),
    Row(rate: 0.49967, coldStartProbability: 0.00191, environments: 5.6942),
    Row(rate: 0.69727, coldStartProbability: 0.00175, environments: 6.9277),
    Row(rate: 0.90246, coldStartProbability: 0.00151, environments: 7.8698),
  ]

  /// Each replication of all rows is 139,000 requests.
  #if DEBUG
    static let replications = 20
  #else
    static let replications = 200
  #endif

  /// How far a measurement lies from the model.
  struct Score {
    let measured: Double
    let mean: Double
    let deviation: Double
    let runs: Double
    /// The model's mean is itself uncertain, by its deviation over the root of the runs.
    var z: Double { (measured - mean) / (deviation * (1 + 1 / runs).squareRoot()) }
  }

  /// Scores of cold-start probability and mean environments in every row, for a model with an idle expiry in seconds.
  private func scores(idleExpiry: Double, replications: Int) throws -> [(coldStarts: Score, environments: Score)] {
    try Self.rows.enumerated().map { index, row in
      let config = SystemConfig.oneFunction(
        service: .exponential(mean: .seconds(1.9813)), arrivals: .poisson(ratePerSecond: row.rate),
        duration: .hours(15), period: .hours(1)
      ) { function in
        function.initDuration = .constant(.seconds(2.3037 - 1.9813))
        function.idleExpiry = .constant(.seconds(idleExpiry))
      }
      let runs = try replicate(config, seed: 101 + UInt64(index), count: replications)
      func score(_ figure: String, _ measured: Double) throws -> Score {
        var spread = RunningInterval()
        for run in runs { spread.add(try run.figure(figure, of: "f")) }
        let variance = try #require(spread.variance)
        return Score(
          measured: measured, mean: spread.mean, deviation: variance.squareRoot(), runs: Double(replications))
      }
      return try (
        score("coldStartProbability", row.coldStartProbability), score("meanEnvironments", row.environments)
      )
    }
  }

  @Test("cold-start probabilities of ten experiments lie within the model's own sampling noise")
  func coldStarts() throws {
    // Over 200 runs a row: z = 0.1, -1.5, -0.5, 1.2, -1.5, -2.7, -0.4, -1.5, -0.2, 0.1; squares sum to 16. A chi-square of
    // ten exceeds 29.6 once in a thousand; a deviation estimated from a few runs spreads z more, so 40 is the bound.
    let scores = try scores(idleExpiry: 600, replications: Self.replications)
    let sum = scores.reduce(0) { $0 + $1.coldStarts.z * $1.coldStarts.z }
    #expect(sum < 40, "z: \(scores.map { ($0.coldStarts.z * 10).rounded() / 10 })")
  }

  @Test("AWS kept up to a tenth more environments than the model, never so many fewer")
  func environments() throws {
    // This is an error of the model and not noise: over 200 runs a row the squares of z sum to 41 where a chi-square of
    // ten would, once in a thousand, exceed 29.6. From the fourth row on AWS has 1 to 9 % more.
    for (row, score) in zip(Self.rows, try scores(idleExpiry: 600, replications: Self.replications)) {
      let ratio = score.environments.measured / score.environments.mean
      #expect(ratio > 0.9 && ratio < 1.12, "at \(row.rate) / s measured / model is \(ratio)")
    }
  }

  @Test("the experiments tell another idle expiry from the right one", arguments: [300.0, 1_200])
  func power(idleExpiry: Double) throws {
    let sum = try scores(idleExpiry: idleExpiry, replications: 5).reduce(0) { $0 + $1.coldStarts.z * $1.coldStarts.z }
    #expect(sum > 150)
  }

  private static let file = ValidationData.file("lambda-aws-measured.csv")

  @Test(
    "the measurements are those of the collection",
    .enabled(if: ValidationData.isPresent, "needs the collection of validation data"))
  func measurements() throws {
    let lines = try String(contentsOf: Self.file, encoding: .utf8).split(separator: "\n").dropFirst()
    let fields = lines.map { $0.split(separator: ",").compactMap { Double($0) } }
    #expect(fields.count == Self.rows.count)
    for (found, row) in zip(fields, Self.rows) {
      #expect([found[0], found[1], found[3]] == [row.rate, row.coldStartProbability, row.environments])
      #expect([found[5], found[6]] == [1_981.3, 2_303.7])
    }
  }
}
