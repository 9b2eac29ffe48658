import Engine
import Services
import Testing
import Units

/// One queue `q`, the mapping `m` that reads it, and the function `f`, which starts in no time.
struct QueueWorld {
  var queue = QueueConfig(name: "q")
  var mapping = EventSourceMappingConfig(name: "m", queue: "q", functionName: "f")
  var function: FunctionConfig
  var isRead = true
  var others: [ResourceConfig] = []
  var account = AccountConfig()
  var warmUp = Time.zero
  var duration = Time.seconds(100)
  var traffic: [TrafficConfig] = []

  init(_ handler: [Step] = [wait(100)]) {
    function = FunctionConfig(name: "f", handler: handler)
    function.initDuration = .constant(0)
    function.idleExpiry = .constant(900e9)
  }

  /// How the mapping's pollers scale.
  var source: EventSourceMappingConfig.QueueSource {
    get {
      if case .queue(let source) = mapping.source { return source }
      preconditionFailure("the mapping reads a queue")
    }
    set { mapping.source = .queue(newValue) }
  }

  /// So many concurrent batches, no more and no less.
  mutating func fix(concurrency: Int) {
    source.polling.initialConcurrency = concurrency
    source.polling.concurrencyLimit = concurrency
    source.polling.lowTrafficConcurrency = concurrency
  }

  /// Sends to the queue at given moments.
  mutating func send(
    at moments: [Time], count: Int = 1, entries: Int = 1, bytes: Int64 = 0, keys: Int = 1_000, poison: Double = 0
  ) {
    var target = TrafficTarget(resource: "q")
    target.payload = Size(bytes: bytes)
    target.message = MessageConfig(entries: entries, keys: keys, poison: poison)
    traffic.append(
      TrafficConfig(
        name: "senders\(traffic.count)", target: target,
        arrivals: .spikes(moments.map { Spike(at: $0, count: count, over: .zero) })))
  }

  /// Runs it, and looks whether no message was lost.
  func run(seed: UInt64 = 1) throws -> RunResult {
    var resources: [ResourceConfig] = [.queue(queue), .function(function)] + others
    if isRead { resources.append(.eventSourceMapping(mapping)) }
    var story = Story(resources, target: TrafficTarget(resource: "q"), at: [], account: account)
    story.traffic = traffic
    story.warmUp = warmUp
    story.duration = duration
    let result = try story.run(seed: seed)
    for resource in result.resources where resource.typeName == "queue" {
      let figure = { result.figure($0, of: resource.name) }
      if warmUp == .zero {
        #expect(
          figure("sent") + figure("arrivedByRedrive") == figure("deleted") + figure("visibleAtEnd")
            + figure("inFlightAtEnd") + figure("delayedAtEnd") + figure("expired") + figure("redriven"))
      }
    }
    return result
  }
}
