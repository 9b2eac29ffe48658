import Engine
import Testing
import Units

@testable import Services

/// What a mapping does about batches that fail. The function takes 100 ms, and the next attempt comes 1 s later.
@Suite("Stream mapping: failures")
struct StreamFailureTests {
  typealias Put = MappingStand.Put
  typealias Answer = MappingStand.Answer

  /// Records at time zero, the one at `poisoned` being poisoned.
  private func puts(_ count: Int, poisoned: Int) -> [Put] {
    (0..<count).map { Put(at: .zero, isPoisoned: $0 == poisoned) }
  }

  @Test(
    "no more retries than the limit, and the next records follow at once",
    arguments: [
      (0, ["0: 0", "100: 1"]), (1, ["0: 0", "1100: 0", "1200: 1"]), (2, ["0: 0", "1100: 0", "2200: 0", "2300: 1"]),
    ])
  func attempts(limit: Int, log: [String]) {
    let stand = MappingStand(
      [Put(at: .zero, isPoisoned: true), Put(at: .zero)],
      configure: { config, source in
        config.batchSize = 1
        source.maximumRetryAttempts = limit
        source.onFailure = "q"
      })
    #expect(stand.log == log)
    #expect(stand.figures["droppedEvents"] == 1 && stand.figures["processedEvents"] == 1)
    #expect(stand.figures["failedBatches"] == Double(limit + 1))
    #expect(stand.messages == 1 && stand.figures["onFailureDeliveredEvents"] == 1)
  }

  @Test("without a limit a batch blocks its shard for ever, and its records grow old")
  func noLimit() {
    let stand = MappingStand(
      puts(2, poisoned: 0), duration: .seconds(110), configure: { config, _ in config.batchSize = 1 })
    #expect(stand.log.count == 100)
    #expect(stand.log.last == "108900: 0")
    #expect(stand.figures["maxIteratorAgeMs"] == 108_900)
    #expect(stand.figures["finalEventsBehind"] == 2 && stand.figures["processedEvents"] == 0)
  }

  @Test("throttles do not count as retries, and the records are not counted as sent")
  func throttles() {
    let stand = MappingStand(
      [Put(at: .zero, count: 2)],
      answer: { number, _ in Answer(outcome: number <= 3 ? .throttled : .failed, after: number <= 3 ? .zero : .ms(100))
      }, configure: { $1.maximumRetryAttempts = 1 })
    #expect(stand.log == ["0: 0 1", "1000: 0 1", "2000: 0 1", "3000: 0 1", "4100: 0 1"])
    #expect(stand.figures["throttledBatches"] == 3 && stand.figures["failedBatches"] == 2)
    #expect(stand.figures["invokedEvents"] == 4 && stand.figures["failedInvokeEvents"] == 10)
    #expect(stand.figures["droppedEvents"] == 2 && stand.figures["onFailureDeliveredEvents"] == 0)
    #expect(stand.messages == 0)
  }

  @Test("a throttled batch without a retry delay waits for 1 ms")
  func retryDelayMin() {
    let stand = MappingStand(
      [Put(at: .zero)],
      answer: { number, _ in Answer(outcome: number <= 2 ? .throttled : .success, after: .zero) },
      configure: { $1.retryDelay = .constant(0) })
    #expect(stand.log == ["0: 0", "1: 0", "2: 0"])
  }

  @Test(
    "bisecting finds a poisoned record of four at each position, without a retry",
    arguments: [
      (0, ["0: 0 1 2 3", "1100: 0 1", "2200: 0", "2300: 1", "2400: 2 3"], [1, 2, 3]),
      (1, ["0: 0 1 2 3", "1100: 0 1", "2200: 0", "2300: 1", "2400: 2 3"], [0, 2, 3]),
      (2, ["0: 0 1 2 3", "1100: 0 1", "1200: 2 3", "2300: 2", "2400: 3"], [0, 1, 3]),
      (3, ["0: 0 1 2 3", "1100: 0 1", "1200: 2 3", "2300: 2", "2400: 3"], [0, 1, 2]),
    ])
  func bisect(poisoned: Int, log: [String], processed: [Int]) {
    let stand = MappingStand(
      puts(4, poisoned: poisoned),
      configure: { _, source in
        source.bisectsBatchOnFunctionError = true
        source.maximumRetryAttempts = 0
        source.onFailure = "q"
      })
    #expect(stand.log == log)
    #expect(stand.processed == processed)
    #expect(stand.figures["droppedEvents"] == 1 && stand.figures["processedEvents"] == 3)
    #expect(stand.messages == 1)
  }

