import Engine
import Services
import Units

/// Event source mappings of queues.
extension Decoding {
  func decodeQueueMapping(
    _ fields: Fields, _ config: inout EventSourceMappingConfig, _ source: inout EventSourceMappingConfig.QueueSource
  ) {
    queueNodes[config.name] = fields
    if let node = fields["scalingConfig"], let scaling = self.fields(node, Shapes.scalingConfig) {
      if let limit = scaling["maximumConcurrency"].flatMap({ integer($0, 2...1_000) }) {
        source.scaling = .maximumConcurrency(limit)
      }
    }
    if let node = fields["provisionedPollerConfig"] {
      if fields["scalingConfig"] != nil {
        fault(
          node.place, found: "provisionedPollerConfig beside scalingConfig", wanted: "one of the two",
          advice: "leave one of them out")
      }
      source.scaling = provisioned(node, config.name) ?? source.scaling
    }
    decodePolling(fields["polling"].flatMap { self.fields($0, Shapes.polling) }, config, &source)
  }

  private func provisioned(_ node: YAMLNode, _ name: String) -> EventSourceMappingConfig.QueueSource.Scaling? {
    guard let fields = self.fields(node, Shapes.provisionedPollerConfig) else { return nil }
    var (minimum, maximum) = (2, 200)
    let page = "Lambda developer guide, SQS provisioned mode"
    if let node = fields["minimumPollers"] {
      guard let count = integer(node, 2...200) else { return nil }
      minimum = count
    } else {
      assume(name, "provisionedPollerConfig.minimumPollers", "2", .documented, page, "2026-10")
    }
    if let node = fields["maximumPollers"] {
      guard let count = integer(node, 2...10_000) else { return nil }
      maximum = count
      if maximum < minimum {
        return reject(node, wanted: "not less than the minimumPollers of \(minimum)")
      }
    } else {
      assume(name, "provisionedPollerConfig.maximumPollers", "200", .documented, page, "2026-10")
    }
    assume(
      name, "provisionedPollerConfig.eventPollerUnits", "1 a poller", .inferred,
      "Lambda's price list has one rate for SQS pollers and no other size", "2026")
    return .provisioned(minimumPollers: minimum, maximumPollers: maximum)
  }

  private func decodePolling(
    _ fields: Fields?, _ config: EventSourceMappingConfig, _ source: inout EventSourceMappingConfig.QueueSource
  ) {
    let scaling = "Lambda developer guide, SQS scaling"
    var polling = source.polling
    let isProvisioned: Bool
    let hasLowTraffic: Bool
    switch source.scaling {
    case .automatic: (isProvisioned, hasLowTraffic) = (false, true)
    case .maximumConcurrency: (isProvisioned, hasLowTraffic) = (false, false)
    case .provisioned: (isProvisioned, hasLowTraffic) = (true, false)
    }
    func count(
      _ key: String, _ value: inout Int, _ range: ClosedRange<Int>, _ matters: Bool, _ grade: Assumption.Grade,
      _ why: String
    ) {
      if let node = fields?[key] {
        value = integer(node, range) ?? value
      } else if matters {
        assume(config.name, "polling.\(key)", String(value), grade, why, grade == .unknown ? "2026-11" : "2026-10")
      }
    }
    func span(
      _ key: String, _ value: inout Time, _ range: ClosedRange<Time>, _ matters: Bool, _ grade: Assumption.Grade,
      _ why: String
    ) {
      if let node = fields?[key] {
        value = time(node, range) ?? value
      } else if matters {
        assume(config.name, "polling.\(key)", value.description, grade, why, "2026-11")
      }
    }
    span(
      "longPoll", &polling.longPoll, .seconds(1)...Time.seconds(20), true, .inferred,
      "SQS's longest wait; Lambda says only that it polls long")
    count("initialConcurrency", &polling.initialConcurrency, 1...1_250, !isProvisioned, .documented, scaling)
    count("concurrencyLimit", &polling.concurrencyLimit, 1...10_000, hasLowTraffic, .documented, scaling)
    count("increasePerMinute", &polling.increasePerMinute, 1...100_000, !isProvisioned, .documented, scaling)
    count(
      "decreasePerMinute", &polling.decreasePerMinute, 1...100_000, true, .unknown,
      "a stated choice: as fast as it rises, after a minute without a backlog")
    count(
      "lowTrafficConcurrency", &polling.lowTrafficConcurrency, 1...1_250, hasLowTraffic, .documented, scaling)
    span(
      "lowTrafficAfter", &polling.lowTrafficAfter, .zero...longestSpan, hasLowTraffic, .unknown,
      "a stated choice: AWS does not say what low traffic is")
    count(
      "failureDecrease", &polling.failureDecrease, 0...1_250, !isProvisioned, .unknown,
      "a stated choice: AWS says only that failures and throttles slow the pollers down")
    span(
      "throttleDelay", &polling.throttleDelay, .milliseconds(1)...Time.hours(1), true, .unknown,
      "a stated choice, doubled each time: AWS says only that it tries again until the visibility timeout")
    span(
      "pollDuration", &polling.pollDuration, .milliseconds(1)...Time.seconds(1),
      config.maximumBatchingWindow > .zero, .unknown,
      "a stated choice: a receive takes a round trip, in which messages gather; AWS says nothing of it")
    if polling.concurrencyLimit < polling.initialConcurrency, let node = fields?["concurrencyLimit"] {
      fault(
        node.place, found: node.summary, wanted: "not less than the initialConcurrency of \(polling.initialConcurrency)"
      )
    }
    source.polling = polling
  }
}
