import Engine
import Services
import Units

/// Failures of a database's writer, and who is told.
extension Decoding {
  /// `failover`.
  func decodeFailover(_ node: YAMLNode, _ config: inout DatabaseConfig) {
    guard let fields = self.fields(node, Shapes.failover) else { return }
    if let node = fields["at"], let items = list(node, wanted: "a list of moments") {
      config.failover.moments = moments(items)
      if items.isEmpty { fault(node.place, found: "no moments", wanted: "at least one", advice: "leave it out") }
    }
    if let node = fields["meanTimeBetween"] { config.failover.meanTimeBetween = time(node, .seconds(1)...longestSpan) }
    if fields["at"] == nil && fields["meanTimeBetween"] == nil {
      fault(fields.place, found: "a failover that never comes", wanted: "`at`, `meanTimeBetween` or both")
    }
    decodePhases(fields, &config)
  }

  /// Moments in ascending order.
  private func moments(_ items: [YAMLNode]) -> [Time] {
    var moments: [Time] = []
    for item in items {
      guard let moment = time(item) else { continue }
      if let last = moments.last, moment <= last {
        fault(item.place, found: item.summary, wanted: "a moment after the one before it, \(last)")
      }
      moments.append(moment)
    }
    return moments
  }

  /// How long a failover takes: its phases, or one downtime.
  private func decodePhases(_ fields: Fields, _ config: inout DatabaseConfig) {
    let (name, deployment) = (config.name, config.deployment)
    let phases = ["detection", "promotion", "recovery"]
    if let node = fields["downtime"] {
      config.failover.downtime = timeDistribution(node)
      for phase in phases {
        guard let node = fields[phase] else { continue }
        fault(
          node.place, found: "`\(phase)` beside `downtime`", wanted: "the phases or one downtime",
          advice: "leave out one of them")
      }
    }
    func phase(_ key: String, _ value: inout Distribution?, isUsed: Bool, _ text: String, _ source: String) {
      if let node = fields[key] {
        value = timeDistribution(node)
        if !isUsed && config.failover.downtime == nil {
          fault(
            node.place, found: "`\(key)`, which does not happen to `\(name)`",
            wanted: key == "promotion" ? "a standby or readers that can be promoted" : "no standby that takes over",
            advice: "leave it out")
        }
      } else if isUsed && fields["downtime"] == nil {
        let grade: Assumption.Grade = key == "recovery" && deployment == .singleAZ ? .unknown : .inferred
        assume(name, "failover.\(key)", text, grade, source, "2026-04")
      }
    }
    let notes = PhaseNotes(deployment)
    let promotes = deployment == .multiAZInstance || deployment.promotesReaders && config.readers > 0
    var own = config.failover
    phase("detection", &own.detection, isUsed: true, notes.detection, "AWS publishes only the whole failover's time")
    phase("promotion", &own.promotion, isUsed: promotes, notes.promotion, notes.source)
    phase("recovery", &own.recovery, isUsed: deployment != .multiAZInstance, notes.recovery, notes.source)
    if let node = fields["rejoining"] {
      own.rejoining = timeDistribution(node) ?? own.rejoining
    } else if promotes && deployment.promotesReaders {
      assume(name, "failover.rejoining", "60 s", .unknown, "a stated choice: AWS publishes none", "2026-11")
    }
    config.failover = own
  }

  /// The defaults of a deployment's phases, in words.
  private struct PhaseNotes {
    let detection: String
    let promotion: String
    let recovery: String
    let source: String

    init(_ deployment: DatabaseDeployment) {
      switch deployment {
      case .singleAZ:
        (detection, promotion, recovery) = ("10 s", "", "uniform 110 s to 590 s")
        source = "AWS publishes none for one DB instance"
      case .multiAZInstance:
        (detection, promotion, recovery) = ("10 s", "uniform 50 s to 110 s", "")
        source = "RDS user guide, Multi-AZ DB instances: 60 to 120 s with the detection"
      case .multiAZCluster:
        (detection, promotion, recovery) = ("5 s", "uniform 15 s to 30 s", "uniform 235 s to 595 s")
        source = "RDS user guide, Multi-AZ DB clusters: typically under 35 s with the detection"
      case .aurora:
        (detection, promotion, recovery) = ("5 s", "log-normal, median 20 s, p99 55 s", "uniform 235 s to 595 s")
        source = "Aurora user guide: under 60 s, often under 30 s with a reader, under 10 min without"
      }
    }
  }

  /// `eventSubscriptions`.
  func decodeEventSubscriptions(_ node: YAMLNode, _ config: inout DatabaseConfig, _ index: ResourceIndex) {
    guard let items = list(node, wanted: "a list of subscriptions") else { return }
    for item in items {
      guard let fields = self.fields(item, Shapes.eventSubscription),
        let node = fields["target"], let target = subscriber(node, of: config.name, index)
      else { continue }
      var subscription = EventSubscriptionConfig(target: target)
      if let node = fields["categories"], let items = list(node, wanted: "a list of categories") {
        subscription.categories = items.compactMap { choice($0, EventSubscriptionConfig.Category.self) }
      }
      if let node = fields["notificationDelay"] {
        subscription.notificationDelay = timeDistribution(node) ?? subscription.notificationDelay
      } else {
        assume(
          config.name, "eventSubscriptions.notificationDelay", "uniform 0 s to 5 min", .unknown,
          "RDS user guide: delivery might take up to five minutes; the distribution is a stated choice", "2026-04")
      }
      config.eventSubscriptions.append(subscription)
    }
  }

  /// A topic, function or queue that is told of something.
  func subscriber(_ node: YAMLNode, of source: String, _ index: ResourceIndex) -> String? {
    let wanted = "the name of a topic, function or queue"
    guard let name = text(node, wanted: wanted) else { return nil }
    switch index[name] {
    case .function, .topic:
      eventEdges.append(ResourceIndex.Edge(from: source, to: name, place: node.place))
      return name
    case .queue:
      eventQueues.append(EventQueueReference(queue: name, place: node.place))
      return name
    case .table, .httpApi, .stream, .mapping, .cache, .database, .dbProxy, .vpc: return reject(node, wanted: wanted)
    case .unknown: return nil
    case nil:
      return reject(
        node, wanted: wanted, advice: meant(name, in: index.names) ?? "add the resource or correct the name")
    }
  }
}
