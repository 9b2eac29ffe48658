import Engine
import Testing
import Units

@testable import Services

/// A DAX cluster in front of a table that takes 5 ms: a hit takes 0.4 ms, a miss 1 ms more than the table, a write 2 ms.
@Suite("DAX")
struct DAXStoryTests {
  /// A cluster with constant times.
  static func cluster(_ nodes: Int = 1, _ type: DAXNodeType = .r5Large) -> DAXClusterConfig {
    var config = DAXClusterConfig(name: "dax", table: "t", nodeType: type, replicationFactor: nodes)
    config.hitLatency = .constant(0.4e6)
    config.missOverhead = .constant(1e6)
    config.writeOverhead = .constant(2e6)
    return config
  }

  /// An operation on the one key that there is.
  static func operation(
    _ kind: TableOperation.Kind, kilobytes: Int64 = 1, items: Int = 1, consistentRead: Bool = false
  ) -> TableOperation {
    var operation = TableOperation(
      kind: kind, itemSize: .kilobytes(kilobytes), items: items, consistentRead: consistentRead)
    operation.keys = KeyDistribution(count: 1)
    return operation
  }

  /// Each operation at its moments, asked of the cluster by traffic of its own.
  private func story(
    _ requests: [(TableOperation, [Time])], _ config: DAXClusterConfig = cluster(),
    table change: (inout TableConfig) -> Void = { _ in }
  ) -> Story {
    var table = table("t", milliseconds: 5)
    change(&table)
    var story = Story([.table(table), .daxCluster(config)], target: TrafficTarget(resource: "dax"), at: [])
    story.traffic = requests.enumerated().map { index, request in
      TrafficConfig(
        name: "traffic \(index)", target: TrafficTarget(resource: "dax", operation: request.0),
        arrivals: .spikes(request.1.map { Spike(at: $0, count: 1, over: .zero) }))
    }
    return story
  }

  private let get = operation(.getItem)

  @Test("a miss reads the table, eventually consistent, and its item is a hit from then on")
  func missAndHit() throws {
    let result = try story([(get, [.zero, .ms(4.9), .ms(5.1), .seconds(1)])]).run()
    // The second one comes before the table has answered the first one.
    #expect(result.figure("itemMisses", of: "dax") == 2)
    #expect(result.figure("itemHits", of: "dax") == 2)
    #expect(result.figure("itemHitRate", of: "dax") == 0.5)
    #expect(result.figure("readRequestUnits", of: "t") == 1)
    #expect(result.segmentsMs == ["t getItem": 10, "dax miss": 2, "dax hit": 0.8])
    #expect(result.latencyMs == 12.8)
    #expect(result.figure("itemEntries", of: "dax") == 1)
    #expect(result.figure("requests", of: "dax") == 4)
  }

  @Test(
    "an item lives for 5 min from when the table gave it, uses or not; with a life of zero it stays",
    arguments: [(300_004.9, Time.minutes(5), 2.0), (300_005, .minutes(5), 1), (300_005, .zero, 2)]
      as [(Double, Time, Double)])
  func timeToLive(moment: Double, life: Time, hits: Double) throws {
    var config = Self.cluster()
    config.recordTTL = life
    let result = try story([(get, [.zero, .seconds(299), .ms(moment)])], config).run()
    #expect(result.figure("itemHits", of: "dax") == hits)
  }

  @Test(
    "strongly consistent and transactional reads pass through, and are not cached",
    arguments: [
      (operation(.getItem, consistentRead: true), 1.0), (operation(.batchGetItem, consistentRead: true), 1),
      (operation(.query, consistentRead: true), 1), (operation(.transactGetItems), 2),
    ] as [(TableOperation, Double)])
  func passed(operation: TableOperation, units: Double) throws {
    let result = try story([(operation, [.zero, .seconds(1)]), (get, [.seconds(2)])]).run()
    #expect(result.figure("passedThrough", of: "dax") == 2)
    #expect(result.figure("itemHits", of: "dax") == 0)
    #expect(result.figure("readRequestUnits", of: "t") == 2 * units + 0.5)
    #expect(result.latencyMs == 12)
  }

  @Test("a write goes to the table first, then into the item cache, for all that write whole items")
  func writeThrough() throws {
    for kind in [TableOperation.Kind.putItem, .updateItem, .deleteItem, .batchWriteItem] {
      let result = try story([(Self.operation(kind), [.zero]), (get, [.ms(4.9), .ms(5.1)])]).run()
      #expect(result.figure("itemHits", of: "dax") == 1)
      #expect(result.figure("itemMisses", of: "dax") == 1)
      #expect(result.latencyMs == 7)
      #expect(result.segmentsMs == ["t \(kind.rawValue)": 5, "dax write": 2])
    }
  }

