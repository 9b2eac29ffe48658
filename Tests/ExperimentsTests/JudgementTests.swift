import Engine
import Statistics
import Testing
import Units

@testable import Experiments

@Suite("Judged together")
struct JudgementTests {
  private static let count = 6

  private func compared(_ runs: [[FakeRun]]) async throws -> Comparison {
    let designs = try runs.indices.map {
      Design(name: "d\($0)", scenario: try fakeScenario(), prices: try fakePrices())
    }
    return try await Comparison.run(
      designs, baseline: 0, options: Runner.Options(replications: runs[0].count, jobs: 1, seed: 1)
    ) { design, _, replication in runs[design][replication].result }
  }

  /// Runs of three designs whose luck is shared in part; what they differ in is drawn too, often nothing.
  private func randomRuns(_ number: Int) -> [[FakeRun]] {
    var stream = RandomStream(seed: 19, replication: number, component: "comparison", purpose: "figures")
    let luck = (0..<Self.count).map { _ in stream.nextUnit() }
    return (0..<3).map { _ in
      let effects = (0..<4).map { _ in stream.nextUnit() < 0.5 ? 0 : stream.nextUnit() }
      return luck.map { luck in
        func value(_ effect: Int) -> Double { luck + effects[effect] + 0.3 * stream.nextUnit() }
        let completed = 500 + Int64(1_000 * luck)
        return FakeRun(
          started: completed, completed: completed, errors: Int64(100 * value(0)),
          latencies: [.milliseconds(1 + Int64(1_000 * value(1)))],
          figures: [Figure("throttles", value(2).rounded(.down)), Figure("coldStarts", value(3))])
      }
    }
  }

  @Test("words and intervals never contradict each other, whatever the figures")
  func agreement() async throws {
    var seen: [Verdict: Int] = [:]
    var (judged, saved) = (0, 0)
    for number in 0..<150 {
      let comparison = try await compared(randomRuns(number))
      for figure in comparison.figures {
        for design in comparison.others {
          let cell = try #require(figure.cells[design])
          guard let decided = cell.decided, let halfWidth = decided.halfWidth, halfWidth.isFinite else { continue }
          seen[cell.verdict, default: 0] += 1
          #expect((cell.verdict == .noDifference) == decided.contains(0), "\(number) \(figure.key)")
          #expect(decided.mean == cell.difference?.mean)
          guard let judgement = cell.judgement else {
            #expect((try #require(cell.pValue) < Comparison.level) == decided.excludes(0), "\(number) \(figure.key)")
            continue
          }
          judged += 1
          #expect((judgement.pValue < Comparison.level) == decided.excludes(0), "\(number) \(figure.key)")
          #expect(halfWidth >= (try #require(cell.difference?.halfWidth)) * (1 - 1e-12))
          #expect(judgement.pValue >= (try #require(cell.pValue)))
          if decided.contains(0), cell.difference?.excludes(0) == true { saved += 1 }
        }
      }
    }
    #expect((seen[.noDifference] ?? 0) > 500 && (seen[.worse] ?? 0) > 100 && (seen[.better] ?? 0) > 100, "\(seen)")
    #expect(judged > 500 && saved > 20, "\(judged) judged, of which \(saved) are shown only by themselves")
  }

  @Test("figures that are always equal are no tests: others are judged as if they were not there")
  func alwaysEqual() async throws {
    func runs(_ shift: Double, _ coldStarts: Double) -> [FakeRun] {
      [0.0, 1, 4, 2].enumerated().map { number, luck in
        FakeRun(
          latencies: [.milliseconds(5)],
          figures: [
            Figure("throttles", luck + shift * Double(number + 1)),
            Figure("coldStarts", luck + coldStarts * Double(number)),
          ])
      }
    }
    let type = FigureScope.type("function")
    let comparison = try await compared([runs(0, 0), runs(3, 0)])
    let (throttles, cold) = (comparison.figure(type, "throttles"), comparison.figure(type, "coldStarts"))
    let alone = try #require(throttles?.cells[1])
    #expect(comparison.judgedCount == 1, "cost, p99, errors and cold starts are the same in both designs")
    #expect(alone.judgement?.pValue == alone.pValue && alone.judgement?.difference == alone.difference)
    let equal = try #require(cold?.cells[1])
    #expect(equal.isAlwaysEqual && equal.judgement == nil && equal.pValue == 1 && equal.verdict == .noDifference)

    // Differences of 3, 6, 9, 12 and of 0, 1, 2, 3: two tests now, and the smaller p-value counts twice.
    let both = try await compared([runs(0, 0), runs(3, 1)])
    #expect(both.judgedCount == 2)
    let first = try #require(both.figure(type, "throttles")?.cells[1])
    #expect(first.judgement?.pValue == 2 * (try #require(first.pValue)))
    #expect(try #require(first.judgement?.difference.halfWidth) > (try #require(first.difference?.halfWidth)))
  }

  @Test("the difference of failed shares is that of all requests, not of the replications' shares")
  func shares() async throws {
    func runs(_ counts: [(Int64, Int64)]) -> [FakeRun] {
      counts.map { FakeRun(started: $0.1, completed: $0.1, errors: $0.0, latencies: [.milliseconds(5)]) }
    }
    let comparison = try await compared([runs([(0, 10), (0, 990)]), runs([(10, 10), (0, 990)])])
    let cell = try #require(comparison.figure(.traffic("s"), "errorRate")?.cells[1])
    #expect(cell.own.mean == 0.01 && cell.difference?.mean == 0.01)
    #expect(cell.difference?.count == 2)
  }
}
