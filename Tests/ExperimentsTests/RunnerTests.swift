import Billing
import Engine
import Foundation
import Services
import Synchronization
import Testing
import Units

@testable import Experiments

@Suite("Runner")
struct RunnerTests {
  /// Values whose mean depends on the order of adding.
  private static let fickle: [FakeRun] = (0..<20).map { number in
    let value = number.isMultiple(of: 2) ? 1e16 / Double(number + 1) : 0.1 * Double(number)
    return FakeRun(
      started: Int64(number), latencies: [.milliseconds(Int64(number + 1))], figures: [Figure("x", value)],
      values: [value, -value], usage: (Int64(number), 1), digest: UInt64(number))
  }

  @Test("any number of jobs gives the same bits", arguments: [2, 3, 8])
  func jobs(jobs: Int) async throws {
    let one = try await merged(Self.fickle, jobs: 1)
    let many = try await merged(Self.fickle, jobs: jobs)
    #expect(many.digest == one.digest)
    #expect(many.resources[0].figures[0].interval == one.resources[0].figures[0].interval)
    #expect(many.series[0].mean.map(\.bitPattern) == one.series[0].mean.map(\.bitPattern))
    #expect(many.series[0].halfWidth.map(\.bitPattern) == one.series[0].halfWidth.map(\.bitPattern))
    #expect(many.traffic[0].histogram == one.traffic[0].histogram)
    #expect(many.traffic[0].latencyMs["p99"] == one.traffic[0].latencyMs["p99"])
    #expect(many.cost.total.mean == one.cost.total.mean)
  }

  @Test("a replication that ends early waits for the ones before it")
  func order() async throws {
    let slowFirst = try await Runner.run(
      scenario: fakeScenario(), prices: fakePrices(), options: Runner.Options(replications: 4, jobs: 2, seed: 1)
    ) { _, replication in
      if replication == 0 { Thread.sleep(forTimeInterval: 0.1) }
      return FakeRun(digest: UInt64(replication)).result
    }
    let inOrder = try await merged((0..<4).map { FakeRun(digest: UInt64($0)) })
    #expect(slowFirst.digest == inOrder.digest)
  }

  @Test("progress counts from none to all, one by one")
  func progress() async throws {
    let seen = Mutex<[Int]>([])
    let options = Runner.Options(replications: 3, jobs: 2, seed: 1) { done, total in
      seen.withLock { $0.append(done * 10 + total) }
    }
    _ = try await Runner.run(scenario: fakeScenario(), prices: fakePrices(), options: options) { _, _ in
      FakeRun().result
    }
    #expect(seen.withLock { $0 } == [3, 13, 23, 33])
  }

  @Test("never more worlds at once than jobs", arguments: [1, 2])
  func limit(jobs: Int) async throws {
    let worlds = Mutex((now: 0, most: 0))
    _ = try await Runner.run(
      scenario: fakeScenario(), prices: fakePrices(), options: Runner.Options(replications: 8, jobs: jobs, seed: 1)
    ) { _, _ in
      worlds.withLock { $0 = (now: $0.now + 1, most: max($0.most, $0.now + 1)) }
      Thread.sleep(forTimeInterval: 0.01)
      worlds.withLock { $0.now -= 1 }
      return FakeRun().result
    }
    #expect(worlds.withLock { $0.most } <= jobs)
  }

  @Test("a failing replication fails the experiment")
  func failure() async throws {
    let fault = TraceError(file: "t.csv", line: 3, column: 1, found: "x", wanted: "a count", fix: "write one")
    await #expect(throws: ExperimentError.trace(fault)) {
      _ = try await Runner.run(
        scenario: fakeScenario(), prices: fakePrices(), options: Runner.Options(replications: 5, jobs: 2, seed: 1)
      ) { _, replication throws(TraceError) in
        if replication == 3 { throw fault }
        return FakeRun().result
      }
    }
  }

  @Test("usage without a price fails the experiment")
  func unpriced() async throws {
    let usage = UsageLine(
      meter: Meter(service: "S", key: "c", unitsPerPriced: 1, kind: .consumed), resource: "f", amount: 1)
    let missing = BillingError.missingPrices([SKU(service: "S", key: "c")], region: "test-1")
    await #expect(throws: ExperimentError.billing(missing)) {
      _ = try await Runner.run(
        scenario: fakeScenario(), prices: fakePrices(), options: Runner.Options(seed: 1)
      ) { _, _ in
        var run = FakeRun().result
        run.usage.append(usage)
        return run
      }
    }
  }

  @Test("the period of the options goes before the scenario's")
  func period() async throws {
    let seen = Mutex<[Time]>([])
    for period in [nil, Time.minutes(7)] {
      _ = try await Runner.run(
        scenario: fakeScenario("period: 10 min\n"), prices: fakePrices(),
        options: Runner.Options(seed: 1, periodOverride: period)
      ) { config, _ in
        seen.withLock { $0.append(config.period) }
        return FakeRun().result
      }
    }
    #expect(seen.withLock { $0 } == [.minutes(10), .minutes(7)])
  }

  @Test("the engine gives equal results on one job and on three")
  func engine() async throws {
    let scenario = try fakeScenario()
    let prices = try PriceBook.bundled(region: "us-east-1")
    func run(jobs: Int) async throws -> ExperimentResult {
      try await Runner.run(
        scenario: scenario, prices: prices, options: Runner.Options(replications: 4, jobs: jobs, seed: 7))
    }
    let one = try await run(jobs: 1)
    let many = try await run(jobs: 3)
    #expect(one.digest == many.digest)
    #expect(one.traffic[0].requests == many.traffic[0].requests)
    #expect(one.cost.total.mean == many.cost.total.mean)
    // 3,600 expected a replication, mean of 4: six standard deviations of 30 miss once in 500 million seeds.
    #expect(abs(one.traffic[0].requests.mean - 3_600) < 180)
  }
}
