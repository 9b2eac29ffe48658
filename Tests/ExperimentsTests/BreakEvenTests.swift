import Billing
import Engine
import Foundation
import Scenarios
import Services
import Synchronization
import Testing
import Units

@testable import Experiments

@Suite("Break-even of a table's capacity modes")
struct BreakEvenTests {
  // MARK: Where it lies

  @Test("between two utilisations the cost is interpolated over the units, which is exact without rounding")
  func crossing() throws {
    let utilizations = [0.1, 0.2, 0.3, 0.9]
    for share in [0.11, 0.2888, 0.31, 0.89] {
      guard case .at(let found) = BreakEvenOutcome.Crossing(utilizations, utilizations.map { share / $0 - 1 }) else {
        Issue.record("no crossing at \(share)")
        continue
      }
      #expect(abs(found - share) < 1e-12)
    }
  }

  @Test("a difference of zero is the very utilisation; none or all above zero lie outside")
  func edges() {
    typealias Crossing = BreakEvenOutcome.Crossing
    #expect(Crossing([0.2, 0.4], [1, 0]) == .at(0.4))
    #expect(Crossing([0.2, 0.4], [0, -1]) == .at(0.2))
    #expect(Crossing([0.2, 0.4], [-1, -2]) == .below)
    #expect(Crossing([0.2, 0.4], [2, 1]) == .above)
    #expect(Crossing([0.4], [1]) == .above)
  }

