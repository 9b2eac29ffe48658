import Engine
import Services
import Statistics
import Testing
import Units

/// Queues and their mappings against queueing theory, and against laws that hold for every run.
@Suite("Messages")
struct MessageTests {
  /// A queue read one message at a time by so many concurrent batches.
  private func world(
    servers: Int, service: Distribution, arrivals: ArrivalConfig, duration: Time, warmUp: Time = .zero
  ) -> SystemConfig {
    var config = SystemConfig.oneFunction(service: service, arrivals: arrivals, duration: duration, warmUp: warmUp)
    var queue = QueueConfig(name: "q")
    queue.visibilityTimeout = .hours(12)
    var mapping = EventSourceMappingConfig(name: "m", queue: "q", functionName: "f")
    mapping.batchSize = 1
    var source = EventSourceMappingConfig.QueueSource(queue: "q")
    source.polling.initialConcurrency = servers
    source.polling.concurrencyLimit = servers
    source.polling.lowTrafficConcurrency = servers
    mapping.source = .queue(source)
    config.resources += [.queue(queue), .eventSourceMapping(mapping)]
    config.traffic[0].targets = [TrafficTarget(resource: "q")]
    return config
  }

  @Test("messages wait for one of c batches as Erlang's C says", arguments: [(1, 0.7), (3, 2.1), (10, 7)])
  func erlangC(servers: Int, rate: Double) throws {
    let config = world(
      servers: servers, service: .exponential(mean: .seconds(1)), arrivals: .poisson(ratePerSecond: rate),
      duration: .seconds(8_000), warmUp: .seconds(500))
    let runs = try replicate(config, seed: 91, count: 20)
    let wait = try #require(QueueingTheory.meanWaitMMc(arrivalRate: rate, serviceMean: 1, servers: servers))
    check(try runs.interval("meanVisible", of: "q"), holds: rate * wait, resolution: 0.2, "visible")
    check(try runs.interval("meanInFlight", of: "q"), holds: rate, resolution: 0.02, "in flight")
    check(try runs.interval("meanTimeMs", of: "q"), holds: 1_000 * (wait + 1), resolution: 0.15, "time")
    check(try runs.interval("meanConcurrentBatches", of: "m"), holds: rate, resolution: 0.02, "batches")
  }

