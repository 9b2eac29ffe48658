import Engine
import Services
import Testing
import Units

/// A table on demand, asked directly by traffic.
@Suite("Table")
struct TableStoryTests {
  /// One request a moment, answered after 5 ms.
  private func story(
    _ operation: TableOperation, at moments: [Time] = [.zero], count: Int = 1,
    change: (inout TableConfig) -> Void = { _ in }
  ) -> Story {
    var config = table("t", milliseconds: 5)
    change(&config)
    return Story(
      [.table(config)], target: TrafficTarget(resource: "t", operation: operation), at: moments, count: count)
  }

  private static let sizes: [Int64] = [1, 1_024, 1_025, 4_096, 4_097, 409_600]

  @Test(
    "read units of one item of 1 B, 1 KB, 1 KB + 1, 4 KB, 4 KB + 1 and 400 KB",
    arguments: [
      (TableOperation.Kind.getItem, false, [0.5, 0.5, 0.5, 0.5, 1, 50]), (.getItem, true, [1, 1, 1, 1, 2, 100]),
      (.batchGetItem, false, [0.5, 0.5, 0.5, 0.5, 1, 50]), (.batchGetItem, true, [1, 1, 1, 1, 2, 100]),
      (.query, false, [0.5, 0.5, 0.5, 0.5, 1, 50]), (.query, true, [1, 1, 1, 1, 2, 100]),
      (.scan, false, [0.5, 0.5, 0.5, 0.5, 1, 50]), (.scan, true, [1, 1, 1, 1, 2, 100]),
      (.transactGetItems, false, [2, 2, 2, 2, 4, 200]),
    ] as [(TableOperation.Kind, Bool, [Double])])
  func reads(kind: TableOperation.Kind, strong: Bool, units: [Double]) throws {
    for (bytes, wanted) in zip(Self.sizes, units) {
      let operation = TableOperation(kind: kind, itemSize: Size(bytes: bytes), consistentRead: strong)
      let result = try story(operation).run()
      #expect(result.figure("readRequestUnits", of: "t") == wanted)
      #expect(result.figure("writeRequestUnits", of: "t") == 0)
      #expect(result.usage("ReadRequestUnits", of: "t") == Int64(2 * wanted))
      #expect(result.usage("WriteRequestUnits", of: "t") == nil)
      #expect(result.segmentsMs == ["t \(kind.rawValue)": 5])
    }
  }

  @Test(
    "write units of one item of 1 B, 1 KB, 1 KB + 1, 4 KB, 4 KB + 1 and 400 KB",
    arguments: [
      (TableOperation.Kind.putItem, [1, 1, 2, 4, 5, 400]), (.updateItem, [1, 1, 2, 4, 5, 400]),
      (.deleteItem, [1, 1, 2, 4, 5, 400]), (.batchWriteItem, [1, 1, 2, 4, 5, 400]),
      (.transactWriteItems, [2, 2, 4, 8, 10, 800]),
    ] as [(TableOperation.Kind, [Double])])
  func writes(kind: TableOperation.Kind, units: [Double]) throws {
    for (bytes, wanted) in zip(Self.sizes, units) {
      let result = try story(TableOperation(kind: kind, itemSize: Size(bytes: bytes))).run()
      #expect(result.figure("writeRequestUnits", of: "t") == wanted)
      #expect(result.figure("readRequestUnits", of: "t") == 0)
      #expect(result.usage("WriteRequestUnits", of: "t") == Int64(wanted))
    }
  }

  @Test(
    "a query or scan adds up the items before it rounds; batches and transactions round each item",
    arguments: [
      (TableOperation.Kind.query, 4, 1_024, 1.0), (.query, 4, 1_025, 2), (.scan, 100, 1, 1), (.scan, 100, 41, 2),
      (.batchGetItem, 4, 1_024, 4), (.batchGetItem, 3, 4_097, 6), (.transactGetItems, 3, 1, 6),
      (.transactGetItems, 3, 4_097, 12),
    ] as [(TableOperation.Kind, Int, Int64, Double)])
  func manyItems(kind: TableOperation.Kind, items: Int, bytes: Int64, units: Double) throws {
    let operation = TableOperation(kind: kind, itemSize: Size(bytes: bytes), items: items, consistentRead: true)
    #expect(try story(operation).run().figure("readRequestUnits", of: "t") == units)
  }

  @Test(
    "writes of several items round each item",
    arguments: [
      (TableOperation.Kind.batchWriteItem, 25, 1, 25.0), (.batchWriteItem, 3, 1_025, 6), (.transactWriteItems, 3, 1, 6),
      (.transactWriteItems, 3, 1_025, 12),
    ] as [(TableOperation.Kind, Int, Int64, Double)])
  func manyWrites(kind: TableOperation.Kind, items: Int, bytes: Int64, units: Double) throws {
    let operation = TableOperation(kind: kind, itemSize: Size(bytes: bytes), items: items)
    #expect(try story(operation).run().figure("writeRequestUnits", of: "t") == units)
  }

