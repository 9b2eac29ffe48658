import Engine
import Services
import Testing
import Units

/// What each step of a handler does.
@Suite("Handler steps")
struct HandlerStoryTests {
  /// Runs one invocation of a function that may read from `t`, 20 ms a read, after an init of 100 ms.
  private func invoke(_ handler: [Step]) throws -> RunResult {
    try Story(
      [.function(function("f", timeout: .seconds(900), handler)), .table(table("t", milliseconds: 20))],
      target: TrafficTarget(resource: "f"), at: [.zero]
    ).run()
  }

  /// Runs 10,000 invocations at once.
  private func crowd(_ handler: [Step]) throws -> RunResult {
    try Story(
      [function("f", handler)], at: [.zero], count: 10_000,
      account: AccountConfig(concurrentExecutions: 10_000, scalingBurst: 10_000)
    ).run()
  }

  @Test("an empty handler ends at once")
  func empty() throws {
    let result = try invoke([])
    #expect(result.requests(.success) == 1)
    #expect(result.latencyMs == 100)
  }

  @Test("steps follow one another, and each puts its time down to its segment")
  func sequence() throws {
    let result = try invoke([compute(1), wait(2), read("t"), wait(4), read("t")])
    #expect(result.segmentsMs == ["f init": 100, "f handler": 7, "t getItem": 40])
  }

  @Test("parallel branches end with the last, whose segments alone count")
  func parallel() throws {
    let result = try invoke([.parallel([[wait(45)], [wait(10), read("t"), wait(19)], [read("t")], []]), wait(1)])
    #expect(result.latencyMs == 100 + 49 + 1)
    #expect(result.segmentsMs == ["f init": 100, "f handler": 30, "t getItem": 20])
    #expect(result.figure("requests", of: "t") == 2)
  }

  @Test("parallel branches that all end at once take no time")
  func parallelWithoutTime() throws {
    let result = try invoke([.parallel([[], [.fail(probability: 0)], []]), wait(1)])
    #expect(result.latencyMs == 101)
  }

  @Test("of branches that end at one instant the one that was scheduled last counts")
  func parallelTie() throws {
    let result = try invoke([.parallel([[wait(20)], [read("t")]])])
    #expect(result.segmentsMs == ["f init": 100, "t getItem": 20])
  }

  @Test("a failed branch fails the step, but only when the last one has ended; what follows is left out")
  func parallelFails() throws {
    let result = try invoke([.parallel([[wait(10), .fail(probability: 1), read("t")], [wait(50)]]), wait(1_000)])
    #expect(result.requests(.failed) == 1)
    #expect(result.latencyMs == 150)
    #expect(result.figure("requests", of: "t") == 0)
    #expect(result.figure("errors", of: "f") == 1)
    #expect(result.figure("billedMilliseconds", of: "f") == 150)
  }

  @Test("a branch fails no step but its own: the next parallel step starts with a clean slate")
  func failureIsForgotten() throws {
    let failing: Step = .parallel([[.fail(probability: 0)], [wait(1)]])
    let result = try invoke([failing, failing, .repeat(times: .constant(2), [failing])])
    #expect(result.requests(.success) == 1)
    #expect(result.latencyMs == 104)
  }

  @Test(
    "a repeated step runs so many times, rounded", arguments: [(0, 0), (0.49, 0), (0.51, 1), (1, 1), (3, 3), (3.4, 3)])
  func repeated(times: Double, turns: Int) throws {
    let result = try invoke([.repeat(times: .constant(times), [wait(1), read("t")]), wait(2)])
    #expect(result.latencyMs == Double(100 + 21 * turns + 2))
    #expect(result.figure("requests", of: "t") == Double(turns))
  }

  @Test("a failure in a loop ends the loop and the handler")
  func repeatedFails() throws {
    let result = try invoke([.repeat(times: .constant(5), [wait(1), .fail(probability: 1)]), wait(2)])
    #expect(result.requests(.failed) == 1)
    #expect(result.latencyMs == 101)
  }

  @Test("loops nest in branches and choices")
  func nested() throws {
    let inner: Step = .repeat(times: .constant(2), [wait(1), .repeat(times: .constant(3), [read("t")])])
    let branches: Step = .parallel([[inner], [wait(121)], [wait(3), inner]])
    let result = try invoke([.choose([.init(weight: 1, steps: [branches, wait(5)])]), wait(7)])
    // The third branch is last: 3 + 2 x (1 + 3 x 20).
    #expect(result.latencyMs == 100 + 125 + 5 + 7)
    #expect(result.segmentsMs == ["f init": 100, "f handler": 17, "t getItem": 120])
    #expect(result.figure("requests", of: "t") == 12)
  }

  @Test("a loop of zero turns inside a loop, and a long loop that takes no time")
  func loopsWithoutTime() throws {
    let result = try invoke([
      .repeat(times: .constant(3), [.repeat(times: .constant(0), [wait(1)]), wait(2)]),
      .repeat(times: .constant(100_000), [.fail(probability: 0)]),
    ])
    #expect(result.requests(.success) == 1)
    #expect(result.latencyMs == 106)
  }

  @Test("loops in a loop and branches in a loop that take no time, 100,000 turns of them")
  func deepWithoutTime() throws {
    let result = try invoke([
      .repeat(times: .constant(100_000), [.repeat(times: .constant(1), [.fail(probability: 0)])]),
      .repeat(times: .constant(100_000), [.parallel([[], []])]),
    ])
    #expect(result.requests(.success) == 1)
    #expect(result.latencyMs == 100)
  }

  // 10,000 draws each; the limits are 4.9 standard deviations, so one seed in a million raises a false alarm.

  @Test("choices come by their weights")
  func choose() throws {
    let result = try crowd([
      .choose([.init(weight: 1, steps: []), .init(weight: 3, steps: [wait(1)]), .init(weight: 4, steps: [wait(100)])])
    ])
    let sum = result.latencyMs - 10_000 * 100
    // Mean 50.375, variance (3 x 1 + 4 x 10,000) / 8 - 50.375^2 = 2,462.7.
    #expect(abs(sum - 503_750) < 4.9 * (10_000 * 2_462.7).squareRoot())
  }

  @Test("the first choice of two, weights 1 to 3, comes every fourth time")
  func chooseOfTwo() throws {
    let result = try crowd([.choose([.init(weight: 1, steps: []), .init(weight: 3, steps: [wait(1)])])])
    let second = result.latencyMs - 10_000 * 100
    #expect(abs(second - 7_500) < 212)
  }

  @Test("a drawn number of turns follows its distribution")
  func repeatDrawn() throws {
    // Rounds to 1, 2 or 3 with equal probability: mean 2, variance 2/3.
    let result = try crowd([.repeat(times: .uniform(low: 0.5, high: 3.5), [wait(1)])])
    let turns = result.latencyMs - 10_000 * 100
    #expect(result.traffic[0].latency.minimum == 101_000_000 && result.traffic[0].latency.maximum == 103_000_000)
    #expect(abs(turns - 20_000) < 401)
  }

  @Test("a handler fails with the given probability", arguments: [(0, 0, 0), (1, 10_000, 0), (0.3, 3_000, 225)])
  func fail(probability: Double, failures: Int, margin: Int) throws {
    let result = try crowd([wait(1), .fail(probability: probability)])
    let failed = Int(result.requests(.failed))
    #expect(abs(failed - failures) <= margin)
    #expect(result.figure("errors", of: "f") == Double(failed))
    // A failed invocation is billed like any other.
    #expect(result.figure("billedMilliseconds", of: "f") == 1_010_000)
  }
}