  @Test("units are rounded up, at least one; a last bit above a whole number does not count")
  func units() {
    func units(_ consumed: Double, _ utilization: Double) -> Int {
      CapacityConsumption(name: "t", readUnits: consumed, writeUnits: 0).units(at: utilization).read
    }
    #expect(units(0, 0.5) == 1 && units(0.3, 0.5) == 1 && units(0.5, 0.5) == 1 && units(0.6, 0.5) == 2)
    for (whole, percent) in [(3, 10), (7, 70), (21, 70), (49, 70), (9, 90)] {
      #expect(
        units(Double(whole), Double(percent) / 100) == whole * 100 / percent + (whole * 100 % percent > 0 ? 1 : 0))
    }
  }

  // MARK: The formula

  @Test("a unit of an hour over 3,600 on-demand units, of each kind and of their mix")
  func formula() throws {
    let prices = CapacityPrices(
      readUnit: Money("0.000001"), readUnitHour: Money("0.00072"), writeUnit: Money("0.00001"),
      writeUnitHour: Money("0.0108"))
    #expect(prices.breakEven(.reads, reads: 5, writes: 0) == 0.2)
    #expect(prices.breakEven(.writes, reads: 0, writes: 5) == 0.3)
    #expect(prices.breakEven(.both, reads: 5, writes: 0) == 0.2)
    // (3 x 0.00072 + 0.0108) / (3,600 x (3 x 0.000001 + 0.00001)) = 0.01296 / 0.0468.
    #expect(try abs(#require(prices.breakEven(.both, reads: 3, writes: 1)) - 0.01296 / 0.0468) < 1e-15)
    #expect(prices.breakEven(.reads, reads: 0, writes: 1) == nil)
    #expect(prices.breakEven(.both, reads: 0, writes: 0) == nil)
    var lacking = prices
    lacking.writeUnitHour = nil
    #expect(
      lacking.breakEven(.both, reads: 3, writes: 1) == nil && lacking.breakEven(.both, reads: 3, writes: 0) == 0.2)
  }

  @Test("at the list prices of us-east-1 both kinds meet at 28.9 %, and those of Standard-IA elsewhere")
  func listPrices() throws {
    let book = try PriceBook.bundled(region: "us-east-1")
    let standard = CapacityPrices(book, .standard)
    for kind in CapacityKind.allCases {
      #expect(try abs(#require(standard.breakEven(kind, reads: 7, writes: 3)) - 0.26 / 0.9) < 1e-12)
    }
    let infrequent = CapacityPrices(book, .standardInfrequentAccess)
    #expect(infrequent.readUnit != nil && infrequent.readUnit != standard.readUnit)
  }

  // MARK: Simulated

  /// 40 read and 10 write units a second, a little more or less by replication.
  @Test("costs, units and crossings of a world worked out by hand")
  func byHand() async throws {
    let found = try await found(utilizations: [0.2, 0.3, 0.4], replications: 2)
    #expect(found.consumption == [CapacityConsumption(name: "t", readUnits: 40, writeUnits: 10)])
    #expect(found.points.map(\.readUnits) == [200, 134, 100] && found.points.map(\.writeUnits) == [50, 34, 25])
    // 40 x 3,600 x 730 x 0.000000125 and 10 x 3,600 x 730 x 0.000000625.
    #expect(found.onDemand.cost.reads.mean == Money("13.14") && found.onDemand.cost.writes.mean == Money("16.425"))
    #expect(found.onDemand.cost.both.mean == Money("29.565"))
    // 200 x 730 x 0.00013, 50 x 730 x 0.00065.
    #expect(found.points[0].world.cost.reads.mean == Money("18.98"))
    #expect(found.points[0].world.cost.writes.mean == Money("23.725"))
    #expect(found.points[0].difference.reads.mean == Money("5.84"))
    #expect(found.points[1].difference.writes.mean == Money("-0.292"))
    // Provisioned capacity costs the same in both replications, so all the spread is that of on demand.
    #expect(found.points[0].world.cost.both.halfWidth == .zero)
    #expect(found.points[0].difference.reads.halfWidth == found.onDemand.cost.reads.halfWidth)
    // The throttles that the worlds report: none on demand, 10 of 100, but 20 at 30 %.
    #expect(found.onDemand.throttled.mean == 0 && found.points.map(\.world.throttled.mean) == [0.1, 0.2, 0.1])

    let expected: [(CapacityKind, Double)] = [(.reads, 0.29019165727), (.writes, 0.29433962264)]
    for (kind, share) in expected {
      let outcome = try #require(found.outcomes.first { $0.kind == kind })
      guard case .at(let simulated) = outcome.simulated else {
        Issue.record("\(kind) has no crossing")
        return
      }
      #expect(abs(simulated - share) < 1e-9)
      #expect(try #require(outcome.halfWidth) > 0)
      #expect(try abs(#require(outcome.formula) - 0.26 / 0.9) < 1e-12)
    }
  }

  @Test("the result is the same for any number of jobs, and one replication has no half-width")
  func jobs() async throws {
    let one = try await found(utilizations: [0.2, 0.25, 0.3, 0.5], replications: 3, jobs: 1)
    let four = try await found(utilizations: [0.2, 0.25, 0.3, 0.5], replications: 3, jobs: 4)
    #expect(one.outcomes.map(\.simulated) == four.outcomes.map(\.simulated))
    #expect(one.outcomes.map(\.halfWidth) == four.outcomes.map(\.halfWidth))
    #expect(one.points.map(\.difference.both.mean) == four.points.map(\.difference.both.mean))
    let single = try await found(utilizations: [0.2, 0.3], replications: 1)
    #expect(single.outcomes.allSatisfy { $0.halfWidth == nil })
  }

  @Test("indexes get units for their own consumption")
  func indexes() async throws {
    let found = try await found(utilizations: [0.5], replications: 1, index: "byDate")
    #expect(
      found.points[0].units == [
        CapacityUnits(name: "t", read: 80, write: 20), CapacityUnits(name: "t/index/byDate", read: 1, write: 10),
      ])
    #expect(found.points[0].writeUnits == 30)
  }

  @Test("a global table has the break-even of any other: all Regions pay in either mode")
  func globalTable() async throws {
    let found = try await found(utilizations: [0.2, 0.3, 0.4], replications: 2) {
      $0.replication = ReplicationConfig(regions: ["us-west-2"])
    }
    #expect(found.onDemand.cost.writes.mean == Money("32.85"))
    #expect(found.points[0].world.cost.writes.mean == Money("47.45"))
    let writes = try #require(found.outcomes.first { $0.kind == .writes })
    guard case .at(let simulated) = writes.simulated else {
      Issue.record("no crossing of writes")
      return
    }
    #expect(abs(simulated - 0.29433962264) < 1e-9)
    #expect(try abs(#require(writes.formula) - 0.26 / 0.9) < 1e-12)
  }

  @Test("reserved capacity has no part in it: what it covers would look free")
  func reserved() async throws {
    var scenario = try Self.scenario(
      "breakEven: { table: t, utilization: [50 %] }", duration: "1 h", reads: 20, writes: 20)
    func break50() async throws -> BreakEven? {
      try await Runner.run(
        scenario: scenario, prices: .bundled(region: "us-east-1"), options: Runner.Options(jobs: 1, seed: 5)
      ).breakEven
    }
    let plain = try #require(try await break50())
    scenario.system.account.reservedCapacity = ReservedCapacityConfig(
      readCapacityUnits: 100, writeCapacityUnits: 100, term: .oneYear)
    let reserved = try #require(try await break50())
    #expect(plain.points[0].world.cost.both.mean > .zero)
    #expect(reserved.points[0].world.cost.both.mean == plain.points[0].world.cost.both.mean)
  }

  @Test("what nothing uses has no break-even")
  func unused() async throws {
    let found = try await found(utilizations: [0.2, 0.4], replications: 2, reads: 0)
    #expect(found.outcomes[0].simulated == .unused && found.outcomes[0].formula == nil)
    #expect(found.outcomes[1].simulated != .unused && found.outcomes[2].simulated != .unused)
  }

  @Test("progress counts the worlds of the scenario and of its break-even together")
  func progress() async throws {
    let seen = Mutex<[String]>([])
    _ = try await Runner.run(
      scenario: try Self.scenario("breakEven: { table: t, utilization: [20 %, 40 %] }"),
      prices: .bundled(region: "us-east-1"),
      options: Runner.Options(replications: 2, seed: 1) { done, total in seen.withLock { $0.append("\(done)/\(total)") }
      })
    let texts = seen.withLock { $0 }
    #expect(Set(texts) == Set((0...8).map { "\($0)/8" }))
    #expect(texts.last == "8/8")
  }

  @Test("a scenario without the key has none, and its result does not depend on the key")
  func absent() async throws {
    let prices = try PriceBook.bundled(region: "us-east-1")
    let options = Runner.Options(replications: 2, seed: 1)
    let without = try await Runner.run(scenario: Self.scenario(""), prices: prices, options: options)
    let with = try await Runner.run(
      scenario: Self.scenario("breakEven: { table: t, utilization: [50 %] }"), prices: prices, options: options)
    #expect(without.breakEven == nil && with.breakEven?.points.count == 1)
    #expect(without.digest == with.digest)
  }

  // Whole hours, as provisioned capacity is billed; 72 units for 71.4 and 63 for 62.5 are less than 1 % too many.
  @Test("by simulation of real traffic the modes meet within 2 % of the formula")
  func endToEnd() async throws {
    let result = try await Runner.run(
      scenario: Self.scenario(
        "breakEven: { table: t, utilization: [25 %, 28 %, 32 %] }", duration: "1 h", reads: 20, writes: 20),
      prices: .bundled(region: "us-east-1"), options: Runner.Options(replications: 2, jobs: 2, seed: 5))
    for outcome in try #require(result.breakEven).outcomes {
      guard case .at(let share) = outcome.simulated, let formula = outcome.formula else {
        Issue.record("\(outcome.kind) has no crossing: \(outcome.simulated)")
        continue
      }
      #expect(abs(share / formula - 1) < 0.02, "\(outcome.kind)")
    }
  }

  // MARK: Parts

  /// Strongly consistent reads and writes of one unit each, so many a second.
  private static func scenario(
    _ more: String, duration: String = "2 min", reads: Int = 200, writes: Int = 100
  ) throws -> Scenario {
    try Scenario.decode(
      """
      scenario: Test
      region: us-east-1
      duration: \(duration)
      traffic:
        readers:
          { target: t, operation: getItem, itemSize: 2 KB, consistentRead: true, arrivals: { poisson: { rate: \(reads) / s } } }
        writers: { target: t, operation: putItem, itemSize: 1 KB, arrivals: { poisson: { rate: \(writes) / s } } }
      resources:
        t: { type: table }

      """ + more + "\n", path: "x.yaml")
  }

  /// The break-even of a table whose worlds are made up: they consume and cost by the rules, in an hour.
  private func found(
    utilizations: [Double], replications: Int, jobs: Int = 1, reads: Int64 = 40, index: String? = nil,
    change: (inout TableConfig) -> Void = { _ in }
  ) async throws -> BreakEven {
    var scenario = try Self.scenario("")
    scenario.system.resources = scenario.system.resources.map { resource in
      guard case .table(var table) = resource else { return resource }
      if let index { table.indexes = [IndexConfig(name: index, kind: .global(table.capacity))] }
      change(&table)
      return .table(table)
    }
    var plan = BreakEvenPlan(table: "t")
    plan.utilizations = utilizations
    let design = Design(name: "d", scenario: scenario, prices: try .bundled(region: "us-east-1"))
    return try await BreakEven.run(
      design, plan, options: Runner.Options(replications: replications, jobs: jobs, seed: 1)
    ) { config, replication in
      guard case .table(let table) = config.resources[0] else { preconditionFailure("the first resource is the table") }
      // One more and one less in turns; the mean of an even number of replications is exact.
      let shift: Int64 =
        replications == 1 || (replications % 2 == 1 && replication == 0) ? 0 : replication % 2 == 0 ? 1 : -1
      return Self.world(
        table, reads: reads == 0 ? 0 : reads + shift, writes: 10 + shift, indexWrites: index == nil ? 0 : 5)
    }
  }

  private static func world(_ table: TableConfig, reads: Int64, writes: Int64, indexWrites: Int64) -> RunResult {
    func series(_ resource: String, _ name: String, _ units: Int64) -> MetricSeries {
      MetricSeries(
        key: MetricKey(resource: resource, namespace: "AWS/DynamoDB", name: name, unit: "Count", statistic: .sum),
        values: [Double(units * 1_800), Double(units * 1_800)])
    }
    var all = [
      series("t", "ConsumedReadCapacityUnits", reads), series("t", "ConsumedWriteCapacityUnits", writes),
      series("t2", "ConsumedWriteCapacityUnits", 1_000),
    ]
    if indexWrites > 0 { all.append(series("t/index/byDate", "ConsumedWriteCapacityUnits", indexWrites)) }
    var usage: [UsageLine] = []
    func add(_ key: String, _ amount: Int64, _ unitsPerPriced: Int64, _ kind: Meter.Kind) {
      usage.append(
        UsageLine(
          meter: Meter(service: "DynamoDB", key: key, unitsPerPriced: unitsPerPriced, kind: kind), resource: "t",
          amount: amount))
    }
    var throttles = 0.0
    let regions = Int64(1 + (table.replication?.regions.count ?? 0))
    let replicated = regions > 1 ? "Repl" : ""
    switch table.capacity {
    case .onDemand:
      add("ReadRequestUnits", reads * 7_200, 2, .consumed)
      add(replicated + "WriteRequestUnits", (writes + indexWrites) * 3_600 * regions, 1, .consumed)
    case .provisioned(let capacity):
      // Unit-milliseconds of an hour.
      add("ReadCapacityUnit-Hrs", Int64(capacity.readCapacityUnits) * 3_600_000, 1, .standing)
      add(
        replicated + "WriteCapacityUnit-Hrs", Int64(capacity.writeCapacityUnits) * 3_600_000 * regions, 1, .standing)
      throttles = capacity.readCapacityUnits == 134 ? 20 : 10
    }
    add("TimedStorage-ByteHrs", 1_024 * 3_600_000, 1_024, .standing)
    return RunResult(
      duration: .hours(1), period: .minutes(30), events: 1, digest: 1, traffic: [],
      resources: [
        ResourceResult(
          name: "t", typeName: "table",
          figures: [Figure("requests", 100 - throttles), Figure("throttles", throttles)])
      ], series: all, usage: usage)
  }
}
