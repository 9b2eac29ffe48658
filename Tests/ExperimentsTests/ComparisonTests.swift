import Billing
import Engine
import Scenarios
import Services
import Statistics
import Synchronization
import Testing
import Units

@testable import Experiments

@Suite("Comparison")
struct ComparisonTests {
  private static let names = ["a", "b", "c"]

  /// Compares designs of fake replications.
  private func compared(_ runs: [[FakeRun]], baseline: Int = 0, jobs: Int = 1) async throws -> Comparison {
    let designs = try runs.indices.map {
      Design(name: Self.names[$0], scenario: try fakeScenario(), prices: try fakePrices())
    }
    return try await Comparison.run(
      designs, baseline: baseline, options: Runner.Options(replications: runs[0].count, jobs: jobs, seed: 1)
    ) { design, _, replication in runs[design][replication].result }
  }

  private func run(_ milliseconds: Int64, _ value: Double = 0, cents: Int64 = 0) -> FakeRun {
    FakeRun(latencies: [.milliseconds(milliseconds)], figures: [Figure("throttles", value)], usage: (cents, 0))
  }

  private func cell(_ comparison: Comparison, _ scope: FigureScope, _ name: String, _ design: Int = 1) throws
    -> ComparedCell
  {
    let figure = try #require(comparison.figure(scope, name))
    return try #require(figure.cells[design])
  }

  private static let f = FigureScope.resource(name: "f", type: "function")

  @Test("differences are taken replication by replication, as by hand")
  func paired() async throws {
    // 30 - 10, 70 - 40 and 140 - 100: mean 30, sample deviation 10; Student's t for two degrees of freedom is 4.30265.
    let comparison = try await compared([
      [run(5, 10), run(5, 40), run(5, 100)], [run(5, 30), run(5, 70), run(5, 140)],
    ])
    let cell = try cell(comparison, Self.f, "throttles")
    #expect(cell.difference?.mean == 30)
    #expect(abs(try #require(cell.difference?.halfWidth) - 43.0265 / 3.0.squareRoot()) < 1e-3)
    #expect(cell.own.mean == 80)
    #expect(cell.relative == 3.0 / 5)
    #expect(cell.verdict == .worse)
  }

  @Test("few events are told apart by how many differ, however alike the replications are; levels are as they are")
  func fewEvents() async throws {
    func compare(_ more: Double, _ name: String = "throttles") async throws -> ComparedCell {
      func runs(_ value: Double) -> [FakeRun] {
        (0..<5).map { _ in FakeRun(latencies: [.milliseconds(5)], figures: [Figure(name, value)]) }
      }
      return try cell(await compared([runs(1), runs(1 + more)]), Self.f, name)
    }
    // Five events more in all, which coins give once in 16: t = 5 / sqrt 5, against 2.776.
    let one = try await compare(1)
    #expect(one.difference?.mean == 1 && one.verdict == .noDifference)
    #expect(abs(try #require(one.difference?.halfWidth) - 2.776445 * 5.0.squareRoot() / 5) < 1e-6)
    // Ten more: t = sqrt 10.
    #expect(try await compare(2).verdict == .worse)
    #expect(try await compare(0).isAlwaysEqual)
    for level in ["peakConnections", "meanEnvironments", "billedMilliseconds"] {
      #expect(try await compare(1, level).difference?.halfWidth == 0)
    }
    #expect(try await compare(0.5).difference?.halfWidth == 0, "what is not whole counts no events")
  }

  @Test("a design that refuses fast is no faster: response times are judged on successes")
  func refusals() async throws {
    let honest = FakeRun(started: 2_000, completed: 2_000, latencies: [.milliseconds(40), .milliseconds(50)])
    let refusing = FakeRun(
      started: 2_000, completed: 2_000, errors: 1_000, latencies: [.milliseconds(60)],
      failureLatencies: [.milliseconds(1)])
    let comparison = try await compared([[honest, honest], [refusing, refusing]])
    let source = FigureScope.traffic("s")
    let (mean, answered) = (try cell(comparison, source, "mean"), try cell(comparison, source, "answeredMean"))
    #expect(mean.own.mean == 60 && mean.difference?.mean == 15 && mean.verdict == .worse)
    #expect(answered.own.mean == 30.5 && answered.difference?.mean == -14.5 && answered.verdict == .lower)
    #expect(try cell(comparison, source, "errorRate").verdict == .worse)
    let honestOnly = try await compared([[honest, honest], [honest, honest]])
    #expect(honestOnly.figure(source, "answeredMean") == nil && honestOnly.figure(source, "mean") != nil)
  }

