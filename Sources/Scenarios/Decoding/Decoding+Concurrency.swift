import Engine
import Services
import Units

/// Reserved and provisioned concurrency of functions.
extension Decoding {
  /// Concurrency that a function takes out of the account's unreserved pool.
  struct ConcurrencyClaim {
    let place: ScenarioError.Place
    /// The parameter of AWS's request, for its message.
    let parameter: String
    let amount: Int
  }

  private static let capacity = 0...10_000_000

  func decodeConcurrency(_ fields: Fields, _ config: inout FunctionConfig) {
    if let node = fields["reservedConcurrentExecutions"], let reserved = integer(node, Self.capacity) {
      config.reservedConcurrentExecutions = reserved
      concurrencyClaims.append(
        ConcurrencyClaim(place: node.place, parameter: "ReservedConcurrentExecutions", amount: reserved))
    }
    guard let node = fields["provisionedConcurrencyConfig"],
      let provisioned = self.fields(node, Shapes.provisionedConcurrencyConfig)
    else { return }
    decodeProvisioned(provisioned, node, &config)
  }

  private func decodeProvisioned(_ fields: Fields, _ node: YAMLNode, _ config: inout FunctionConfig) {
    let before = faults.count
    let scaling = fields["autoScaling"].flatMap { decodeAutoScaling($0, config.name) }
    var count: Int?
    let countNode = fields["provisionedConcurrentExecutions"]
    if let countNode {
      count = integer(countNode, Self.capacity)
    } else if fields["autoScaling"] != nil {
      count = scaling?.minCapacity
    } else {
      fault(
        node.place, found: "no `provisionedConcurrentExecutions`", wanted: "a number of environments, or `autoScaling`",
        advice: "add one of them")
    }
    guard let count else { return }
    let place = (countNode ?? node).place
    if let scaling, !(scaling.minCapacity...scaling.maxCapacity).contains(count) {
      fault(place, found: "\(count)", wanted: "\(scaling.minCapacity) to \(scaling.maxCapacity), as autoScaling says")
    }
    if let reserved = config.reservedConcurrentExecutions {
      if count > reserved {
        fault(
          place, found: "\(count) provisioned of \(reserved) reserved", wanted: "at most \(reserved)",
          advice: "provision less or reserve more")
      }
    } else {
      concurrencyClaims.append(ConcurrencyClaim(place: place, parameter: "ConcurrentExecutions", amount: count))
    }
    var provisioned = ProvisionedConcurrencyConfig(concurrentExecutions: count)
    provisioned.autoScaling = scaling
    if let node = fields["preparation"] {
      provisioned.preparation = timeDistribution(node) ?? provisioned.preparation
    } else if scaling != nil {
      assume(
        config.name, "provisionedConcurrencyConfig.preparation", "uniform 1 min to 2 min", .inferred,
        "Lambda provisioned concurrency: a minute or two", "2026-10")
    }
    if faults.count == before { assumeProvisioned(config.name, scaling) }
    config.provisionedConcurrency = provisioned
  }

  private func decodeAutoScaling(_ node: YAMLNode, _ name: String) -> ProvisionedConcurrencyConfig.AutoScaling? {
    guard let fields = self.fields(node, Shapes.autoScaling) else { return nil }
    let before = faults.count
    let minimum = fields["minCapacity"].flatMap { integer($0, Self.capacity) }
    let maximum = fields["maxCapacity"].flatMap { integer($0, Self.capacity) }
    if let minimum, let maximum, minimum > maximum {
      fault(node.place, found: "minCapacity \(minimum) above maxCapacity \(maximum)", wanted: "the least first")
    }
    var target: Double?
    if let node = fields["targetValue"] {
      target = share(node)
      if let target, !(0.1...0.9).contains(target) {
        fault(node.place, found: node.summary, wanted: "10 % to 90 %")
      }
    }
    var actions: [ScheduledAction] = []
    if let node = fields["scheduledActions"], let items = list(node) {
      actions = items.compactMap { scheduledAction($0, Self.capacity) }
    }
    guard let minimum, let maximum, faults.count == before else { return nil }
    var scaling = ProvisionedConcurrencyConfig.AutoScaling(minCapacity: minimum, maxCapacity: maximum)
    scaling.targetUtilization = target
    scaling.scheduledActions = actions
    return scaling
  }

