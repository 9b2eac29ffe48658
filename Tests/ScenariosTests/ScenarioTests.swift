import Engine
import Foundation
import Scenarios
import Services
import Testing
import Units

@Suite("Sound scenarios")
struct ScenarioTests {
  @Test("rows of the time series are as wide as CloudWatch keeps them, and few enough to be held")
  func rows() {
    let widths = [15, 16, 63, 64, 366].map { Scenario.defaultPeriod(for: .days($0)) }
    #expect(widths == [.minutes(1), .minutes(5), .minutes(5), .hours(1), .hours(1)])
    #expect(Scenario.defaultPeriod(for: .days(15), components: 11) == .minutes(1))
    #expect(Scenario.defaultPeriod(for: .days(15), components: 12) == .minutes(5))
    #expect(Scenario.defaultPeriod(for: .days(366), components: 2_000) == .days(1))
    #expect(Scenario.canRecord(every: .seconds(1), over: .seconds(120_000), components: 2))
    #expect(!Scenario.canRecord(every: .seconds(1), over: .seconds(120_001), components: 2))
    #expect(!Scenario.canRecord(every: .seconds(1), over: .seconds(120_000), components: 3))
  }

  @Test("every shipped scenario decodes", arguments: Examples.shipped)
  func shipped(name: String) throws {
    let scenario = try Scenario.load(path: Examples.folder.appendingPathComponent(name).path)
    #expect(!scenario.system.resources.isEmpty)
    #expect(!scenario.system.traffic.isEmpty)
  }

  @Test("the four first scenarios are there")
  func present() {
    for name in ["azure-day.yaml", "busy-month.yaml", "reference-kernel.yaml", "serverless-api.yaml"] {
      #expect(Examples.shipped.contains(name))
    }
  }

