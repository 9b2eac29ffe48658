import Engine
import Testing
import Units

@testable import Services

/// When a mapping sees a record. The function takes 100 ms unless a story says otherwise.
@Suite("Stream mapping: polling and batches")
struct StreamPollingTests {
  typealias Put = MappingStand.Put
  typealias Answer = MappingStand.Answer

  @Test(
    "an idle shard is looked at once a second from time zero: a record before, at and after a look",
    arguments: [
      (0, "0: 0"), (1, "1000: 0"), (999_999_999, "1000: 0"), (1_000_000_000, "1000: 0"), (1_000_000_001, "2000: 0"),
      (7_654_321_000, "8000: 0"),
    ] as [(Int64, String)])
  func idle(nanoseconds: Int64, line: String) {
    let stand = MappingStand([Put(at: Time(nanoseconds: nanoseconds))])
    #expect(stand.log == [line])
    #expect(stand.ownEvents == 1)
  }

  @Test(
    "after a batch that took 100 ms the next look comes 200 ms after the last one, and then once a second",
    arguments: [
      (50, "200: 1"), (100, "200: 1"), (200, "200: 1"), (200.000_001, "1200: 1"), (1_200, "1200: 1"),
      (1_200.000_001, "2200: 1"),
    ])
  func afterShortBatch(milliseconds: Double, line: String) {
    let stand = MappingStand([Put(at: .zero), Put(at: .ms(milliseconds))])
    #expect(stand.log == ["0: 0", line])
  }

  @Test(
    "after a batch that took 300 ms the next look comes at once, and then once a second",
    arguments: [(1, "300: 1"), (299, "300: 1"), (300.000_001, "1300: 1"), (1_300, "1300: 1")])
  func afterLongBatch(milliseconds: Double, line: String) {
    let stand = MappingStand([Put(at: .zero), Put(at: .ms(milliseconds))], answer: { _, _ in Answer(after: .ms(300)) })
    #expect(stand.log == ["0: 0", line])
  }

  @Test("a polling interval of 250 ms, as on DynamoDB's streams")
  func pollingInterval() {
    let stand = MappingStand(
      [Put(at: .ms(250.1)), Put(at: .ms(700.1)), Put(at: .ms(700.2))],
      configure: {
        $1.pollingInterval = .milliseconds(250)
      })
    // The batch of 500 ms looks again at 700 ms, and then every 250 ms.
    #expect(stand.log == ["500: 0", "950: 1 2"])
  }

  @Test("polling by a timer for each look sees the same: 20 random histories", arguments: 0..<20)
  func oracle(history: Int) {
    var random = RandomStream(seed: 7, replication: history, component: "oracle", purpose: "arrivals")
    let takes = Time.milliseconds([20, 150, 450, 2_000][history % 4])
    let interval = Time.milliseconds(history % 3 == 0 ? 250 : 1_000)
    var arrivals: [Time] = []
    var at = 0.0
    for _ in 0..<60 {
      at += random.nextExponential() * 6e8
      arrivals.append(Time(nanoseconds: Int64(at)))
    }
    let end = Time.seconds(200)
    // The plain way: look, and look again after the batch or after the interval.
    var wanted: [String] = []
    var seen = 0
    var look = Time.zero
    while look < end {
      let found = arrivals.firstIndex { $0 > look } ?? arrivals.count
      if found > seen {
        let records = (seen..<found).map(String.init).joined(separator: " ")
        let milliseconds = look.inMilliseconds
        let text = milliseconds == milliseconds.rounded() ? String(Int(milliseconds)) : String(milliseconds)
        wanted.append(text + ": " + records)
        look = max(look + takes, look + .milliseconds(200))
        seen = found
      } else {
        look += interval
      }
    }
    let stand = MappingStand(
      arrivals.map { Put(at: $0) }, duration: end, answer: { _, _ in Answer(after: takes) },
      configure: {
        $1.pollingInterval = interval
      })
    #expect(stand.log == wanted)
    // A look was scheduled only where it found something.
    #expect(stand.ownEvents <= wanted.count)
  }

  @Test("a batch is full, or its window is over: 2, 3 and 4 records for batches of 3 in a window of 10 s")
  func window() {
    let puts = [0, 500, 900, 950].map { Put(at: .ms($0)) }
    func log(_ count: Int) -> [String] {
      MappingStand(
        Array(puts.prefix(count)),
        configure: { config, _ in
          config.batchSize = 3
          config.maximumBatchingWindow = .seconds(10)
        }
      ).log
    }
    #expect(log(2) == ["10000: 0 1"])
    // While a batch gathers, looks come every 200 ms.
    #expect(log(3) == ["1000: 0 1 2"])
    // What is left over waits for a window of its own, from the end of the batch.
    #expect(log(4) == ["1000: 0 1 2", "11100: 3"])
  }