  /// A scheduled action of Application Auto Scaling with bounds in a range.
  func scheduledAction(_ node: YAMLNode, _ range: ClosedRange<Int>) -> ScheduledAction? {
    guard let fields = self.fields(node, Shapes.scheduledAction) else { return nil }
    let minimum = fields["minCapacity"].flatMap { integer($0, range) }
    let maximum = fields["maxCapacity"].flatMap { integer($0, range) }
    if fields["minCapacity"] == nil && fields["maxCapacity"] == nil {
      fault(node.place, found: "neither bound", wanted: "minCapacity, maxCapacity or both")
    }
    if let minimum, let maximum, minimum > maximum {
      fault(node.place, found: "minCapacity \(minimum) above maxCapacity \(maximum)", wanted: "the least first")
    }
    guard let schedule = fields["schedule"].flatMap({ schedule($0) }) else { return nil }
    return ScheduledAction(
      schedule: schedule, minCapacity: minimum, maxCapacity: maximum)
  }

  /// Notes the fixed rules that a run with provisioned concurrency uses.
  private func assumeProvisioned(_ name: String, _ scaling: ProvisionedConcurrencyConfig.AutoScaling?) {
    func note(_ key: String, _ value: String, _ grade: Assumption.Grade, _ source: String, _ asOf: String = "2026-10") {
      assume(name, "provisionedConcurrencyConfig.\(key)", value, grade, source, asOf)
    }
    note(
      "deployment", "allocated and initialised before time zero, that init not billed", .unknown,
      "a stated choice: the version was deployed before", "2026-11")
    note(
      "billing", "from the request, each unit rounded up to 5 min when given up", .inferred,
      "Lambda pricing says rounded up to 5 min; not how changes of the number count")
    note(
      "initBilling", "init of later allocations and replacements at the provisioned duration price", .inferred,
      "Lambda developer guide: it is billed; not at which price")
    guard let scaling else { return }
    note(
      "allocation", "6000 / min, usable when all are ready", .documented, "Lambda provisioned concurrency")
    guard scaling.targetUtilization != nil else { return }
    note(
      "autoScaling.alarms", "3 data points above the target, 15 below 90 % of it", .inferred,
      "Lambda provisioned concurrency: 3 min and 90 %; the 15 are those of target tracking elsewhere")
    note(
      "autoScaling.statistic", "time-weighted average of a minute, none while nothing is busy", .inferred,
      "Lambda provisioned concurrency: average; not how its samples are taken")
    note(
      "autoScaling.scaleIn", "at most a tenth, at least 1, a minute", .unknown,
      "Lambda provisioned concurrency: small steps, periodically", "2026-11")
    note("autoScaling.cooldown", "0 s", .documented, "Application Auto Scaling API, default for Lambda")
  }

  /// Refuses reserved and provisioned concurrency that would leave too little to all other functions, as AWS does.
  func checkConcurrency(_ account: AccountConfig) {
    var unreserved = account.concurrentExecutions
    for claim in concurrencyClaims where claim.amount > 0 {
      let left = unreserved - claim.amount
      if left < account.unreservedMinimum {
        fault(
          claim.place, found: "\(claim.amount) of \(unreserved) unreserved",
          wanted: "at most \(max(0, unreserved - account.unreservedMinimum))",
          advice: "AWS: Specified \(claim.parameter) for function decreases account's UnreservedConcurrentExecution "
            + "below its minimum value of [\(account.unreservedMinimum)]")
      } else {
        unreserved = left
      }
    }
  }
}
