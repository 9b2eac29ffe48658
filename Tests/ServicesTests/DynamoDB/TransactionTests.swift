import Engine
import Services
import Testing
import Units

/// Transactions: all items or none.
@Suite("Transactions")
struct TransactionTests {
  @Test("one item too many cancels all: nothing is consumed, and what was taken is there for others")
  func allOrNothing() throws {
    var stage = TableStage(operation(.transactWriteItems, items: 6)) { $0.capacity = onDemand(writes: 10) }
    stage.requests.append((operation(.putItem, bytes: 10_240), 1))
    let result = try stage.run()
    #expect(result.requests(.failed) == 1)
    #expect(result.latencyMs == 0)
    #expect(result.traffic[1].outcomes.first { $0.name == "success" }?.count == 1)
    #expect(result.figure("transactionCancellations", of: "t") == 1)
    #expect(result.figure("writeThrottles", of: "t") == 1)
    #expect(result.figure("writeRequestUnits", of: "t") == 10)
  }

  @Test("a transaction that just fits passes")
  func fits() throws {
    let result = try TableStage(
      operation(.transactWriteItems, items: 5), change: { $0.capacity = onDemand(writes: 10) }
    )
    .run()
    #expect(result.requests(.success) == 1)
    #expect(result.figure("transactionCancellations", of: "t") == 0)
    #expect(result.figure("writeRequestUnits", of: "t") == 10)
  }

  @Test(
    "a conflict or a condition cancels: the preparation is consumed, half of the units, and none of an index",
    arguments: [
      (TableOperation.Kind.transactWriteItems, true, 0.0, 3 * 2.0), (.transactWriteItems, false, 3 * 2, 3 * 2),
      (.transactGetItems, true, 3 * 2, 0),
    ] as [(TableOperation.Kind, Bool, Double, Double)])
  func cancelled(kind: TableOperation.Kind, conflicts: Bool, reads: Double, writes: Double) throws {
    // Items of 1.5 KB: 2 write units each to prepare. Of 4.5 KB as read: 2 read units each.
    let asked = operation(kind, bytes: kind.isWrite ? 1_536 : 4_608, items: 3) {
      if conflicts { $0.conflicts = 1 } else { $0.conditionFails = 1 }
    }
    let result = try TableStage(asked, change: { $0.indexes = [globalIndex("byAge")] }).run()
    #expect(result.requests(.failed) == 1)
    #expect(result.latencyMs == 5)
    #expect(result.figure("readRequestUnits", of: "t") == (kind.isWrite ? 0 : reads))
    #expect(result.figure("writeRequestUnits", of: "t") == writes)
    #expect(result.figure("transactionCancellations", of: "t") == 1)
    #expect(result.figure(conflicts ? "transactionConflicts" : "conditionFailures", of: "t") == 1)
    #expect(result.figure("throttles", of: "t") == 0)
  }

  @Test("a full index cancels the transaction too")
  func index() throws {
    let asked = operation(.transactWriteItems, items: 3) { $0.newItems = 1 }
    let result = try TableStage(asked, change: { $0.indexes = [globalIndex("byAge", maxWrites: 2)] }).run()
    #expect(result.requests(.failed) == 1)
    #expect(result.figure("writeRequestUnits", of: "t") == 0)
    #expect(result.figure("index.byAge.writeThrottles", of: "t") == 1)
  }

  @Test("no SDK tries a cancelled transaction again, but a throttled put")
  func retries() throws {
    for (kind, attempts) in [(TableOperation.Kind.transactWriteItems, 1.0), (.putItem, 4)] {
      var config = table("t", milliseconds: 5)
      config.capacity = onDemand(writes: 1)
      let asked = operation(kind, bytes: 1_024, items: kind == .putItem ? 1 : 2)
      var step = callStep("t", asked, timeout: nil, attempts: 4, backoff: .ms(1), onError: .continue)
      step.retry.multiplier = 1
      // The first call takes the second's only unit; the other is throttled each time.
      let first = callStep(
        "t", operation(.putItem), timeout: nil, attempts: 1, backoff: .ms(1), onError: .continue)
      let story = Story(
        [.function(function("f", [.call(first), .call(step)])), .table(config)],
        target: TrafficTarget(resource: "f"), at: [.zero])
      #expect(try story.run().figure("writeThrottles", of: "t") == attempts)
    }
  }

  @Test("of 2,000 transactions a tenth conflicts, give or take five standard deviations")
  func share() throws {
    // sd = sqrt(2,000 x 0.1 x 0.9) = 13.4. False alarms: 6 in 10 million seeds.
    let asked = operation(.transactWriteItems, items: 2) { $0.conflicts = 0.1 }
    let result = try TableStage(asked, count: 2_000, change: { $0.warmThroughput = .ample }).run()
    let conflicts = result.figure("transactionConflicts", of: "t")
    #expect(abs(conflicts - 200) < 67)
    let units: Double = 2 * (2 * (2_000 - conflicts) + conflicts)
    #expect(result.figure("writeRequestUnits", of: "t") == units)
  }
}
