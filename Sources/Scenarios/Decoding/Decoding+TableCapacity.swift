import Engine
import Services
import Units

/// Throughput that a scenario gives a table or a global index, and the place that says so.
struct ThroughputClaim {
  let place: ScenarioError.Place
  let reads: Int
  let writes: Int
  /// Whether it is provisioned at time zero, and so counts for the account's quota.
  let isProvisioned: Bool
}

/// The capacity of tables and of their global indexes.
extension Decoding {
  /// Billing mode and throughput at time zero.
  func decodeCapacity(_ fields: Fields, _ config: inout TableConfig) {
    if fields["billingMode"] == nil {
      assume(
        config.name, "billingMode", "payPerRequest", .unknown, "a stated choice: DynamoDB's own default is provisioned",
        "2026-11")
    }
    let mode = fields["billingMode"].flatMap { choice($0, BillingMode.self) } ?? .payPerRequest
    config.capacity = capacityMode(mode, fields, of: config.name) ?? config.capacity
    config.warmThroughput = warmThroughput(fields["warmThroughput"])
    if let node = fields["capacityModel"] { decodeCapacityModel(node, &config.limits) }
    checkWarmThroughput(fields["warmThroughput"], config.warmThroughput, config.capacity, config.limits)
    assumeCapacity(fields, config)
  }

  /// The mode of a global index, which is the table's, with the throughput that its own keys give; nil if there is a
  /// fault. `fields` has the keys of `Shapes.throughput` and `autoScaling`; they stand at `path` under the table.
  func indexCapacity(_ fields: Fields, of table: TableConfig, at path: String) -> CapacityMode? {
    switch table.capacity {
    case .onDemand: capacityMode(.payPerRequest, fields, of: table.name, under: path)
    case .provisioned: capacityMode(.provisioned, fields, of: table.name, under: path)
    }
  }

  /// A mode with the throughput that belongs to it, at time zero; or that of a listed change, which scales nothing.
  private func capacityMode(
    _ mode: BillingMode, _ fields: Fields, of table: String, under path: String = "", isChange: Bool = false
  ) -> CapacityMode? {
    let scaling = isChange ? nil : fields["autoScaling"]
    switch mode {
    case .payPerRequest:
      if let scaling {
        return refuse(
          scaling, "`autoScaling` on demand", wanted: "no such key", "add `billingMode: provisioned` or leave it out")
      }
      if let node = fields["provisionedThroughput"] {
        return refuse(
          node, "`provisionedThroughput` on demand", wanted: "no such key",
          "add `billingMode: provisioned` or leave it out")
      }
      return .onDemand(fields["onDemandThroughput"].map { onDemandThroughput($0) } ?? OnDemandThroughput())
    case .provisioned:
      if let node = fields["onDemandThroughput"] {
        return refuse(
          node, "`onDemandThroughput` with provisioned capacity", wanted: "no such key", "use provisionedThroughput")
      }
      guard let node = fields["provisionedThroughput"] else {
        fault(
          fields.place, found: "no `provisionedThroughput`" + (path.isEmpty ? "" : " of `\(path)`"),
          wanted: "provisionedThroughput: { readCapacityUnits: 10, writeCapacityUnits: 10 }",
          advice: path.isEmpty
            ? "add it, or `billingMode: payPerRequest`"
            : "add it: indexes of a provisioned table have units of their own")
        return nil
      }
      guard var throughput = provisionedThroughput(node, isChange: isChange) else { return nil }
      if let scaling { decodeTableScaling(scaling, &throughput, of: table, under: path) }
      return .provisioned(throughput)
    }
  }

  /// Notes a key that the mode does not have; nil for the caller to return.
  private func refuse(_ node: YAMLNode, _ found: String, wanted: String, _ advice: String) -> CapacityMode? {
    fault(node.place, found: found, wanted: wanted, advice: advice)
    return nil
  }