  private let put = TableOperation(kind: .putItem, itemSize: Size(bytes: 1))
  private let get = TableOperation(kind: .getItem, itemSize: Size(bytes: 1))

  @Test(
    "a maximum of 10 write units: 10 puts at once pass, the 11th is throttled", arguments: [(9, 0), (10, 0), (11, 1)])
  func maximumWrites(count: Int, throttles: Int) throws {
    let result = try story(put, count: count) { $0.capacity = .onDemand(OnDemandThroughput(maxWriteRequestUnits: 10)) }
      .run()
    #expect(result.figure("writeThrottles", of: "t") == Double(throttles))
    #expect(result.figure("readThrottles", of: "t") == 0)
    #expect(result.figure("requests", of: "t") == Double(count - throttles))
    #expect(result.requests(.throttled) == Int64(throttles))
    // A throttled request takes no time and is not billed.
    #expect(result.latencyMs == Double(5 * (count - throttles)))
    #expect(result.usage("WriteRequestUnits", of: "t") == Int64(count - throttles))
  }

  @Test("a maximum of 10 read units: 20 eventually consistent reads pass", arguments: [(20, 0), (21, 1)])
  func maximumReads(count: Int, throttles: Int) throws {
    let result = try story(get, count: count) { $0.capacity = .onDemand(OnDemandThroughput(maxReadRequestUnits: 10)) }
      .run()
    #expect(result.figure("readThrottles", of: "t") == Double(throttles))
    #expect(result.figure("writeThrottles", of: "t") == 0)
  }

  @Test("a maximum of writes does not touch reads, and the other way round")
  func separate() throws {
    #expect(
      try story(get, count: 99) { $0.capacity = .onDemand(OnDemandThroughput(maxWriteRequestUnits: 1)) }.run().figure(
        "throttles", of: "t") == 0)
    #expect(
      try story(put, count: 99) { $0.capacity = .onDemand(OnDemandThroughput(maxReadRequestUnits: 1)) }.run().figure(
        "throttles", of: "t") == 0)
  }

  @Test("units flow back evenly: of 10 a second, one every 100 ms")
  func refill() throws {
    for (nanoseconds, throttles) in [(99_999_999, 1), (100_000_000, 0)] as [(Int64, Double)] {
      var story = story(put) { $0.capacity = .onDemand(OnDemandThroughput(maxWriteRequestUnits: 10)) }
      story.traffic[0].arrivals = .spikes([
        Spike(at: .zero, count: 10, over: .zero), Spike(at: Time(nanoseconds: nanoseconds), count: 1, over: .zero),
      ])
      #expect(try story.run().figure("throttles", of: "t") == throttles)
    }
  }

  @Test("an operation that needs more than a second's units passes when all are there, and the table owes the rest")
  func largerThanTheMaximum() throws {
    let large = TableOperation(kind: .putItem, itemSize: .kilobytes(20))
    // 20 of 10 units; the next one unit is there after 1.1 s, the next 20 only when all 10 are there again, after 2 s.
    for (operation, moment, throttles) in [
      (put, 1_099.999_999, 1), (put, 1_100, 0), (large, 1_999.999_999, 1), (large, 2_000, 0),
    ] as [(TableOperation, Double, Double)] {
      var story = story(large) { $0.capacity = .onDemand(OnDemandThroughput(maxWriteRequestUnits: 10)) }
      story.traffic.append(
        TrafficConfig(
          name: "second", target: TrafficTarget(resource: "t", operation: operation),
          arrivals: .spikes([Spike(at: .ms(moment), count: 1, over: .zero)])))
      #expect(try story.run().figure("throttles", of: "t") == throttles)
    }
  }

  @Test("no maximum: only what a new table is warm for limits it")
  func unlimited() throws {
    let result = try story(put, count: 20_000) {
      $0.warmThroughput = WarmThroughput(readUnitsPerSecond: 40_000, writeUnitsPerSecond: 40_000)
    }.run()
    #expect(result.figure("throttles", of: "t") == 0)
    #expect(result.figure("peakInFlight", of: "t") == 20_000)
  }

  @Test("the class for infrequent access has meters of its own")
  func infrequentAccess() throws {
    let result = try story(put) { $0.tableClass = .standardInfrequentAccess }.run()
    #expect(result.usage("IA-WriteRequestUnits", of: "t") == 1)
    // The item of 1 B that was put at time zero, with its overhead.
    #expect(result.usage("IA-TimedStorage-ByteHrs", of: "t") == 101_000_000)
    #expect(result.usage.count == 2)
  }

  @Test("a write may take longer than a read, and each takes the time of its kind")
  func latencies() throws {
    let result = try story(put) { $0.latency[.putItem] = .constant(12e6) }.run()
    #expect(result.latencyMs == 12)
  }
}