  @Test("the last look within a window is 200 ms before its end: a record at it, and one after it")
  func windowEnd() {
    func log(_ second: Double) -> [String] {
      MappingStand(
        [Put(at: .zero), Put(at: .ms(second))],
        configure: { config, _ in
          config.maximumBatchingWindow = .seconds(10)
        }
      ).log
    }
    #expect(log(9_800) == ["10000: 0 1"])
    #expect(log(9_800.000_001) == ["10000: 0", "20100: 1"])
  }

  @Test("without a window a batch is what there is, at most the batch size; leftovers follow at once")
  func batchSize() {
    func log(_ count: Int) -> [String] {
      MappingStand([Put(at: .zero, count: count)], configure: { config, _ in config.batchSize = 3 }).log
    }
    #expect(log(2) == ["0: 0 1"])
    #expect(log(3) == ["0: 0 1 2"])
    #expect(log(4) == ["0: 0 1 2", "100: 3"])
  }

  @Test("6 MB make a batch: five records of 1 MB wait for the window, six do not")
  func bytes() {
    func log(_ count: Int64) -> [String] {
      MappingStand(
        (0..<count).map { Put(at: .seconds($0), bytes: 1 << 20) },
        configure: { config, _ in
          config.maximumBatchingWindow = .seconds(60)
        }
      ).log
    }
    #expect(log(5) == ["60000: 0 1 2 3 4"])
    #expect(log(6) == ["5000: 0 1 2 3 4 5"])
  }

  @Test("a batch holds at most 6 MB, and a larger record goes alone")
  func payload() {
    // The first batch lasts 8 s; 7 MB have come by then.
    let seven = MappingStand(
      [Put(at: .zero)] + (1...7).map { Put(at: .seconds($0), bytes: 1 << 20) },
      answer: { number, _ in Answer(after: .seconds(number == 1 ? 8 : 1)) })
    #expect(seven.log == ["0: 0", "8000: 1 2 3 4 5 6", "9000: 7"])
    let large = MappingStand(
      [Put(at: .zero), Put(at: .seconds(1), bytes: 7 << 20), Put(at: .seconds(9))],
      answer: { number, _ in Answer(after: .seconds(number == 1 ? 10 : 1)) })
    #expect(large.log == ["0: 0", "10000: 1", "11000: 2"])
  }

  @Test("a read of 10 MB blocks the shard for 5 s")
  func readLimit() {
    // The first batch lasts 12 s; 11 MB have come by then.
    let stand = MappingStand(
      [Put(at: .zero)] + (1...11).map { Put(at: .seconds($0), bytes: 1 << 20) },
      answer: { number, _ in Answer(after: .seconds(number == 1 ? 12 : 1)) })
    #expect(stand.log == ["0: 0", "12000: 1 2 3 4 5 6", "13000: 7 8 9 10", "17000: 11"])
  }

  @Test("a read gives at most 10,000 records, and the next one comes 200 ms later")
  func readRecords() {
    let counts: [(at: Int64, count: Int)] = (0...10).map { ($0, 1_000) } + [(11, 1)]
    let stand = MappingStand(
      counts.map { Put(at: .seconds($0.at), count: $0.count) },
      answer: { number, _ in Answer(after: number == 1 ? .seconds(20) : .milliseconds(50)) },
      configure: { config, _ in config.batchSize = 10_000 })
    // 1,000 are read at 0; the other 10,001 wait for the end of their batch.
    #expect(stand.log.map { $0.prefix { $0 != ":" } } == ["0", "20000", "20200"])
    #expect(stand.log[1].hasSuffix(" 10999") && stand.log[2] == "20200: 11000")
  }

  @Test("the iterator age is that of the last record when the batch is sent")
  func iteratorAge() {
    let stand = MappingStand([Put(at: .ms(100)), Put(at: .ms(250)), Put(at: .ms(1_150))])
    #expect(stand.log == ["1000: 0 1", "1200: 2"])
    // 750 ms and 50 ms.
    #expect(stand.figures["meanIteratorAgeMs"] == 400)
    #expect(stand.figures["maxIteratorAgeMs"] == 750)
    // Put to processed: 1,000, 850 and 150 ms.
    #expect(stand.figures["meanPutToProcessedMs"] == 2_000.0 / 3)
    #expect(stand.figures["meanEventsBehind"] == 2.0 / 1_000)
    #expect(stand.figures["peakEventsBehind"] == 2)
  }
}