  @Test("a write that the table throttles is not cached; the caller hears of it, and DAX does not try again")
  func throttledByTable() throws {
    let put = Self.operation(.putItem)
    for (isFull, hits) in [(true, 0.0), (false, 1)] {
      var story = story([(put, [.ms(1)]), (get, [.seconds(1)])]) {
        $0.capacity = .onDemand(OnDemandThroughput(maxWriteRequestUnits: 1))
      }
      // Another writer, past the cluster, takes the only unit.
      story.traffic.append(
        TrafficConfig(
          name: "other", target: TrafficTarget(resource: "t", operation: put),
          arrivals: .spikes(isFull ? [Spike(at: .zero, count: 1, over: .zero)] : [])))
      let result = try story.run()
      #expect(result.requests(isFull ? .throttled : .success) == 1)
      #expect(result.figure("errors", of: "dax") == (isFull ? 1 : 0))
      #expect(result.figure("throttles", of: "dax") == 0)
      #expect(result.figure("itemHits", of: "dax") == hits)
      #expect(result.figure("writeThrottles", of: "t") == (isFull ? 1 : 0))
    }
  }

  @Test("results of queries and scans have a cache of their own, which writes do not touch")
  func queries() throws {
    for (kind, life, hits) in [
      (TableOperation.Kind.query, Time.minutes(5), 2.0), (.scan, .minutes(5), 2), (.query, .ms(1_500), 1),
      (.query, .zero, 0),
    ] as [(TableOperation.Kind, Time, Double)] {
      var config = Self.cluster()
      config.queryTTL = life
      let result = try story(
        [
          (Self.operation(kind, items: 10), [.zero, .seconds(1), .seconds(2)]),
          (Self.operation(.putItem), [.ms(500)]), (get, [.ms(600)]),
        ], config
      ).run()
      #expect(result.figure("queryHits", of: "dax") == hits)
      #expect(result.figure("queryMisses", of: "dax") == 3 - hits)
      #expect(result.figure("itemHits", of: "dax") == 1)
      #expect(result.figure("queryEntries", of: "dax") == (life == .zero ? 0 : 1))
    }
  }

  @Test("queries of other parameters are other results; the same query of another caller is not")
  func parameters() throws {
    var other = Self.operation(.query)
    other.index = "i"
    let result = try story([
      (Self.operation(.query), [.zero]), (other, [.seconds(1)]), (Self.operation(.query), [.seconds(2)]),
    ]) { $0.indexes = [IndexConfig(name: "i", kind: .local)] }.run()
    #expect(result.figure("queryHits", of: "dax") == 1)
    #expect(result.figure("queryMisses", of: "dax") == 2)
  }

  @Test("that an item does not exist is cached, too")
  func negative() throws {
    var operation = get
    operation.missing = 1
    let result = try story([(operation, [.zero, .seconds(1)])]).run()
    #expect(result.figure("itemHits", of: "dax") == 1)
    // Of the item nothing is held but that it is not there.
    #expect(abs(result.figure("cachedMB", of: "dax") * 1_048_576 - 100) < 1e-6)
  }

  @Test("a batch looks every key up, and asks the table for those alone that are not there")
  func batch() throws {
    var batch = Self.operation(.batchGetItem, items: 50)
    batch.keys = KeyDistribution(count: 2)
    let result = try story([(get, [.zero]), (batch, [.seconds(1)])]).run()
    let (hits, misses) = (result.figure("itemHits", of: "dax"), result.figure("itemMisses", of: "dax") - 1)
    #expect(hits + misses == 50)
    // One in 10^12 seeds would say otherwise.
    #expect(hits > 5 && misses > 5)
    #expect(result.figure("readRequestUnits", of: "t") == 0.5 + 0.5 * misses)
  }

  @Test(
    "of a batch that the table does in part, only that part is cached",
    arguments: [
      (.batchGetItem, 2, false), (.batchWriteItem, 2, false), (.batchGetItem, 2, true), (.batchWriteItem, 3, true),
    ]
      as [(TableOperation.Kind, Double, Bool)])
  func partialBatch(kind: TableOperation.Kind, entries: Double, resends: Bool) throws {
    // Two of three items pass at once. Those that write find room for the third a second later, if they try again.
    var batch = TableOperation(kind: kind, itemSize: .kilobytes(1), items: 3)
    if resends {
      let pause = kind == .batchGetItem ? Time.milliseconds(1) : .seconds(100)
      batch.unprocessedItems = .resend(ResendRules(attempts: 2, backoff: pause, maxBackoff: pause))
    }
    let result = try story([(batch, [.seconds(1)])]) {
      $0.capacity = .onDemand(OnDemandThroughput(maxReadRequestUnits: 1, maxWriteRequestUnits: 2))
    }.run()
    #expect(result.requests(.success) == 1)
    #expect(result.figure("unprocessedItems", of: "t") == 3 - entries)
    #expect(result.figure("itemEntries", of: "dax") == entries)
  }

