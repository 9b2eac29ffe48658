import Engine
import Foundation
import Services
import Statistics
import Testing
import Units

/// The pool of environments against a long, independent simulation in C of exactly this system: Poisson arrivals, the
/// newest idle environment works next, an idle environment ends after 600 s.
///
/// SimFaaS 0.2.2 agrees with the C program (1.350e-3 and 7.699 in 7 runs of 1e6 s). A cold request takes there one draw
/// of its own, of a mean of 2.244 s; here an init comes before the handler. Case A is the same system nevertheless: an
/// exponential of mean 2.244 s is an exponential of mean 1.991 s plus, with probability 0.253 / 2.244, another
/// exponential of mean 2.244 s (divide the Laplace transforms). An init of constant 0.253 s would have the same mean;
/// that shape of 0.13 % of the requests moves no figure in the digits that are compared.
///
/// A figure agrees if it differs by less than the root of the summed squares of two half-widths at 99.9 %: of the
/// replications (Student) and of the reference, whose published 95 % one is wider by 3.29 / 1.96. False alarms: one in
/// a thousand seeds a figure, one in 140 for all seven.
@Suite("Cold starts against an independent simulation")
struct ColdStartTests {
  /// A published figure with the half-width of its 95 % interval.
  struct Reference: Hashable {
    let quantity: String
    let value: Double
    let halfWidth: Double
  }

  struct Case: CustomTestStringConvertible {
    let name: String
    let service: Service
    /// What comes before the handler of a cold request, ns.
    let initDuration: Distribution
    let references: [Reference]
    var testDescription: String { name }
  }

  /// The values of `lambda-steady-state.csv`, "simulation of 4 x 1e8 s in C, first 2e4 s discarded".
  static let cases = [
    Case(
      name: "A", service: .exponential,
      initDuration: .mixture([
        MixturePart(weight: 1.991, distribution: .constant(0)),
        MixturePart(weight: 0.253, distribution: .exponential(mean: .seconds(2.244))),
      ]),
      references: [
        Reference(quantity: "cold_start_probability", value: 1.3320e-3, halfWidth: 0.004e-3),
        Reference(quantity: "mean_instances", value: 7.698, halfWidth: 0.005),
        Reference(quantity: "mean_running", value: 1.7922, halfWidth: 0.001),
        Reference(quantity: "mean_idle", value: 5.906, halfWidth: 0.005),
        Reference(quantity: "mean_instance_life_s", value: 6421, halfWidth: 20),
      ]),
    Case(
      name: "A-det", service: .deterministic, initDuration: .constant(.seconds(0.253)),
      references: [
        Reference(quantity: "cold_start_probability", value: 1.305e-3, halfWidth: 0.01e-3),
        Reference(quantity: "mean_instances", value: 7.750, halfWidth: 0.01),
      ]),
  ]

  /// Debug builds simulate 2 million requests, release builds 20 million; what the intervals must resolve follows.
  #if DEBUG
    static let (replications, span, resolution) = (20, Time.seconds(40_000), 0.2)
  #else
    static let (replications, span, resolution) = (20, Time.seconds(540_000), 0.04)
  #endif

  /// A quantity of the reference in every run.
  private func values(of quantity: String, in runs: [RunResult]) throws -> [Double] {
    let all = try runs.map { try $0.figure("meanEnvironments", of: "f") }
    let busy = try runs.map { try $0.figure("meanConcurrency", of: "f") }
    switch quantity {
    case "cold_start_probability": return try runs.map { try $0.figure("coldStartProbability", of: "f") }
    case "mean_instances": return all
    case "mean_running": return busy
    case "mean_idle": return zip(all, busy).map { $0 - $1 }
    case "mean_instance_life_s":
      // Little's law: environments = starts a second x life. One run has few starts and their inverse a bias, so the
      // ratio is that of all runs, and each run adds its own linear part around it.
      let starts = try runs.map { try $0.figure("coldStarts", of: "f") * 1e9 / Double(Self.span.nanoseconds) }
      let life = all.reduce(0, +) / starts.reduce(0, +)
      let meanStarts = starts.reduce(0, +) / Double(starts.count)
      return zip(all, starts).map { life + ($0 - life * $1) / meanStarts }
    default:  // over text
      Issue.record("no figure is known for \(quantity)")
      return []
    }
  }

  @Test("probability, environments, busy, idle and life agree", arguments: cases)
  func agrees(example: Case) throws {
    let config = SystemConfig.oneFunction(
      service: example.service.distribution(mean: .seconds(1.991)), arrivals: .poisson(ratePerSecond: 0.9),
      duration: Self.span, warmUp: .seconds(20_000)
    ) { function in
      function.initDuration = example.initDuration
      function.idleExpiry = .constant(.seconds(600))
      function.environmentChoice = .newestIdle
    }
    let runs = try replicate(config, seed: 91, count: Self.replications)
    for reference in example.references {
      let found = Interval.mean(of: try values(of: reference.quantity, in: runs), confidence: 0.999)
      let halfWidth = try #require(found.halfWidth)
      let published = reference.halfWidth * 3.291 / 1.960
      let allowed = (halfWidth * halfWidth + published * published).squareRoot()
      let text = "\(reference.quantity): \(found.mean) ± \(halfWidth), \(reference.value) ± \(published)"
      #expect(abs(found.mean - reference.value) <= allowed, "\(text)")
      #expect(halfWidth <= Self.resolution * reference.value, "too wide to tell: \(text)")
    }
  }

  @Test("the choice of environment matters: the oldest idle one hardly ever ends")
  func choice() throws {
    // Least recently used keeps every environment warm, so cold starts become thousands of times rarer.
    let config = SystemConfig.oneFunction(
      service: .exponential(mean: .seconds(1.991)), arrivals: .poisson(ratePerSecond: 0.9), duration: .seconds(100_000),
      warmUp: .seconds(20_000)
    ) { function in
      function.initDuration = .constant(.seconds(0.253))
      function.idleExpiry = .constant(.seconds(600))
      function.environmentChoice = .oldestIdle
    }
    let run = try simulate(config, seed: 92, replication: 0)
    #expect(try run.figure("coldStartProbability", of: "f") < 1.332e-3 / 20)
  }

  private static let file = ValidationData.file("lambda-steady-state.csv")

  @Test(
    "the references are those of the collection",
    .enabled(if: ValidationData.isPresent, "needs the collection of validation data"))
  func references() throws {
    let rows = try String(contentsOf: Self.file, encoding: .utf8).split(separator: "\n").dropFirst()
    let fields = rows.map { $0.split(separator: ",").map(String.init) }
    for example in Self.cases {
      for reference in example.references {
        let row = try #require(fields.first { $0[0] == example.name && $0[7] == reference.quantity })
        #expect(row[1...5].joined(separator: " ") == "0.9 \(example.service) 1.991 2.244 600")
        #expect(Double(row[8]) == reference.value && Double(row[9]) == reference.halfWidth)
      }
    }
  }
}
