import Engine
import Services
import Testing
import Units

/// What a mapping does with batches of a queue.
@Suite("Mappings from queues")
struct QueueMappingStoryTests {
  @Test("each waiting poller takes what is there, up to its batch; those that are free later take more")
  func batches() throws {
    // Five pollers take one each from 1 s on; of the 20 messages of 1.5 s, ten go at 2 s and ten 1 ms later.
    var world = QueueWorld([wait(1_000)])
    world.fix(concurrency: 5)
    world.send(at: (0..<5).map { .ms(1_000 + Double($0)) })
    world.send(at: [.ms(1_500)], count: 20)
    let result = try world.run()
    #expect(result.figure("batches", of: "m") == 7)
    let total = 5 * 1_000.0 + 10 * 1_500.0 + 10 * 1_501.0
    #expect(result.figure("meanTimeMs", of: "q") == total / 25)
    // One send of ten: one batch.
    var single = QueueWorld([wait(1_000)])
    single.send(at: [.seconds(1)], entries: 10)
    #expect(try single.run().figure("batches", of: "m") == 1)
  }

  @Test("the function works on each message of a batch")
  func records() throws {
    var world = QueueWorld([.forEachRecord([wait(100)])])
    world.send(at: [.seconds(1)], entries: 10)
    let result = try world.run()
    #expect(result.figure("meanDurationMs", of: "f") == 1_000)
  }

  @Test("a batch goes when its window is over")
  func window() throws {
    // Two pollers in turn: messages at 1 and 3 s go at 6 s, the one at 2 s goes at 7 s.
    var world = QueueWorld([wait(100)])
    world.source.scaling = .maximumConcurrency(2)
    world.mapping.batchSize = 100
    world.mapping.maximumBatchingWindow = .seconds(5)
    world.send(at: [.seconds(1), .seconds(2), .seconds(3)])
    let result = try world.run()
    #expect(result.figure("batches", of: "m") == 2)
    #expect(result.figure("meanTimeMs", of: "q") == 13_300.0 / 3)
    world.duration = .seconds(6)
    #expect(try world.run().figure("batches", of: "m") == 0)
    world.duration = Time(nanoseconds: 6_000_000_001)
    #expect(try world.run().figure("batches", of: "m") == 1)
  }

  @Test("a batch goes at once when it has its size", arguments: [(9, 5_100.0), (10, 100), (11, 100)])
  func size(messages: Int, time: Double) throws {
    var world = QueueWorld([wait(100)])
    world.fix(concurrency: 1)
    world.mapping.batchSize = 10
    world.mapping.maximumBatchingWindow = .seconds(5)
    world.send(at: [.seconds(1)], entries: min(messages, 10))
    if messages > 10 { world.send(at: [.seconds(1)], entries: messages - 10) }
    world.duration = .ms(6_150)
    let result = try world.run()
    #expect(result.figure("deleted", of: "q") == min(Double(messages), 10))
    #expect(result.figure("meanTimeMs", of: "q") == time)
  }

  @Test("a batch goes at once when it has 6 MB, or the next message would go beyond", arguments: [5, 6, 7])
  func bytes(messages: Int) throws {
    var world = QueueWorld([wait(100)])
    world.fix(concurrency: 1)
    world.mapping.batchSize = 1_000
    world.mapping.maximumBatchingWindow = .seconds(5)
    world.send(at: [.seconds(1)], count: messages, bytes: 1 << 20)
    world.duration = .seconds(5)
    #expect(try world.run().figure("deleted", of: "q") == (messages < 6 ? 0 : 6))
    var odd = world
    odd.traffic = []
    odd.send(at: [.seconds(1)], count: messages, bytes: (1 << 20) - 1)
    #expect(try odd.run().figure("deleted", of: "q") == (messages < 7 ? 0 : 6))
  }

  @Test("maximum concurrency 2: never more than two batches at once")
  func maximumConcurrency() throws {
    var world = QueueWorld([wait(1_000)])
    world.source.scaling = .maximumConcurrency(2)
    world.mapping.batchSize = 1
    world.send(at: [.seconds(1)], entries: 10)
    let result = try world.run()
    #expect(result.figure("peakConcurrentBatches", of: "m") == 2)
    #expect(result.figure("peakPollers", of: "m") == 2)
    #expect(result.figure("meanTimeMs", of: "q") == 3_000)
  }

