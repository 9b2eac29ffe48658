import Engine
import Services
import Statistics
import Testing
import Units

/// Counts per period of a Poisson process vary as much as their mean, wherever in the system they are counted.
@Suite("Poisson counts")
struct PoissonTests {
  /// Pearson's statistic of equal cells is the index of dispersion: under a Poisson process a chi-square of one degree
  /// less than there are counts. Both tails count, 0.05 % each: too even is as wrong as too uneven.
  private func expectPoisson(_ counts: [Double], _ what: Comment) {
    let mean = counts.reduce(0, +) / Double(counts.count)
    let finding = GoodnessOfFit.chiSquare(
      observed: counts.map { Int($0) }, expected: Array(repeating: mean, count: counts.count))
    #expect(finding.pValue > 0.000_5 && finding.pValue < 0.999_5, what)
  }

  @Test("requests, and what a function without limits sends on to a table, are Poisson")
  func dispersion() throws {
    // The output of M/G/infinity in steady state is Poisson too.
    var config = SystemConfig.oneFunction(
      service: .uniform(low: 0, high: .seconds(40)), arrivals: .poisson(ratePerSecond: 0.5),
      duration: .minutes(2_000), warmUp: .minutes(1), period: .minutes(1)
    ) { function in
      function.handler.append(
        .call(
          CallStep(
            target: "t",
            operation: TableOperation(kind: .getItem, itemSize: .kilobytes(1), consistentRead: true))))
    }
    config.resources.append(.table(TableConfig(name: "t")))
    let run = try simulate(config, seed: 81, replication: 0)
    let requests = try run.values("Requests", .sum, of: "users")
    #expect(requests.count == 2_000)
    expectPoisson(requests, "requests")
    expectPoisson(try run.values("ConsumedReadCapacityUnits", .sum, of: "t"), "reads of one unit each")
    let mean = requests.reduce(0, +) / 2_000
    // 3.29 standard deviations, 99.9 %.
    #expect(abs(mean - 30) < 3.29 * (30.0 / 2_000).squareRoot())
  }

  @Test("the test of dispersion tells bursts and clockwork from Poisson")
  func power() throws {
    let bursts = SystemConfig.oneFunction(
      service: .constant(1e6),
      arrivals: .bursts(
        on: BurstPhase(ratePerSecond: 0.75, meanDuration: .seconds(30)),
        off: BurstPhase(ratePerSecond: 0.25, meanDuration: .seconds(30))), duration: .minutes(2_000),
      period: .minutes(1))
    let clockwork = SystemConfig.oneFunction(
      service: .constant(1e6), arrivals: .users(count: 1, thinkTime: .exponential(mean: .seconds(1))),
      duration: .minutes(2_000), period: .minutes(1)
    ) { $0.handler = [.wait(.constant(.seconds(1)))] }
    for (config, isUneven) in [(bursts, true), (clockwork, false)] {
      let counts = try simulate(config, seed: 82, replication: 0).values("Requests", .sum, of: "users")
      let mean = counts.reduce(0, +) / Double(counts.count)
      let finding = GoodnessOfFit.chiSquare(
        observed: counts.map { Int($0) }, expected: Array(repeating: mean, count: counts.count))
      #expect(isUneven ? finding.pValue < 1e-6 : finding.pValue > 1 - 1e-6)
    }
  }
}
