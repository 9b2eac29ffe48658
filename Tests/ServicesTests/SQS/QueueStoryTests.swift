import Engine
import Services
import Testing
import Units

/// A queue by itself, and its messages' way through it.
@Suite("SQS queues")
struct QueueStoryTests {
  @Test(
    "a send is billed by 64 KB of its whole payload, an empty one as one request",
    arguments: [
      (1, 0, 1.0), (1, 65_535, 1), (1, 65_536, 1), (1, 65_537, 2), (1, 131_072, 2), (1, 1_048_576, 16),
      (10, 6_553, 1), (10, 6_554, 2),
    ] as [(Int, Int64, Double)])
  func chunks(entries: Int, bytes: Int64, requests: Double) throws {
    var world = QueueWorld()
    world.isRead = false
    world.send(at: [.zero], entries: entries, bytes: bytes)
    let result = try world.run()
    #expect(result.figure("billedRequests", of: "q") == requests)
    #expect(result.usage("Requests-RBP", of: "q") == Int64(requests))
    #expect(result.figure("sent", of: "q") == Double(entries))
  }

  @Test("receives are billed by 64 KB and deletes by tens")
  func receivesAndDeletes() throws {
    // Send of 10 x 7,000 B: 2 requests. Receive of the same: 2. Delete: 1.
    var world = QueueWorld()
    world.duration = .seconds(10)
    world.send(at: [.seconds(1)], entries: 10, bytes: 7_000)
    #expect(try world.run().figure("billedRequests", of: "q") == 5)
    // A batch of 20 needs two receives and two deletes: 2 x 1 + 2 + 2.
    world.mapping.batchSize = 20
    world.mapping.maximumBatchingWindow = .seconds(1)
    world.fix(concurrency: 1)
    world.traffic = []
    world.send(at: [.seconds(1)], count: 2, entries: 10)
    let result = try world.run()
    #expect(result.figure("batches", of: "m") == 1)
    #expect(result.figure("billedRequests", of: "q") == 6)
  }

  @Test("FIFO queues have a meter of their own")
  func fifoMeter() throws {
    var world = QueueWorld()
    world.isRead = false
    world.queue.isFifo = true
    world.send(at: [.zero], bytes: 65_537)
    let result = try world.run()
    #expect(result.usage("Requests-FIFO-RBP", of: "q") == 2)
    #expect(result.usage("Requests-RBP", of: "q") == nil)
  }

  @Test("the sender waits for the send; a waiting poller gets the message after the delivery's latency")
  func latencies() throws {
    var world = QueueWorld()
    world.queue.sendLatency = .constant(7e6)
    world.queue.deliveryLatency = .constant(16e6)
    world.send(at: [.seconds(1)])
    let result = try world.run()
    #expect(result.latencyMs == 7)
    #expect(result.segmentsMs == ["q send": 7])
    #expect(result.figure("meanTimeMs", of: "q") == 116)
  }

  @Test("a message that is delayed cannot be received before")
  func delay() throws {
    var world = QueueWorld()
    world.queue.delay = .seconds(5)
    world.send(at: [.seconds(1), .seconds(2)])
    let result = try world.run()
    #expect(result.figure("meanTimeMs", of: "q") == 5_100)
    #expect(result.figure("meanDelayed", of: "q") == 0.1)
    #expect(result.figure("peakDelayed", of: "q") == 2)
    world.duration = .seconds(6)
    #expect(try world.run().figure("received", of: "q") == 0)
    world.duration = Time(nanoseconds: 6_000_000_001)
    #expect(try world.run().figure("received", of: "q") == 1)
  }

  @Test("a message goes when its retention is over, visible or delayed")
  func retention() throws {
    var world = QueueWorld()
    world.isRead = false
    world.queue.messageRetentionPeriod = .minutes(1)
    world.send(at: [.seconds(1), .seconds(11)])
    let result = try world.run()
    #expect(result.figure("expired", of: "q") == 2)
    #expect(result.figure("meanVisible", of: "q") == 1.2)
    #expect(result.figure("peakAgeMs", of: "q") == 60_000)
    world.duration = .seconds(61)
    #expect(try world.run().figure("expired", of: "q") == 0)
    world.duration = Time(nanoseconds: 61_000_000_001)
    #expect(try world.run().figure("expired", of: "q") == 1)
    world.queue.delay = .minutes(15)
    world.duration = .seconds(100)
    let delayed = try world.run()
    #expect(delayed.figure("expired", of: "q") == 2)
    #expect(delayed.figure("meanDelayed", of: "q") == 1.2)
  }

  @Test("retention is over for messages in flight and on their way too")
  func retentionOnTheWay() throws {
    // In flight from 1 s on: gone at 61 s, and the function's end at 71 s deletes nothing.
    var world = QueueWorld([wait(70_000)])
    world.function.timeout = .seconds(80)
    world.queue.visibilityTimeout = .seconds(80)
    world.queue.messageRetentionPeriod = .minutes(1)
    world.send(at: [.seconds(1)])
    let inFlight = try world.run()
    #expect(inFlight.figure("expired", of: "q") == 1)
    #expect(inFlight.figure("deleted", of: "q") == 0)
    #expect(inFlight.figure("staleDeletes", of: "m") == 1)
    #expect(inFlight.figure("meanInFlight", of: "q") == 0.6)
    world.queue.deliveryLatency = .constant(65e9)
    let arriving = try world.run()
    #expect(arriving.figure("expired", of: "q") == 1)
    #expect(arriving.figure("received", of: "q") == 0)
    #expect(arriving.figure("meanVisible", of: "q") == 0.6)
  }

