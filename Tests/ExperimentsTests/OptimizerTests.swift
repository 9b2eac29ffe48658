import Foundation
import Scenarios
import Statistics
import Testing

@testable import Experiments

/// The whole way, from a scenario's text through the simulator to the answer, where the answer is known.
@Suite("Optimizer")
struct OptimizerTests {
  /// ms of a request of the fixture at so many MB below 1,769.
  private static func duration(_ memory: Int) -> Double { 1_000 + 1_769_000 / Double(memory) }

  /// The month of the fixture by Lambda's price list: 5 requests in 20 s, 730 hours; whole ms are billed.
  private static func cost(_ memory: Int) -> Double {
    let requests = 5.0 * 730 * 3_600 / 20
    let seconds = requests * duration(memory).rounded(.up) / 1_000
    return requests * 0.2e-6 + seconds * Double(memory) / 1_024 * 0.0000166667
  }

  // MARK: Known optima

  @Test("the cheapest memory below a bound is the one that the price formula gives, at the price that it gives")
  func formula() async throws {
    let levels = (0...45).map { 128 + 64 * $0 }
    // Above one vCPU the duration stays and the price grows, so the answer lies below.
    let good = levels.filter { $0 < 1_769 && Self.duration($0) < 2_600 }
    let best = try #require(good.min { Self.cost($0) < Self.cost($1) })
    #expect(best == 1_152)
    let found = try await OptimizerFixture().run()
    #expect(found.outcome == .selected(found.leader))
    let answer = found.candidates[found.leader]
    #expect(answer.values == ["\(best) MB"])
    #expect(answer.settings == [Override(path: "resources.worker.memorySize", value: "\(best) MB")])
    #expect(abs(answer.cost.mean - Self.cost(best)) < 0.02)
    #expect(abs(answer.latencyMs.mean - Self.duration(best)) < 1)
    #expect(answer.standing == .best && answer.isFeasible && found.borders == [])
    for candidate in found.candidates where !candidate.isInfeasible && candidate.values != answer.values {
      #expect(candidate.difference.mean > 0)
    }
  }

  @Test("refinement finds it with a third of the grid, down to the finest step, and counts what it took")
  func refined() async throws {
    let found = try await OptimizerFixture().run()
    #expect(found.gridSize == 46 && found.candidates.count <= 15 && found.end == .finest)
    #expect(found.rounds.reduce(0, +) == found.candidates.count && found.rounds.count >= 3)
    #expect(Set(found.candidates.map(\.values)).count == found.candidates.count)
    #expect(found.requests == 5 * Int64(found.replications))
    #expect(found.replications == found.candidates.reduce(0) { $0 + $1.replications })
  }

  /// 1,024 MB takes 2,727.5 ms on average and 1,152 MB 2,535.6 ms: the bound lies in the middle, and the tolerance
  /// reaches just short of both. So 1,152 MB is right, being 4 % cheaper than 1,280 MB.
  private static let close = OptimizerFixture(
    handler: "wait: 1 s, compute: { uniform: { low: 500 ms, high: 1500 ms } }", objectives: "latency.mean < 2631 ms",
    variables: "memory: { path: resources.worker.memorySize, values: [1024 MB, 1152 MB, 1280 MB] }",
    more: ["tolerance: 3.6 %"])

  /// A procedure that is right in 97 % of all trials would fail for one choice of seeds in thirty; these are fixed.
  @Test("close to the bound, where five requests a replication say little, it is right in 95 % of 200 trials")
  func trials() async throws {
    let optimizer = try Self.close.optimizer()
    var right = 0
    var long = 0
    for seed in 1...200 {
      let found = try await optimizer.run(Optimizer.Options(jobs: 2, seed: UInt64(seed)))
      if found.outcome == .selected(1) { right += 1 }
      if found.replicationsMost > 10 { long += 1 }
    }
    #expect(right >= 190, "\(right) of 200")
    #expect(long >= 100, "the first stage would do in \(200 - long) of 200 trials: too easy to tell")
  }

  @Test("one job and three find the same, another seed other figures")
  func jobs() async throws {
    let one = try await Self.close.run(seed: 7)
    let three = try await Self.close.run(seed: 7, jobs: 3)
    #expect(one.digest == three.digest && one.outcome == three.outcome && one.requests == three.requests)
    for (a, b) in zip(one.candidates, three.candidates) {
      #expect(a.cost == b.cost && a.latencyMs == b.latencyMs && a.observed == b.observed)
      #expect(a.standing == b.standing && a.feasibility == b.feasibility && a.pareto == b.pareto)
    }
    #expect(try await Self.close.run(seed: 8).digest != one.digest)
  }

