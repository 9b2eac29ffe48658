import Scenarios
import Testing

@testable import Experiments

@Suite("Faults of an optimisation's variables")
struct OptimizerFaultTests {
  /// Variables that no search begins with, the text at whose place the fault stands, and a part of its words.
  private static let faulty: [(variables: String, at: String, words: String)] = [
    ("memory: { path: resources.wrker.memorySize, values: [1 GB, 2 GB] }", "resources.wrker", "wrker"),
    ("memory: { path: resources.worker.memory, values: [1 GB, 2 GB] }", "resources.worker.memory", "memory"),
    ("memory: { path: resources.worker.memorySize, values: [1 GB, 5 s] }", "5 s]", "5 s"),
    ("memory: { path: resources.worker.memorySize, values: [1 GB, 64 MB] }", "64 MB]", "64 MB"),
    ("memory: { path: resources.worker.memorySize, from: 1 GB, to: 64 GB, step: 1 GB }", "64 GB", "64 GB"),
    ("memory: { path: resources.worker.memorySize, from: 1 GB, to: 2 GB, step: 1 s }", "1 s }", "wanted the unit"),
    ("memory: { path: resources.worker.memorySize, from: 2 GB, to: 1 GB, step: 1 GB }", "1 GB, step", "wanted more"),
    ("memory: { path: resources.worker.memorySize, from: 1 GB, to: 2 GB, step: 300 MB }", "2 GB, step", "1924 MB"),
    ("memory: { path: resources.worker.memorySize, from: 1 GB, to: 2 GB }", "{ path: resources", "a part of a range"),
    ("memory: { path: resources.worker.memorySize }", "{ path: resources", "no values"),
    ("memory: { path: resources.worker.memorySize, values: [] }", "[] }", "an empty list"),
    ("memory: { path: resources.worker.memorySize, values: [1 GB] }", "[1 GB]", "a single value"),
    ("memory: { path: resources.worker.memorySize, values: [1 GB, 1024 MB] }", "1024 MB]", "twice"),
    ("span: { path: duration, values: [20 s, 30 s] }", "duration, values", "must be the same for all candidates"),
    ("seeds: { path: seed, values: [1, 2] }", "seed, values", "must be the same for all candidates"),
    (
      """
      a: { path: resources.worker.memorySize, values: [1 GB, 2 GB] }
          b: { path: resources.worker.memorySize, values: [3 GB, 4 GB] }
      """, "resources.worker.memorySize, values: [3 GB", "which a has too"
    ),
    (
      """
      a: { path: resources.worker.memorySize, values: [1 GB, 2 GB, 3 GB, 4 GB, 5 GB, 6 GB, 7 GB, 8 GB] }
          b: { path: resources.worker.timeout, values: [1 s, 2 s, 3 s, 4 s, 5 s, 6 s, 7 s, 8 s] }
          c: { path: resources.worker.reservedConcurrentExecutions, values: [1, 2, 3, 4, 5, 6, 7, 8] }
      """, "resources.worker.memorySize, values", "found 512 candidates to begin with, wanted at most 500"
    ),
  ]

  @Test("each is told at its place, before anything is simulated", arguments: faulty.indices)
  func places(index: Int) {
    let (variables, at, words) = Self.faulty[index]
    let fixture = OptimizerFixture(variables: variables)
    let faults = fixture.faults()
    let place = "optimum.yaml:\(fixture.place(of: at)): "
    #expect(
      faults.split(separator: "\n").contains { $0.hasPrefix(place) && $0.contains(words) },
      "wanted \(place)..\(words), found \(faults)")
  }

  @Test("candidates have the same traffic, and the same way to begin")
  func common() {
    let arrivals = "poisson: { rate: 1 / s }"
    let rate = OptimizerFixture(
      arrivals: arrivals, variables: "design: { path: variant, values: [a, b] }",
      end: "variants: { a: {}, b: { warmUp: auto } }")
    #expect(rate.faults().contains("found another `warmUp` where design is b"), "\(rate.faults())")
    let traffic = OptimizerFixture(
      arrivals: arrivals, variables: "rate: { path: traffic.clients.arrivals.poisson.rate, values: [1 / s, 2 / s] }")
    #expect(traffic.faults().contains("found another `arrivals` where rate is"), "\(traffic.faults())")
  }

  @Test("a variable without any effect is refused where its path stands")
  func idle() {
    let fixture = OptimizerFixture(
      variables: "design: { path: variant, values: [a, b] }", end: "variants: { a: {}, b: {} }")
    #expect(fixture.faults().hasPrefix("optimum.yaml:\(fixture.place(of: "variant, values")): found `design`, whose"))
    // One value that changes something is enough.
    let useful = OptimizerFixture(
      variables: "design: { path: variant, values: [a, b] }",
      end: "variants: { a: {}, b: { resources.worker.timeout: 30 s } }")
    #expect(useful.faults() == "")
  }

  @Test("a path that the command line sets, too, or a part of it, is refused; a neighbour is not")
  func collisions() {
    let fixture = OptimizerFixture()
    let own = Override(path: "resources.worker.memorySize", value: "1 GB")
    let words = "--set resources.worker.memorySize: found a path that the variable `memory`"
    #expect(fixture.faults([own]).contains(words))
    #expect(fixture.faults([Override(path: "resources.worker.timeout", value: "30 s")]) == "")
  }

  @Test(
    "variants that could not be compared are refused at the value that picks them",
    arguments: [
      ("objectives", "[latency.p99 < 1 s]"), ("duration", "30 s"), ("warmUp", "5 s"), ("start", "2026-01-05T00:00:00Z"),
    ])
  func unlike(key: String, value: String) {
    let fixture = OptimizerFixture(
      variables: "design: { path: variant, values: [same, other] }",
      end: "variants: { same: { resources.worker.timeout: 9 s }, other: { \(key): \(value) } }")
    let faults = fixture.faults()
    #expect(
      faults.hasPrefix("optimum.yaml:\(fixture.place(of: "other] }")): found another `\(key)` where design is other"),
      "\(faults)")
  }

  @Test("a warm-up that pilots find would differ between candidates")
  func warmUp() {
    let fixture = OptimizerFixture(arrivals: "poisson: { rate: 1 / s }", end: "warmUp: auto")
    #expect(fixture.faults().contains("`warmUp: auto` in a search for an optimum"))
  }

  @Test("what is wrong with several variables is told at once")
  func together() {
    let fixture = OptimizerFixture(
      variables: """
        a: { path: resources.worker.memory, values: [1 GB, 2 GB] }
            b: { path: resources.worker.timeout, values: [1 s, 5 MB] }
        """)
    #expect(fixture.faults().contains(fixture.place(of: "resources.worker.memory,")))
    #expect(fixture.faults().contains(fixture.place(of: "5 MB]")))
  }

  @Test("an objective on a figure that no resource has ends the search with its name")
  func figure() async throws {
    let fixture = OptimizerFixture(objectives: "worker.nonsense < 5")
    await #expect(throws: ExperimentError.self) { _ = try await fixture.run() }
  }
}
