import Engine
import Services
import Units

/// Queues.
extension Decoding {
  /// A queue; nil if it has faults.
  func queue(_ name: String, _ node: YAMLNode, _ index: ResourceIndex) -> QueueConfig? {
    guard let fields = self.fields(node, Shapes.queue) else { return nil }
    let before = faults.count
    var config = QueueConfig(name: name)
    _ = fields["type"]
    if let node = fields["fifoQueue"] { config.isFifo = boolean(node) ?? config.isFifo }
    if let node = fields["fifoThroughputLimit"], let limit = choice(node, FifoThroughputLimit.self) {
      config.isHighThroughput = limit == .perMessageGroupId
      if !config.isFifo {
        fault(
          node.place, found: "fifoThroughputLimit of a standard queue", wanted: "fifoQueue: true with it",
          advice: "leave it out")
      }
    }
    decodeTimes(fields, &config)
    if let node = fields["redrivePolicy"] { config.redrive = redrive(node, queue: name, index) }
    if let node = fields["inFlightLimit"] {
      config.inFlightLimit = integer(node, 1...120_000) ?? config.inFlightLimit
    } else {
      assume(
        name, "inFlightLimit", "120000", .documented,
        config.isFifo ? "SQS quotas; FIFO queues since 2024-11, 20000 before" : "SQS quotas", "2026-11")
    }
    decodeLatencies(fields, &config)
    queueNodes[name] = fields
    return faults.count == before ? config : nil
  }

  /// `FifoThroughputLimit`.
  private enum FifoThroughputLimit: String, CaseIterable {
    case perQueue, perMessageGroupId
  }

  private func decodeTimes(_ fields: Fields, _ config: inout QueueConfig) {
    func span(_ key: String, _ range: ClosedRange<Time>, _ value: inout Time) {
      guard let node = fields[key] else {
        return assume(config.name, key, value.description, .documented, "CloudFormation AWS::SQS::Queue", "2026-10")
      }
      value = time(node, range) ?? value
      if value.nanoseconds % 1_000_000_000 != 0 { fault(node.place, found: node.summary, wanted: "whole seconds") }
    }
    span("visibilityTimeout", .zero...Time.hours(12), &config.visibilityTimeout)
    span("messageRetentionPeriod", .minutes(1)...Time.days(14), &config.messageRetentionPeriod)
    span("delay", .zero...Time.minutes(15), &config.delay)
  }

  private func redrive(_ node: YAMLNode, queue: String, _ index: ResourceIndex) -> QueueConfig.Redrive? {
    guard let fields = self.fields(node, Shapes.redrivePolicy) else { return nil }
    let count = fields["maxReceiveCount"].flatMap { integer($0, 1...1_000) }
    guard let target = fields["deadLetterTarget"], let name = text(target, wanted: "the name of a queue") else {
      return nil
    }
    switch index[name] {
    case .queue:
      if name == queue { return reject(target, wanted: "another queue than this one") }
      return count.map { QueueConfig.Redrive(deadLetterTarget: name, maxReceiveCount: $0) }
    case .function, .table, .httpApi, .stream, .mapping, .cache, .database, .dbProxy, .topic, .vpc:
      return reject(target, wanted: "the name of a queue")
    case .unknown: return nil
    case nil:
      return reject(
        target, wanted: "the name of a queue",
        advice: meant(name, in: index.names) ?? "add the queue or correct the name")
    }
  }

  private func decodeLatencies(_ fields: Fields, _ config: inout QueueConfig) {
    if let node = fields["sendLatency"] {
      config.sendLatency = timeDistribution(node) ?? config.sendLatency
    } else {
      config.sendLatency = QueueLatency.send
      assume(
        config.name, "sendLatency", "log-normal, median 7 ms, p99 30 ms", .unknown,
        "a stated choice: AWS publishes none; about as long as a write to a table", "2026-11")
    }
    if let node = fields["deliveryLatency"] {
      config.deliveryLatency = timeDistribution(node) ?? config.deliveryLatency
    } else {
      config.deliveryLatency = QueueLatency.delivery(isFifo: config.isFifo)
      assume(
        config.name, "deliveryLatency",
        config.isFifo ? "p10 21.9 ms, median 28.1 ms, p99 645 ms" : "p10 13.7 ms, median 16.2 ms, p99 105 ms",
        .measured, "bitesizedserverless.com, from SQS to Lambda in eu-west-1, 1024 invocations", "2022-09")
    }
  }

