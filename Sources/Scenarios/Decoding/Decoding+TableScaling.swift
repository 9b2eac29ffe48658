import Engine
import Services
import Units

/// Auto scaling of provisioned capacity, and how an account pays for that capacity.
extension Decoding {
  private static let units = 1...10_000_000

  /// `autoScaling` of a table, or of the global index with the given key under the table.
  func decodeTableScaling(
    _ node: YAMLNode, _ throughput: inout ProvisionedThroughput, of table: String, under index: String = ""
  ) {
    guard let fields = self.fields(node, Shapes.capacityAutoScaling) else { return }
    let before = faults.count
    let path = (index.isEmpty ? "" : index + ".") + "autoScaling"
    if fields["read"] == nil && fields["write"] == nil {
      fault(node.place, found: "neither dimension", wanted: "read, write or both", advice: "add one of them")
    }
    let shared = sharedScaling(fields)
    func target(_ key: String, _ present: Int) -> TableScalingConfig? {
      guard let node = fields[key] else { return nil }
      return scalableTarget(node, shared, present: present, of: table, at: "\(path).\(key)")
    }
    throughput.readScaling = target("read", throughput.readCapacityUnits)
    throughput.writeScaling = target("write", throughput.writeCapacityUnits)
    if faults.count == before { assumeScaling(fields, throughput, of: table, at: path) }
  }

  /// What reads and writes have in common, in a config whose bounds are still to come.
  private func sharedScaling(_ fields: Fields) -> TableScalingConfig {
    var config = TableScalingConfig(minCapacity: 1, maxCapacity: 1)
    if let node = fields["metricDelay"] { config.metricDelay = time(node, .zero...Time.hours(1)) ?? config.metricDelay }
    if let node = fields["alarmDelay"] { config.alarmDelay = timeDistribution(node) ?? config.alarmDelay }
    if let node = fields["scaleInThreshold"], let share = share(node) {
      config.scaleInThreshold = share
      if !(share > 0 && share <= 1) { fault(node.place, found: node.summary, wanted: "above 0 %, at most 100 %") }
    }
    if let node = fields["missingData"] {
      config.missingData = choice(node, TableScalingConfig.MissingData.self) ?? config.missingData
    }
    return config
  }

  private func scalableTarget(
    _ node: YAMLNode, _ shared: TableScalingConfig, present: Int, of table: String, at path: String
  ) -> TableScalingConfig? {
    guard let fields = self.fields(node, Shapes.scalableTarget) else { return nil }
    var config = shared
    let minimum = fields["minCapacity"].flatMap { integer($0, Self.units) }
    let maximum = fields["maxCapacity"].flatMap { integer($0, Self.units) }
    if let node = fields["targetValue"] {
      config.targetUtilization = node.scalarText == "none" ? nil : share(node)
      if let target = config.targetUtilization, !(0.2...0.9).contains(target) {
        fault(node.place, found: node.summary, wanted: "20 % to 90 %", advice: "the default is 70 %")
      }
    } else {
      assume(
        table, "\(path).targetValue", "70 %", .documented, "DynamoDB auto scaling, the console's default", "2026-04")
    }
    for (key, cooldown) in [
      ("scaleOutCooldown", \TableScalingConfig.scaleOutCooldown), ("scaleInCooldown", \.scaleInCooldown),
    ] {
      if let node = fields[key] {
        config[keyPath: cooldown] = time(node, .zero...Time.days(1)) ?? .zero
      } else if config.targetUtilization != nil {
        assume(
          table, "\(path).\(key)", "0 s", .documented, "Application Auto Scaling, default for DynamoDB", "2025")
      }
    }
    if let node = fields["scheduledActions"], let items = list(node) {
      config.scheduledActions = items.compactMap { scheduledAction($0, Self.units) }
    }
    guard let minimum, let maximum else { return nil }
    if minimum > maximum {
      fault(
        node.place, found: "minCapacity \(minimum) above maxCapacity \(maximum)", wanted: "the least first",
        advice: "exchange them")
    } else if !(minimum...maximum).contains(present) {
      fault(
        node.place, found: "bounds \(minimum) to \(maximum)", wanted: "bounds around the \(present) provisioned units",
        advice: "change either, so that auto scaling begins within its bounds")
    }
    (config.minCapacity, config.maxCapacity) = (minimum, maximum)
    return config
  }

