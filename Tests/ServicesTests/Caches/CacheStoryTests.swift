import Engine
import Services
import Testing
import Units

/// A cache beside a table that takes 5 ms: a lookup takes 0.5 ms, a write into the cache 0.7 ms, both without the node's
/// own time.
@Suite("ElastiCache")
struct CacheStoryTests {
  private func cluster(_ engine: CacheEngine = .valkey) -> CacheClusterConfig {
    var config = CacheClusterConfig(name: "cache", table: "t", engine: engine)
    config.getLatency = .constant(0.5e6)
    config.setLatency = .constant(0.7e6)
    // A command takes a tenth of a microsecond, which is told apart below.
    config.requestsPerSecond = 10_000_000
    return config
  }

  private func story(
    _ requests: [(TableOperation, [Time])], _ config: CacheClusterConfig,
    table change: (inout TableConfig) -> Void = { _ in }
  ) -> Story {
    var table = table("t", milliseconds: 5)
    change(&table)
    var story = Story([.table(table), .cacheCluster(config)], target: TrafficTarget(resource: "cache"), at: [])
    story.traffic = requests.enumerated().map { index, request in
      TrafficConfig(
        name: "traffic \(index)", target: TrafficTarget(resource: "cache", operation: request.0),
        arrivals: .spikes(request.1.map { Spike(at: $0, count: 1, over: .zero) }))
    }
    return story
  }

  private let get = DAXStoryTests.operation(.getItem)
  private let put = DAXStoryTests.operation(.putItem)
  private let delete = DAXStoryTests.operation(.deleteItem)
  private let command = 0.000_1

  @Test(
    "a miss looks, reads the table and writes the cache, for which the caller waits or not",
    arguments: [(true, 0.7), (false, 0)] as [(Bool, Double)])
  func missAndHit(waits: Bool, set: Double) throws {
    var config = cluster()
    config.waitsForCache = waits
    let result = try story([(get, [.zero, .seconds(1)])], config).run()
    #expect(result.figure("misses", of: "cache") == 1)
    #expect(result.figure("hits", of: "cache") == 1)
    #expect(result.figure("hitRate", of: "cache") == 0.5)
    #expect(result.figure("readRequestUnits", of: "t") == 0.5)
    let segments = result.segmentsMs
    #expect(abs((segments["cache get"] ?? 0) - 2 * (0.5 + command)) < 1e-9)
    #expect(segments["t getItem"] == 5)
    #expect(abs((segments["cache set"] ?? 0) - (waits ? 0.7 + command : 0)) < 1e-9)
    #expect(abs(result.latencyMs - 6 - set) < 0.001)
  }

  @Test(
    "an entry lives from when the table gave it",
    arguments: [(300_005.4, Time.minutes(5), 1.0), (300_005.501, .minutes(5), 0), (300_006, .zero, 1)]
      as [(Double, Time, Double)])
  func timeToLive(moment: Double, life: Time, hits: Double) throws {
    var config = cluster()
    config.ttl = life
    #expect(try story([(get, [.zero, .ms(moment)])], config).run().figure("hits", of: "cache") == hits)
  }

  @Test(
    "after a write the policy says what becomes of the cache",
    arguments: [
      (.invalidate, 1, 1, 5.7), (.writeThrough, 2, 1, 5.7), (.none, 2, 2, 5),
    ] as [(CacheClusterConfig.WritePolicy, Double, Double, Double)])
  func writePolicies(
    policy: CacheClusterConfig.WritePolicy, afterPut: Double, afterDelete: Double, milliseconds: Double
  ) throws {
    var config = cluster()
    config.writePolicy = policy
    // Reads before, between, and after the write.
    let reads = [Time.zero, .seconds(1), .seconds(3)]
    let written = try story([(put, [.seconds(2)]), (get, reads)], config).run()
    #expect(written.figure("hits", of: "cache") == afterPut)
    #expect(abs(written.latencyMs - milliseconds) < 0.001)
    let deleted = try story([(delete, [.seconds(2)]), (get, reads)], config).run()
    #expect(deleted.figure("hits", of: "cache") == afterDelete)
    // A write alone fills the cache or does not.
    let alone = try story([(put, [.zero]), (get, [.seconds(1)])], config).run()
    #expect(alone.figure("hits", of: "cache") == (policy == .writeThrough ? 1 : 0))
  }

  @Test("strong reads go to the table without a look; a throttled write leaves the cache alone")
  func passed() throws {
    let strong = DAXStoryTests.operation(.getItem, consistentRead: true)
    let result = try story([(strong, [.zero]), (get, [.seconds(1)])], cluster()).run()
    #expect(result.figure("hits", of: "cache") == 0)
    #expect(result.figure("passedThrough", of: "cache") == 1)
    #expect(result.latencyMs == 5)
    let puts = try story([(put, [.seconds(1), .seconds(1)]), (get, [.zero, .seconds(2)])], cluster()) {
      $0.capacity = .onDemand(OnDemandThroughput(maxWriteRequestUnits: 1))
    }.run()
    #expect(puts.requests(.throttled) == 1)
    #expect(puts.figure("errors", of: "cache") == 1)
  }

  @Test("results of queries are in the same cache under names of their own, and writes leave them")
  func queries() throws {
    let query = DAXStoryTests.operation(.query, items: 10)
    let result = try story([(query, [.zero, .seconds(2)]), (get, [.ms(100)]), (put, [.seconds(1)])], cluster()).run()
    #expect(result.figure("queryHitRate", of: "cache") == 0.5)
    #expect(result.figure("itemHitRate", of: "cache") == 0)
    #expect(result.figure("entries", of: "cache") == 1)
  }