  @Test(
    "five batches at first, 300 more a minute while there is a backlog, at most 1,250",
    arguments: [
      (1_100, 5.0), (1_201, 6), (61_000, 304), (61_001, 305), (121_001, 605), (249_999, 1_249), (260_000, 1_250),
    ])
  func scaling(milliseconds: Int, concurrency: Double) throws {
    // The backlog is there from 1 s on; one batch more every 200 ms.
    var world = QueueWorld([wait(800_000)])
    world.function.timeout = .seconds(900)
    world.queue.visibilityTimeout = .seconds(900)
    world.account.concurrentExecutions = 5_000
    world.mapping.batchSize = 1
    world.send(at: [.seconds(1)], count: 200, entries: 10)
    world.duration = .ms(Double(milliseconds))
    let result = try world.run()
    #expect(result.figure("peakConcurrentBatches", of: "m") == concurrency)
    #expect(result.figure("peakPollers", of: "m") == concurrency)
  }

  @Test("without a backlog the concurrency goes back to five after a minute, and to two when traffic is low")
  func scalingDown() throws {
    // 100 messages of 10 s from 1 s on. Backlog until n pollers, one more every 200 ms, have taken all of them.
    var world = QueueWorld([wait(10_000)])
    world.function.timeout = .seconds(20)
    world.mapping.batchSize = 1
    world.send(at: [.seconds(1)], count: 5, entries: 10)
    // The backlog of 50 is gone with poller 50, at 1 s + 45 x 200 ms = 10 s.
    world.duration = .seconds(10) + Time(nanoseconds: 1)
    #expect(try world.run().figure("peakPollers", of: "m") == 50)
    world.duration = .seconds(400)
    let result = try world.run()
    let pollers = result.series.first { $0.key.name == "Pollers" && $0.key.statistic == .average }?.values ?? []
    // From 70 s to 78.8 s they go down to five; nobody but two were busy after 20 s, so two are left from 320 s on.
    #expect(pollers[2] == 5)
    #expect(pollers[4] == 5)
    #expect(pollers[6] == 2)
  }

  @Test("a failed batch comes back after the visibility timeout, and slows the pollers down by one")
  func failure() throws {
    var world = QueueWorld([.fail(probability: 1)])
    world.queue.visibilityTimeout = .seconds(10)
    world.send(at: [.seconds(1)], entries: 4)
    world.duration = .seconds(12)
    let result = try world.run()
    #expect(result.figure("received", of: "q") == 8)
    #expect(result.figure("failedBatches", of: "m") == 2)
    #expect(result.figure("failedInvokeEvents", of: "m") == 8)
    #expect(result.figure("deletedEvents", of: "m") == 0)
    #expect(result.figure("inFlightAtEnd", of: "q") == 4)
    let pollerSeconds = 5.0 * 1 + 4.0 * 10 + 3.0 * 1
    #expect(result.figure("meanPollers", of: "m") == pollerSeconds / 12)
  }

  @Test("with partial batch responses a batch that fails as a whole does not slow the pollers down")
  func failureWithReports() throws {
    var world = QueueWorld([.fail(probability: 1)])
    world.queue.visibilityTimeout = .seconds(10)
    world.mapping.reportsBatchItemFailures = true
    world.send(at: [.seconds(1)], entries: 4)
    world.duration = .seconds(12)
    let result = try world.run()
    #expect(result.figure("received", of: "q") == 8)
    #expect(result.figure("failedBatches", of: "m") == 2)
    #expect(result.figure("inFlightAtEnd", of: "q") == 4)
    #expect(result.figure("meanPollers", of: "m") == 5)
  }

  @Test("poisoned messages stay alone if the function reports them, without a slow-down")
  func reported() throws {
    // One poller gathers nine good messages and one that is not.
    var world = QueueWorld([wait(100)])
    world.fix(concurrency: 1)
    world.mapping.reportsBatchItemFailures = true
    world.mapping.maximumBatchingWindow = .seconds(5)
    world.send(at: [.seconds(1)], entries: 9)
    world.send(at: [.seconds(2)], poison: 1)
    world.duration = .seconds(31)
    let result = try world.run()
    #expect(result.figure("batches", of: "m") == 1)
    #expect(result.figure("deleted", of: "q") == 9)
    #expect(result.figure("reportedItemFailures", of: "m") == 1)
    #expect(result.figure("inFlightAtEnd", of: "q") == 1)
    #expect(result.figure("failedBatches", of: "m") == 0)
    #expect(result.figure("meanPollers", of: "m") == 1)
    // It is received again 30 s after its receive at 2 s.
    world.duration = .seconds(38)
    #expect(try world.run().figure("received", of: "q") == 11)
  }

  @Test("a throttled batch is tried again after 1, 2, 4 s, without another receive")
  func throttled() throws {
    // One at a time: the first runs from 1 to 2.5 s. The second is refused at 1 and 2 s, and runs from 4 s on.
    var world = QueueWorld([wait(1_500)])
    world.account.concurrentExecutions = 1
    world.mapping.batchSize = 1
    world.send(at: [.seconds(1)], entries: 2)
    let result = try world.run()
    #expect(result.figure("throttledBatches", of: "m") == 2)
    #expect(result.figure("received", of: "q") == 2)
    #expect(result.figure("deleted", of: "q") == 2)
    #expect(result.figure("meanTimeMs", of: "q") == (1_500 + 4_500) / 2)
  }

