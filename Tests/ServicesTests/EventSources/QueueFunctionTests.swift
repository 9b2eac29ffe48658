import Engine
import Services
import Testing
import Units

/// A queue's mapping and everything that a real function may do to its batches.
@Suite("Queues and functions that fail")
struct QueueFunctionTests {
  /// One batch of ten messages at 1 s, one batch at a time, back after 10 s.
  private func world(_ handler: [Step], messages: Int = 10, poison: Double = 0) -> QueueWorld {
    var world = QueueWorld(handler)
    world.fix(concurrency: 1)
    world.queue.visibilityTimeout = .seconds(10)
    world.send(at: [.seconds(1)], entries: messages, poison: poison)
    return world
  }

  @Test("a batch whose function crashes comes back whole, partial answers or not", arguments: [false, true])
  func crash(reports: Bool) throws {
    var world = world([.forEachRecord([wait(10), .crash(probability: 1)])])
    world.mapping.reportsBatchItemFailures = reports
    world.duration = .seconds(30)
    let result = try world.run()
    // At 1, 11 and 21 s, ended by their first message.
    #expect(result.figure("failedBatches", of: "m") == 3)
    #expect(result.figure("crashes", of: "f") == 3 && result.figure("errors", of: "f") == 3)
    #expect(result.figure("meanDurationMs", of: "f") == 10)
    #expect(result.figure("suppressedInits", of: "f") == 2)
    #expect(result.figure("received", of: "q") == 30 && result.figure("deleted", of: "q") == 0)
    #expect(result.figure("reportedItemFailures", of: "m") == 0)
  }

  @Test("partial answers: messages that fail come back after the visibility timeout, and only these")
  func partial() throws {
    var world = world([.forEachRecord([wait(10), .fail(probability: 0.5)])], messages: 10)
    world.mapping.reportsBatchItemFailures = true
    world.duration = .seconds(1_000)
    let result = try world.run()
    #expect(result.figure("deleted", of: "q") == 10)
    let reported = result.figure("reportedItemFailures", of: "m")
    #expect(reported > 0 && result.figure("received", of: "q") == 10 + reported)
    #expect(result.figure("errors", of: "f") == 0 && result.figure("failedBatches", of: "m") == 0)
    // Each receive of a message takes its 10 ms; rounds are 10 s apart, each with those that failed before.
    let invocations = result.figure("invocations", of: "f")
    #expect((result.figure("meanDurationMs", of: "f") * invocations).rounded() == 10 * (10 + reported))
    #expect(result.figure("received", of: "q") == result.figure("invokedEvents", of: "m"))
    // Without partial answers the first that fails ends the batch, and all of it comes back.
    world.mapping.reportsBatchItemFailures = false
    world.duration = .seconds(50)
    let whole = try world.run()
    #expect(whole.figure("received", of: "q") == 10 * whole.figure("invocations", of: "f"))
    #expect(whole.figure("errors", of: "f") > 0)
  }

  @Test("the messages that come back are those that failed: they take another 10 s")
  func times() throws {
    // The sum of all times is 10 s for each time that a message came back, and the work before its deletion.
    var world = world([.forEachRecord([.fail(probability: 0.5)]), wait(100)])
    world.mapping.reportsBatchItemFailures = true
    world.duration = .seconds(1_000)
    let result = try world.run()
    let sum = result.figure("meanTimeMs", of: "q") * 10
    let reported = result.figure("reportedItemFailures", of: "m")
    #expect(reported > 0 && sum.rounded() == 10 * 100 + 10_000 * reported)
  }