  @Test("a batch is one round trip; what is missing is one request to the table and one more round trip")
  func batch() throws {
    let batch = DAXStoryTests.operation(.batchGetItem, items: 3)
    let result = try story([(batch, [.zero, .seconds(1)])], cluster()).run()
    #expect(result.figure("misses", of: "cache") == 3)
    #expect(result.figure("hits", of: "cache") == 3)
    #expect(result.figure("requests", of: "t") == 1)
    #expect(abs(result.latencyMs - 6.7 - 9 * command) < 1e-9)
  }

  @Test(
    "of a batch that the table does in part, the cache writes or deletes only that part",
    arguments: [
      (.batchGetItem, .invalidate, 2, 2), (.batchWriteItem, .writeThrough, 2, 2), (.batchWriteItem, .none, 0, 0),
      (.batchWriteItem, .invalidate, 2, 0),
    ]
      as [(TableOperation.Kind, CacheClusterConfig.WritePolicy, Double, Double)])
  func partialBatch(
    kind: TableOperation.Kind, policy: CacheClusterConfig.WritePolicy, commands: Double, entries: Double
  ) throws {
    var config = cluster()
    config.writePolicy = policy
    let batch = TableOperation(kind: kind, itemSize: .kilobytes(1), items: 3)
    let result = try story([(batch, [.seconds(1)])], config) {
      $0.capacity = .onDemand(OnDemandThroughput(maxReadRequestUnits: 1, maxWriteRequestUnits: 2))
    }.run()
    #expect(result.requests(.success) == 1)
    #expect(result.figure("unprocessedItems", of: "t") == 1)
    #expect(result.figure("entries", of: "cache") == entries)
    let sets = result.series.first { $0.key.name == "SetTypeCmds" && $0.key.statistic == .sum }?.values.reduce(0, +)
    #expect(sets == commands)
  }

  @Test("commands wait in line: at 10 a second on one node, the third of three waits 200 ms")
  func line() throws {
    var config = cluster()
    config.requestsPerSecond = 10
    let warm = [(get, [Time.zero] + Array(repeating: Time.seconds(100), count: 3))]
    let result = try story(warm, config).run()
    // 100 ms each for the first get and its set, and 100, 200, 300 for the three; 800 ms of the node's time in... all.
    #expect(abs(result.latencyMs - (0.5 + 100 + 5 + 0.7 + 100) - (3 * 0.5 + 600)) < 1e-6)
    #expect(abs(result.figure("utilization", of: "cache") - 0.5 / 1_000) < 1e-9)
    config.shards = 2
    let halved = try story(warm, config).run()
    #expect(abs(halved.latencyMs - (0.5 + 50 + 5 + 0.7 + 50) - (3 * 0.5 + 300)) < 1e-6)
    config.shards = 1
    config.replicas = 1
    config.readsFromReplicas = true
    let replicated = try story(warm, config).run()
    // Both nodes take reads, and both repeat the write.
    #expect(abs(replicated.latencyMs - (0.5 + 50 + 5 + 0.7 + 100) - (3 * 0.5 + 300)) < 1e-6)
  }

  @Test("a caller gives up, the client works on, and the next reader finds the item")
  func givingUp() throws {
    let step = Step.call(callStep("cache", get, timeout: .ms(3), attempts: 1, backoff: .zero, onError: .continue))
    let result = try Story(
      [
        .function(function("f", timeout: .seconds(30), [step, wait(1_000), step])),
        .table(table("t", milliseconds: 5)), .cacheCluster(cluster()),
      ], target: TrafficTarget(resource: "f"), at: [.zero]
    ).run()
    #expect(result.requests(.success) == 1)
    #expect(result.figure("hits", of: "cache") == 1)
    let segments = result.segmentsMs
    #expect(abs((segments["cache get"] ?? 0) - 2 * (0.5 + command)) < 1e-9)
    #expect(abs((segments["f abandoned calls"] ?? 0) - (2.5 - command)) < 1e-9)
    #expect(segments["t getItem"] == nil)
  }

  @Test("the memory of all shards holds entries, and what does not fit makes room")
  func evictions() throws {
    var config = cluster()
    config.nodeType = .t4gMicro
    // 536,870,912 B x 0.00004 are 21,474 B, room for 19 entries of 1,124 B; two shards have room for 38.
    config.reservedMemory = 0.999_96
    var operation = get
    operation.keys = KeyDistribution(count: 100)
    for (shards, entries) in [(1, 19.0), (2, 38)] {
      config.shards = shards
      config.ttl = .zero
      let result = try story([(operation, (0..<900).map { .seconds($0) })], config).run()
      #expect(result.figure("entries", of: "cache") == entries)
      #expect(result.figure("evictions", of: "cache") == result.figure("misses", of: "cache") - entries)
    }
  }

  @Test(
    "every node is metered all the time; Valkey has a meter of its own",
    arguments: [
      (CacheEngine.valkey, 2, 1, "NodeUsage:cache.m7g.large:Valkey", 4_000_000),
      (.redis, 1, 2, "NodeUsage:cache.m7g.large", 3_000_000),
      (.memcached, 3, 0, "NodeUsage:cache.m7g.large", 3_000_000),
    ] as [(CacheEngine, Int, Int, String, Int64)])
  func meters(engine: CacheEngine, shards: Int, replicas: Int, meter: String, amount: Int64) throws {
    var config = cluster(engine)
    config.shards = shards
    config.replicas = replicas
    let result = try story([(get, [.zero])], config).run()
    #expect(result.usage(meter, of: "cache") == amount)
    #expect(result.usage.filter { $0.resource == "cache" }.count == 1)
  }
}