  @Test("a batch that the table refuses as a whole is not cached, and leaves nothing behind")
  func refusedBatch() throws {
    let batch = TableOperation(kind: .batchWriteItem, itemSize: .kilobytes(5), items: 3)
    let result = try story([(batch, [.seconds(1), .seconds(1), .seconds(100)])]) {
      $0.capacity = .onDemand(OnDemandThroughput(maxWriteRequestUnits: 15))
    }.run()
    // Those of the second are refused; the third has room again.
    #expect(result.requests(.success) == 2 && result.requests(.throttled) == 1)
    #expect(result.figure("itemEntries", of: "dax") == 6)
    #expect(result.figure("meanInFlight", of: "dax") < 1e-3)
  }

  @Test("a batch of which nothing is missing does not ask the table")
  func fullBatch() throws {
    let result = try story([
      (Self.operation(.batchGetItem, items: 3), [.seconds(1), .seconds(2)]), (get, [.zero]),
    ]).run()
    #expect(result.figure("requests", of: "t") == 1)
    #expect(result.latencyMs == 0.8)
  }

  @Test("a transaction of writes is followed by a transaction of reads that nobody waits for")
  func transaction() throws {
    let result = try story([
      (Self.operation(.transactWriteItems, items: 2), [.zero]), (get, [.ms(5.1), .ms(10.1)]),
    ]).run()
    #expect(result.figure("writeRequestUnits", of: "t") == 4)
    // Two units for each item, and half a one for the read that comes before they are there.
    #expect(result.figure("readRequestUnits", of: "t") == 4.5)
    #expect(result.figure("itemHits", of: "dax") == 1)
    #expect(result.latencyMs == 7)
    #expect(result.segmentsMs == ["t transactWriteItems": 5, "dax write": 2])
  }

  @Test(
    "of 100 normalized requests, a miss costs 10 for each KB, a hit 1, a write 25 on each node",
    arguments: [
      (operation(.getItem), 1, 10), (operation(.getItem, kilobytes: 2), 1, 5), (operation(.putItem), 1, 4),
      (operation(.getItem), 2, 20), (operation(.putItem), 2, 4), (operation(.query, items: 5), 1, 2),
      (operation(.batchGetItem, items: 5), 1, 2), (operation(.batchWriteItem, items: 2), 1, 2),
      (operation(.getItem, consistentRead: true), 1, 10),
    ] as [(TableOperation, Int, Int)])
  func capacity(operation: TableOperation, nodes: Int, passing: Int) throws {
    var config = Self.cluster(nodes)
    config.normalizedRequestsPerSecond = 100
    for (count, throttles) in [(passing, 0), (passing + 1, 1)] {
      let result = try story([(operation, Array(repeating: .zero, count: count))], config).run()
      #expect(result.figure("throttles", of: "dax") == Double(throttles))
      #expect(result.requests(.throttled) == Int64(throttles))
      // All that they have in a second, of 1,000 s.
      #expect(abs(result.figure("utilization", of: "dax") - 0.001) < 1e-12)
    }
  }

  @Test("hits cost a tenth of misses: of 100, one miss and 90 hits, and a 91st is throttled")
  func hitsCost() throws {
    var config = Self.cluster()
    config.normalizedRequestsPerSecond = 100
    config.burst = .seconds(1)
    let hits = { (count: Int) in [(self.get, [Time.zero] + Array(repeating: Time.ms(9.999), count: count))] }
    // 9.999 ms earn less than the tenth part of what is there: 0.9999.
    #expect(try story(hits(90), config).run().figure("throttles", of: "dax") == 0)
    #expect(try story(hits(91), config).run().figure("throttles", of: "dax") == 1)
  }

  @Test("a cluster takes 40,000 writes a second, whatever its nodes")
  func writeCeiling() throws {
    for (count, throttles) in [(40_000, 0.0), (40_001, 1)] {
      var story = story([(Self.operation(.putItem), [])], Self.cluster(1, .r524XLarge))
      story.traffic[0].arrivals = .spikes([Spike(at: .zero, count: count, over: .zero)])
      // Enough CPU for a million.
      if case .daxCluster(var config) = story.resources[1] {
        config.normalizedRequestsPerSecond = 10_000_000
        story.resources[1] = .daxCluster(config)
      }
      #expect(try story.run().figure("throttles", of: "dax") == throttles)
    }
  }

