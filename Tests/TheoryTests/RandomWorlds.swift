import Engine
import Services
import Units

/// The random systems with everything else that functions can have around them: queues, FIFO queues and streams with
/// their mappings, asynchronous events, SnapStart, crashes, ages, inits ahead of requests, memory.
///
/// Drawn from a stream of its own, so that the systems themselves stay what they are. The same number gives the same
/// world.
struct RandomWorld {
  private var stream: RandomStream
  private var functions: Int

  /// The world of a number.
  static func make(_ number: Int) -> SystemConfig {
    var config = RandomSystem.make(number)
    var world = RandomWorld(
      stream: RandomStream(seed: 2, replication: number, component: "random world", purpose: "shape"),
      functions: config.resources.count { $0.typeName == "function" })
    world.enrich(&config)
    return config
  }

  private mutating func below(_ n: Int) -> Int { Int(stream.nextIndex(below: UInt64(n))) }
  private mutating func chance(_ probability: Double) -> Bool { stream.nextUnit() < probability }

  private mutating func enrich(_ config: inout SystemConfig) {
    config.duration = .seconds(Int64(40 + below(160)))
    for index in config.resources.indices {
      guard case .function(let function) = config.resources[index] else { continue }
      config.resources[index] = .function(self.function(function, index))
    }
    for source in config.traffic.indices where chance(0.4) {
      for target in config.traffic[source].targets.indices
      where config.traffic[source].targets[target].resource.hasPrefix("f") {
        config.traffic[source].targets[target].invocationType = .event
      }
    }
    addQueue("queue", isFifo: false, &config)
    addQueue("fifo", isFifo: true, &config)
    addStream(&config)
    if chance(0.5) { config.invocationLog = InvocationLogConfig(sample: 1, limit: 1_000_000) }
  }

  private mutating func function(_ plain: FunctionConfig, _ index: Int) -> FunctionConfig {
    var f = plain
    if chance(0.3) { f.handler.append(.crash(probability: 0.1)) }
    if chance(0.3) { f.handler.append(.forEachRecord([.wait(.exponential(mean: 2e6)), .fail(probability: 0.1)])) }
    if chance(0.3) { f.handler.append(.call(message())) }
    if chance(0.3) { f.firstCall = .exponential(mean: 20e6) }
    if chance(0.3) { f.placement = .exponential(mean: 30e6) }
    if chance(0.2) { f.initFailure = 0.2 }
    if chance(0.2) { f.proactiveInit = 0.3 }
    if chance(0.3) { f.maximumAge = .exponential(mean: 10e9) }
    if chance(0.3) { f.recovery = .end }
    if chance(0.3) { f.memoryUsage = .uniform(low: 0, high: Double(f.memorySize) * 1.1 * 1_048_576) }
    if f.provisionedConcurrency == nil && chance(0.3) {
      f.runtime = chance(0.5) ? "java21" : "python3.13"
      f.snapStart = SnapStartConfig(restore: .exponential(mean: 300e6))
      f.snapStart?.runtimeLoad = .exponential(mean: 50e6)
      f.snapStart?.restoreHook = chance(0.2) ? .exponential(mean: 6e9) : .constant(0)
      f.snapStart?.warmShare = 0.7
    }
    f.eventInvoke.maximumRetryAttempts = below(3)
    f.eventInvoke.maximumEventAge = .milliseconds(Int64(500 + below(90_000)))
    f.eventInvoke.queueLatency = .exponential(mean: 30e6)
    f.eventInvoke.backoffJitter = chance(0.5) ? .none : .full
    if chance(0.5) { f.eventInvoke.deadLetterQueue = "dead" }
    if index + 1 < functions && chance(0.3) {
      f.eventInvoke.onFailure = "f\(index + 1 + below(functions - index - 1))"
    }
    return f
  }