  @Test("a type's connections lost are those of all its drivers, its wait for one is the longest of theirs")
  func drivers() async throws {
    func run(_ lost: Double) -> FakeRun {
      FakeRun(
        latencies: [.milliseconds(1)],
        figures: [
          Figure("orders.connectionsLost", lost), Figure("proxy.connectionsLost", 3),
          Figure("orders.p99AcquireMs", 8), Figure("proxy.p99AcquireMs", 4), Figure("cpuUtilization", 0.25),
        ])
    }
    let comparison = try await compared([[run(200), run(400)], [run(400), run(600)]])
    let functions = FigureScope.type("function")
    let lost = try cell(comparison, functions, "connectionsLost")
    #expect(lost.own.mean == 503 && lost.difference?.mean == 200 && lost.verdict == .worse)
    let acquire = try #require(comparison.figure(functions, "p99AcquireMs"))
    #expect(acquire.key.unit == .milliseconds && acquire.cells[1]?.own.mean == 8)
    let cpu = try #require(comparison.figure(functions, "cpuUtilization"))
    #expect(cpu.key.unit == .share && cpu.cells[0]?.own.mean == 0.25)
  }

  @Test("the sign follows the baseline")
  func baseline() async throws {
    let runs = [[run(5, 1.5), run(5, 2.5)], [run(5, 5.5), run(5, 6.5)]]
    #expect(try cell(await compared(runs), Self.f, "throttles").difference?.mean == 4)
    let other = try await compared(runs, baseline: 1)
    #expect(other.others == [0])
    #expect(try cell(other, Self.f, "throttles", 0).difference?.mean == -4)
    #expect(try cell(other, Self.f, "throttles", 0).verdict == .better)
  }

  @Test("equal designs differ by exactly nothing, with a half-width of exactly nothing")
  func identical() async throws {
    let scenario = try fakeScenario()
    let prices = try PriceBook.bundled(region: "us-east-1")
    let comparison = try await Comparison.run(
      ["a", "b"].map { Design(name: $0, scenario: scenario, prices: prices) },
      options: Runner.Options(replications: 4, jobs: 2, seed: 3))
    #expect(comparison.results[0].digest == comparison.results[1].digest)
    for figure in comparison.figures {
      let cell = try #require(figure.cells[1])
      if cell.own.count == 0 { continue }
      #expect(cell.difference?.mean == 0 && cell.difference?.halfWidth == 0, "\(figure.key)")
      #expect(cell.verdict == .noDifference)
      #expect(figure.isEqualEverywhere(to: 0))
    }
    #expect(comparison.figures.count > 25)
  }

