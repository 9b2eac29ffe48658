import Engine
import Foundation
import Services
import Statistics
import Testing
import Units

/// The pool of environments against real AWS Lambda: experiments of April to June 2020 that the SimFaaS project
/// published (MIT; pacslab/simfaas, examples/exp.csv; pacslab/serverless-performance-modeling has their scripts and
/// some raw traces), one function under Poisson arrivals.
///
/// A measurement is one draw, so it is judged by z: its distance from the model's mean in standard deviations of a
/// single run of the model over the same time. The published standard error of a cold-start probability estimates the
/// same noise a second time (from ten pieces of the one run, 0.5 to 0.9 of the model's), so it is not added.
///
/// One setting for all rows, all of it from the measurements and none fitted: a warm request takes 1.9813 s, a cold one
/// 2.3037 s, both constant, because in the raw traces they vary by 1 to 2 %; an idle environment ends after 10 minutes;
/// the newest idle one works next, as the raw traces show. A row's time is what AWS's mean was taken over: it is a mean
/// of counts a minute apart, so its published digits are a fraction whose denominator is the minutes. The first quarter
/// of each experiment was discarded; here it is 20,000 s from empty.
@Suite("Cold starts against measurements on AWS")
struct MeasuredTests {
  struct Row {
    let rate: Double
    let minutes: Int64
    let coldStartProbability: Double
    let environments: Double
  }

  /// `lambda-aws-measured.csv`, and the minutes from examples/exp.csv.
  static let rows = [
    Row(rate: 0.00186, minutes: 620, coldStartProbability: 0.34299, environments: 0.6742),
    Row(rate: 0.00288, minutes: 1247, coldStartProbability: 0.14543, environments: 0.7795),
    Row(rate: 0.00425, minutes: 1257, coldStartProbability: 0.07948, environments: 0.9459),
    Row(rate: 0.00785, minutes: 1255, coldStartProbability: 0.03382, environments: 1.1291),
    Row(rate: 0.05012, minutes: 1259, coldStartProbability: 0.00854, environments: 2.1136),
    Row(rate: 0.10038, minutes: 1259, coldStartProbability: 0.00566, environments: 2.8888),
    Row(rate: 0.30179, minutes: 1259, coldStartProbability: 0.00294, environments: 4.4218),
    Row(rate: 0.49967, minutes: 1259, coldStartProbability: 0.00191, environments: 5.6942),
    Row(rate: 0.69727, minutes: 1259, coldStartProbability: 0.00175, environments: 6.9277),
    Row(rate: 0.90246, minutes: 1260, coldStartProbability: 0.00151, environments: 7.8698),
  ]

  /// Replications of a row: 200, in debug builds fewer of the rows with many requests.
  private static func replications(at rate: Double) -> Int {
    #if DEBUG
      rate < 0.2 ? 100 : 30
    #else
      200
    #endif
  }

  /// How far a measurement lies from the model.
  struct Score {
    let measured: Double
    let mean: Double
    let deviation: Double
    let runs: Double
    /// The model's mean is itself uncertain, by its deviation over the root of the runs.
    var z: Double { (measured - mean) / (deviation * (1 + 1 / runs).squareRoot()) }
    /// Whether a perfect model would give so small a z or a smaller one in 95 of 100 experiments: 1.96 for a deviation
    /// that is known exactly, by Student 1.97 for one from 200 runs and 2.05 from 30.
    var isInside: Bool { abs(z) < Interval.criticalValue(count: Int(runs), confidence: 0.95) ?? 0 }
  }

  /// Scores of cold-start probability and mean environments in every row, for a model with an idle expiry in seconds.
  private func scores(
    idleExpiry: Double, replications: (Double) -> Int
  ) throws -> [(coldStarts: Score, environments: Score)] {
    try Self.rows.enumerated().map { index, row in
      let duration = Time.minutes(row.minutes)
      let config = SystemConfig.oneFunction(
        service: .constant(.seconds(1.9813)), arrivals: .poisson(ratePerSecond: row.rate), duration: duration,
        warmUp: .seconds(20_000)
      ) { function in
        function.initDuration = .constant(.seconds(2.3037 - 1.9813))
        function.idleExpiry = .constant(.seconds(idleExpiry))
        function.environmentChoice = .newestIdle
      }
      let runs = try replicate(config, seed: 101 + UInt64(index), count: replications(row.rate))
      func score(_ figure: String, _ measured: Double) throws -> Score {
        var spread = RunningInterval()
        for run in runs { spread.add(try run.figure(figure, of: "f")) }
        let variance = try #require(spread.variance)
        return Score(
          measured: measured, mean: spread.mean, deviation: variance.squareRoot(), runs: Double(runs.count))
      }
      return try (
        score("coldStartProbability", row.coldStartProbability), score("meanEnvironments", row.environments)
      )
    }
  }

  /// Scores in print.
  private func text(_ scores: [Score]) -> String {
    "z: \(scores.map { ($0.z * 100).rounded() / 100 })"
  }

  @Test("of ten experiments nine or more have a cold-start probability, and seven or more a pool, of the model's noise")
  func measured() throws {
    let all = try scores(idleExpiry: 600, replications: Self.replications(at:))
    let (coldStarts, environments) = (all.map(\.coldStarts), all.map(\.environments))
    // A perfect model would have nine or ten rows inside in 91 of 100 such sets of experiments.
    #expect(coldStarts.count(where: \.isInside) >= 9, "\(text(coldStarts))")

    // Seven rows agree; at 0.00785, 0.10038 and 0.69727 a second AWS has more. A perfect model would have no more than
    // seven in one of 87 sets, and not a z above 4. Why (README of Lambda, Validation): AWS's figure is no count of
    // environments but was put together from the requests, each environment counted from its first request until 10
    // minutes after its last one; and in the raw trace of 2020-06-13 AWS ended environments in use at an age of 1.4 to
    // 2 hours, which are counted on for those 10 minutes beside their successors. The model has no such age here.
    // Giving it that age and the same way to count makes the pools agree in nine rows and the cold starts in four only,
    // so it is not done. Little's law holds in the data: utilisation x environments (a mean of ratios, so roughly) is
    // rate x service in all rows within 1.7 standard deviations.
    #expect(environments.count(where: \.isInside) >= 7, "\(text(environments))")
    #expect(environments.allSatisfy { $0.isInside || $0.z > 0 }, "\(text(environments))")
    withKnownIssue("AWS's figure counts environments that are gone") {
      #expect(environments.count(where: \.isInside) >= 9, "\(text(environments))")
    }
  }

  @Test("the experiments tell another idle expiry from the right one", arguments: [300.0, 1_200])
  func power(idleExpiry: Double) throws {
    let scores = try scores(idleExpiry: idleExpiry) { _ in 4 }
    #expect(scores.reduce(0) { $0 + $1.coldStarts.z * $1.coldStarts.z } > 150)
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