  @Test("of an odd number the first half is the smaller one; a single record uses the retries")
  func bisectOdd() {
    let stand = MappingStand(
      puts(5, poisoned: 4),
      configure: { _, source in
        source.bisectsBatchOnFunctionError = true
        source.maximumRetryAttempts = 2
      })
    #expect(
      stand.log == [
        "0: 0 1 2 3 4", "1100: 0 1", "1200: 2 3 4", "2300: 2", "2400: 3 4", "3500: 3", "3600: 4", "4700: 4", "5800: 4",
      ])
    #expect(stand.processed == [0, 1, 2, 3])
  }

  @Test("two poisoned records: both halves of a batch are split again")
  func bisectTwo() {
    let puts = (0..<4).map { Put(at: .zero, isPoisoned: $0 == 0 || $0 == 3) }
    let stand = MappingStand(
      puts,
      configure: { _, source in
        source.bisectsBatchOnFunctionError = true
        source.maximumRetryAttempts = 0
      })
    #expect(stand.log == ["0: 0 1 2 3", "1100: 0 1", "2200: 0", "2300: 1", "2400: 2 3", "3500: 2", "3600: 3"])
    #expect(stand.processed == [1, 2] && stand.figures["droppedEvents"] == 2)
  }

  @Test("partial answers: the first failed record is the checkpoint, and what follows it is dropped with it")
  func checkpoint() {
    let stand = MappingStand(
      puts(5, poisoned: 2),
      configure: { config, source in
        config.reportsBatchItemFailures = true
        source.maximumRetryAttempts = 1
        source.onFailure = "q"
      })
    #expect(stand.log == ["0: 0 1 2 3 4", "1100: 2 3 4"])
    #expect(stand.processed == [0, 1])
    #expect(stand.figures["droppedEvents"] == 3 && stand.figures["onFailureDeliveredEvents"] == 3)
    #expect(stand.messages == 1)
    #expect(stand.figures["invokedEvents"] == 8 && stand.figures["failedInvokeEvents"] == 6)
  }

  @Test("partial answers and bisecting: split at the checkpoint, then in half, so that only the bad one is dropped")
  func checkpointAndBisect() {
    let stand = MappingStand(
      puts(5, poisoned: 2),
      configure: { config, source in
        config.reportsBatchItemFailures = true
        source.bisectsBatchOnFunctionError = true
        source.maximumRetryAttempts = 1
      })
    #expect(stand.log == ["0: 0 1 2 3 4", "1100: 2 3 4", "2200: 2", "3300: 2", "3400: 3 4"])
    #expect(stand.processed == [0, 1, 3, 4])
    #expect(stand.figures["droppedEvents"] == 1)
  }

  @Test("the lowest record that the function reports is the checkpoint, in whatever order it names them")
  func reported() {
    let stand = MappingStand(
      [Put(at: .zero, count: 4)],
      answer: { number, _ in Answer(after: .ms(100), failed: number == 1 ? [3, 1, 2] : []) },
      configure: { config, _ in config.reportsBatchItemFailures = true })
    #expect(stand.log == ["0: 0 1 2 3", "1100: 1 2 3"])
    #expect(stand.processed == [0, 1, 2, 3] && stand.figures["processedEvents"] == 4)
  }

  @Test("a function that throws fails the whole batch, partial answers or not, and bisecting splits it in half")
  func thrown() {
    let stand = MappingStand(
      [Put(at: .zero, count: 2)],
      answer: { number, _ in Answer(outcome: number == 1 ? .timedOut : .success, after: .ms(100)) },
      configure: { config, source in
        config.reportsBatchItemFailures = true
        source.bisectsBatchOnFunctionError = true
      })
    #expect(stand.log == ["0: 0 1", "1100: 0", "1200: 1"])
  }

  @Test(
    "a record of exactly the greatest age is sent, one that is 1 ns older is dropped",
    arguments: [(1_000_000_000, 7), (999_999_999, 6)] as [(Int64, Int)])
  func age(nanoseconds: Int64, invocations: Int) {
    // Sent at 1, 11, 21 .. s; at 61 s the record is 60 s old, or 1 ns more.
    let stand = MappingStand(
      [Put(at: Time(nanoseconds: nanoseconds))],
      answer: { _, _ in Answer(outcome: .failed, after: .seconds(5)) },
      configure: { _, source in
        source.retryDelay = .constant(5e9)
        source.maximumRecordAge = .seconds(60)
        source.onFailure = "q"
      })
    #expect(stand.log.count == invocations)
    #expect(stand.figures["droppedEvents"] == 1 && stand.figures["lostEvents"] == 0 && stand.messages == 1)
  }

  @Test("records that grew too old behind a blocked batch are dropped unsent, with a message a batch")
  func ageBehind() {
    let stand = MappingStand(
      [Put(at: .zero), Put(at: .seconds(1), count: 5), Put(at: .seconds(60))],
      answer: { _, _ in Answer(after: .seconds(70)) },
      configure: { config, source in
        config.batchSize = 2
        source.maximumRecordAge = .seconds(60)
        source.onFailure = "q"
      })
    #expect(stand.log == ["0: 0", "70000: 6"])
    #expect(stand.figures["droppedEvents"] == 5 && stand.messages == 3)
  }

  @Test("after the retention period a record is lost, and no destination hears of it")
  func retention() {
    let stand = MappingStand(
      [Put(at: .zero), Put(at: .seconds(1))], duration: .hours(30),
      answer: { _, records in
        records == [0] ? Answer(outcome: .failed, after: .seconds(1)) : Answer(after: .seconds(1))
      },
      configure: { config, source in
        config.batchSize = 1
        source.retryDelay = .constant(3_599e9)
        source.onFailure = "q"
      })
    // Sent at 0, 1 .. 24 h; at 25 h both are too old.
    #expect(stand.log.count == 25 && stand.log.last == "86400000: 0")
    #expect(stand.figures["lostEvents"] == 2 && stand.messages == 0 && stand.figures["droppedEvents"] == 0)
  }

  @Test("one lane is blocked, the other one goes on")
  func lanes() {
    let (bad, good) = MappingStand.twoLanes
    let stand = MappingStand(
      [
        Put(at: .zero, key: bad, isPoisoned: true), Put(at: .zero, key: good), Put(at: .ms(100), key: bad),
        Put(at: .ms(150), key: good),
      ],
      configure: { _, source in
        source.parallelizationFactor = 2
        source.maximumRetryAttempts = 1
      })
    #expect(stand.log == ["0: 0", "0: 1", "200: 3", "1100: 0", "1200: 2"])
    #expect(stand.figures["peakConcurrentBatches"] == 2)
    let single = MappingStand(
      [Put(at: .zero, key: bad, isPoisoned: true), Put(at: .zero, key: good), Put(at: .ms(100), key: bad)],
      configure: { _, source in source.maximumRetryAttempts = 1 })
    #expect(single.log == ["0: 0 1", "1100: 0 1", "1200: 2"])
    #expect(single.figures["droppedEvents"] == 2)
  }

  @Test("each key's records are processed in order and once, whatever fails: 30 random histories", arguments: 0..<30)
  func order(history: Int) {
    var random = RandomStream(seed: 11, replication: history, component: "order", purpose: "keys")
    let puts = (0..<300).map { index in
      Put(
        at: .milliseconds(Int64(20 * index)), key: UInt32(random.nextIndex(below: 12)),
        isPoisoned: random.nextUnit() < 0.02)
    }
    var draws = random
    let stand = MappingStand(
      puts,
      answer: { _, records in
        let draw = draws.nextUnit()
        if draw < 0.1 { return Answer(outcome: .throttled, after: .zero) }
        if draw < 0.2 { return Answer(outcome: .failed, after: .ms(30)) }
        if draw < 0.3 { return Answer(after: .ms(60), failed: history % 2 == 0 ? [UInt32(records.count / 2)] : []) }
        return Answer(after: .ms(80))
      },
      configure: { config, source in
        config.batchSize = 7
        config.reportsBatchItemFailures = history % 2 == 0
        config.maximumBatchingWindow = .seconds(Int64(history % 3))
        source.bisectsBatchOnFunctionError = history % 4 < 2
        source.parallelizationFactor = 1 + history % 5
        source.maximumRetryAttempts = 20
        source.retryDelay = .constant(50e6)
      })
    #expect(stand.figures["finalEventsBehind"] == 0)
    #expect(Double(stand.processed.count) == stand.figures["processedEvents"])
    #expect(Set(stand.processed).count == stand.processed.count)
    for key in Set(puts.map(\.key)) {
      let ofKey = stand.processed.filter { puts[$0].key == key }
      #expect(ofKey == ofKey.sorted())
    }
    // With bisecting, or with partial answers for those before it, only a bad record is given up.
    if history % 4 < 2 {
      #expect(Set(stand.processed) == Set(puts.indices.filter { !puts[$0].isPoisoned }))
    }
  }
}