  /// One pair of designs and one seed, so no false alarms: the ratio is a property of these very runs, about 1/20.
  @Test("common arrivals make the interval of a difference a fraction of what separate runs would give")
  func narrow() async throws {
    func scenario(_ memory: String) throws -> Scenario {
      let text = """
        scenario: Test
        region: us-east-1
        duration: 20 min
        traffic:
          s: { target: f, arrivals: { poisson: { rate: 3 / s } } }
        resources:
          f:
            type: function
            memorySize: \(memory)
            handler:
              - compute: { logNormal: { median: 20 ms, p99: 200 ms } }

        """
      return try Scenario.decode(text, path: "x.yaml")
    }
    let prices = try PriceBook.bundled(region: "us-east-1")
    let comparison = try await Comparison.run(
      [
        Design(name: "a", scenario: try scenario("1000 MB"), prices: prices),
        Design(name: "b", scenario: try scenario("1050 MB"), prices: prices),
      ], options: Runner.Options(replications: 8, jobs: 2, seed: 5))
    #expect(comparison.remarks.isEmpty)
    for (scope, name) in [(FigureScope.traffic("s"), "mean"), (.traffic("s"), "p50"), (.bill, "monthlyCost")] {
      let figure = try #require(comparison.figure(scope, name))
      let (a, b) = (try #require(figure.cells[0]), try #require(figure.cells[1]))
      let separate = ((a.own.halfWidth ?? 0) * (a.own.halfWidth ?? 0) + (b.own.halfWidth ?? 0) * (b.own.halfWidth ?? 0))
        .squareRoot()
      let paired = try #require(b.difference?.halfWidth)
      #expect(paired < separate / 4, "\(name): \(paired) against \(separate)")
      #expect(paired > 0)
      // The same in replications: a quarter of the width takes sixteen times as many, and so says the comparison.
      let factor = try #require(b.varianceReduction)
      #expect(abs(factor / (separate / paired * separate / paired) - 1) < 0.01 || name == "monthlyCost")
      #expect(factor > 16, "\(name): \(factor)")
    }
    #expect(try cell(comparison, .traffic("s"), "requests").varianceReduction == .infinity)
    #expect(try cell(comparison, .traffic("s"), "requests").difference == Interval(mean: 0, halfWidth: 0, count: 8))
    #expect(try cell(comparison, .traffic("s"), "p50").verdict == .better)
  }

  @Test("any number of jobs gives the same figures", arguments: [2, 3, 8])
  func jobs(jobs: Int) async throws {
    let runs = (0..<3).map { design -> [FakeRun] in
      (0..<11).map { (number: Int) -> FakeRun in
        let fickle = number.isMultiple(of: 2) ? 1e16 / Double(number + 1) : 0.1 * Double(design)
        return run(Int64(number + design + 1), fickle)
      }
    }
    let one = try await compared(runs)
    let many = try await compared(runs, jobs: jobs)
    #expect(one.figures.map(\.key) == many.figures.map(\.key))
    for (a, b) in zip(one.figures, many.figures) where a.cells[0]?.own.mean.isNaN == false {
      #expect(a.cells == b.cells, "\(a.key)")
    }
    #expect(one.results.map(\.digest) == many.results.map(\.digest))
  }

  @Test("designs take turns: number k of all comes before number k + 1 of any, and never more at once than jobs")
  func turns() async throws {
    let begun = Mutex<[Int]>([])
    let designs = try Self.names.map { Design(name: $0, scenario: try fakeScenario(), prices: try fakePrices()) }
    _ = try await Comparison.run(
      designs, baseline: 0, options: Runner.Options(replications: 3, jobs: 1, seed: 1)
    ) { design, _, replication in
      begun.withLock { $0.append(replication * 10 + design) }
      return FakeRun().result
    }
    #expect(begun.withLock { $0 } == [0, 1, 2, 10, 11, 12, 20, 21, 22])
  }

  @Test("money is that of the bills: the difference is the difference of the means shown, to the cent")
  func money() async throws {
    let comparison = try await compared([
      [run(5, cents: 100), run(5, cents: 103)], [run(5, cents: 150), run(5, cents: 156)],
    ])
    // Means 1.015, shown as 1.02, and 1.53; pairs differ by 0.50 and 0.53: half-width 12.7062 x 0.015. The bills' difference
    // is 0.51 and that of the pairs 0.515: what rounding moved it by is added.
    let cell = try cell(comparison, .bill, "monthlyCost")
    #expect(cell.own.mean == 1.53)
    #expect(abs(try #require(cell.difference?.mean) - 0.51) < 1e-12)
    #expect(abs(try #require(cell.difference?.halfWidth) - (12.7062 * 0.015 + 0.005)) < 1e-5)
    #expect(cell.verdict == .worse)
  }

  @Test("a cent that only rounding makes is no difference")
  func roundedMoney() async throws {
    // Means 1.014 and 1.016, shown as 1.01 and 1.02; all pairs but one are equal.
    let cents: (Int64) -> [FakeRun] = { last in [101, 102, 101, 102, last].map { self.run(5, cents: $0) } }
    let cell = try cell(await compared([cents(101), cents(102)]), .bill, "monthlyCost")
    #expect(abs(try #require(cell.difference?.mean) - 0.01) < 1e-12)
    #expect(cell.verdict == .noDifference)
  }

  @Test("a replication without a value has no say, and neither has its partner")
  func missing() async throws {
    let comparison = try await compared([
      [run(5, 1), run(5, .nan), run(5, 3)], [run(5, 2), run(5, 100), run(5, 5)],
    ])
    let cell = try cell(comparison, Self.f, "throttles")
    #expect(cell.difference?.mean == 1.5)
    #expect(cell.difference?.count == 2)
    #expect(cell.own.count == 3)
  }

  @Test("a figure that only one design has stays without a difference")
  func lonely() async throws {
    let more = (1...2).map { FakeRun(figures: [Figure("throttles", 1), Figure("evictions", Double($0))]) }
    let comparison = try await compared([[run(5, 1), run(5, 2)], more])
    let figure = try #require(comparison.figure(Self.f, "evictions"))
    #expect(figure.cells[0] == nil)
    #expect(figure.cells[1]?.own.mean == 1.5)
    #expect(figure.cells[1]?.difference == nil)
    #expect(figure.cells[1]?.verdict == .open)
  }

  @Test("one replication gives differences and no verdict")
  func single() async throws {
    let cell = try cell(await compared([[run(5, 1)], [run(9, 4)]]), Self.f, "throttles")
    #expect(cell.difference?.mean == 3 && cell.difference?.halfWidth == nil)
    #expect(cell.verdict == .open)
  }

  @Test(
    "a verdict needs an interval that leaves zero out; zero at its end lies inside",
    arguments: [
      (3.0, 2.9, true, Verdict.worse), (3, 3, true, .noDifference), (-3, 2.9, true, .better),
      (-3, 3, true, .noDifference), (0, 0, true, .noDifference), (1, 0, true, .worse), (3, 2.9, false, .higher),
      (-3, 2.9, false, .lower), (-3, nil, true, .open),
    ] as [(Double, Double?, Bool, Verdict)])
  func verdicts(mean: Double, halfWidth: Double?, isBetterLower: Bool, verdict: Verdict) {
    #expect(Verdict(of: Interval(mean: mean, halfWidth: halfWidth, count: 5), isBetterLower: isBetterLower) == verdict)
  }

  @Test("no pair gives no verdict, and a baseline of zero no relative difference")
  func edges() {
    #expect(Verdict(of: nil, isBetterLower: true) == .open)
    let difference = Interval(mean: 2, halfWidth: 1, count: 5)
    let cell = ComparedCell(own: difference, difference: difference, baseline: 0, isBetterLower: true)
    #expect(cell.relative == nil && cell.verdict == .worse)
  }

  @Test(
    "less is better where a word of the name says so, and else nobody knows",
    arguments: [
      ("throttles", true), ("clientErrors", true), ("coldStartProbability", true), ("p99LatencyMs", true),
      ("approximateAgeMs", true), ("invocations", false), ("meanEnvironments", false), ("usage", false),
      ("storage", false), ("messages", false), ("peakConcurrency", false),
      ("refusedConnections", true), ("tooManyConnections", true), ("outOfMemory", true), ("unreachableNodes", true),
      ("orders.reader.connectionsLost", true), ("p99BorrowMs", true), ("longestOutageMs", true), ("pins", true),
      ("lost.peakConnections", false), ("cpuUtilization", false), ("acuHours", false),
    ])
  func preference(name: String, isBetterLower: Bool) {
    let key = FigureKey(scope: .resource(name: "f", type: "function"), name: name, unit: .count)
    #expect(key.isBetterLower == isBetterLower)
  }

  @Test("different arrivals are said, different targets and memory are not")
  func remarks() throws {
    func design(_ name: String, _ path: String, _ value: String) throws -> Design {
      let text = """
        scenario: Test
        region: us-east-1
        duration: 1 h
        traffic: { s: { target: f, arrivals: { poisson: { rate: 1 / s } } } }
        resources:
          f: { type: function, handler: [ { compute: 5 ms } ] }
          g: { type: function, handler: [ { compute: 5 ms } ] }

        """
      let scenario = try Scenario.decode(text, path: "x.yaml", overrides: [Override(path: path, value: value)])
      return Design(name: name, scenario: scenario, prices: try fakePrices())
    }
    let plain = try design("plain", "description", "x")
    #expect(Design.remarks(on: [plain, try design("b", "traffic.s.target", "g")]).isEmpty)
    #expect(Design.remarks(on: [plain, try design("b", "resources.f.memorySize", "1 GB")]).isEmpty)
    let faster = Design.remarks(on: [plain, try design("b", "traffic.s.arrivals.poisson.rate", "2 / s")])
    #expect(faster.count == 1 && faster[0].contains("compares designs under different traffic"))
    #expect(Design.remarks(on: [plain, try design("b", "billing.freeTier", "true")]).count == 1)
    let longer = try design("b", "duration", "2 h")
    #expect(Design.obstacle(among: [plain, longer])?.hasPrefix("duration: found 2 h in b, wanted 1 h") == true)
    #expect(Design.obstacle(among: [plain, try design("b", "warmUp", "1 min")])?.hasPrefix("warmUp: ") == true)
    #expect(Design.obstacle(among: [plain, plain]) == nil)
  }
}