  private func provisionedThroughput(_ node: YAMLNode, isChange: Bool) -> ProvisionedThroughput? {
    guard let fields = self.fields(node, Shapes.provisionedThroughput),
      let reads = fields["readCapacityUnits"].flatMap({ integer($0, 1...1_000_000) }),
      let writes = fields["writeCapacityUnits"].flatMap({ integer($0, 1...1_000_000) })
    else { return nil }
    // Of the account's quota a later change may take what is left then, which only the run knows.
    throughputClaims.append(
      ThroughputClaim(place: node.place, reads: reads, writes: writes, isProvisioned: !isChange))
    return ProvisionedThroughput(readCapacityUnits: reads, writeCapacityUnits: writes)
  }

  private func onDemandThroughput(_ node: YAMLNode) -> OnDemandThroughput {
    guard let limits = self.fields(node, Shapes.onDemandThroughput) else { return OnDemandThroughput() }
    return OnDemandThroughput(
      maxReadRequestUnits: limits["maxReadRequestUnits"].flatMap { integer($0, 1...1_000_000_000) },
      maxWriteRequestUnits: limits["maxWriteRequestUnits"].flatMap { integer($0, 1...1_000_000_000) })
  }

  private func decodeCapacityModel(_ node: YAMLNode, _ limits: inout TableLimits) {
    guard let fields = self.fields(node, Shapes.capacityModel) else { return }
    func set<Value>(_ value: inout Value, _ key: String, _ decode: (YAMLNode) -> Value?) {
      if let node = fields[key] { value = decode(node) ?? value }
    }
    set(&limits.burst, "burst") { time($0, .seconds(1)...Time.hours(1)) }
    set(&limits.initialBurst, "initialBurst") { share($0) }
    set(&limits.partitionReadUnits, "partitionReadUnits") { integer($0, 1...1_000_000) }
    set(&limits.partitionWriteUnits, "partitionWriteUnits") { integer($0, 1...1_000_000) }
    set(&limits.partitionSize, "partitionSize") { size($0, .megabytes(1)...Size.gigabytes(1_000_000)) }
    set(&limits.splitsForHeat, "splitsForHeat") { boolean($0) }
    set(&limits.splitUtilization, "splitUtilization") { node in
      guard let share = share(node) else { return nil }
      return share >= 0.01 ? share : reject(node, wanted: "1 % to 100 %")
    }
    set(&limits.splitSustain, "splitSustain") { time($0, .seconds(1)...Time.days(1)) }
    set(&limits.splitDelay, "splitDelay") { time($0, .zero...Time.days(1)) }
    set(&limits.onDemandGrowth, "onDemandGrowth") { choice($0, TableLimits.OnDemandGrowth.self) }
    set(&limits.peakAge, "peakAge") { node in
      guard let age = time(node, .minutes(1)...Time.days(1)) else { return nil }
      return age.nanoseconds % Time.minutes(1).nanoseconds == 0 ? age : reject(node, wanted: "whole minutes")
    }
    if let node = fields["newWarmThroughput"] {
      limits.newWarmThroughput = warmThroughput(node) ?? limits.newWarmThroughput
    }
    set(&limits.updateTime, "updateTime") { timeDistribution($0) }
    set(&limits.growthTime, "growthTime") { timeDistribution($0) }
    set(&limits.preWarmingTime, "preWarmingTime") { timeDistribution($0) }
    set(&limits.onDemandTime, "onDemandTime") { timeDistribution($0) }
    set(&limits.onDemandAgainTime, "onDemandAgainTime") { timeDistribution($0) }
    set(&limits.provisionedTime, "provisionedTime") { timeDistribution($0) }
  }
}

