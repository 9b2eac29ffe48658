import Services
import Statistics
import Units

/// How often a scenario runs, what of a run is start-up, and whether one run is divided into batches.
extension Decoding {
  /// Independent runs, with the plan that says when they suffice; nil if there are faults. Fixed, or from the mapping:
  /// the least number, which is what the plan begins with. One run where that is divided into batches.
  func replications(
    _ fields: Fields, _ objectives: [Objective], _ names: ObjectiveNames
  ) -> (count: Int, precision: PrecisionPlan?)? {
    guard let node = fields["replications"] else {
      return (fields["batches"] == nil ? Scenario.defaultReplications : 1, nil)
    }
    guard case .mapping = node.content else {
      guard let count = integer(node, 1...100_000) else { return nil }
      if let batches = fields["batches"], count != 1 {
        fault(
          batches.place, found: "`batches` with \(count) replications", wanted: "one replication",
          advice: "leave out one of the two")
      }
      return (count, nil)
    }
    if let batches = fields["batches"] {
      fault(
        batches.place, found: "`batches` with replications until a half-width", wanted: "one replication",
        advice: "leave out one of the two")
    }
    guard let plan = precision(node, objectives, names) else { return nil }
    return (plan.rule.least, plan)
  }

  private func precision(_ node: YAMLNode, _ objectives: [Objective], _ names: ObjectiveNames) -> PrecisionPlan? {
    guard let fields = self.fields(node, Shapes.replications) else { return nil }
    let wanted = fields["relativeHalfWidth"].flatMap { relativeHalfWidth($0) }
    let figures = fields["of"].map { self.figures($0, names) } ?? Scenario.figuresOfInterest(objectives)
    let least = fields["min"].map { integer($0, PrecisionPlan.leasts) } ?? RelativePrecision.defaultLeast
    let most =
      fields["max"].map { integer($0, PrecisionPlan.leasts) }
      ?? max(RelativePrecision.defaultMost, least ?? RelativePrecision.defaultLeast)
    guard let wanted, let figures, let least, let most else { return nil }
    guard most >= least else {
      guard let node = fields["max"] else { preconditionFailure("the default is not below the least") }
      return reject(node, wanted: "\(least) or more, which is the least", advice: "raise it, or lower `min`")
    }
    return PrecisionPlan(
      rule: RelativePrecision(relativeHalfWidth: wanted, least: least, most: most), figures: figures)
  }

  private func relativeHalfWidth(_ node: YAMLNode) -> Double? {
    guard let share = share(node) else { return nil }
    return PrecisionPlan.relativeHalfWidths.contains(share) ? share : reject(node, wanted: "0.1 % to 50 %")
  }

  private func figures(_ node: YAMLNode, _ names: ObjectiveNames) -> [Objective.Metric]? {
    guard let items = list(node, wanted: "a list of figures, as in [latency.p99, cost.monthly]") else { return nil }
    guard (1...20).contains(items.count) else {
      fault(node.place, found: "\(items.count) figures", wanted: "1 to 20")
      return nil
    }
    var figures: [Objective.Metric] = []
    for item in items {
      guard let text = text(item, wanted: "a figure as in `latency.p99`"), let metric = metric(text, item, names)
      else { continue }
      guard !figures.contains(metric) else {
        fault(item.place, found: "\(metric) twice", wanted: "each figure once", advice: "leave it out")
        continue
      }
      figures.append(metric)
    }
    return figures.count == items.count ? figures : nil
  }

  /// Batches of one run, each a period or more.
  func batches(_ node: YAMLNode, _ duration: Time?, _ period: Time?) -> BatchPlan? {
    var plan = BatchPlan.automatic
    if node.scalarText != "auto" {
      let wanted = "a whole number, 10 to 100, or auto"
      guard case .scalar(let text, plain: true) = node.content, let count = Int(text), (10...100).contains(count) else {
        return reject(node, wanted: wanted)
      }
      plan = .fixed(count)
    }
    guard let duration, let period else { return nil }
    guard Scenario.canDivide(duration, into: plan, every: period) else {
      fault(
        node.place, found: "\(plan.recorded) batches of \(duration) in periods of \(period)",
        wanted: "a period or more for each", advice: "set a shorter `period`")
      return nil
    }
    return plan
  }

  /// The span before recording starts, or zero and true for `auto`.
  func warmUp(_ node: YAMLNode?) -> (span: Time, isAutomatic: Bool)? {
    guard let node else {
      assume("", "warmUp", "0 s", .unknown, "a stated choice: the start-up is recorded too", "2026-11")
      return (.zero, false)
    }
    if node.scalarText == "auto" { return (.zero, true) }
    if case .scalar(let text, _) = node.content, text.first?.isLetter == true {
      return reject(node, wanted: "a time, as in `5 min`, or auto", advice: meant(text, in: ["auto"]) ?? "")
    }
    return time(node).map { ($0, false) }
  }

  /// Notes what in the system speaks against `warmUp: auto` and `batches`, which are for a steady state.
  func checkSteadyState(_ fields: Fields, _ system: SystemConfig) {
    guard let obstacle = system.obstaclesToSteadyState.first else { return }
    if let node = fields["warmUp"], node.scalarText == "auto" {
      fault(
        node.place, found: "auto, but \(obstacle)", wanted: "a time: without a steady state no start-up can be told",
        advice: "write the span, as in `5 min`, or leave it out")
    }
    if let node = fields["batches"] {
      fault(
        node.place, found: "batches of one run, but \(obstacle)",
        wanted: "a steady state: otherwise batches differ for a reason", advice: "use replications")
    }
  }
}