  /// Notes the rules that a run with auto scaling uses, those that can be set only when they are left out.
  private func assumeScaling(
    _ fields: Fields, _ throughput: ProvisionedThroughput, of table: String, at path: String
  ) {
    func note(_ key: String, _ value: String, _ grade: Assumption.Grade, _ source: String, _ asOf: String) {
      if Shapes.capacityAutoScaling.field(key) != nil, fields[key] != nil { return }
      assume(table, "\(path).\(key)", value, grade, source, asOf)
    }
    let targets = [throughput.readScaling, throughput.writeScaling].compactMap { $0 }
    note(
      "retry", "every minute while an increase or decrease is refused", .unknown,
      "AWS does not say how soon auto scaling tries again", "2026-11")
    guard targets.contains(where: { $0.targetUtilization != nil }) else { return }
    note(
      "metricDelay", "1 min", .inferred, "DynamoDB auto scaling: up to a few minutes until an alarm is set off",
      "2026-04")
    note(
      "alarmDelay", "uniform 0 s to 2 min", .inferred,
      "DynamoDB auto scaling: up to a few minutes until an alarm is set off", "2026-04")
    note(
      "scaleInThreshold", "71.4 %", .inferred, "alarms seen: half of what is provisioned at a target of 70 %", "2026-11"
    )
    note(
      "missingData", "zero", .inferred, "idle tables were seen to scale in, though no data point is published",
      "2026-10")
    note(
      "alarms", "2 minutes above the target, 15 below the lower threshold", .documented,
      "DynamoDB auto scaling; an exported alarm has the 2", "2026-04")
    note(
      "desiredCapacity", "the most consumed of the alarm's minutes / target, rounded up", .unknown,
      "AWS does not publish the formula of target tracking", "2026-11")
  }

  // MARK: What an account pays

  /// `capacityBilling` and `reservedCapacity` of an account.
  func decodeProvisionedBilling(_ account: Fields?, _ config: inout AccountConfig) {
    if let node = account?["capacityBilling"] {
      config.capacityBilling = choice(node, CapacityBilling.self) ?? config.capacityBilling
    }
    guard let node = account?["reservedCapacity"], let fields = self.fields(node, Shapes.reservedCapacity) else {
      return
    }
    let reads = reservedUnits(fields["readCapacityUnits"])
    let writes = reservedUnits(fields["writeCapacityUnits"])
    guard let reads, let writes,
      let term = fields["term"].flatMap({ choice($0, ReservedCapacityConfig.Term.self) })
    else { return }
    if reads == 0 && writes == 0 {
      fault(node.place, found: "no units", wanted: "readCapacityUnits, writeCapacityUnits or both", advice: "add them")
    }
    config.reservedCapacity = ReservedCapacityConfig(readCapacityUnits: reads, writeCapacityUnits: writes, term: term)
  }

  private func reservedUnits(_ node: YAMLNode?) -> Int? {
    guard let node else { return 0 }
    guard let units = integer(node, 0...10_000_000) else { return nil }
    return units % 100 == 0
      ? units : reject(node, wanted: "a multiple of 100 units", advice: "AWS sells them in hundreds")
  }

  /// Notes how provisioned capacity is billed, if a table ever has any.
  func assumeCapacityBilling(_ resources: [ResourceConfig], _ account: AccountConfig, isStated: Bool) {
    let isProvisioned = resources.contains { resource in
      guard case .table(let table) = resource else { return false }
      return ([table.capacity] + table.capacityChanges.compactMap(\.capacity)).contains { mode in
        if case .provisioned = mode { return true }
        return false
      }
    }
    if isProvisioned && !isStated {
      assume(
        "", "account.capacityBilling", "hourlyMaximum", .unknown,
        "AWS does not say how an hour is billed in which capacity changed", "2026-11")
    }
    guard account.reservedCapacity != nil else { return }
    assume(
      "", "account.reservedCapacity.upfront", "in equal parts over the months of the term", .inferred,
      "DynamoDB pricing: one payment at the beginning", "2026-11")
    assume(
      "", "account.reservedCapacity.freeTier", "free units are taken off what the reservation leaves", .unknown,
      "AWS does not say which comes first", "2026-11")
  }
}
