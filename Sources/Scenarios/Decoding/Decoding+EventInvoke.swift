import Engine
import Services
import Units

/// Asynchronous invocation of functions.
extension Decoding {
  /// A queue that asynchronous events end in, at its place.
  struct EventQueueReference {
    let queue: String
    let place: ScenarioError.Place
  }

  /// The keys of a function about asynchronous invocation. Their defaults are noted later, if anybody invokes the function
  /// so.
  func decodeEventInvoke(_ fields: Fields, _ config: inout FunctionConfig, _ index: ResourceIndex) {
    config.eventInvoke.queueLatency = EventInvokeConfig.scenarioQueueLatency
    let invoke = fields["eventInvokeConfig"].flatMap { self.fields($0, Shapes.eventInvokeConfig) }
    if let node = invoke?["maximumRetryAttempts"] {
      config.eventInvoke.maximumRetryAttempts = integer(node, 0...2) ?? config.eventInvoke.maximumRetryAttempts
    } else {
      assumeLater(config.name, "maximumRetryAttempts", "2", .documented, Self.errorHandling, "2026-10")
    }
    if let node = invoke?["maximumEventAge"] {
      if let age = time(node, .seconds(60)...Time.hours(6)) {
        config.eventInvoke.maximumEventAge = age
        if age.nanoseconds % 1_000_000_000 != 0 { fault(node.place, found: node.summary, wanted: "whole seconds") }
      }
    } else {
      assumeLater(config.name, "maximumEventAge", "6 h", .documented, Self.errorHandling, "2026-10")
    }
    if let node = invoke?["queueLatency"] {
      config.eventInvoke.queueLatency = timeDistribution(node) ?? config.eventInvoke.queueLatency
    } else {
      assumeLater(
        config.name, "queueLatency", "log-normal, median 30 ms, p99 150 ms", .unknown,
        "a stated choice: AWS publishes nothing, tens of milliseconds are usual", "2026-11")
    }
    decodeBackoff(invoke?["throttleBackoff"], &config)
    config.eventInvoke.onSuccess = invoke?["onSuccess"].flatMap { destination($0, of: config.name, index) }
    config.eventInvoke.onFailure = invoke?["onFailure"].flatMap { destination($0, of: config.name, index) }
    if let node = fields["deadLetterQueue"] {
      config.eventInvoke.deadLetterQueue = standardQueue(
        node, index, advice: "dead letters go to queues; a function is named under `onFailure`")
    }
  }

  private func decodeBackoff(_ node: YAMLNode?, _ config: inout FunctionConfig) {
    let backoff = node.flatMap { self.fields($0, Shapes.throttleBackoff) }
    if let node = backoff?["multiplier"] {
      if let multiplier = number(node) {
        config.eventInvoke.backoffMultiplier = multiplier
        if !(1...1_000).contains(multiplier) {
          fault(node.place, found: node.summary, wanted: "a multiplier of 1 to 1000")
        }
      }
    } else {
      assumeLater(
        config.name, "throttleBackoff.multiplier", "2", .unknown,
        "a stated choice: AWS documents 1 s to 5 min and an exponential growth", "2026-11")
    }
    if let node = backoff?["jitter"] {
      config.eventInvoke.backoffJitter = choice(node, RetryConfig.Jitter.self) ?? config.eventInvoke.backoffJitter
    } else {
      config.eventInvoke.backoffJitter = .full
      assumeLater(
        config.name, "throttleBackoff.jitter", "full", .unknown,
        "a stated choice: AWS says nothing of jitter, but without it events come back in waves", "2026-11")
    }
    assumeLater(
      config.name, "acceptLatency", "0 s", .unknown,
      "not a key: AWS publishes no time of an asynchronous Invoke, and the network is the caller's", "2026-11")
  }

  private static var errorHandling: String { "Lambda developer guide, asynchronous error handling" }

  /// Keeps a default until it is known whether the function is invoked asynchronously.
  private func assumeLater(
    _ function: String, _ parameter: String, _ value: String, _ grade: Assumption.Grade, _ source: String,
    _ asOf: String
  ) {
    eventInvokeDefaults[function, default: []].append(
      Assumption(
        subject: function, parameter: "eventInvokeConfig.\(parameter)", value: value, grade: grade, source: source,
        asOf: asOf))
  }

  /// Notes the defaults of the functions that somebody invokes asynchronously.
  func assumeEventInvoke(_ system: SystemConfig) {
    for function in system.asynchronousFunctions {
      for choice in eventInvokeDefaults[function.name] ?? [] {
        assume(choice.subject, choice.parameter, choice.value, choice.grade, choice.source, choice.asOf)
      }
    }
  }

  // MARK: References

  private func destination(_ node: YAMLNode, of function: String, _ index: ResourceIndex) -> String? {
    let wanted = "the name of a queue or a function"
    guard let name = text(node, wanted: wanted) else { return nil }
    switch index[name] {
    case .function:
      eventEdges.append(ResourceIndex.Edge(from: function, to: name, place: node.place))
      return name
    case .queue:
      eventQueues.append(EventQueueReference(queue: name, place: node.place))
      return name
    case .table, .httpApi, .stream, .mapping, .cache, .database, .dbProxy, .topic, .vpc:
      return reject(node, wanted: wanted, advice: "Lambda sends records of events to queues and functions")
    case .unknown: return nil
    case nil: return missing(node, name, wanted, index)
    }
  }

  /// A queue that Lambda sends records to; that it is no FIFO queue shows when all resources are decoded.
  func standardQueue(_ node: YAMLNode, _ index: ResourceIndex, advice: String) -> String? {
    let wanted = "the name of a standard queue"
    guard let name = text(node, wanted: wanted) else { return nil }
    switch index[name] {
    case .queue:
      eventQueues.append(EventQueueReference(queue: name, place: node.place))
      return name
    case .function, .table, .httpApi, .stream, .mapping, .cache, .database, .dbProxy, .topic, .vpc:
      return reject(node, wanted: wanted, advice: advice)
    case .unknown: return nil
    case nil: return missing(node, name, wanted, index)
    }
  }

  private func missing(_ node: YAMLNode, _ name: String, _ wanted: String, _ index: ResourceIndex) -> String? {
    return reject(
      node, wanted: wanted, advice: meant(name, in: index.names) ?? "add the resource or correct the name")
  }

  /// Notes what can only be seen once all resources are decoded: events that end in a FIFO queue, and events that lead
  /// back to where they came from. `index.cycles(of: edges)` must be empty, or its cycles would be noted twice.
  func checkEvents(_ resources: [ResourceConfig], _ index: ResourceIndex) {
    for reference in eventQueues {
      for case .queue(let queue) in resources where queue.name == reference.queue && queue.isFifo {
        fault(
          reference.place, found: "the FIFO queue \(queue.name)", wanted: "a standard queue",
          advice: "events, dropped batches and messages of topics go to standard queues only")
      }
    }
    guard index.cycles(of: edges).isEmpty else { return }
    for cycle in index.cycles(of: edges + eventEdges) {
      fault(
        cycle.edge.place, found: "the loop of events \(cycle.path)", wanted: "events that do not lead back",
        advice: "Lambda stops such a loop after about 16 turns; break it")
    }
  }
}