/// Changes of capacity at given times.
extension Decoding {
  /// The changes that the scenario lists; the table's indexes are known.
  func decodeCapacityChanges(_ fields: Fields, _ config: inout TableConfig) {
    guard let nodes = fields["capacityChanges"].flatMap({ list($0) }) else { return }
    // The mode that holds when a change is asked for, if all before it were accepted.
    var mode = config.capacity.billingMode
    var changes: [(change: CapacityChange, place: ScenarioError.Place)] = []
    for node in nodes {
      guard let fields = self.fields(node, Shapes.capacityChange),
        let at = fields["at"].flatMap({ time($0, Time(nanoseconds: 1)...Time.days(732)) })
      else { continue }
      if let last = changes.last, at < last.change.at {
        fault(fields["at"]?.place ?? node.place, found: "\(at) after \(last.change.at)", wanted: "ascending times")
        continue
      }
      var change = CapacityChange(at: at)
      if let node = fields["index"] {
        let indexes = config.globalIndexes.map(\.index.name)
        guard let name = text(node), indexes.contains(name) else {
          fault(
            node.place, found: node.summary, wanted: "a global index of the table",
            advice: indexes.isEmpty ? "the table has none" : "one of " + listed(indexes))
          continue
        }
        change.index = name
      }
      let switched = fields["billingMode"].flatMap { choice($0, BillingMode.self) }
      if let node = fields["billingMode"], change.index != nil {
        fault(node.place, found: "billingMode of an index", wanted: "that of the table", advice: "leave out `index`")
        continue
      }
      if change.index == nil, let switched { mode = switched }
      let isSaid = fields["provisionedThroughput"] != nil || fields["onDemandThroughput"] != nil
      if switched != nil || isSaid { change.capacity = capacityMode(mode, fields, of: config.name, isChange: true) }
      change.warmThroughput = warmThroughput(fields["warmThroughput"])
      if switched == nil && !isSaid && fields["warmThroughput"] == nil {
        fault(
          node.place, found: "a change of nothing", wanted: "billingMode or a throughput", advice: "add what changes")
      }
      changes.append((change, node.place))
    }
    checkMoments(of: changes)
    checkIndexes(of: changes, config)
    checkWarmThroughput(of: changes, config)
    config.capacityChanges = changes.map(\.change)
    if !nodes.isEmpty { assumeCapacityUpdates(config) }
  }

  /// Changes of one moment are one request: it says each thing once, and a switch first.
  private func checkMoments(of changes: [(change: CapacityChange, place: ScenarioError.Place)]) {
    for (number, (change, place)) in changes.enumerated() {
      for (earlier, _) in changes[..<number] where earlier.at == change.at {
        let isSaidTwice =
          earlier.capacity != nil && change.capacity != nil
          || earlier.warmThroughput != nil && change.warmThroughput != nil
        if earlier.index == change.index && isSaidTwice {
          fault(
            place, found: "a second change at \(change.at)", wanted: "one of the table and of each index",
            advice: "leave one of them out")
        } else if change.index == nil, let mode = change.capacity?.billingMode,
          let other = earlier.capacity?.billingMode, other != mode
        {
          fault(
            place, found: "a switch behind a change of an index at \(change.at)", wanted: "the switch first",
            advice: "exchange them")
        }
      }
    }
  }

  /// When a table with global indexes switches to provisioned capacity, each of them needs units of its own.
  private func checkIndexes(
    of changes: [(change: CapacityChange, place: ScenarioError.Place)], _ config: TableConfig
  ) {
    var mode = config.capacity.billingMode
    for (change, place) in changes where change.index == nil {
      guard let new = change.capacity?.billingMode, new != mode else { continue }
      mode = new
      guard new == .provisioned else { continue }
      let said = changes.filter { $0.change.at == change.at && $0.change.capacity != nil }.compactMap(\.change.index)
      for index in config.globalIndexes.map(\.index.name) where !said.contains(index) {
        fault(
          place, found: "no provisionedThroughput of the index `\(index)`", wanted: "one at the same time",
          advice: "add a change with `index: \(index)` behind this one")
      }
    }
  }
}

extension CapacityMode {
  fileprivate var billingMode: BillingMode {
    switch self {
    case .onDemand: .payPerRequest
    case .provisioned: .provisioned
    }
  }
}
