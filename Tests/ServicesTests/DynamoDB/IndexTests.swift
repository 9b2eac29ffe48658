import Engine
import Testing
import Units

@testable import Services

/// What writes cost in secondary indexes, and what an index that is full does to its table.
@Suite("Secondary indexes")
struct IndexTests {
  /// A put of a new item, an update, a delete: of 2,049 B, before 4,097 B.
  private func write(_ kind: TableOperation.Kind) -> TableOperation {
    operation(kind, bytes: kind == .deleteItem ? 4_097 : 2_049) {
      if kind != .deleteItem { $0.previousSize = Size(bytes: 4_097) }
    }
  }

  @Test(
    "writes of an index with entries of 1,025 B: none, 1 or 2, each rounded to 2 units",
    arguments: [
      // Kind, share, key changes, attribute changes; units of the index.
      (TableOperation.Kind.putItem, 1.0, 0.0, 1.0, 2.0), (.putItem, 0, 0, 1, 0), (.putItem, 1, 1, 1, 2),
      (.updateItem, 1, 0, 1, 2), (.updateItem, 1, 0, 0, 0), (.updateItem, 1, 1, 1, 4), (.updateItem, 1, 1, 0, 4),
      (.updateItem, 0, 1, 1, 0), (.updateItem, 0, 0, 1, 0), (.deleteItem, 1, 0, 0, 2), (.deleteItem, 0, 0, 1, 0),
    ] as [(TableOperation.Kind, Double, Double, Double, Double)])
  func amplification(
    kind: TableOperation.Kind, share: Double, keyChanges: Double, attributeChanges: Double, units: Double
  ) throws {
    var index = globalIndex("byAge", entry: 1_025)
    (index.share, index.keyChanges, index.attributeChanges) = (share, keyChanges, attributeChanges)
    let base: Double = kind == .putItem ? 3 : 5
    var result = try TableStage(write(kind), change: { $0.indexes = [index] }).run()
    #expect(result.figure("index.byAge.writeRequestUnits", of: "t") == units)
    #expect(result.figure("writeRequestUnits", of: "t") == base + units)
    #expect(
      result.usage.filter { $0.meter.key == "WriteRequestUnits" }.map(\.amount).reduce(0, +) == Int128(base + units))
    // A local one costs the same, of the table's own capacity.
    index.kind = .local
    result = try TableStage(write(kind), change: { $0.indexes = [index] }).run()
    #expect(result.figure("writeRequestUnits", of: "t") == base + units)
    #expect(result.usage("WriteRequestUnits", of: "t") == Int64(base + units))
  }

  @Test("entries without a size have the item's: a put writes the new one, a moved key the old one too")
  func wholeItems() throws {
    for (kind, keyChanges, units) in [
      (TableOperation.Kind.putItem, 0.0, 3.0), (.updateItem, 0, 5), (.updateItem, 1, 5 + 3), (.deleteItem, 0, 5),
    ] {
      var index = globalIndex("byAge")
      index.keyChanges = keyChanges
      let result = try TableStage(write(kind), change: { $0.indexes = [index] }).run()
      #expect(result.figure("index.byAge.writeRequestUnits", of: "t") == units)
    }
  }

  @Test("an index of keys alone is not written when another attribute changes")
  func keysOnly() throws {
    var index = globalIndex("byAge", entry: 100)
    index.projection = .keysOnly
    let result = try TableStage(write(.updateItem), change: { $0.indexes = [index] }).run()
    #expect(result.figure("index.byAge.writeRequestUnits", of: "t") == 0)
  }

  @Test("a transaction doubles the table's units, not those of its indexes")
  func transactions() throws {
    let asked = operation(.transactWriteItems, bytes: 1_024, items: 3) { $0.newItems = 1 }
    var result = try TableStage(asked, change: { $0.indexes = [globalIndex("byAge", entry: 1_024)] }).run()
    #expect(result.figure("index.byAge.writeRequestUnits", of: "t") == 3)
    #expect(result.figure("writeRequestUnits", of: "t") == 6 + 3)
    result = try TableStage(asked, change: { $0.indexes = [localIndex("byAge", entry: 1_024)] }).run()
    #expect(result.figure("writeRequestUnits", of: "t") == 6 + 3)
  }

  @Test("of 10,000 new items 30 % are in the index, give or take five standard deviations")
  func share() throws {
    // sd = sqrt(10,000 x 0.3 x 0.7) = 45.8. False alarms: 6 in 10 million seeds.
    var index = globalIndex("byAge", entry: 100)
    index.share = 0.3
    index.warmThroughput = .ample
    let result = try TableStage(operation(.putItem), count: 10_000) {
      $0.indexes = [index]
      $0.warmThroughput = .ample
    }.run()
    #expect(abs(result.figure("index.byAge.writeRequestUnits", of: "t") - 3_000) < 229)
    #expect(
      result.figure("writeRequestUnits", of: "t") - 10_000 == result.figure("index.byAge.writeRequestUnits", of: "t"))
  }

  @Test("of 10,000 key changes in a sparse index half are writes: in before, in after")
  func sparseKeyChanges() throws {
    // Two draws of 0.25 each: 5,000 writes, sd = sqrt(20,000 x 0.25 x 0.75) = 61.2. False alarms: 6 in 10 million.
    var index = globalIndex("byAge", entry: 100)
    (index.share, index.keyChanges, index.warmThroughput) = (0.25, 1, .ample)
    let result = try TableStage(operation(.updateItem), count: 10_000) {
      $0.indexes = [index]
      $0.warmThroughput = .ample
    }.run()
    #expect(abs(result.figure("index.byAge.writeRequestUnits", of: "t") - 5_000) < 306)
  }

  @Test("what is certain draws nothing")
  func certain() {
    var stream = RandomStream(seed: 1, replication: 0, component: "t", purpose: "share")
    var other = stream
    #expect(stream.happens(1) && !stream.happens(0))
    #expect(stream.next() == other.next())
    _ = stream.happens(0.5)
    #expect(stream.next() != other.next())
  }

  @Test("a full index throttles the table's write, and what the table had given is there again")
  func backPressure() throws {
    var stage = TableStage(operation(.putItem), count: 2) {
      $0.capacity = onDemand(writes: 2)
      var index = globalIndex("byAge", maxWrites: 1)
      index.attributeChanges = 0
      $0.indexes = [index]
    }
    // Two puts: the second finds the index full. An update that does not touch it takes the table's second unit.
    stage.requests.append((operation(.updateItem), 2))
    let result = try stage.run()
    #expect(result.figure("index.byAge.writeThrottles", of: "t") == 1)
    #expect(result.figure("index.byAge.writeRequestUnits", of: "t") == 1)
    #expect(result.figure("writeRequestUnits", of: "t") == 1 + 1 + 1)
    #expect(result.figure("writeThrottles", of: "t") == 1 + 1)
    #expect(result.requests(.success) == 1 && result.requests(.throttled) == 1)
  }

  @Test("of two indexes the second refuses: the first has its unit back")
  func secondIndexRefuses() throws {
    // The first index takes 3 units at once, the second 1; each put needs one of both.
    var stage = TableStage(operation(.putItem), count: 2) {
      $0.indexes = [globalIndex("first", maxWrites: 3), globalIndex("second", maxWrites: 1)]
    }
    stage.requests.append((operation(.deleteItem) { $0.missing = 1 }, 1))
    let result = try stage.run()
    #expect(result.figure("index.first.writeRequestUnits", of: "t") == 1)
    #expect(result.figure("index.second.writeRequestUnits", of: "t") == 1)
    #expect(result.figure("index.first.writeThrottles", of: "t") == 0)
    #expect(result.figure("index.second.writeThrottles", of: "t") == 1)
  }

  @Test(
    "what a refused write had taken of another index's partition is there again",
    arguments: [(12, 3, 0), (11, 1, 2)] as [(Int, Double, Double)])
  func partitionsGivenBack(limit: Int, full: Double, hot: Double) throws {
    var stage = TableStage(operation(.putItem), count: 8) {
      $0.limits.partitionWriteUnits = limit
      var first = globalIndex("first")
      first.keys = KeyDistribution(count: 1)
      var second = globalIndex("second", maxWrites: 5)
      second.attributeChanges = 0
      $0.indexes = [first, second]
    }
    // Puts and updates take turns; only the puts need the second index. After five of each it is full, the sixth put
    // gives its unit back, and the sixth update is the eleventh of the first index's partition.
    stage.requests.append((operation(.updateItem), 6))
    let result = try stage.run()
    #expect(result.figure("index.second.writeThrottles", of: "t") == full)
    #expect(result.figure("indexWriteKeyRangeThroughputExceeded", of: "t") == hot)
    #expect(result.figure("index.first.writeRequestUnits", of: "t") == 11)
    #expect(result.figure("writeThrottles", of: "t") == 3)
  }

  @Test("a failed condition takes nothing of an index, and a full index does not throttle it")
  func failedCondition() throws {
    let failing = operation(.putItem) { $0.conditionFails = 1 }
    let result = try TableStage(failing, count: 3, change: { $0.indexes = [globalIndex("byAge", maxWrites: 1)] }).run()
    #expect(result.figure("index.byAge.writeRequestUnits", of: "t") == 0)
    #expect(result.figure("writeRequestUnits", of: "t") == 3)
    #expect(result.figure("throttles", of: "t") == 0)
    #expect(result.requests(.failed) == 3)
  }

  @Test("a global index is read on its own capacity, a local one on the table's")
  func reads() throws {
    for index in [globalIndex("byAge", entry: 100), localIndex("byAge", entry: 100)] {
      let asked = operation(.query, bytes: 100, items: 82) { $0.index = "byAge" }
      // 8,200 B are 3 units, half of that eventually consistent.
      let result = try TableStage(asked, change: { $0.indexes = [index] }).run()
      #expect(result.figure("readRequestUnits", of: "t") == 1.5)
      if index.kind != .local { #expect(result.figure("index.byAge.readRequestUnits", of: "t") == 1.5) }
    }
  }

  @Test("a limit of the table's reads does not touch its global index")
  func separateReads() throws {
    let asked = operation(.query, bytes: 4_096) { $0.index = "byAge" }
    let result = try TableStage(asked, count: 50) {
      $0.capacity = .onDemand(OnDemandThroughput(maxReadRequestUnits: 1))
      $0.indexes = [globalIndex("byAge")]
    }.run()
    #expect(result.figure("throttles", of: "t") == 0)
    #expect(result.figure("index.byAge.readRequestUnits", of: "t") == 25)
  }

  @Test("an item collection holds 10 GB with its entries in local indexes: the write beyond is refused for good")
  func collections() throws {
    // 2 KB of room. A new item of 1 KB and its entry of 512 B take 1,536 B; 512 B are left for none.
    for (entry, refused) in [(1_024, 0.0), (1_025, 1)] as [(Int64, Double)] {
      let result = try TableStage(operation(.putItem)) {
        $0.indexes = [localIndex("byAge", entry: entry)]
        $0.keys = KeyDistribution(count: 1)
        $0.storageSize = Size(bytes: (10 << 30) - 2_048)
      }.run()
      #expect(result.figure("itemCollectionRefusals", of: "t") == refused)
      #expect(result.requests(.failed) == Int64(refused))
      #expect(result.figure("writeRequestUnits", of: "t") == (refused == 0 ? 2 : 0))
    }
    // What a delete frees is there again.
    var stage = TableStage(operation(.deleteItem)) {
      $0.indexes = [localIndex("byAge", entry: 1_024)]
      $0.keys = KeyDistribution(count: 1)
      $0.storageSize = Size(bytes: 10 << 30)
    }
    stage.requests.append((operation(.putItem), 2))
    #expect(try stage.run().figure("itemCollectionRefusals", of: "t") == 1)
  }

  @Test("items that expire leave their collection", arguments: [(10, 1), (200, 0)] as [(Int64, Double)])
  func expiredCollections(seconds: Int64, refused: Double) throws {
    // One item and its entry are 10 GB together until 50 s; a new one of 1 KB takes 2 KB.
    let result = try ThroughputStoryTests.story(operation(.putItem), spikes: [(.seconds(seconds), 1)]) {
      $0.indexes = [localIndex("byAge", entry: 1_024)]
      $0.itemCount = 1
      $0.storageSize = Size(bytes: (10 << 30) - 1_024)
      var timeToLive = TimeToLiveConfig(after: .constant(1_000e9))
      timeToLive.remaining = .constant(50e9)
      timeToLive.deletionDelay = .constant(0)
      $0.timeToLive = timeToLive
    }.run()
    #expect(result.figure("itemCollectionRefusals", of: "t") == refused)
    #expect(result.figure("itemsExpired", of: "t") == 1)
  }
}