  @Test("the age of the oldest message is read every minute, and its peak when a message leaves")
  func age() throws {
    var world = QueueWorld([wait(90_000)])
    world.function.timeout = .seconds(100)
    world.queue.visibilityTimeout = .seconds(100)
    world.send(at: [.seconds(10)])
    world.duration = .minutes(3)
    let result = try world.run()
    #expect(result.figure("peakAgeMs", of: "q") == 90_000)
    let ages = result.series.first { $0.key.name == "ApproximateAgeOfOldestMessage" && $0.key.statistic == .maximum }
    // Read at 70 s, when it is 60 s old, and no more once the queue is empty.
    #expect(ages?.values[1] == 60_000)
    #expect(ages?.values[2].isNaN == true)
  }

  @Test("no more messages are in flight than the limit allows")
  func inFlightLimit() throws {
    // 10 messages of 1 s, three at a time: done at 2, 3, 4 and 5 s.
    var world = QueueWorld([wait(1_000)])
    world.mapping.batchSize = 1
    world.queue.inFlightLimit = 3
    world.send(at: [.seconds(1)], entries: 10)
    let result = try world.run()
    #expect(result.figure("peakInFlight", of: "q") == 3)
    #expect(result.figure("deleted", of: "q") == 10)
    #expect(result.figure("meanTimeMs", of: "q") == (3 * 1_000 + 3 * 2_000 + 3 * 3_000 + 4_000) / 10)
    world.queue.inFlightLimit = 10
    world.fix(concurrency: 20)
    #expect(try world.run().figure("peakInFlight", of: "q") == 10)
    world.queue.inFlightLimit = 9
    #expect(try world.run().figure("peakInFlight", of: "q") == 9)
  }

  @Test(
    "a message received n times moves to the dead-letter queue in place of receive n + 1", arguments: [false, true])
  func redrive(isFifo: Bool) throws {
    // Every invocation fails; the message is received at 1, 11 and 21 s, and moves at 31 s.
    var world = QueueWorld([.fail(probability: 1)])
    world.queue.isFifo = isFifo
    world.queue.visibilityTimeout = .seconds(10)
    world.queue.redrive = QueueConfig.Redrive(deadLetterTarget: "dead", maxReceiveCount: 3)
    var dead = QueueConfig(name: "dead")
    dead.isFifo = isFifo
    world.others = [.queue(dead)]
    world.send(at: [.seconds(1)])
    let result = try world.run()
    #expect(result.figure("received", of: "q") == 3)
    #expect(result.figure("invocations", of: "f") == 3)
    #expect(result.figure("redriven", of: "q") == 1)
    #expect(result.figure("deleted", of: "q") == 0)
    #expect(result.figure("arrivedByRedrive", of: "dead") == 1)
    #expect(result.figure("visibleAtEnd", of: "dead") == 1)
    #expect(result.figure("sent", of: "dead") == 0)
    #expect(result.figure("billedRequests", of: "dead") == 0)
    #expect(result.figure("meanVisible", of: "dead") == 0.69)
    world.duration = .seconds(31)
    #expect(try world.run().figure("redriven", of: "q") == 0)
    world.queue.redrive?.maxReceiveCount = 1
    world.duration = .seconds(100)
    #expect(try world.run().figure("received", of: "q") == 1)
  }

  @Test("a chain of dead-letter queues ends where no mapping reads")
  func chain() throws {
    var world = QueueWorld([.fail(probability: 1)])
    world.queue.redrive = QueueConfig.Redrive(deadLetterTarget: "dead", maxReceiveCount: 1)
    var dead = QueueConfig(name: "dead")
    dead.redrive = QueueConfig.Redrive(deadLetterTarget: "deader", maxReceiveCount: 1)
    let mapping = EventSourceMappingConfig(name: "n", queue: "dead", functionName: "f")
    world.others = [.queue(dead), .queue(QueueConfig(name: "deader")), .eventSourceMapping(mapping)]
    world.send(at: [.seconds(1)], entries: 10)
    let result = try world.run()
    #expect(result.figure("redriven", of: "q") == 10)
    #expect(result.figure("redriven", of: "dead") == 10)
    #expect(result.figure("visibleAtEnd", of: "deader") == 10)
  }

  @Test("a FIFO queue admits 300 sends a second, and a second's worth at once", arguments: [(300, 0.0), (301, 1)])
  func fifoSends(sends: Int, throttles: Double) throws {
    var world = QueueWorld()
    world.isRead = false
    world.queue.isFifo = true
    world.send(at: [.seconds(1)], count: sends, entries: 10)
    let result = try world.run()
    #expect(result.figure("throttles", of: "q") == throttles)
    #expect(result.requests(.throttled) == Int64(throttles))
    #expect(result.figure("sent", of: "q") == 3_000)
    world.queue.isHighThroughput = true
    #expect(try world.run().figure("throttles", of: "q") == 0)
    world.queue.isFifo = false
    #expect(try world.run().figure("throttles", of: "q") == 0)
  }

  @Test("pollers of a FIFO queue receive 300 times a second, and a second's worth at once")
  func fifoReceives() throws {
    var world = QueueWorld([wait(60_000)])
    world.function.timeout = .seconds(100)
    world.queue.visibilityTimeout = .seconds(100)
    world.queue.isFifo = true
    world.mapping.batchSize = 1
    world.fix(concurrency: 900)
    world.send(at: [.seconds(1)], count: 60, entries: 10, keys: 1_000_000_000)
    world.duration = .ms(1_003)
    #expect(try world.run().figure("received", of: "q") == 300)
    world.duration = .ms(1_004)
    #expect(try world.run().figure("received", of: "q") == 301)
    world.duration = .ms(2_001)
    #expect(try world.run().figure("received", of: "q") == 600)
  }
}