  @Test("what does not fit makes room: the least recently used go, and all of the memory is used")
  func evictions() throws {
    var config = Self.cluster()
    // 16 GB x 10^-6 are 17,179 B, room for 15 entries of 1,124 B.
    config.memoryShare = 1e-6
    var operation = get
    operation.keys = KeyDistribution(count: 100)
    let result = try story([(operation, (0..<900).map { .seconds($0) })], config).run()
    #expect(result.figure("itemEntries", of: "dax") == 15)
    #expect(result.figure("evictions", of: "dax") == result.figure("itemMisses", of: "dax") - 15)
    #expect(result.figure("itemHits", of: "dax") > 50)
  }

  @Test("nodes are metered all the time; T3 nodes pay for work above a fifth of their CPU")
  func meters() throws {
    let result = try story([(get, [.zero])], Self.cluster(3)).run()
    #expect(result.usage("NodeUsage:dax.r5.large", of: "dax") == 3_000_000)
    #expect(result.usage("CPUCredits:t3", of: "dax") == nil)
    var config = Self.cluster(1, .t3Small)
    config.normalizedRequestsPerSecond = 10
    config.burst = .seconds(60)
    // In 1,000 s a fifth is 2,000: each write of 24 KB costs 600 of those.
    let put = Self.operation(.putItem, kilobytes: 24)
    for (count, charged) in [(3, nil), (4, 80_000)] as [(Int64, Int64?)] {
      let result = try story([(put, (0..<count).map { .seconds($0 * 100) })], config).run()
      // 400 above, at 10 a second: 40 s of two vCPUs.
      #expect(result.usage("CPUCredits:t3", of: "dax") == charged)
    }
  }

  @Test("credits average over 24 h: quiet days do not pay for a busy one")
  func credits() {
    var credits = DAXCredits(rate: 10, nodes: 1, recordingStart: .hours(1))
    credits.use(1_000_000, at: .minutes(59))
    credits.use(172_800, at: .hours(1))
    #expect(credits.charged(at: .hours(25)) == 0)
    credits.use(10, at: .hours(2))
    #expect(credits.charged(at: .hours(25)) == 2_000)
    credits.use(10, at: .hours(80))
    #expect(credits.charged(at: .hours(97)) == 2_000)
    #expect(credits.charged(at: Time(nanoseconds: Time.hours(73).nanoseconds + 4_000_000_000)) == 2_400)
  }

  @Test("a function that gives up silences the table below the cache, whose item is there the next time")
  func givingUp() throws {
    var handler: [Step] = []
    for _ in 0..<2 {
      var step = callStep("dax", get, timeout: .ms(200), attempts: 1, backoff: .zero, onError: .continue)
      step.retry.maxAttempts = 1
      handler += [.call(step), wait(3_000)]
    }
    let result = try Story(
      [
        .function(function("f", timeout: .seconds(30), handler)), .table(table("t", milliseconds: 2_000)),
        .daxCluster(Self.cluster()),
      ], target: TrafficTarget(resource: "f"), at: [.zero]
    ).run()
    #expect(result.requests(.success) == 1)
    #expect(result.figure("itemHits", of: "dax") == 1)
    #expect(
      result.segmentsMs == ["f init": 100, "f handler": 6_000, "f abandoned calls": 200, "dax hit": 0.4])
  }

  @Test("functions share the cache, and the table's failure reaches the function")
  func shared() throws {
    let read = Step.call(callStep("dax", get, timeout: nil, attempts: 1, backoff: .zero, onError: .fail))
    let story = Story(
      [
        .function(function("f", [read, call("g")])), .function(function("g", [read])),
        .table(table("t", milliseconds: 5)), .daxCluster(Self.cluster()),
      ], target: TrafficTarget(resource: "f"), at: [.zero])
    let result = try story.run()
    #expect(result.figure("itemHits", of: "dax") == 1)
    #expect(result.latencyMs == 100 + 6 + 100 + 0.4)
    var small = story
    var table = table("t", milliseconds: 5)
    table.capacity = .onDemand(OnDemandThroughput(maxReadRequestUnits: 1))
    small.resources[2] = .table(table)
    var strong = get
    strong.consistentRead = true
    // Two strong reads at once, of one unit.
    let reads = Step.call(callStep("dax", strong, timeout: nil, attempts: 1, backoff: .zero, onError: .fail))
    small.resources[0] = .function(function("f", [.parallel([[reads], [reads]])]))
    #expect(try small.run().requests(.failed) == 1)
  }
}