  /// A handler's message to a queue that nobody reads, or to one that is read.
  private mutating func message() -> CallStep {
    var step = CallStep(target: "dead")
    step.onError = .continue
    step.message = MessageConfig(entries: 1 + below(10))
    return step
  }

  private mutating func addQueue(_ name: String, isFifo: Bool, _ config: inout SystemConfig) {
    if !isFifo { config.resources.append(.queue(QueueConfig(name: "dead"))) }
    guard chance(0.7) else { return }
    var queue = QueueConfig(name: name)
    queue.isFifo = isFifo
    queue.isHighThroughput = isFifo && chance(0.5)
    queue.visibilityTimeout = .seconds(Int64(1 + below(15)))
    queue.messageRetentionPeriod = chance(0.3) ? .minutes(1) : .days(4)
    queue.delay = chance(0.3) ? .seconds(3) : .zero
    queue.inFlightLimit = chance(0.3) ? 20 : 120_000
    queue.deliveryLatency = .exponential(mean: 20e6)
    if chance(0.6) {
      config.resources.append(.queue(QueueConfig(name: "\(name)Dead")))
      if isFifo, case .queue(var dead) = config.resources[config.resources.count - 1] {
        dead.isFifo = true
        config.resources[config.resources.count - 1] = .queue(dead)
      }
      queue.redrive = QueueConfig.Redrive(deadLetterTarget: "\(name)Dead", maxReceiveCount: 1 + below(4))
    }
    config.resources.append(.queue(queue))
    var mapping = EventSourceMappingConfig(
      name: "\(name)Mapping", queue: name, functionName: "f\(below(functions))")
    mapping.batchSize = [1, 3, 10][below(3)]
    if !isFifo && chance(0.4) { (mapping.batchSize, mapping.maximumBatchingWindow) = (40, .seconds(2)) }
    mapping.reportsBatchItemFailures = chance(0.5)
    var source = EventSourceMappingConfig.QueueSource(queue: name)
    source.scaling = [.automatic, .maximumConcurrency(2), .provisioned(minimumPollers: 2, maximumPollers: 4)][below(3)]
    mapping.source = .queue(source)
    config.resources.append(.eventSourceMapping(mapping))
    config.traffic.append(sender(name))
  }

  private mutating func addStream(_ config: inout SystemConfig) {
    guard chance(0.7) else { return }
    var stream = StreamConfig(name: "stream")
    stream.shardCount = 1 + below(4)
    if chance(0.2) { stream.retentionPeriod = .seconds(30) }
    config.resources.append(.stream(stream))
    for index in 0...below(2) {
      var mapping = EventSourceMappingConfig(
        name: "streamMapping\(index)", stream: "stream", functionName: "f\(below(functions))")
      mapping.batchSize = [1, 10, 100][below(3)]
      if chance(0.3) { mapping.maximumBatchingWindow = .seconds(2) }
      mapping.reportsBatchItemFailures = chance(0.5)
      var source = EventSourceMappingConfig.StreamSource(stream: "stream")
      source.parallelizationFactor = 1 + below(3)
      source.bisectsBatchOnFunctionError = chance(0.5)
      source.maximumRetryAttempts = chance(0.7) ? below(4) : nil
      source.maximumRecordAge = chance(0.3) ? .minutes(1) : nil
      source.onFailure = chance(0.5) ? "dead" : nil
      source.retryDelay = .exponential(mean: 0.5e9)
      mapping.source = .stream(source)
      config.resources.append(.eventSourceMapping(mapping))
    }
    config.traffic.append(sender("stream"))
  }

  private mutating func sender(_ target: String) -> TrafficConfig {
    let message = MessageConfig(entries: 1 + below(10), keys: [1, 20, 1_000][below(3)], poison: chance(0.5) ? 0.03 : 0)
    return TrafficConfig(
      name: "\(target)Sender",
      target: TrafficTarget(resource: target, payload: Size(bytes: Int64(below(3_000))), message: message),
      arrivals: .poisson(ratePerSecond: Double(1 + below(8))))
  }
}