  /// A request of exponential work times out after 3 s with the chance exp(-3 MB / 1769): 17.6 % of 1,024 MB, 7.4 % of
  /// 1,536 MB; beyond 1,769 MB only the price grows.
  @Test("a bound on the share of errors", arguments: [1, 2, 3])
  func errors(seed: UInt64) async throws {
    let fixture = OptimizerFixture(
      handler: "compute: { exponential: { mean: 1 s } }", objectives: "errors < 12 %",
      variables: "memory: { path: resources.worker.memorySize, values: [1024 MB, 1536 MB, 2048 MB] }",
      more: ["tolerance: 30 %", "indifference: 5 %", "firstReplications: 20", "maxReplications: 600"])
    let limit = Override(path: "resources.worker.timeout", value: "3 s")
    let found = try await fixture.optimizer([limit]).run(Optimizer.Options(jobs: 2, seed: seed))
    #expect(found.outcome == .selected(1))
    #expect(found.candidates[0].isInfeasible && found.candidates[1].isFeasible)
    #expect(found.constraints[0].unit == "%" && abs(found.constraints[0].tolerance - 0.036) < 1e-12)
  }

  @Test(
    "a figure that must be large: five requests at once need five environments for four that are served, or more",
    arguments: [(">= 4", "4"), ("> 4", "5"), (">= 1", "1")])
  func least(bound: String, answer: String) async throws {
    let fixture = OptimizerFixture(
      handler: "wait: 1 s", arrivals: "spikes: [{ at: 0 s, count: 5 }]", objectives: "worker.invocations \(bound)",
      variables: "environments: { path: resources.worker.reservedConcurrentExecutions, from: 1, to: 6, step: 1 }")
    #expect(try await fixture.answer() == [answer])
  }

  @Test(
    "the time beside the cost is that of an objective: a p99 first, then any response time, then a resource's",
    arguments: [
      ("errors < 5 %", "latency.p99", 2_536.0), ("worker.p99DurationMs < 9 s, latency.p50 < 9 s", "latency.p50", 2_536),
      ("latency.mean < 9 s, latency.p99 < 9 s", "latency.p99", 2_536),
      ("errors < 5 %, worker.p99DurationMs < 9 s", "worker.p99DurationMs", 2_536),
    ])
  func beside(objectives: String, name: String, milliseconds: Double) async throws {
    let found = try await OptimizerFixture(
      objectives: objectives, variables: "memory: { path: resources.worker.memorySize, values: [1152 MB, 2 GB] }"
    ).run()
    #expect(found.latencyName == name)
    #expect(abs(found.candidates[0].latencyMs.mean - milliseconds) < 2)
  }

  @Test("a bound on the cost itself is met or ends in no answer")
  func budget() async throws {
    var fixture = OptimizerFixture(objectives: "latency.p99 < 2600 ms, cost.monthly < 32 USD")
    let found = try await fixture.run()
    #expect(found.candidates[found.leader].values == ["1152 MB"] && found.candidates[found.leader].isFeasible)
    #expect(found.constraints[1].bound == 32 && found.constraints[1].unit == "USD")
    fixture.objectives = "latency.p99 < 2600 ms, cost.monthly < 31 USD"
    #expect(try await fixture.run().outcome == .infeasible)
  }

  // MARK: Other ends

  @Test("where nothing meets the bound, that is the answer, and the nearest is named")
  func infeasible() async throws {
    let found = try await OptimizerFixture(objectives: "latency.p99 < 1900 ms").run()
    #expect(found.outcome == .infeasible && !found.hasFeasible)
    // From 1,769 MB on all take 2,000 ms; every larger one misses by as much.
    #expect(abs(found.candidates[found.leader].latencyMs.mean - 2_000) < 1)
    #expect(found.candidates.allSatisfy { $0.isInfeasible })
  }

  @Test("at the cap it stays undecided, with the candidates that are left")
  func undecided() async throws {
    var fixture = Self.close
    fixture.objectives = "latency.mean < 2535.6 ms"
    fixture.more = ["tolerance: 0.01 %", "maxReplications: 12"]
    fixture.variables = "memory: { path: resources.worker.memorySize, values: [1024 MB, 1152 MB] }"
    let found = try await fixture.run()
    guard case .undecided(let left) = found.outcome else {
      Issue.record("\(found.outcome)")
      return
    }
    #expect(left.contains(1) && !found.hasFeasible)
    #expect(found.candidates[1].replications == 12 && found.candidates[1].standing == .contending)
    #expect(found.candidates[1].feasibility == [.open])
  }