  @Test("every key arrives in its config")
  func full() throws {
    let scenario = try Scenario.decode(Examples.full, path: "full.yaml")
    let system = scenario.system
    #expect(scenario.name == "Everything" && scenario.description == "all keys" && scenario.path == "full.yaml")
    #expect(scenario.seed == 7 && scenario.replications == 3)
    #expect(system.region == "eu-central-1" && system.start.description == "2026-03-02T06:30:00Z")
    #expect(system.duration == .hours(2) && system.warmUp == .minutes(5) && system.period == .minutes(1))
    #expect(
      system.account
        == AccountConfig(
          concurrentExecutions: 500, scalingBurst: 10, scalingRate: 5, requestsPerConcurrency: 20,
          requestBurst: .milliseconds(500), apiRateLimit: 100, apiBurstLimit: 50))
    #expect(system.traffic.map(\.name) == ["steady", "daily", "bursty", "peaks", "timer", "people"])
    #expect(system.resources.map(\.name) == ["api", "f", "g", "h", "t", "dead"])
    #expect(scenario.objectives.count == 7)
    #expect(scenario.billing.freeTier && scenario.billing.twelveMonthOffers)
    #expect(scenario.billing.month == .calendar(year: 2026, month: 2))
  }

  @Test("traffic arrives as written")
  func traffic() throws {
    let traffic = try Scenario.decode(Examples.full, path: "full.yaml").system.traffic
    #expect(traffic[0].targets == [TrafficTarget(resource: "api", route: "GET /a", payload: .kilobytes(1))])
    #expect(traffic[0].arrivals == .poisson(ratePerSecond: 1))
    guard case .curve(let curve) = traffic[1].arrivals else {
      Issue.record("daily is a curve")
      return
    }
    #expect(curve.period == .days(7) && curve.step == .minutes(5) && curve.ratesPerSecond.count == 2_017)
    // The start is a Monday, 06:30.
    #expect(curve.phase == .minutes(390))
    #expect(curve.ratesPerSecond[96] == 1)
    #expect(abs(curve.ratesPerSecond[2 * 288 + 144] - 20) < 1e-9)
    let (on, off) = (
      BurstPhase(ratePerSecond: 9, meanDuration: .seconds(10)), BurstPhase(ratePerSecond: 0, meanDuration: .minutes(1))
    )
    #expect(traffic[2].arrivals == .bursts(on: on, off: off))
    #expect(
      traffic[3].arrivals
        == .spikes([
          Spike(at: .minutes(1), count: 5, over: .zero), Spike(at: .minutes(2), count: 6, over: .seconds(3)),
        ]))
    #expect(traffic[4].arrivals == .cron(try CronSchedule("rate(5 minutes)")))
    #expect(traffic[5].arrivals == .users(count: 4, thinkTime: .exponential(mean: 3e9)))
    #expect(traffic[5].targets[0].operation == TableOperation(kind: .putItem, itemSize: .kilobytes(1)))
  }

  /// The function of the small scenario with other lines in place of its memory size, and what it assumes.
  private func function(_ lines: String) throws -> (FunctionConfig, [String: Assumption]) {
    let text = Examples.small("    memorySize: 512 MB\n", becomes: lines)
    let scenario = try Scenario.decode(text, path: "small.yaml")
    guard case .function(let function) = scenario.system.resources[1] else { throw CancellationError() }
    let own = scenario.assumptions.filter { $0.subject == "list" }
    return (function, Dictionary(own.map { ($0.parameter, $0) }, uniquingKeysWith: { first, _ in first }))
  }

  @Test("a function that says nothing gets the measured and documented defaults, each with its origin")
  func functionDefaults() throws {
    let (f, assumed) = try function("")
    #expect(f.placement == LambdaDefaults.placement && f.maximumAge == LambdaDefaults.maximumAge)
    #expect(
      f.firstCall == ColdStarts.firstCall(runtime: f.runtime, architecture: .x86, packageType: .zip)
        && f.initDuration == nil)
    #expect(f.recovery == .reset && f.invokeMode == .buffered && f.ephemeralStorage == 512 && f.snapStart == nil)
    #expect(assumed["placement"]?.grade == .inferred && assumed["maximumAge"]?.grade == .unknown)
    #expect(assumed["firstCall"]?.grade == .measured && assumed["initDuration"]?.grade == .measured)
    #expect(assumed["recovery"]?.grade == .documented)
    #expect(assumed.keys.allSatisfy { !$0.hasPrefix("snapStart") })
  }

  @Test("SnapStart in one word takes everything from the measurements of the runtime")
  func snapStartDefaults() throws {
    let (f, assumed) = try function("    runtime: java21\n    snapStart: publishedVersions\n")
    let snapStart = try #require(f.snapStart)
    #expect(snapStart.restore == Restores.distribution(runtime: "java21", architecture: .x86, memorySize: 128))
    #expect(snapStart.firstCall == Restores.firstCall(runtime: "java21", architecture: .x86))
    #expect(snapStart.warmShare == SnapshotCache.defaultWarmShare)
    #expect(snapStart.runtimeLoad == LambdaDefaults.runtimeLoad)
    #expect(
      assumed.keys.filter { $0.hasPrefix("snapStart.") }.sorted() == [
        "snapStart.firstCall", "snapStart.restore", "snapStart.runtimeLoad", "snapStart.snapshotting",
        "snapStart.warmUp.coolsAfter", "snapStart.warmUp.restores", "snapStart.warmUp.warmShare",
      ])
    #expect(assumed["firstCall"] == nil)
    let off = try function("    runtime: nodejs24.x\n    snapStart: { applyOn: none }\n")
    #expect(off.0.snapStart == nil && off.1["firstCall"] != nil)
  }

  @Test("a framework brings its own init, first call and restore, and its runtime if none is named")
  func framework() throws {
    let (plain, _) = try function("    framework: springBoot\n")
    #expect(plain.runtime == "java17" && plain.initDuration == Framework.springBoot.initDuration(on: .x86))
    #expect(plain.firstCall == Framework.springBoot.firstCall(on: .x86))
    let (restored, _) = try function(
      "    framework: springBoot\n    runtime: java21\n    snapStart: publishedVersions\n")
    #expect(restored.runtime == "java21" && restored.snapStart?.restore == Framework.springBoot.restore(on: .x86))
    #expect(restored.snapStart?.firstCall == Framework.springBoot.restoredFirstCall(on: .x86))
  }

  @Test("a runtime of one's own needs an own init, and its first call is taken as free")
  func ownRuntime() throws {
    let (f, assumed) = try function("    runtime: provided.al2023\n    initDuration: 30 ms\n")
    #expect(f.initDuration == .constant(30e6) && f.firstCall == .constant(0))
    #expect(assumed["firstCall"]?.grade == .unknown)
  }

  @Test("resources and handlers arrive as written")
  func resources() throws {
    let resources = try Scenario.decode(Examples.full, path: "full.yaml").system.resources
    guard case .httpApi(let api) = resources[0], case .function(let f) = resources[1],
      case .function(let g) = resources[2], case .function(let h) = resources[3],
      case .table(let t) = resources[4]
    else {
      Issue.record("the resources are an API, three functions and a table")
      return
    }
    #expect(api.routes.map(\.key) == ["GET /a", "$default"] && api.integrationTimeout == .seconds(29))
    #expect(api.overhead == .constant(4e6))
    #expect(f.memorySize == 1_769 && f.architecture == .arm64 && f.packageType == .image && f.parallelism == 2)
    #expect(f.timeout == .seconds(20) && f.environmentChoice == .random && f.runtime == "python3.13")
    #expect(f.handler.count == 6)
    guard case .call(let call) = f.handler[1] else {
      Issue.record("the second step is a call")
      return
    }
    #expect(call.operation == TableOperation(kind: .query, itemSize: Size(bytes: 300), items: 20, consistentRead: true))
    #expect(call.timeout == .seconds(2) && call.onError == .continue)
    #expect(call.retry.maxAttempts == 3 && call.retry.multiplier == 1.5 && call.retry.jitter == .none)
    #expect(f.handler[5] == .fail(probability: 0.01))
    #expect(
      f.handler[3]
        == .choose([
          Step.Choice(weight: 0.8, steps: [.compute(.normal(mean: 5e6, standardDeviation: 1e6))]),
          Step.Choice(weight: 0.2, steps: []),
        ]))
    #expect(f.placement == .logNormal(median: 80e6, p99: 400e6) && f.extensionInit == .constant(20e6))
    #expect(f.applicationInit == .constant(40e6) && f.firstCall == .constant(70e6))
    #expect(f.initFailure == 0.001 && f.proactiveInit == 0.1 && f.recovery == .end)
    #expect(f.maximumAge == .uniform(low: 7_200e9, high: 14_400e9))
    #expect(f.memoryUsage == .logNormal(median: 400 * 1_048_576, p99: 900 * 1_048_576))
    #expect(f.ephemeralStorage == 1_024 && f.responseSize == .megabytes(20) && f.invokeMode == .responseStream)
    #expect(h.initDuration == Framework.quarkus.initDuration(on: .x86) && h.maximumAge == nil)
    var snapStart = SnapStartConfig(restore: .gamma(shape: 56.25, scale: 300e6 / 56.25))
    snapStart.runtimeLoad = .constant(60e6)
    snapStart.restoreHook = .constant(5e6)
    snapStart.firstCall = .constant(30e6)
    snapStart.warmShare = 0.7
    snapStart.warmUpRestores = 8
    snapStart.coolsAfter = .hours(4)
    snapStart.snapshotting = .constant(180e9)
    #expect(h.snapStart == snapStart && g.snapStart == nil && f.snapStart == nil)
    #expect(g.memorySize == 128 && g.timeout == .seconds(3) && g.runtime == FunctionConfig.defaultRuntime)
    guard case .compute(.empirical(let points)) = g.handler[0] else {
      Issue.record("g computes by a table")
      return
    }
    #expect(points.map(\.probability) == [0, 0.5, 0.999, 1])
    #expect(t.tableClass == .standardInfrequentAccess && t.storageSize == .gigabytes(5))
    #expect(t.capacity == .onDemand(OnDemandThroughput(maxReadRequestUnits: 100, maxWriteRequestUnits: 50)))
    #expect(t.latency.count == 2)
  }

  @Test("defaults are those of the configs, and each is an assumption with a source")
  func assumptions() throws {
    let scenario = try Scenario.decode(Examples.small, path: "small.yaml")
    #expect(scenario.seed == 1 && scenario.replications == 10 && scenario.system.period == .minutes(1))
    #expect(scenario.system.start.description == "2026-06-01T00:00:00Z")
    let recorded = scenario.assumptions.map { "\($0.subject).\($0.parameter)" }
    for expected in [
      "list.runtime", "list.architecture", "list.packageType", "list.timeout", "list.initDuration", "list.idleExpiry",
      "list.environmentChoice", "list.parallelism", "items.latency.query", "api.overhead", "api.integrationTimeout",
      ".period", ".warmUp",
      ".account.concurrentExecutions", ".account.functionScaling", ".account.apiThrottling",
      ".account.requestRate.perConcurrency", ".account.requestRate.burst", ".account.throttleReason",
      ".billing.freeTier",
      ".billing.month",
    ] {
      #expect(recorded.contains(expected), "\(expected) is recorded")
    }
    #expect(!recorded.contains("list.memorySize"), "what the scenario says is no assumption")
    #expect(Set(recorded).count == recorded.count)
    #expect(scenario.assumptions.allSatisfy { !$0.source.isEmpty && !$0.asOf.isEmpty && !$0.value.isEmpty })
  }

  @Test("a retry's defaults matter from the second attempt on, and each counts once")
  func assumedRetries() throws {
    let once = Examples.small("itemSize: 2 KB", becomes: "itemSize: 2 KB\n        retry: { maxAttempts: 1 }")
    let often = Examples.small(
      "itemSize: 2 KB", becomes: "itemSize: 2 KB\n        retry: { maxAttempts: 2, jitter: none }")
    func parameters(_ text: String) throws -> [String] {
      try Scenario.decode(text, path: "x").assumptions.map(\.parameter).filter { $0.hasPrefix("retry.") }
    }
    #expect(try parameters(once).isEmpty)
    #expect(try parameters(often) == ["retry.backoff", "retry.multiplier", "retry.maxBackoff"])
  }

  @Test("a profile's row is an assumption with its source, and so is that nobody retries unasked")
  func assumedProfiles() throws {
    func rows(_ text: String) throws -> [String] {
      try Scenario.decode(text, path: "x").assumptions.filter { $0.parameter.contains("retry") }.map {
        "\($0.subject) \($0.parameter) \($0.grade.rawValue)"
      }
    }
    #expect(try rows(Examples.small) == [" retry unknown"])
    let call = Examples.small("itemSize: 2 KB", becomes: "itemSize: 2 KB\n        retry: legacyPre2026")
    #expect(try rows(call) == ["list retry.legacyPre2026.dynamoDB documented", " retry unknown"])
    let both = call.replacing(
      "rate: 10 / s } }", with: "rate: 10 / s } }\n    client: { retry: { profile: standard2026 } }")
    #expect(
      try rows(both) == ["list retry.legacyPre2026.dynamoDB documented", "users retry.standard2026 documented"])
  }

  @Test("a client is read, and instances are assumed where they are left out")
  func client() throws {
    let source = try Scenario.decode(Examples.full, path: "x").system.traffic[0]
    #expect(source.client?.timeout == .seconds(5) && source.client?.instances == 10)
    #expect(source.client?.retry.profile == .adaptive && source.client?.retry.maxAttempts == 4)
    #expect(source.client?.retry.jitter == RetryConfig.Jitter.none)
    let text = Examples.small("rate: 10 / s } }", becomes: "rate: 10 / s } }\n    client: { timeout: 2 s }")
    let scenario = try Scenario.decode(text, path: "x")
    #expect(scenario.system.traffic[0].client?.retry == RetryConfig())
    #expect(scenario.assumptions.contains { $0.parameter == "client.instances" && $0.value == "1" })
    #expect(try Scenario.decode(Examples.small, path: "x").system.traffic[0].client == nil)
  }

  @Test("a start is assumed only where traffic reads the calendar")
  func assumedStart() throws {
    let timed = Examples.small("{ poisson: { rate: 10 / s } }", becomes: "{ cron: rate(1 minute) }")
    #expect(try Scenario.decode(timed, path: "x").assumptions.contains { $0.parameter == "start" })
    #expect(try !Scenario.decode(Examples.small, path: "x").assumptions.contains { $0.parameter == "start" })
  }

  @Test(
    "rows are a minute wide up to 15 days, then 5 minutes",
    arguments: [
      ("15 d", Time.minutes(1)), ("360 h 0", nil), ("15.00001 d", Time.minutes(5)), ("30 d", Time.minutes(5)),
    ]
      as [(String, Time?)])
  func period(duration: String, period: Time?) throws {
    let text = Examples.small("duration: 1 h", becomes: "duration: \(duration)")
    #expect((try? Scenario.decode(text, path: "x"))?.system.period == period)
  }

  @Test("canonical bytes ignore comments, spacing and quotes, and change with any value")
  func canonicalBytes() throws {
    let bytes = try Scenario.decode(Examples.small, path: "x").canonicalBytes
    let restyled = Examples.small("region: us-east-1", becomes: "# comment\nregion:    \"us-east-1\"")
    #expect(try Scenario.decode(restyled, path: "elsewhere").canonicalBytes == bytes)
    let changed = Examples.small("512 MB", becomes: "513 MB")
    #expect(try Scenario.decode(changed, path: "x").canonicalBytes != bytes)
    let overridden = try Scenario.decode(
      Examples.small, path: "x", overrides: [Override(path: "resources.list.memorySize", value: "513 MB")])
    #expect(overridden.canonicalBytes == (try Scenario.decode(changed, path: "x")).canonicalBytes)
  }

  @Test("objectives keep their units")
  func objectives() throws {
    let objectives = try Scenario.decode(Examples.full, path: "x").objectives
    #expect(objectives[0].metric == .latency(traffic: nil, .p99) && objectives[0].limit == .time(.milliseconds(300)))
    #expect(objectives[1].metric == .latency(traffic: "steady", .p999) && objectives[1].comparator == .lessOrEqual)
    #expect(objectives[2].metric == .errors(traffic: nil) && objectives[2].limit == .share(0.001))
    #expect(objectives[3].metric == .errors(traffic: "people"))
    #expect(objectives[4].metric == .costMonthly)
    #expect(objectives[5].metric == .throttles(function: "f") && objectives[5].limit == .count(10))
    #expect(objectives[6].metric == .coldStarts(function: "g") && objectives[6].comparator == .greaterOrEqual)
    #expect(objectives[6].comparator.holds(0.5, 0.5) && !Objective.Comparator.less.holds(1, 1))
  }

  @Test("the busy month has 100 million requests in 30 days, to one in ten thousand")
  func busyMonth() throws {
    let scenario = try Scenario.load(path: Examples.folder.appendingPathComponent("busy-month.yaml").path)
    guard case .curve(let curve) = scenario.system.traffic[0].arrivals else {
      Issue.record("the busy month's traffic is a curve")
      return
    }
    let rates = curve.ratesPerSecond
    let perPeriod = zip(rates, rates.dropFirst()).map { ($0 + $1) / 2 * curve.step.inSeconds }.reduce(0, +)
    #expect(abs(perPeriod * 30 / 100e6 - 1) < 1e-4)
  }

  @Test("the Azure day replays every invocation of its source")
  func azureDay() throws {
    let scenario = try Scenario.load(path: Examples.folder.appendingPathComponent("azure-day.yaml").path)
    guard case .replay(let replay) = scenario.system.traffic[0].arrivals else {
      Issue.record("the Azure day is a replay")
      return
    }
    let summary = try Trace.check(
      path: replay.path, layout: replay.layout, interval: replay.interval, columns: replay.columns)
    #expect(summary.arrivals == 155_469 && summary.rows == 1_440 && replay.columns.count == 8)
    #expect(scenario.system.traffic[0].targets.map(\.resource) == replay.columns)
  }
}
