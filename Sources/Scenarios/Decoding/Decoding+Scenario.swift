import Billing
import Services
import Units

/// The top level of a scenario.
extension Decoding {
  /// The scenario in the tree; nil or incomplete if there are faults.
  func scenario(_ tree: YAMLNode) -> Scenario? {
    guard let fields = self.fields(tree, Shapes.scenario) else { return nil }
    let name = fields["scenario"].flatMap { title($0) }
    let description = fields["description"].map { self.description($0) } ?? ""
    let region = fields["region"].flatMap { self.region($0) }
    let start = fields["start"].map { moment($0) } ?? Scenario.defaultStart
    let duration = fields["duration"].flatMap { time($0, Time(nanoseconds: 1)...longestSpan) }
    let period = self.period(
      fields["period"], duration,
      components: (fields["resources"]?.entries?.count ?? 0) + (fields["traffic"]?.entries?.count ?? 0))
    let seed = fields["seed"].map { integer($0, 0...Int.max) } ?? Int(Scenario.defaultSeed)
    let batches = fields["batches"].flatMap { self.batches($0, duration, period) }
    let index = ResourceIndex(fields["resources"])
    let account = self.account(fields["account"], index)
    let log = fields["invocationLog"].flatMap { invocationLog($0) }
    let resources = fields["resources"].map { self.resources($0, index) } ?? []
    checkConcurrency(account)
    assumeCapacityBilling(resources, account, isStated: fields["account"]?.child("capacityBilling") != nil)
    let trafficNode = fields["traffic"]
    let traffic = trafficNode.map { self.traffic($0, index, start: start ?? Scenario.defaultStart) } ?? []
    checkTableOperations(resources)
    checkDatabaseQueries(resources)
    checkProxies(resources)
    let names = ObjectiveNames(
      traffic: (trafficNode?.entries ?? []).map(\.key),
      functions: index.names.filter {
        if case .function = index[$0] { return true }
        return false
      }, resources: index.names)
    checkTableQuotas(account)
    let objectives = fields["objectives"].map { self.objectives($0, names) } ?? []
    let replications = self.replications(fields, objectives, names)
    let billing = billingOptions(fields["billing"])
    let breakEven = fields["breakEven"].flatMap { self.breakEven($0, index) }
    let optimization = fields["optimize"].flatMap { self.optimization($0) }
    if fields["start"] == nil { assumeStart(traffic) }
    assumeFunctions(resources)
    assumeLatencies(resources)
    checkReplicas(resources, region)
    assumeNoRetries()
    let warmUp = self.warmUp(fields["warmUp"])

    guard let name, let description, let region, let start, let duration, let warmUp, let period, let seed,
      let replications, faults.isEmpty
    else { return nil }
    let system = SystemConfig(
      region: region, start: start, duration: duration, warmUp: warmUp.span, period: period, account: account,
      invocationLog: log, resources: resources, traffic: traffic)
    checkSteadyState(fields, system)
    guard faults.isEmpty else { return nil }
    assumeEventInvoke(system)
    assumeKeys(system)
    assumeConnections(of: system, tree)
    var bytes = Array("windtunnel-scenario-1".utf8)
    tree.appendCanonical(to: &bytes)
    var scenario = Scenario(
      name: name, description: description, system: system, seed: UInt64(seed), replications: replications.count,
      objectives: objectives, billing: billing, assumptions: assumptions, canonicalBytes: bytes + attachments,
      path: file)
    scenario.breakEven = breakEven
    scenario.precision = replications.precision
    scenario.figurePlaces = figurePlaces
    scenario.findsWarmUp = warmUp.isAutomatic
    scenario.batches = batches
    scenario.optimization = optimization
    return scenario
  }

  private func title(_ node: YAMLNode) -> String? {
    guard let title = text(node, wanted: "a name of 1 to 200 characters") else { return nil }
    return title.count <= 200 ? title : reject(node, wanted: "a name of 1 to 200 characters")
  }

  private func description(_ node: YAMLNode) -> String? {
    node.scalarText ?? reject(node, wanted: "a text")
  }

