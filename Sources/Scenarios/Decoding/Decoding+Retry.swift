import Services
import Units

/// How callers repeat failed attempts: handlers' calls, and the clients of traffic sources.
extension Decoding {
  /// The name of a profile, or a mapping. `request` is what is repeated, if it is known; it picks the profile's row.
  func retryConfig(_ node: YAMLNode, _ subject: String, calls request: Request?) -> RetryConfig? {
    if case .scalar = node.content {
      guard let profile = choice(node, RetryProfile.self) else { return nil }
      assume(subject, profile, calls: request)
      return RetryConfig(profile)
    }
    guard let fields = self.fields(node, Shapes.retryRules) else { return nil }
    return fields["profile"] == nil
      ? ownRetries(fields, subject) : changedProfile(fields, subject, calls: request)
  }

  /// A profile with other attempts or without jitter.
  private func changedProfile(_ fields: Fields, _ subject: String, calls request: Request?) -> RetryConfig? {
    let before = faults.count
    for entry in fields.entries where ["backoff", "multiplier", "maxBackoff"].contains(entry.key) {
      fault(
        entry.keyPlace, found: "`\(entry.key)` beside `profile`", wanted: "the profile's own waits",
        advice: "leave out one of the two")
    }
    let profile = fields["profile"].flatMap { choice($0, RetryProfile.self) }
    let maxAttempts = fields["maxAttempts"].flatMap { integer($0, 1...100_000) }
    let jitter = fields["jitter"].map { choice($0, RetryConfig.Jitter.self) } ?? .full
    if profile == .oneAttempt, let node = fields["maxAttempts"], let maxAttempts, maxAttempts > 1 {
      fault(node.place, found: node.summary, wanted: "1 attempt, as the profile none means", advice: "leave it out")
    }
    guard faults.count == before, let profile, let jitter else { return nil }
    assume(subject, profile, calls: request)
    var config = RetryConfig(profile)
    config.maxAttempts = maxAttempts
    config.jitter = jitter
    return config
  }

  /// Attempts and waits in numbers.
  private func ownRetries(_ fields: Fields, _ subject: String) -> RetryConfig? {
    let before = faults.count
    var config = RetryConfig()
    if fields["maxAttempts"] == nil {
      fault(
        fields.place, found: "neither `profile` nor `maxAttempts`", wanted: "one of the two",
        advice: "add `profile: \(RetryProfile.standard2026.rawValue)`, the default of the AWS SDKs")
    }
    config.maxAttempts = fields["maxAttempts"].flatMap { integer($0, 1...100_000) }
    // Without a second attempt nobody waits, and no default matters.
    func assume(_ parameter: String, _ value: String) {
      guard let attempts = config.maxAttempts, attempts > 1 else { return }
      self.assume(subject, "retry.\(parameter)", value, .documented, "AWS SDKs' standard retry mode of 2026", "2026")
    }
    if let node = fields["backoff"] {
      config.backoff = time(node) ?? config.backoff
    } else {
      assume("backoff", config.backoff.description)
    }
    if let node = fields["multiplier"] {
      config.multiplier = number(node) ?? config.multiplier
      if !(1...1_000).contains(config.multiplier) {
        fault(node.place, found: node.summary, wanted: "a multiplier of 1 to 1000")
      }
    } else {
      assume("multiplier", "2")
    }
    if let node = fields["maxBackoff"] {
      config.maxBackoff = time(node) ?? config.maxBackoff
    } else {
      config.maxBackoff = max(config.maxBackoff, config.backoff)
      assume("maxBackoff", config.maxBackoff.description)
    }
    if let node = fields["maxBackoff"], faults.count == before, config.maxBackoff < config.backoff {
      fault(node.place, found: node.summary, wanted: "not less than the backoff of \(config.backoff)")
    }
    if let node = fields["jitter"] {
      config.jitter = choice(node, RetryConfig.Jitter.self) ?? config.jitter
    } else {
      assume("jitter", config.jitter.rawValue)
    }
    return faults.count == before ? config : nil
  }

  /// The client program of a traffic source, whose targets and arrivals are known.
  func client(_ node: YAMLNode, of source: TrafficConfig) -> ClientConfig? {
    guard let fields = self.fields(node, Shapes.client) else { return nil }
    let before = faults.count
    var client = ClientConfig()
    if let node = fields["retry"] {
      var retry: RetryConfig?
      for target in source.targets {
        let request = Request(resource: target.resource, operation: target.operation, payload: target.payload)
        retry = retryConfig(node, source.name, calls: request)
        guard retry != nil else { break }
      }
      if source.targets.isEmpty { retry = retryConfig(node, source.name, calls: nil) }
      client.retry = retry ?? client.retry
    } else {
      leavesOutRetries = true
    }
    client.timeout = fields["timeout"].flatMap { time($0, .milliseconds(1)...longestSpan) }
    client.instances = fields["instances"].flatMap { integer($0, 1...1_000_000) }
    if let node = fields["instances"], let instances = client.instances, instances * source.targets.count > 1_000_000 {
      fault(
        node.place, found: "\(instances) instances with \(source.targets.count) targets each",
        wanted: "at most 1000000 SDK clients")
    }
    if fields["instances"] == nil { assumeInstances(of: source, node) }
    return faults.count == before ? client : nil
  }

  private func assumeInstances(of source: TrafficConfig, _ node: YAMLNode) {
    let choice = "a stated choice: AWS says only that each SDK client has its own retry quota"
    switch source.arrivals {
    case .users(let count, _):
      guard count <= 1_000_000 else {
        fault(
          node.place, found: "\(count) users, each with a client of its own", wanted: "at most 1000000 clients",
          advice: "add `instances`")
        return
      }
      assume(source.name, "client.instances", "one for each user", .unknown, choice, "2026-11")
    case .poisson, .curve, .bursts, .spikes, .cron, .replay:
      assume(source.name, "client.instances", "1", .unknown, choice, "2026-11")
    }
  }

  /// Notes the row of a profile that calls of a resource follow; a call of a table names its operation.
  private func assume(_ subject: String, _ profile: RetryProfile, calls request: Request?) {
    guard let request else { return }
    let row = RetryProfileRow.row(profile, request.operation == nil ? .other : .dynamoDB)
    let service = row.service == .dynamoDB ? ".dynamoDB" : ""
    assume(subject, "retry.\(profile.rawValue)\(service)", row.description, row.grade, row.source, row.asOf)
  }

  /// Notes what happens where a scenario says nothing of retries.
  func assumeNoRetries() {
    guard leavesOutRetries else { return }
    assume(
      "", "retry", "none: one attempt, unless a call or a client asks for more", .unknown,
      "a stated choice: no SDK retries unless asked; the SDKs' own default is standard2026", "2026-11")
  }
}
