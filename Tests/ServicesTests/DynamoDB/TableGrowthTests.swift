import Engine
import Services
import Testing
import Units

/// Partitions that split because what they store outgrows them: here they hold 1 MB.
@Suite("Growth of a table")
struct TableGrowthTests {
  private func provisioned(_ units: Int) -> CapacityMode {
    .provisioned(ProvisionedThroughput(readCapacityUnits: 1, writeCapacityUnits: units))
  }

  /// So many puts of 1 KB, 250 of them every 10 s.
  private func story(_ puts: Int, bytes: Int64 = 1_024, change: (inout TableConfig) -> Void = { _ in }) -> Story {
    let spikes = stride(from: 0, to: puts, by: 250).map { (Time.seconds(Int64($0 / 25)), min(250, puts - $0)) }
    let put = TableOperation(kind: .putItem, itemSize: Size(bytes: bytes))
    return ThroughputStoryTests.story(put, spikes: spikes, keys: 1_000_000) {
      $0.capacity = provisioned(100)
      $0.limits.partitionSize = .megabytes(1)
      change(&$0)
    }
  }

  @Test(
    "1,024 items of 1 KB fit a partition, the next one splits it, and twice as many split both halves",
    arguments: [(1_024, 1), (1_025, 2), (2_048, 2), (2_049, 4)])
  func items(puts: Int, partitions: Double) throws {
    let result = try story(puts).run()
    #expect(result.figure("throttles", of: "t") == 0)
    #expect(result.figure("partitions", of: "t") == partitions)
    #expect(result.figure("partitionSplits", of: "t") == partitions - 1)
  }

  @Test("what is there at time zero counts, whether its items are counted or not", arguments: [(24, 1), (25, 2)])
  func initial(puts: Int, partitions: Double) throws {
    for count in [0, 1_000] {
      let result = try story(puts) {
        $0.itemCount = count
        $0.storageSize = .kilobytes(1_000)
      }.run()
      #expect(result.figure("partitions", of: "t") == partitions)
    }
  }

  @Test("an update that grows items splits partitions too, and nothing is merged when they shrink")
  func updates() throws {
    var story = story(0) {
      $0.itemCount = 1_024
      $0.storageSize = .megabytes(1)
    }
    var update = TableOperation(kind: .updateItem, itemSize: Size(bytes: 1_025))
    update.previousSize = .kilobytes(1)
    story.traffic[0].arrivals = .spikes([Spike(at: .seconds(1), count: 1, over: .zero)])
    story.traffic[0].targets[0].operation = update
    #expect(try story.run().figure("partitions", of: "t") == 2)
    (update.itemSize, update.previousSize) = (.kilobytes(1), Size(bytes: 1_025))
    story.traffic[0].targets[0].operation = update
    #expect(try story.run().figure("partitions", of: "t") == 1)
  }

  @Test(
    "a global index splits by its own entries: of 2 KB it is full at half as many items; partitions of both",
    arguments: [(512, 2), (513, 3), (1_024, 3), (1_025, 6)])
  func globalIndex(puts: Int, partitions: Double) throws {
    let result = try story(puts) {
      var index = IndexConfig(name: "i", kind: .global(provisioned(200)))
      index.entrySize = .kilobytes(2)
      $0.indexes = [index]
    }.run()
    #expect(result.figure("throttles", of: "t") == 0)
    #expect(result.figure("partitions", of: "t") == partitions)
  }

  @Test("entries of local indexes fill the table's partitions", arguments: [(512, 1), (513, 2)])
  func localIndex(puts: Int, partitions: Double) throws {
    let result = try story(puts) {
      var index = IndexConfig(name: "i", kind: .local)
      index.entrySize = .kilobytes(1)
      $0.indexes = [index]
    }.run()
    #expect(result.figure("partitions", of: "t") == partitions)
  }

  @Test("an index whose entries are larger than new items is not split late", arguments: [(984, 2), (985, 3)])
  func drift(puts: Int, partitions: Double) throws {
    // 40 items of 20 KB have entries of 1 KB; then items of 1 B have such entries too: 1,024 fill the index.
    let result = try story(puts, bytes: 1) {
      $0.itemCount = 40
      $0.storageSize = .kilobytes(800)
      var index = IndexConfig(name: "i", kind: .global(provisioned(200)))
      index.entrySize = .kilobytes(1)
      $0.indexes = [index]
    }.run()
    #expect(result.figure("partitions", of: "t") == partitions)
  }

  @Test("the stream hears of a split by size: its shards are the partitions")
  func stream() throws {
    let result = try story(2_049) { $0.streamViewType = .keysOnly }.run()
    #expect(result.figure("partitions", of: "t") == 4)
    #expect(result.figure("streamShards", of: "t") == 4)
    #expect(result.figure("streamClosedShards", of: "t") == 3)
  }
}