  @Test("one batch at a time: the mean wait is Pollaczek and Khinchine's", arguments: Service.allCases)
  func oneServer(service: Service) throws {
    let config = world(
      servers: 1, service: service.distribution(mean: .seconds(1)), arrivals: .poisson(ratePerSecond: 0.5),
      duration: .seconds(8_000), warmUp: .seconds(500))
    let runs = try replicate(config, seed: 92, count: 20)
    let wait = try #require(
      QueueingTheory.meanWaitMG1(arrivalRate: 0.5, serviceMean: 1, serviceVariance: service.squaredVariation))
    check(try runs.interval("meanVisible", of: "q"), holds: 0.5 * wait, resolution: 0.25, "visible")
  }

  /// Systems put together at random: kinds of queues, delays, failures, dead-letter queues, windows, limits.
  private func randomSystem(_ number: Int) -> SystemConfig {
    var stream = RandomStream(seed: 93, replication: number, component: "system", purpose: "make")
    func pick(_ count: Int) -> Int { Int(stream.nextIndex(below: UInt64(count))) }
    var config = SystemConfig.oneFunction(
      service: .exponential(mean: .seconds(0.2)), arrivals: .poisson(ratePerSecond: Double(5 + pick(40))),
      duration: .seconds(300)
    ) { function in
      function.timeout = .seconds(2)
      function.initDuration = .constant(.seconds(1.5))
      function.handler.append(.fail(probability: [0, 0.1, 0.5][pick(3)]))
    }
    config.account.concurrentExecutions = [3, 50][pick(2)]
    var queue = QueueConfig(name: "q")
    queue.isFifo = pick(2) == 0
    queue.visibilityTimeout = .seconds(Int64(2 + pick(20)))
    queue.messageRetentionPeriod = [.minutes(1), .days(4)][pick(2)]
    queue.delay = [.zero, .seconds(10), .minutes(2)][pick(3)]
    queue.inFlightLimit = [20, 120_000][pick(2)]
    queue.deliveryLatency = .exponential(mean: .seconds(0.02))
    var dead = QueueConfig(name: "dead")
    dead.isFifo = queue.isFifo
    if pick(2) == 0 { queue.redrive = QueueConfig.Redrive(deadLetterTarget: "dead", maxReceiveCount: 1 + pick(3)) }
    var mapping = EventSourceMappingConfig(name: "m", queue: "q", functionName: "f")
    mapping.batchSize = [1, 10][pick(2)]
    if !queue.isFifo && pick(2) == 0 { (mapping.batchSize, mapping.maximumBatchingWindow) = (50, .seconds(3)) }
    mapping.reportsBatchItemFailures = pick(2) == 0
    var source = EventSourceMappingConfig.QueueSource(queue: "q")
    source.scaling = [.automatic, .maximumConcurrency(2), .provisioned(minimumPollers: 2, maximumPollers: 4)][pick(3)]
    mapping.source = .queue(source)
    config.resources += [.queue(queue), .queue(dead), .eventSourceMapping(mapping)]
    let message = MessageConfig(
      entries: [1, 10][pick(2)], keys: [1, 20, 100_000][pick(3)], poison: [0, 0.05][pick(2)])
    config.traffic[0].targets = [TrafficTarget(resource: "q", payload: Size(bytes: 3_000), message: message)]
    return config
  }

  @Test("no message is lost or made: sent is deleted, moved, expired or still there", arguments: 0..<120)
  func conservation(number: Int) throws {
    let run = try simulate(randomSystem(number), seed: 5, replication: 0)
    let slow = try simulate(randomSystem(number), seed: 5, replication: 0, lane: false)
    #expect(run.digest == slow.digest)
    let q = { try run.figure($0, of: "q") }
    let there = try q("visibleAtEnd") + q("inFlightAtEnd") + q("delayedAtEnd")
    #expect(try q("sent") == q("deleted") + q("redriven") + q("expired") + there)
    #expect(try q("redriven") == run.figure("arrivedByRedrive", of: "dead"))
    let m = { try run.figure($0, of: "m") }
    #expect(try q("received") == m("polledEvents"))
    #expect(try q("deleted") == m("deletedEvents"))
    #expect(try m("peakConcurrentBatches") <= m("peakPollers") * 10)
    #expect(try q("peakInFlight") <= 120_000)
    #expect(try q("billedRequests") >= q("emptyReceives"))
    // Little's law, exactly: what was deleted has been there for so long, and the rest is what is missing.
    let present = try q("meanVisible") + q("meanInFlight") + q("meanDelayed")
    #expect(try present * 300_000 >= q("meanTimeMs") * q("deleted") - 1 || q("deleted") == 0)
  }

  @Test("Little's law, exactly: a queue that ends empty held each message for its time", arguments: 0..<20)
  func little(number: Int) throws {
    var config = randomSystem(number)
    for index in config.resources.indices {
      if case .queue(var queue) = config.resources[index], queue.name == "q" {
        (queue.redrive, queue.messageRetentionPeriod) = (nil, .days(4))
        config.resources[index] = .queue(queue)
      }
      if case .function(var function) = config.resources[index] {
        function.handler = [.wait(.exponential(mean: .seconds(0.2)))]
        config.resources[index] = .function(function)
      }
    }
    config.account.concurrentExecutions = 1_000
    config.traffic[0].targets[0].message.poison = 0
    config.traffic[0].arrivals = .spikes([Spike(at: .seconds(10), count: 200, over: .seconds(60))])
    config.duration = .seconds(40_000)
    let run = try simulate(config, seed: 6, replication: 0)
    let q = { try run.figure($0, of: "q") }
    let (deleted, sent) = try (q("deleted"), q("sent"))
    #expect(deleted == sent && sent >= 200)
    let present = try q("meanVisible") + q("meanInFlight") + q("meanDelayed")
    let held = try q("meanTimeMs") * deleted / 40_000_000
    #expect(abs(present - held) < 1e-9 * held)
  }
}