  @Test(
    "poison goes to the dead-letter queue after its receives: alone if the function reports it, else with its batch",
    arguments: [1, 3])
  func poison(receives: Int) throws {
    for reports in [true, false] {
      var world = world([.forEachRecord([wait(10)])], messages: 9)
      world.send(at: [.seconds(1)], entries: 1, poison: 1)
      world.mapping.reportsBatchItemFailures = reports
      // Both sends are one batch, complete at the instant of the second.
      world.mapping.maximumBatchingWindow = .seconds(1)
      world.queue.redrive = QueueConfig.Redrive(deadLetterTarget: "dead", maxReceiveCount: receives)
      world.others = [.queue(QueueConfig(name: "dead"))]
      let result = try world.run()
      #expect(result.figure("redriven", of: "q") == (reports ? 1 : 10))
      #expect(result.figure("arrivedByRedrive", of: "dead") == (reports ? 1 : 10))
      #expect(result.figure("visibleAtEnd", of: "dead") == (reports ? 1 : 10))
      #expect(result.figure("deleted", of: "q") == (reports ? 9 : 0))
      #expect(result.figure("invocations", of: "f") == Double(receives))
      #expect(result.figure("errors", of: "f") == (reports ? 0 : Double(receives)))
      #expect(result.figure("received", of: "q") == Double(reports ? 9 + receives : 10 * receives))
    }
  }

  @Test("reserved 1: of two batches at once one is throttled and tried again, without another receive")
  func reserved() throws {
    var world = QueueWorld([wait(1_500)])
    world.fix(concurrency: 2)
    world.function.reservedConcurrentExecutions = 1
    world.send(at: [.seconds(1), .ms(1_001)], entries: 10)
    world.mapping.batchSize = 10
    let result = try world.run()
    // The second at 1.001 s is refused, at 2.001 s again, and runs from 4.001 s to 5.501 s.
    #expect(result.figure("throttledBatches", of: "m") == 2)
    #expect(result.figure("throttles", of: "f") == 2 && result.figure("throttlesReserved", of: "f") == 2)
    #expect(result.figure("invocations", of: "f") == 2)
    #expect(result.figure("received", of: "q") == 20 && result.figure("deleted", of: "q") == 20)
    #expect(result.figure("meanTimeMs", of: "q") == (1_500 + 4_500) / 2)
  }

  @Test("reserved 0: no message is ever processed, and each goes to the dead-letter queue in the end")
  func reservedZero() throws {
    var world = world([wait(100)])
    world.function.reservedConcurrentExecutions = 0
    world.queue.redrive = QueueConfig.Redrive(deadLetterTarget: "dead", maxReceiveCount: 2)
    world.others = [.queue(QueueConfig(name: "dead"))]
    let result = try world.run()
    #expect(result.figure("invocations", of: "f") == 0 && result.figure("deleted", of: "q") == 0)
    #expect(result.figure("received", of: "q") == 20)
    #expect(result.figure("arrivedByRedrive", of: "dead") == 10)
  }

  @Test(
    "a cold start counts towards the visibility timeout: 2 s of init and 8 s of work are 10 s, and too late",
    arguments: [(7_999.999_999, 1.0, 0.0), (8_000, 2, 1), (8_001, 3, 2)])
  func coldStart(work: Double, receives: Double, twice: Double) throws {
    // At 8 s the second receive finds the environment free and warm. At 8.001 s it needs another cold one, is too late as
    // well, and it is the third receive that is in time.
    var world = world([wait(work)], messages: 1)
    world.fix(concurrency: 2)
    world.function.timeout = .seconds(9)
    world.function.initDuration = .constant(2e9)
    let result = try world.run()
    #expect(result.figure("received", of: "q") == receives)
    #expect(result.figure("staleDeletes", of: "m") == twice)
    #expect(result.figure("deleted", of: "q") == 1)
  }

  @Test("a FIFO group waits for its failed message; the other group does not")
  func fifo() throws {
    // Both groups by one send of 10: half fail once, the order stays, and everything is deleted in the end.
    var world = QueueWorld([.forEachRecord([wait(10), .fail(probability: 0.3)])])
    world.fix(concurrency: 2)
    world.queue.isFifo = true
    world.queue.visibilityTimeout = .seconds(10)
    world.mapping.reportsBatchItemFailures = true
    world.duration = .seconds(2_000)
    world.send(at: [.seconds(1)], entries: 10, keys: 2)
    let result = try world.run()
    #expect(result.figure("deleted", of: "q") == 10)
    #expect(result.figure("staleDeletes", of: "m") == 0)
    #expect(result.figure("reportedItemFailures", of: "m") > 0)
    #expect(result.figure("received", of: "q") == 10 + result.figure("reportedItemFailures", of: "m"))
  }
}