  // MARK: What queues, mappings and functions must agree on

  /// Notes what AWS refuses of queues and their mappings together. All resources are decoded by then.
  func checkQueues(_ resources: [ResourceConfig]) {
    var queues: [String: QueueConfig] = [:]
    var functions: [String: FunctionConfig] = [:]
    for resource in resources {
      switch resource {
      case .queue(let queue): queues[queue.name] = queue
      case .function(let function): functions[function.name] = function
      case .httpApi, .table, .stream, .eventSourceMapping, .daxCluster, .cacheCluster, .dbInstance, .auroraCluster,
        .dbProxy, .topic, .vpc:
        break
      }
    }
    for resource in resources {
      switch resource {
      case .queue(let queue): checkRedrive(queue, queues)
      case .eventSourceMapping(let mapping):
        guard case .queue(let source) = mapping.source, let queue = queues[source.queue] else { continue }
        checkMapping(mapping, of: queue, functions[mapping.functionName])
      case .function, .httpApi, .table, .stream, .daxCluster, .cacheCluster, .dbInstance, .auroraCluster, .dbProxy,
        .topic, .vpc:
        break
      }
    }
  }

  private func checkRedrive(_ queue: QueueConfig, _ queues: [String: QueueConfig]) {
    guard let redrive = queue.redrive, let target = queues[redrive.deadLetterTarget],
      let fields = queueNodes[queue.name],
      target.isFifo != queue.isFifo
    else { return }
    fault(
      fields["redrivePolicy"]?.place ?? fields.place,
      found: "the \(target.isFifo ? "FIFO" : "standard") queue `\(target.name)` as dead-letter queue",
      wanted: "a \(queue.isFifo ? "FIFO" : "standard") queue, as `\(queue.name)` is")
  }

  private func checkMapping(
    _ mapping: EventSourceMappingConfig, of queue: QueueConfig, _ function: FunctionConfig?
  ) {
    guard let fields = queueNodes[mapping.name] else { return }
    if let function, queue.visibilityTimeout < function.timeout {
      fault(
        queueNodes[queue.name]?["visibilityTimeout"]?.place ?? fields.place,
        found: "a visibility timeout of \(queue.visibilityTimeout) below the \(function.timeout) of `\(function.name)`",
        wanted: "at least the function's timeout; AWS advises six times that",
        advice: "set `visibilityTimeout` of `\(queue.name)`")
    }
    if queue.isFifo && mapping.batchSize > 10 {
      fault(
        fields["batchSize"]?.place ?? fields.place, found: "a batch size of \(mapping.batchSize)",
        wanted: "at most 10 from a FIFO queue")
    } else if mapping.batchSize > 10 && mapping.maximumBatchingWindow < .seconds(1) {
      fault(
        fields["batchSize"]?.place ?? fields.place, found: "a batch size of \(mapping.batchSize) without a window",
        wanted: "a maximumBatchingWindow of 1 s or more with more than 10 messages")
    }
    if !queue.isFifo && mapping.batchSize > 10 && mapping.maximumBatchingWindow < .seconds(1) {
      fault(
        fields["batchSize"]?.place ?? fields.place, found: "a batch size of \(mapping.batchSize) without a window",
        wanted: "a maximumBatchingWindow of 1 s or more with more than 10 messages")
    }
    if queue.isFifo && mapping.maximumBatchingWindow > .zero {
      fault(
        fields["maximumBatchingWindow"]?.place ?? fields.place, found: "a batching window on a FIFO queue",
        wanted: "none: windows are for standard queues", advice: "leave it out")
    }
  }
}
