import Engine
import Services
import Testing
import Units

/// Order and blocked groups of FIFO queues.
@Suite("FIFO queues")
struct FifoStoryTests {
  private func world(_ handler: [Step] = [wait(1_000)]) -> QueueWorld {
    var world = QueueWorld(handler)
    world.queue.isFifo = true
    world.mapping.batchSize = 1
    return world
  }

  @Test("one group is worked on one batch after another, many groups at once")
  func groups() throws {
    var one = world()
    one.send(at: [.seconds(1)], entries: 3, keys: 1)
    let result = try one.run()
    #expect(result.figure("peakConcurrentBatches", of: "m") == 1)
    #expect(result.figure("meanTimeMs", of: "q") == 2_000)
    // Three keys of a billion differ with near certainty, and with this seed.
    var many = world()
    many.send(at: [.seconds(1)], entries: 3, keys: 1_000_000_000)
    let parallel = try many.run()
    #expect(parallel.figure("peakConcurrentBatches", of: "m") == 3)
    #expect(parallel.figure("meanTimeMs", of: "q") == 1_000)
  }

  @Test("a batch takes as much of a group as it can")
  func batch() throws {
    var world = world()
    world.mapping.batchSize = 10
    world.send(at: [.seconds(1)], count: 2, entries: 10, keys: 1)
    let result = try world.run()
    #expect(result.figure("batches", of: "m") == 2)
    #expect(result.figure("meanTimeMs", of: "q") == 1_500)
  }

  @Test("a group is blocked while a message waits for its retry, and others are not")
  func blocked() throws {
    // The message fails at once, at 1 s; its group goes on at 11, 21, 31 s, .. with the same message.
    var world = world([.fail(probability: 1)])
    world.queue.visibilityTimeout = .seconds(10)
    world.send(at: [.seconds(1)], entries: 10, keys: 1)
    let result = try world.run()
    #expect(result.figure("received", of: "q") == 10)
    #expect(result.figure("visibleAtEnd", of: "q") == 9)
    #expect(result.figure("inFlightAtEnd", of: "q") == 1)
    #expect(result.figure("peakInFlight", of: "q") == 1)
  }

  @Test("a message that moves to the dead-letter queue lets the next of its group pass")
  func redrive() throws {
    var world = world([.fail(probability: 1)])
    world.queue.visibilityTimeout = .seconds(10)
    world.queue.redrive = QueueConfig.Redrive(deadLetterTarget: "dead", maxReceiveCount: 2)
    var dead = QueueConfig(name: "dead")
    dead.isFifo = true
    world.others = [.queue(dead)]
    world.send(at: [.seconds(1)], entries: 3, keys: 1)
    // Received at 1 and 11 s, moved at 21 s; the second at 21 and 31 s, moved at 41 s; the third moves at 61 s.
    let result = try world.run()
    #expect(result.figure("received", of: "q") == 6)
    #expect(result.figure("redriven", of: "q") == 3)
    #expect(result.figure("meanVisible", of: "dead") == 0.79 + 0.59 + 0.39)
  }

  @Test("messages of a group arrive in their order though one is delivered later")
  func arrivalOrder() throws {
    // Two sends a millisecond apart; deliveries take 1 or 50 ms. Messages of one group never arrive in another order, so
    // the second waits for the first: with one batch at a time no message waits for one that came after it.
    var world = world([wait(1)])
    world.queue.deliveryLatency = .mixture([
      MixturePart(weight: 1, distribution: .constant(1e6)), MixturePart(weight: 1, distribution: .constant(50e6)),
    ])
    world.send(at: (1...80).flatMap { [Time.seconds($0), .ms(Double($0) * 1_000 + 1)] }, keys: 1)
    let result = try world.run()
    #expect(result.figure("deleted", of: "q") == 160)
    // Neither message of a pair can be done before 2 ms, nor the second one before the first.
    let time = result.resources.first { $0.name == "q" }?.figures.first { $0.name == "p99TimeMs" }?.value ?? 0
    #expect(time >= 50 && time < 53)
    #expect(result.figure("received", of: "q") == 160)
  }

  @Test("what was delayed together arrives together, in its groups")
  func delay() throws {
    var world = world()
    world.queue.delay = .seconds(5)
    world.send(at: [.seconds(1)], entries: 4, keys: 1)
    let result = try world.run()
    #expect(result.figure("meanTimeMs", of: "q") == 5_000 + (1_000 + 2_000 + 3_000 + 4_000) / 4)
  }

  @Test("a partial answer keeps everything behind the first failure")
  func partial() throws {
    // A batch of ten: some poisoned ones stay with all behind them, until at the end all are before the first of them.
    var world = world([wait(10)])
    world.mapping.batchSize = 10
    world.mapping.reportsBatchItemFailures = true
    world.queue.visibilityTimeout = .seconds(10)
    world.duration = .seconds(9)
    world.send(at: [.seconds(1)], entries: 10, keys: 1, poison: 0.2)
    let fifo = try world.run()
    world.queue.isFifo = false
    let standard = try world.run()
    let (poisoned, left) = (standard.figure("inFlightAtEnd", of: "q"), fifo.figure("inFlightAtEnd", of: "q"))
    #expect(poisoned > 0 && left > poisoned && left < 10)
    #expect(fifo.figure("deleted", of: "q") == 10 - left)
    #expect(fifo.figure("reportedItemFailures", of: "m") == left)
  }
}