  @Test("a throttled batch is given up when its messages reappear first")
  func givenUp() throws {
    // Refused at 1 and 2 s; the next attempt at 4 s is the very instant of the visibility timeout, so there is none.
    var world = QueueWorld([wait(2_900)])
    world.account.concurrentExecutions = 1
    world.queue.visibilityTimeout = .seconds(3)
    world.mapping.batchSize = 1
    world.send(at: [.seconds(1)], entries: 2)
    let result = try world.run()
    #expect(result.figure("throttledBatches", of: "m") == 2)
    #expect(result.figure("received", of: "q") == 3)
    #expect(result.figure("deleted", of: "q") == 2)
    #expect(result.figure("meanTimeMs", of: "q") == (2_900 + 3_000 + 2_900) / 2)
  }

  @Test("an end at the very instant of the visibility timeout comes too late: the message is processed twice")
  func visibility() throws {
    // Init of 2 s and 8 s of work: the message reappears at 11 s, is received again, and then the first end deletes
    // nothing.
    var world = QueueWorld([wait(8_000)])
    world.function.initDuration = .constant(2e9)
    world.function.timeout = .seconds(9)
    world.queue.visibilityTimeout = .seconds(10)
    world.send(at: [.seconds(1)])
    let twice = try world.run()
    #expect(twice.figure("received", of: "q") == 2)
    #expect(twice.figure("invocations", of: "f") == 2)
    #expect(twice.figure("staleDeletes", of: "m") == 1)
    #expect(twice.figure("deleted", of: "q") == 1)
    #expect(twice.figure("meanTimeMs", of: "q") == 18_000)
    world.function.handler = [wait(7_999.999_999)]
    let once = try world.run()
    #expect(once.figure("received", of: "q") == 1)
    #expect(once.figure("deleted", of: "q") == 1)
  }

  @Test("a window longer than the visibility timeout makes duplicates")
  func windowAndVisibility() throws {
    // Received at 1 s, visible again at 6 s, when another poller takes it; both batches go, at 11 and 16 s.
    var world = QueueWorld([wait(100)])
    world.source.scaling = .maximumConcurrency(2)
    world.mapping.batchSize = 100
    world.mapping.maximumBatchingWindow = .seconds(10)
    world.queue.visibilityTimeout = .seconds(5)
    world.send(at: [.seconds(1)])
    world.duration = .seconds(12)
    let result = try world.run()
    #expect(result.figure("received", of: "q") == 3)
    #expect(result.figure("invocations", of: "f") == 1)
    #expect(result.figure("staleDeletes", of: "m") == 1)
    #expect(result.figure("deleted", of: "q") == 0)
  }

  @Test("a receipt stays good after the visibility timeout until somebody else receives the message")
  func goodReceipt() throws {
    // One poller: the message reappears at 11 s, and nobody takes it before its first invocation ends at 12 s.
    var world = QueueWorld([wait(9_000)])
    world.fix(concurrency: 1)
    world.function.initDuration = .constant(2e9)
    world.function.timeout = .seconds(10)
    world.queue.visibilityTimeout = .seconds(10)
    world.send(at: [.seconds(1)])
    let result = try world.run()
    #expect(result.figure("deleted", of: "q") == 1)
    #expect(result.figure("staleDeletes", of: "m") == 0)
    #expect(result.figure("received", of: "q") == 1)
  }

  @Test("two mappings share a queue")
  func twoMappings() throws {
    var world = QueueWorld([wait(1_000)])
    world.mapping.batchSize = 1
    world.source.scaling = .maximumConcurrency(2)
    var second = world.mapping
    second.name = "n"
    world.others = [.eventSourceMapping(second)]
    world.send(at: [.seconds(1)], entries: 10)
    let result = try world.run()
    // Two each at 1 and at 2 s; whoever is answered first at 3 s takes the last two.
    #expect(result.figure("deletedEvents", of: "m") + result.figure("deletedEvents", of: "n") == 10)
    #expect(min(result.figure("deletedEvents", of: "m"), result.figure("deletedEvents", of: "n")) >= 4)
    #expect(result.figure("meanTimeMs", of: "q") == (4 * 1_000 + 4 * 2_000 + 2 * 3_000) / 10)
  }

  @Test("a queue that feeds itself without time does not stop the clock")
  func loop() throws {
    var step = CallStep(target: "q")
    step.message = MessageConfig(entries: 10)
    var world = QueueWorld([.call(step)])
    world.fix(concurrency: 2)
    world.duration = .seconds(1)
    world.send(at: [.zero])
    let result = try world.run()
    #expect(result.figure("batches", of: "m") > 1_000 && result.figure("batches", of: "m") <= 2_000)
  }
}
