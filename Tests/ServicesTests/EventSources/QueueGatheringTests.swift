import Engine
import Services
import Testing
import Units

/// How a batch with a window gathers its messages, and what its receives cost.
@Suite("Batches that gather")
struct QueueGatheringTests {
  /// One poller whose batches gather for a second.
  private func world(_ handler: [Step] = [wait(100)]) -> QueueWorld {
    var world = QueueWorld(handler)
    world.fix(concurrency: 1)
    world.mapping.batchSize = 100
    world.mapping.maximumBatchingWindow = .seconds(1)
    return world
  }

  @Test("two messages 4 ms apart while a batch gathers: one receive of both, 10 ms after the one before")
  func together() throws {
    // The first message ends the long poll at 1 s; the next receive is at 1,010 ms.
    var world = world()
    world.send(at: [.seconds(1), .ms(1_002), .ms(1_006)])
    world.duration = .ms(1_010)
    #expect(try world.run().figure("received", of: "q") == 1)
    world.duration = .ms(1_010) + Time(nanoseconds: 1)
    #expect(try world.run().figure("received", of: "q") == 3)
    // Three sends and two receives; the poll that follows is still under way.
    world.duration = .ms(1_500)
    let result = try world.run()
    #expect(result.figure("billedRequests", of: "q") == 5)
    #expect(result.figure("emptyReceives", of: "q") == 0)
    // With 5 ms, the receives are at 1,000, 1,005 and 1,010 ms.
    world.source.polling.pollDuration = .ms(5)
    #expect(try world.run().figure("billedRequests", of: "q") == 6)
  }

  @Test("a receive of ten is followed by a poll at once", arguments: [9, 10, 11])
  func full(messages: Int) throws {
    // 11 messages take two receives, and the second is not full.
    var world = world()
    world.send(at: [.seconds(1)], entries: min(messages, 10))
    if messages > 10 { world.send(at: [.seconds(1)], entries: messages - 10) }
    world.send(at: [.ms(1_002)])
    world.duration = .ms(1_003)
    let isFull = messages == 10
    #expect(try world.run().figure("received", of: "q") == Double(messages + (isFull ? 1 : 0)))
    world.duration = .ms(1_011)
    #expect(try world.run().figure("received", of: "q") == Double(messages + 1))
  }

  @Test("a batch that becomes complete between two polls goes with the next one")
  func complete() throws {
    // Ten sends of one message: the first is received at 1 s, the others 10 ms later.
    var world = world()
    world.mapping.batchSize = 10
    world.send(at: [.seconds(1)], count: 10)
    world.duration = .ms(1_150)
    let result = try world.run()
    #expect(result.figure("batches", of: "m") == 1)
    #expect(result.figure("meanTimeMs", of: "q") == 110)
    #expect(result.figure("deleted", of: "q") == 10)
  }

  @Test("a window that ends between two polls cuts none short, and the batch goes without what has come since")
  func windowBetweenPolls() throws {
    // Receives at 1,000 and 1,995 ms; the window is over at 2 s. The third message is received at 2.1 s, when the
    // function has answered, and goes at 3.1 s with the end of a poll in vain that has begun at 2,110 ms.
    var world = world()
    world.send(at: [.seconds(1), .ms(1_995), .ms(1_997)])
    world.duration = .ms(3_050)
    let first = try world.run()
    #expect(first.figure("batches", of: "m") == 1)
    #expect(first.figure("meanTimeMs", of: "q") == (1_100 + 105) / 2.0)
    #expect(first.figure("emptyReceives", of: "q") == 0)
    world.duration = .ms(3_500)
    let second = try world.run()
    #expect(second.figure("batches", of: "m") == 2)
    #expect(second.figure("meanTimeMs", of: "q") == (1_100 + 105 + 1_203) / 3.0)
    #expect(second.figure("emptyReceives", of: "q") == 1)
  }

  @Test(
    "at 2,000 messages a second, receives are one for ten messages and one a batch and poll, and pollers stay",
    arguments: [1, 5], [10, 50])
  func rate(concurrency: Int, pollMilliseconds: Int) throws {
    var world = world()
    world.source.polling.initialConcurrency = concurrency
    world.source.polling.lowTrafficConcurrency = concurrency
    world.source.polling.concurrencyLimit = 100
    world.source.polling.pollDuration = .ms(Double(pollMilliseconds))
    world.mapping.batchSize = 10_000
    if concurrency == 1 { world.fix(concurrency: 1) }
    world.send(at: (0..<20_000).map { .ms(Double($0) / 2) })
    world.duration = .seconds(12)
    let result = try world.run()
    let q = { result.figure($0, of: "q") }
    #expect(q("received") == 20_000 && q("deleted") > 15_000)
    // What is not a send, an empty receive or a delete; a batch's last delete may be of fewer than ten.
    let receives = q("billedRequests") - q("sent") - q("emptyReceives") - q("deleted") / 10
    let polls = Double(concurrency) * 10_000 / Double(pollMilliseconds)
    #expect(receives >= 2_000)
    #expect(receives <= 2_000 + polls + 2 * result.figure("batches", of: "m") + Double(concurrency))
    // What comes between two polls is not a backlog.
    #expect(result.figure("peakPollers", of: "m") == Double(concurrency))
  }
}