  @Test("an answer at the end of its range says so, one inside does not")
  func border() async throws {
    var fixture = OptimizerFixture()
    fixture.variables = "memory: { path: resources.worker.memorySize, from: 1152 MB, to: 1728 MB, step: 64 MB }"
    let found = try await fixture.run()
    #expect(found.candidates[found.leader].values == ["1152 MB"])
    #expect(found.borders == [Optimization.Border(variable: "memory", isUpper: false)])
    fixture.objectives = "latency.p99 < 2030 ms"
    #expect(try await fixture.run().borders == [Optimization.Border(variable: "memory", isUpper: true)])
  }

  // MARK: Variables

  @Test("a variant of the file may be a variable beside others")
  func variants() async throws {
    let fixture = OptimizerFixture(
      variables: """
        design: { path: variant, values: [plain, quick] }
            memory: { path: resources.worker.memorySize, values: [1152 MB, 1280 MB] }
        """,
      end: "variants: { plain: {}, quick: { resources.worker.handler: [ { wait: 1 s } ] } }")
    let found = try await fixture.run()
    #expect(found.candidates.count == 4)
    #expect(found.candidates[found.leader].values == ["quick", "1152 MB"])
    #expect(abs(found.candidates[found.leader].latencyMs.mean - 1_000) < 1)
  }

  @Test("one variable may set several paths")
  func paths() async throws {
    let fixture = OptimizerFixture(
      variables: """
        size: { path: [resources.worker.memorySize, resources.worker.ephemeralStorage],
                    values: [1088 MB, 1152 MB, 1280 MB] }
        """)
    let found = try await fixture.run()
    #expect(
      found.candidates[found.leader].settings == [
        Override(path: "resources.worker.memorySize", value: "1152 MB"),
        Override(path: "resources.worker.ephemeralStorage", value: "1152 MB"),
      ])
  }

  @Test("what `run` makes of the answer with the same replications is what the optimiser saw")
  func reproduced() async throws {
    let fixture = Self.close
    let found = try await fixture.run(seed: 3)
    let answer = found.candidates[found.leader]
    let scenario = try ScenarioTemplate(text: fixture.text, path: "optimum.yaml").scenario(answer.settings)
    let result = try await Runner.run(
      scenario: scenario, prices: .bundled(region: "us-east-1"),
      options: Runner.Options(replications: answer.replications, jobs: 1, seed: 3, billing: scenario.billing))
    // The bill rounds each line, the mean of the totals does not.
    #expect(abs(result.cost.total.mean.inDollars - answer.cost.mean) < 0.02)
    #expect(abs(result.objectives[0].observed.mean - answer.observed[0].mean) < 1e-6)
    #expect(result.objectives[0].met)
    let traffic = try #require(result.traffic.first)
    #expect(abs(traffic.latencyMs["mean"].mean - answer.latencyMs.mean) < 1e-6)
  }

  // MARK: Shipped scenarios

  private static func shipped(_ name: String, _ settings: [Override] = []) throws -> Optimizer {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("scenarios/\(name).yaml").path
    let template = try ScenarioTemplate(path: path, overrides: settings)
    let plan = try #require(try template.scenario().optimization)
    return try Optimizer(template, plan: plan, prices: .bundled(region: "us-east-1"), settings: settings)
  }

  @Test("the shipped ones can be searched", arguments: ["cheapest-memory", "cheapest-batches"])
  func shipped(name: String) throws {
    _ = try Self.shipped(name)
  }

  @Test("three minutes of the shipped scenario about memory give its finding but for the exact size")
  func memory() async throws {
    let settings = [Override(path: "duration", value: "3 min")]
    let found = try await Self.shipped("cheapest-memory", settings).run(Optimizer.Options(jobs: 2, seed: 1))
    let answer = found.candidates[found.leader]
    #expect(answer.values[1] == "arm64")
    #expect(["896 MB", "960 MB", "1024 MB", "1088 MB", "1152 MB"].contains(answer.values[0]), "\(answer.values)")
    #expect(found.candidates.count < found.gridSize / 3)
  }
}