  /// A Region code.
  func region(_ node: YAMLNode) -> String? {
    let wanted = "an AWS Region code, as in `us-east-1`"
    guard let region = text(node, wanted: wanted) else { return nil }
    let words = region.split(separator: "-", omittingEmptySubsequences: false)
    let sound =
      words.count >= 3 && words.count <= 5 && words[0].utf8.count == 2
      && words.dropLast().allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (97...122).contains($0) } }
      && words[words.count - 1].utf8.count == 1 && words[words.count - 1].utf8.allSatisfy { (49...57).contains($0) }
    return sound ? region : reject(node, wanted: wanted)
  }

  private func moment(_ node: YAMLNode) -> CivilTime? {
    guard let text = node.scalarText, let moment = CivilTime(text) else {
      return reject(node, wanted: CivilTime.wanted)
    }
    return moment
  }

  private func period(_ node: YAMLNode?, _ duration: Time?, components: Int) -> Time? {
    if let node {
      guard let period = time(node, .seconds(1)...Time.days(1)), let duration else { return nil }
      guard Scenario.canRecord(every: period, over: duration, components: components) else {
        return reject(
          node,
          wanted: "a period that divides \(duration) into at most \(Scenario.rowsMax(components: components)) rows",
          advice: "take a longer period or a shorter duration")
      }
      return period
    }
    guard let duration else { return nil }
    let period = Scenario.defaultPeriod(for: duration, components: components)
    assume(
      "", "period", period.description, .documented,
      "CloudWatch keeps minutes for 15 days, 5 minutes for 63, hours for 455", "2026-10")
    return period
  }

  private func assumeStart(_ traffic: [TrafficConfig]) {
    let readsCalendar = traffic.contains { source in
      switch source.arrivals {
      case .curve, .cron: true
      case .poisson, .bursts, .spikes, .users, .replay: false
      }
    }
    guard readsCalendar else { return }
    assume(
      "", "start", Scenario.defaultStart.description, .unknown, "a stated choice: a Monday, midnight UTC", "2026-11")
  }

  /// Notes what no scenario can set and all functions share.
  private func assumeFunctions(_ resources: [ResourceConfig]) {
    let hasFunctions = resources.contains { resource in
      switch resource {
      case .function: true
      case .httpApi, .table, .queue, .stream, .eventSourceMapping, .daxCluster, .cacheCluster, .dbInstance,
        .auroraCluster, .dbProxy, .topic, .vpc:
        false
      }
    }
    guard hasFunctions else { return }
    assume(
      "", "account.memoryPerVCPU", "1769 MB", .documented, "Lambda developer guide, memory and computing power",
      "2026-10")
    assume(
      "", "account.throttleReason",
      "FunctionInvocationRateLimitExceeded beyond functionScaling, CallerRateLimitExceeded beyond requestRate",
      .inferred, "AWS documents the reasons' names, not which limit gives which", "2026-10")
  }

  /// Notes the default latency of each operation that is used on a table which says nothing of it.
  private func assumeLatencies(_ resources: [ResourceConfig]) {
    for case .table(let table) in resources {
      for kind in TableOperation.Kind.allCases {
        guard table.latency[kind] == nil, tableRequests[table.name]?.contains(kind) == true else { continue }
        guard case .empirical(let points) = TableLatency.distribution(of: kind) else { continue }
        let figures = points.filter { [0.5, 0.99].contains($0.probability) }.map { point in
          "\(point.probability == 0.5 ? "median" : "p99") \(Time(nanoseconds: Int64(point.value)))"
        }
        assume(
          table.name, "latency.\(kind.rawValue)", figures.joined(separator: ", "), TableLatency.grade(of: kind),
          "DeBrie, dynamodb-performance-testing, from Lambda; reads inferred from it", "2020")
      }
    }
  }

  private func invocationLog(_ node: YAMLNode) -> InvocationLogConfig? {
    guard let fields = self.fields(node, Shapes.invocationLog) else { return nil }
    var config = InvocationLogConfig(sample: 0.01)
    if let node = fields["sample"] {
      config.sample = share(node) ?? config.sample
      if config.sample == 0 { fault(node.place, found: node.summary, wanted: "a share above 0") }
    }
    if let node = fields["limit"] { config.limit = integer(node, 1...1_000_000) ?? config.limit }
    return config
  }

  /// The account; its defaults are noted if there is something that they concern.
  private func account(_ node: YAMLNode?, _ index: ResourceIndex) -> AccountConfig {
    var config = AccountConfig()
    let fields = node.flatMap { self.fields($0, Shapes.account) }
    let (hasFunctions, hasAPIs) = (index.hasFunctions, index.hasAPIs)
    let quotas = "Lambda quotas"
    let scaling = "Lambda scaling behaviour"
    let gateway = "API Gateway quotas"
    if let node = fields?["concurrentExecutions"] {
      config.concurrentExecutions = integer(node, 1...10_000_000) ?? config.concurrentExecutions
    } else if hasFunctions {
      assume("", "account.concurrentExecutions", "1000", .documented, quotas, "2026-10")
    }
    if let node = fields?["functionScaling"], let scaling = self.fields(node, Shapes.functionScaling) {
      if let node = scaling["burst"] { config.scalingBurst = integer(node, 1...1_000_000_000) ?? config.scalingBurst }
      if let node = scaling["rate"] { config.scalingRate = wholeRate(node) ?? config.scalingRate }
    } else if hasFunctions {
      assume("", "account.functionScaling", "burst 1000, rate 100 / s", .documented, scaling, "2026-10")
    }
    decodeRequestRate(fields?["requestRate"], &config, isUsed: hasFunctions)
    if let node = fields?["apiThrottling"], let throttling = self.fields(node, Shapes.apiThrottling) {
      if let node = throttling["rateLimit"] { config.apiRateLimit = wholeRate(node) ?? config.apiRateLimit }
      if let node = throttling["burstLimit"] {
        config.apiBurstLimit = integer(node, 1...1_000_000_000) ?? config.apiBurstLimit
      }
    } else if hasAPIs {
      assume("", "account.apiThrottling", "rateLimit 10000 / s, burstLimit 5000", .documented, gateway, "2026-10")
    }
    decodeTableQuotas(fields?["tableThroughput"], &config)
    decodeProvisionedBilling(fields, &config)
    return config
  }

  private func decodeRequestRate(_ node: YAMLNode?, _ config: inout AccountConfig, isUsed: Bool) {
    let fields = node.flatMap { self.fields($0, Shapes.requestRate) }
    if let node = fields?["perConcurrency"] {
      config.requestsPerConcurrency = wholeRate(node, upTo: 1_000) ?? config.requestsPerConcurrency
    } else if isUsed {
      assume("", "account.requestRate.perConcurrency", "10 / s", .documented, "Lambda quotas", "2026-10")
    }
    if let node = fields?["burst"] {
      config.requestBurst = time(node, .milliseconds(1)...Time.seconds(60)) ?? config.requestBurst
    } else if isUsed {
      assume(
        "", "account.requestRate.burst", "1 s", .unknown, "AWS publishes the rate, not how much may come at once",
        "2026-11")
    }
  }

  private func billingOptions(_ node: YAMLNode?) -> BillingOptions {
    var options = BillingOptions()
    let fields = node.flatMap { self.fields($0, Shapes.billing) }
    if let node = fields?["freeTier"] {
      options.freeTier = boolean(node) ?? options.freeTier
    } else {
      assume(
        "", "billing.freeTier", "false", .unknown, "a stated choice: other work has used the free amounts up", "2026-11"
      )
    }
    if let node = fields?["twelveMonthOffers"] {
      options.twelveMonthOffers = boolean(node) ?? options.twelveMonthOffers
      if options.twelveMonthOffers && !options.freeTier {
        fault(
          node.place, found: "twelveMonthOffers without freeTier", wanted: "both or neither",
          advice: "add `freeTier: true`")
      }
    }
    if let node = fields?["month"] {
      options.month = month(node) ?? options.month
    } else {
      assume("", "billing.month", "730 h", .documented, "AWS Pricing Calculator", "2026-10")
    }
    return options
  }

  /// `730 h`, `30 d` or `2026-02`.
  private func month(_ node: YAMLNode) -> Month? {
    let wanted = "730 h, 1 d to 366 d, or a month as in 2026-02"
    guard let text = node.scalarText else { return reject(node, wanted: wanted) }
    let parts = text.split(separator: "-")
    if parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2, let year = Int(parts[0]),
      let month = Int(parts[1])
    {
      let calendar = Month.calendar(year: year, month: month)
      return calendar.hours == nil ? reject(node, wanted: wanted) : calendar
    }
    guard let time = try? Quantity.time(text) else { return reject(node, wanted: wanted) }
    if time == .hours(730) { return .hours730 }
    let (days, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: Time.days(1).nanoseconds)
    guard rest == 0, (1...366).contains(days) else { return reject(node, wanted: wanted) }
    return .days(Int(days))
  }
}
