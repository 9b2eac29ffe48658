import Engine
import Services
import Testing
import Units

/// Batches of which some items are throttled.
@Suite("Batches")
struct BatchTests {
  private let write = operation(.batchWriteItem, items: 25)

  @Test("of 25 items 10 have room: the answer is a success with 15 unprocessed items")
  func partial() throws {
    let result = try TableStage(write, change: { $0.capacity = onDemand(writes: 10) }).run()
    #expect(result.requests(.success) == 1)
    #expect(result.figure("unprocessedItems", of: "t") == 15)
    #expect(result.figure("writeRequestUnits", of: "t") == 10)
    #expect(result.figure("writeThrottles", of: "t") == 15)
    #expect(result.latencyMs == 5)
  }

  @Test("a batch is throttled only if all of its items are", arguments: [(9, 1), (10, 0)] as [(Int, Int64)])
  func all(before: Int, successes: Int64) throws {
    var stage = TableStage(operation(.putItem), count: 10) { $0.capacity = onDemand(writes: 10) }
    stage.requests = [(operation(.batchWriteItem, items: before), 1), (write, 1)]
    let result = try stage.run()
    #expect(result.traffic[1].outcomes.first { $0.name == "success" }?.count ?? 0 == successes)
    #expect(result.traffic[1].outcomes.first { $0.name == "throttled" }?.count ?? 0 == 1 - successes)
    #expect(result.figure("unprocessedItems", of: "t") == (successes == 1 ? 24 : 0))
    #expect(result.figure("writeThrottles", of: "t") == (successes == 1 ? 24 : 25))
  }

  @Test("reads of a batch are admitted one by one too")
  func reads() throws {
    let result = try TableStage(operation(.batchGetItem, bytes: 4_097, items: 100)) {
      $0.capacity = .onDemand(OnDemandThroughput(maxReadRequestUnits: 30))
    }.run()
    #expect(result.figure("readRequestUnits", of: "t") == 30)
    #expect(result.figure("unprocessedItems", of: "t") == 70)
  }

  private func resending(_ attempts: Int, backoff: Time = .milliseconds(50)) -> TableOperation {
    operation(.batchWriteItem, items: 25) {
      $0.unprocessedItems = .resend(ResendRules(attempts: attempts, backoff: backoff))
    }
  }

  @Test("who sends the rest again has all items written, not before there is room for them")
  func resend() throws {
    for seed in 1...5 as ClosedRange<UInt64> {
      let result = try TableStage(resending(20), change: { $0.capacity = onDemand(writes: 10) }).run(seed: seed)
      #expect(result.requests(.success) == 1)
      #expect(result.figure("unprocessedItems", of: "t") == 0)
      #expect(result.figure("writeRequestUnits", of: "t") == 25)
      // The 15 units that are missing at first flow back in 1.5 s.
      #expect(result.latencyMs >= 1_500)
      #expect(result.segmentsMs == ["t batchWriteItem": result.latencyMs])
    }
  }

  @Test("when the attempts are used up the rest stays unprocessed")
  func usedUp() throws {
    // The second request comes 5 to 6 ms after the first, when a tenth of a unit has flown back: it is refused whole.
    let result = try TableStage(resending(2, backoff: .milliseconds(1)), change: { $0.capacity = onDemand(writes: 10) })
      .run()
    #expect(result.requests(.success) == 1)
    #expect(result.figure("unprocessedItems", of: "t") == 15)
    #expect(result.figure("writeRequestUnits", of: "t") == 10)
    #expect(result.figure("writeThrottles", of: "t") == 30)
    #expect((5.0...6.0).contains(result.latencyMs))
    #expect(result.figure("requests", of: "t") == 1)
  }

  @Test("a caller that has given up sends nothing again")
  func abandoned() throws {
    var slow = resending(20, backoff: .seconds(20))
    slow.itemSize = .kilobytes(1)
    var config = table("t", milliseconds: 5)
    config.capacity = onDemand(writes: 10)
    let step = callStep("t", slow, timeout: .ms(10), attempts: 1, backoff: .ms(50), onError: .continue)
    let story = Story(
      [.function(function("f", [.call(step)])), .table(config)], target: TrafficTarget(resource: "f"), at: [.zero])
    let result = try story.run()
    #expect(result.figure("writeRequestUnits", of: "t") == 10)
    #expect(result.figure("unprocessedItems", of: "t") == 15)
    #expect(result.figure("meanInFlight", of: "t") > 0)
  }

  @Test("an item that a full index refused is sent again as it was drawn")
  func drawnOnce() throws {
    // Half of the items are in the index, which takes 1 unit a second: were they drawn again, all would pass at once.
    var asked = resending(3, backoff: .milliseconds(1))
    asked.unprocessedItems = .resend(ResendRules(attempts: 3, backoff: .milliseconds(1), maxBackoff: .milliseconds(1)))
    let result = try TableStage(asked, count: 40) {
      var index = globalIndex("byAge", maxWrites: 1)
      index.share = 0.5
      $0.indexes = [index]
    }.run()
    let refused = result.figure("unprocessedItems", of: "t")
    #expect(result.figure("index.byAge.writeThrottles", of: "t") == 3 * refused)
    #expect(result.figure("index.byAge.writeRequestUnits", of: "t") == 1)
  }
}
