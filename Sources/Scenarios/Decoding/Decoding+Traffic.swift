import Engine
import Services
import Units

/// Traffic sources.
extension Decoding {
  /// All sources in the scenario's order; those with faults are left out.
  func traffic(_ node: YAMLNode, _ index: ResourceIndex, start: CivilTime) -> [TrafficConfig] {
    guard let entries = named(node, wanted: "a mapping of traffic sources by name") else { return [] }
    guard (1...Self.namesMax).contains(entries.count) else {
      fault(node.place, found: "\(entries.count) traffic sources", wanted: "1 to \(Self.namesMax)")
      return []
    }
    var sources: [TrafficConfig] = []
    for entry in entries {
      checkName(entry)
      if let source = source(entry, index, start) { sources.append(source) }
    }
    return sources
  }

  private func source(_ entry: YAMLNode.Entry, _ index: ResourceIndex, _ start: CivilTime) -> TrafficConfig? {
    guard let fields = self.fields(entry.value, Shapes.source) else { return nil }
    let before = faults.count
    let replay = fields["arrivals"]?.child("replay")
    var targets: [TrafficTarget] = []
    var columns: [String] = []
    if let node = replay?.child("targets") {
      let keys =
        ["target", "route", "query"] + Shapes.tableOperation.map(\.name)
        + ["payload", "invocationType", "entries", "messageGroups", "partitionKeys", "poison"]
      for key in keys {
        if let own = fields[key] {
          fault(
            own.place, found: "`\(key)` beside the replay's targets", wanted: "one of the two",
            advice: "leave out `\(key)`")
        }
      }
      (columns, targets) = replayTargets(node, index)
    } else if fields["target"] == nil {
      fault(fields.place, found: "no `target`", wanted: "target: the name of a resource", advice: "add it")
    } else if let request = self.request(fields, targetKey: "target", index) {
      targets = [target(request)]
    }
    guard let node = fields["arrivals"], let arrivals = self.arrivals(node, entry.key, columns, start) else {
      return nil
    }
    var config = TrafficConfig(name: entry.key, targets: targets, arrivals: arrivals)
    if let node = fields["connections"] {
      config.connections = connections(node, of: config, isSound: faults.count == before, index)
    }
    if let node = fields["client"] { config.client = client(node, of: config) } else { leavesOutRetries = true }
    return faults.count == before ? config : nil
  }

  private func target(_ request: Request) -> TrafficTarget {
    var target = TrafficTarget(
      resource: request.resource, route: request.route, operation: request.operation, payload: request.payload,
      invocationType: request.invocationType, message: request.message)
    target.query = request.query
    return target
  }

  /// The columns of a file with what each of them calls, in the scenario's order.
  private func replayTargets(_ node: YAMLNode, _ index: ResourceIndex) -> ([String], [TrafficTarget]) {
    guard let entries = named(node, wanted: "a mapping of columns to resources") else { return ([], []) }
    if entries.isEmpty { fault(node.place, found: "no targets", wanted: "at least one column") }
    var targets: [TrafficTarget] = []
    for entry in entries {
      // `column: name` is short for `column: { resource: name }`.
      var value = entry.value
      if case .scalar = value.content {
        let short = YAMLNode.Entry(key: "resource", keyPlace: value.place, value: value)
        value = YAMLNode(content: .mapping([short]), place: value.place)
      }
      guard let fields = self.fields(value, Shapes.target),
        let request = self.request(fields, targetKey: "resource", index)
      else { continue }
      targets.append(target(request))
    }
    return (entries.map(\.key), targets)
  }

  private func arrivals(
    _ node: YAMLNode, _ name: String, _ columns: [String], _ start: CivilTime
  ) -> ArrivalConfig? {
    guard let fields = self.fields(node, Shapes.arrivals) else { return nil }
    guard let kind = Shapes.arrivals.oneOf.first(where: { fields[$0] != nil }), let value = fields[kind] else {
      return nil
    }
    switch kind {
    case "poisson": return poisson(value)
    case "curve": return curve(value, name, start).map { .curve($0) }
    case "bursts": return bursts(value)
    case "spikes": return spikes(value).map { .spikes($0) }
    case "cron": return schedule(value).map { .cron($0) }
    case "users": return users(value)
    case "replay": return replay(value, name, columns).map { .replay($0) }
    default: preconditionFailure("the shapes know no arrivals named \(kind)")  // over text
    }
  }

  private func poisson(_ node: YAMLNode) -> ArrivalConfig? {
    guard let fields = self.fields(node, Shapes.poisson), let rate = fields["rate"].flatMap({ self.rate($0) }) else {
      return nil
    }
    return .poisson(ratePerSecond: rate)
  }

  private func bursts(_ node: YAMLNode) -> ArrivalConfig? {
    guard let fields = self.fields(node, Shapes.bursts) else { return nil }
    let on = fields["on"].flatMap { burstPhase($0) }
    let off = fields["off"].flatMap { burstPhase($0) }
    guard let on, let off else { return nil }
    return .bursts(on: on, off: off)
  }

  private func burstPhase(_ node: YAMLNode) -> BurstPhase? {
    guard let fields = self.fields(node, Shapes.burstPhase) else { return nil }
    let rate = fields["rate"].flatMap { self.rate($0) }
    let duration = fields["duration"].flatMap { time($0, .microseconds(1)...longestSpan) }
    guard let rate, let duration else { return nil }
    return BurstPhase(ratePerSecond: rate, meanDuration: duration)
  }

  private func spikes(_ node: YAMLNode) -> [Spike]? {
    guard let items = list(node, wanted: "a list of spikes") else { return nil }
    guard !items.isEmpty else { return reject(node, wanted: "at least one spike") }
    var spikes: [Spike] = []
    for item in items {
      guard let fields = self.fields(item, Shapes.spike) else { continue }
      let at = fields["at"].flatMap { time($0) }
      let count = fields["count"].flatMap { integer($0, 1...1_000_000_000) }
      let over = fields["over"].map { time($0) } ?? .zero
      guard let at, let count, let over else { continue }
      if let last = spikes.last, at < last.at, let node = fields["at"] {
        fault(node.place, found: "\(at) after \(last.at)", wanted: "spikes in ascending order")
      }
      spikes.append(Spike(at: at, count: count, over: over))
    }
    return spikes.count == items.count ? spikes : nil
  }

  /// An EventBridge schedule.
  func schedule(_ node: YAMLNode) -> CronSchedule? {
    guard let text = text(node, wanted: "a schedule, as in rate(5 minutes) or cron(0 8 * * ? *)") else { return nil }
    do {
      return try CronSchedule(text)
    } catch {
      fault(
        node.place, found: "\(error.found) in `\(YAMLNode.clip(text))`", wanted: error.wanted,
        advice: "see character \(error.column) of the schedule")
      return nil
    }
  }

  private func users(_ node: YAMLNode) -> ArrivalConfig? {
    guard let fields = self.fields(node, Shapes.users) else { return nil }
    let count = fields["count"].flatMap { integer($0, 1...10_000_000) }
    guard let thinking = fields["thinkTime"], let thinkTime = timeDistribution(thinking), let count else { return nil }
    // Users who never think would ask a refusing resource again and again at one instant, and the clock would stand still.
    if thinkTime.mean < 1e6 {
      fault(
        thinking.place, found: "a mean below 1 ms", wanted: "users who think for 1 ms or more on average",
        advice: "raise it, or use poisson for an open load")
      return nil
    }
    return .users(count: count, thinkTime: thinkTime)
  }
}
