import Services
import Statistics
import Testing
import Units

@testable import Scenarios

@Suite("Replications, warm-up and batches in a scenario")
struct ReplicationTests {
  private func decode(_ text: String, _ overrides: Override...) throws -> Scenario {
    try Scenario.decode(text, path: "x.yaml", overrides: overrides)
  }

  private func faults(_ text: String) -> [String] { Examples.faults(of: text) }

  private func precise(_ old: String, _ new: String) -> [String] {
    precondition(Examples.precise.contains(old), "the example has what a test replaces")
    return faults(Examples.precise.replacing(old, with: new))
  }

  @Test("a mapping is a precision: its share, its figures, its bounds")
  func precision() throws {
    let scenario = try decode(Examples.precise)
    let plan = try #require(scenario.precision)
    #expect(plan.rule == RelativePrecision(relativeHalfWidth: 0.02, least: 20, most: 400))
    #expect(
      plan.figures == [
        .latency(traffic: nil, .p99), .latency(traffic: "readers", .mean), .successLatency(traffic: nil, .p50),
        .errors(traffic: nil), .costMonthly, .throttles(function: "list"),
        .figure(resource: "list", name: "meanEnvironments"),
      ])
    #expect(
      plan.figures.map(\.description) == [
        "latency.p99", "latency.readers.mean", "successLatency.p50", "errors", "cost.monthly", "throttles.list",
        "list.meanEnvironments",
      ])
    #expect(scenario.replications == 20)
  }

  @Test("a number is a number, and no precision")
  func fixed() throws {
    let scenario = try decode(Examples.precise, Override(path: "replications", value: "12"))
    #expect(scenario.replications == 12 && scenario.precision == nil)
  }

  @Test("without figures they are the objectives', each once; without objectives response time and cost")
  func figures() throws {
    let bare = Examples.precise.replacing(#/  of: .*\n/#, with: "")
    #expect(try decode(bare).precision?.figures == [.latency(traffic: nil, .p99), .costMonthly])
    let judged = bare + "objectives: [errors < 1 %, latency.p50 < 1 s, latency.p50 > 1 ms]\n"
    #expect(try decode(judged).precision?.figures == [.errors(traffic: nil), .latency(traffic: nil, .p50)])
  }

  @Test(
    "the half-width is 0.1 % to 50 %",
    arguments: [("0.09 %", false), ("0.1 %", true), ("50 %", true), ("50.1 %", false), ("0.02", false), ("0", false)])
  func relativeHalfWidth(value: String, isSound: Bool) {
    #expect(precise("relativeHalfWidth: 2 %", "relativeHalfWidth: \(value)").isEmpty == isSound)
  }

  @Test(
    "the least number is 10 or more and not above the most",
    arguments: [
      ("min: 20", "min: 9", false), ("min: 20", "min: 10", true), ("min: 20", "min: 400", true),
      ("min: 20", "min: 401", false), ("max: 400", "max: 19", false), ("max: 400", "max: 20", true),
      ("max: 400", "max: 100000", true), ("max: 400", "max: 100001", false),
    ])
  func bounds(old: String, new: String, isSound: Bool) { #expect(precise(old, new).isEmpty == isSound) }

  @Test("a least number above the default most raises that")
  func defaultMost() throws {
    let text = Examples.precise.replacing("min: 20", with: "min: 300").replacing("  max: 400\n", with: "")
    #expect(try decode(text).precision?.rule.most == 300)
  }

  @Test("unknown figures, figures with a limit, none and the same twice are faults with advice")
  func unknown() throws {
    let figures = try #require(Examples.precise.firstMatch(of: /of: \[(.*)\]/)?.1)
    func fault(_ new: String) throws -> String { try #require(precise(String(figures), new).first) }
    #expect(try fault("latency.p98").contains("found the unknown statistic `p98`"))
    #expect(try fault("latency.reader.p99").contains("did you mean `readers`?"))
    #expect(try fault("cost.month").contains("found the unknown metric"))
    #expect(try fault("latency.p99 < 3 s").contains("found the unknown statistic"))
    #expect(try fault("").contains("wanted 1 to 20"))
    #expect(try fault("errors, errors").contains("found errors twice"))
  }

  @Test("auto is a warm-up that is yet to be found, and no assumption; a time is one that is stated")
  func warmUp() throws {
    let auto = try decode(Examples.precise)
    #expect(auto.findsWarmUp && auto.system.warmUp == .zero)
    #expect(!auto.assumptions.contains { $0.parameter == "warmUp" })
    let stated = try decode(Examples.precise, Override(path: "warmUp", value: "3 min"))
    #expect(!stated.findsWarmUp && stated.system.warmUp == .minutes(3))
    let none = try decode(Examples.precise.replacing("warmUp: auto\n", with: ""))
    #expect(!none.findsWarmUp && none.assumptions.contains { $0.parameter == "warmUp" })
    #expect(precise("warmUp: auto", "warmUp: atuo")[0].contains("did you mean `auto`?"))
  }

  @Test(
    "what changes at given times has no steady state: auto and batches are refused with the reason",
    arguments: [
      ("spikes: [ { at: 1 min, count: 5 } ]", "the traffic of readers has spikes"),
      ("cron: rate(5 minutes)", "the traffic of readers follows a schedule"),
      (
        "curve: { points: [ { at: 0 h, rate: 1 / s }, { at: 12 h, rate: 2 / s } ] }",
        "the traffic of readers follows a curve"
      ),
    ])
  func timeVarying(arrivals: String, reason: String) {
    for example in [Examples.precise, Examples.batched] {
      let found = faults(example.replacing("poisson: { rate: 1 / s }", with: arrivals))
      #expect(found.count == 1 && found[0].contains("but \(reason)"))
    }
    let stated = Examples.precise.replacing("warmUp: auto", with: "warmUp: 1 min")
    #expect(faults(stated.replacing("poisson: { rate: 1 / s }", with: arrivals)) == [])
  }

  @Test(
    "constant rates, random bursts and users have one",
    arguments: [
      "bursts: { on: { rate: 9 / s, duration: 10 s }, off: { rate: 0, duration: 1 min } }",
      "users: { count: 4, thinkTime: 3 s }",
    ])
  func steady(arrivals: String) {
    #expect(precise("poisson: { rate: 1 / s }", arrivals) == [])
  }

  @Test("a capacity that changes and a failover at a given moment are no steady state either")
  func resources() throws {
    let table = """
        orders:
          type: table
          billingMode: provisioned
          provisionedThroughput: { readCapacityUnits: 5, writeCapacityUnits: 5 }
          capacityChanges: [ { at: 5 min, provisionedThroughput: { readCapacityUnits: 9, writeCapacityUnits: 9 } } ]

      """
    #expect(try #require(faults(Examples.precise + table).first).contains("but the capacity of orders changes"))
    let failing = try decode(Examples.failover).system.obstaclesToSteadyState
    #expect(failing.contains { $0.hasSuffix("fails over at a given time") })
    let random = Examples.failover.replacing("at: [10 min, 30 min], ", with: "")
      .replacing("at: [20 min]", with: "meanTimeBetween: 30 d")
    #expect(try decode(random).system.obstaclesToSteadyState == [], "failures at random moments have one")
  }

  @Test(
    "scheduled scaling is no steady state, of tables, of their indexes, of functions; target tracking is",
    arguments: [true, false])
  func scaling(isScheduled: Bool) {
    let action = isScheduled ? ", scheduledActions: [ { schedule: cron(0 8 * * ? *), minCapacity: 7 } ]" : ""
    let capacity = "provisionedThroughput: { readCapacityUnits: 5, writeCapacityUnits: 5 }"
    let scaling = "autoScaling: { read: { minCapacity: 5, maxCapacity: 9\(action) } }"
    let table = "  orders:\n    type: table\n    billingMode: provisioned\n    \(capacity)\n"
    for (resource, reason) in [
      (table + "    \(scaling)\n", "the capacity of orders follows a schedule"),
      (
        table + "    globalSecondaryIndexes: { byDate: { \(capacity), \(scaling) } }\n",
        "the capacity of orders follows a schedule"
      ),
      (
        """
          work:
            type: function
            handler: []
            provisionedConcurrencyConfig:
              provisionedConcurrentExecutions: 5
              autoScaling: { minCapacity: 5, maxCapacity: 9\(action) }

        """, "the provisioned concurrency of work follows a schedule"
      ),
    ] {
      let found = faults(Examples.precise + resource)
      #expect(found.count == (isScheduled ? 1 : 0), "\(found)")
      if isScheduled { #expect(found.first?.contains("but \(reason)") == true, "\(found)") }
    }
  }

  @Test(
    "what is done to a table at a given time is no steady state: a cut could leave it out",
    arguments: [
      ("backups: [ { at: 5 min } ]", "orders is backed up at a given time"),
      ("exports: [ { at: 20 min, every: 15 min } ]", "orders is exported at a given time"),
      ("restores: [ { at: 5 min } ]", "orders is restored at a given time"),
    ])
  func durability(key: String, reason: String) {
    let table = """
        orders:
          type: table
          billingMode: payPerRequest
          pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true }
          \(key)

      """
    for example in [Examples.precise, Examples.batched] {
      let found = faults(example + table)
      #expect(found.count == 1 && found[0].contains("but \(reason)"), "\(found)")
    }
    #expect(faults(Examples.precise.replacing("warmUp: auto", with: "warmUp: 1 min") + table) == [])
  }

  @Test("a curve whose values are all equal is a constant rate; recorded traffic is not, whatever it holds")
  func curves() throws {
    let flat = "curve: { points: [ { at: 0 h, rate: 2 / s }, { at: 12 h, rate: 2 / s } ] }"
    #expect(precise("poisson: { rate: 1 / s }", flat) == [])
    var system = try decode(Examples.precise).system
    system.traffic[0].arrivals = .replay(ReplayConfig(path: "/t.csv", layout: .arrivals, interval: .minutes(1)))
    #expect(system.obstaclesToSteadyState == ["the traffic of readers is recorded"])
  }

  @Test("batches mean one run, and contradict several")
  func batches() throws {
    let scenario = try decode(Examples.batched)
    #expect(scenario.batches == .fixed(30) && scenario.replications == 1)
    #expect(try decode(Examples.batched.replacing("batches: 30", with: "batches: auto")).batches == .automatic)
    #expect(faults(Examples.batched + "replications: 1\n") == [])
    #expect(faults(Examples.batched + "replications: 2\n")[0].contains("`batches` with 2 replications"))
    #expect(faults(Examples.batched + "replications: { relativeHalfWidth: 5 % }\n").count == 1)
    #expect(faults(Examples.precise.replacing("warmUp: auto", with: "batches: 30")).count == 1)
  }

  @Test("10 to 100 batches, each a period or more", arguments: [(9, false), (10, true), (100, true), (101, false)])
  func count(batches: Int, isSound: Bool) {
    #expect(faults(Examples.batched.replacing("batches: 30", with: "batches: \(batches)")).isEmpty == isSound)
    let periods = Examples.batched + "period: 4 min\n"
    #expect(faults(periods) == [])
    #expect(faults(periods.replacing("batches: 30", with: "batches: 31"))[0].contains("a period or more for each"))
    #expect(!faults(periods.replacing("batches: 30", with: "batches: auto")).isEmpty)
  }

  @Test("on the command line a half-width makes a plan, and a cap lowers the least number below it")
  func commandLine() throws {
    let scenario = try decode(Examples.batched)
    #expect(scenario.precision(relativeHalfWidth: nil, most: 50) == nil)
    let plan = try #require(scenario.precision(relativeHalfWidth: 0.05, most: 12))
    #expect(plan.rule == RelativePrecision(relativeHalfWidth: 0.05, least: 12, most: 12))
    #expect(plan.figures == PrecisionPlan.defaultFigures)
    let other = try #require(decode(Examples.precise).precision(relativeHalfWidth: nil, most: 30))
    #expect(other.rule == RelativePrecision(relativeHalfWidth: 0.02, least: 20, most: 30) && other.figures.count == 7)
    let joined = try #require(PrecisionPlan.joined([plan, other]))
    #expect(joined.rule == RelativePrecision(relativeHalfWidth: 0.02, least: 20, most: 30))
    #expect(joined.figures.count == 7 && PrecisionPlan.joined([]) == nil)
  }
}
