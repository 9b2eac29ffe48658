import Engine
import Testing
import Units

@testable import Services

/// Items and bytes of a table, and what they are billed for.
@Suite("Stored items")
struct StorageTests {
  private static let meter = "TimedStorage-ByteHrs"

  private func config(_ change: (inout TableConfig) -> Void = { _ in }) -> TableConfig {
    var config = TableConfig(name: "t")
    change(&config)
    return config
  }

  private func index(_ kind: IndexConfig.Kind, share: Double = 1, entry: Int64? = nil) -> IndexConfig {
    var index = IndexConfig(name: "i", kind: kind)
    index.share = share
    index.entrySize = entry.map { Size(bytes: $0) }
    return index
  }

  @Test("ten items of 100 B: 100 B of overhead each, 48 more in a global table, and their index entries")
  func footprint() {
    let global = IndexConfig.Kind.global(.onDemand(OnDemandThroughput()))
    let cases: [(indexes: [IndexConfig], isReplicated: Bool, table: Int128, whole: Int128)] = [
      ([], false, 2_000, 2_000),
      ([], true, 2_480, 2_480),
      // All attributes: 100 B and 100 B of overhead for each entry.
      ([index(global)], false, 2_000, 4_000),
      ([index(.local)], false, 4_000, 4_000),
      ([index(global, share: 0.3)], false, 2_000, 2_600),
      ([index(global, share: 0)], false, 2_000, 2_000),
      ([index(global, entry: 20)], false, 2_000, 3_200),
      ([index(.local, share: 0.5, entry: 20), index(global)], true, 3_080, 5_080),
    ]
    for (indexes, isReplicated, table, whole) in cases {
      let footprint = TableFootprint(
        config {
          $0.indexes = indexes
          $0.replication = isReplicated ? ReplicationConfig(regions: ["eu-west-1"]) : nil
        })
      #expect(footprint.table(items: 10, bytes: 1_000) == table)
      #expect(footprint.whole(items: 10, bytes: 1_000) == whole)
      // The same rules hold for integrals that 64 bits do not hold.
      #expect(footprint.whole(items: 10 << 80, bytes: 1_000 << 80) >> 80 == whole)
    }
  }

  @Test(
    "what is there all the time is metered in bytes and ms",
    arguments: [(0, 1, 1), (0, 50 << 30, 50 << 30), (1, 1, 101), (10, 1_000, 2_000)] as [(Int, Int64, Int64)])
  func standing(items: Int, bytes: Int64, billed: Int64) {
    var stand = StorageStand(
      config {
        $0.itemCount = items
        $0.storageSize = Size(bytes: bytes)
      })
    stand.finish()
    #expect(stand.usage(Self.meter, over: .seconds(1_000)) == Int128(billed) * 1_000_000)
    #expect(stand.figure("itemsAtEnd") == Double(items))
  }

  @Test("an item is metered from its write to its deletion")
  func growth() {
    var stand = StorageStand(config())
    stand.advance(to: .seconds(250))
    stand.storage.created(items: 1, bytes: 1_024, &stand.run)
    stand.advance(to: .seconds(500))
    stand.storage.changed(items: 1, bytes: -24, &stand.run)
    stand.advance(to: .seconds(750))
    stand.storage.deleted(items: 1, bytes: 1_000, &stand.run)
    stand.finish()
    // 1,124 B for 250 s, then 1,100 B for 250 s.
    #expect(stand.usage(Self.meter, over: .seconds(1_000)) == 1_124 * 250_000 + 1_100 * 250_000)
    #expect(stand.figure("itemsAtEnd") == 0 && stand.figure("storedBytesAtEnd") == 0)
  }

  @Test("what was written in the warm-up is metered from the end of it")
  func warmUp() {
    var stand = StorageStand(config(), warmUp: .seconds(100), duration: .seconds(100))
    stand.advance(to: .seconds(50))
    stand.storage.created(items: 2, bytes: 200, &stand.run)
    stand.advance(to: .seconds(150))
    stand.storage.deleted(items: 1, bytes: 100, &stand.run)
    stand.finish()
    #expect(stand.usage(Self.meter, over: .seconds(100)) == 400 * 50_000 + 200 * 50_000)
    #expect(stand.figure("itemsCreated") == 0 && stand.figure("itemsDeleted") == 1)
  }

  @Test("each replica stores the table; the class for infrequent access has a meter of its own")
  func copies() {
    var stand = StorageStand(
      config {
        $0.itemCount = 1
        $0.storageSize = Size(bytes: 52)
        $0.tableClass = .standardInfrequentAccess
        $0.replication = ReplicationConfig(regions: ["eu-west-1", "eu-west-2"])
      })
    stand.finish()
    #expect(stand.usage("IA-" + Self.meter, over: .seconds(1_000)) == 3 * 200 * 1_000_000)
    #expect(stand.usage(Self.meter, over: .seconds(1_000)) == 0)
  }

  @Test("no more is deleted than there is; what stays keeps a byte an item", arguments: [(1, 1), (2, 2), (3, 2)])
  func clamp(asked: Int64, gone: Int64) {
    var stand = StorageStand(config())
    stand.storage.created(items: 2, bytes: 10, &stand.run)
    stand.advance(to: .seconds(1))
    stand.storage.deleted(items: asked, bytes: asked * 400_000, &stand.run)
    stand.finish()
    #expect(stand.figure("itemsDeleted") == Double(gone))
    #expect(stand.figure("itemsAtEnd") == Double(2 - gone))
    #expect(stand.figure("writesInVain") == Double(asked - gone))
    #expect(stand.figure("storedBytesAtEnd") == (gone == 1 ? 1 : 0))
    #expect(stand.figure("bytesDeleted") == (gone == 1 ? 9 : 10))
  }

  @Test("what the scenario does not count is never deleted, and grows with what is written")
  func uncounted() {
    var stand = StorageStand(config { $0.storageSize = Size(bytes: 1_000) })
    stand.storage.deleted(items: 5, bytes: 500, &stand.run)
    stand.storage.changed(items: 5, bytes: 500, &stand.run)
    stand.storage.created(items: 1, bytes: 10, &stand.run)
    stand.finish()
    #expect(stand.figure("storedBytesAtEnd") == 1_010)
    #expect(stand.usage(Self.meter, over: .seconds(1_000)) == 1_110 * 1_000_000)
  }

  @Test("stored = initial + written - deleted - expired, in items and bytes, over random histories", arguments: 1...40)
  func conservation(seed: UInt64) {
    var random = StreamFactory(seed: seed, replication: 0).stream(component: "test", purpose: "history")
    let initial = Int(random.nextIndex(below: 50))
    let hasTimeToLive = random.nextIndex(below: 2) == 1
    var stand = StorageStand(
      config {
        $0.itemCount = initial
        $0.storageSize = Size(bytes: Int64(initial) * 37)
        if hasTimeToLive {
          $0.timeToLive = TimeToLiveConfig(after: .exponential(mean: 200e9))
          $0.timeToLive?.deletionDelay = .uniform(low: 0, high: 100e9)
        }
      }, seed: seed, warmUp: .zero)
    // Bytes x ns, and items x ns, added up step by step.
    var items = Double(initial)
    var bytes = Double(initial * 37)
    var area: Int128 = 0
    var now = Int64(0)
    for _ in 0..<300 {
      let next = now + Int64(random.nextIndex(below: 3_000_000_000))
      var passed = now
      let before = stand.expired.count
      // By the second, at whose edges items expire.
      while passed < next {
        let step = min(next, (passed / 1_000_000_000 + 1) * 1_000_000_000)
        area += Int128(items * 100 + bytes) * Int128(step - passed)
        stand.advance(to: Time(nanoseconds: step))
        (items, bytes) = (stand.figure("itemsAtEnd"), stand.figure("storedBytesAtEnd"))
        passed = step
      }
      #expect(hasTimeToLive || stand.expired.count == before)
      now = next
      let count = Int64(random.nextIndex(below: 4))
      let size = Int64(random.nextIndex(below: 900)) + 1
      switch random.nextIndex(below: 4) {
      case 0, 1: stand.storage.created(items: count, bytes: count * size, &stand.run)
      case 2: stand.storage.changed(items: count, bytes: count * (size - 450), &stand.run)
      default: stand.storage.deleted(items: count, bytes: count * size, &stand.run)  // over numbers
      }
      (items, bytes) = (stand.figure("itemsAtEnd"), stand.figure("storedBytesAtEnd"))
      #expect(items >= 0 && bytes >= items && (items > 0 || bytes == 0))
    }
    let end = Time.seconds(1_000).nanoseconds
    #expect(now < end)
    while now < end {
      let step = min(end, (now / 1_000_000_000 + 1) * 1_000_000_000)
      area += Int128(items * 100 + bytes) * Int128(step - now)
      if step < end { stand.advance(to: Time(nanoseconds: step)) }
      (items, bytes) = (stand.figure("itemsAtEnd"), stand.figure("storedBytesAtEnd"))
      now = step
    }
    stand.finish()
    let left = stand.figure("itemsCreated") - stand.figure("itemsDeleted") - stand.figure("itemsExpired")
    #expect(stand.figure("itemsAtEnd") == Double(initial) + left)
    let bytesLeft = stand.figure("bytesWritten") - stand.figure("bytesDeleted") - stand.figure("bytesExpired")
    #expect(stand.figure("storedBytesAtEnd") == Double(initial * 37) + bytesLeft)
    #expect(hasTimeToLive == (stand.figure("itemsExpired") > 0))
    #expect(stand.usage(Self.meter, over: .seconds(1_000)) == (area + 500_000) / 1_000_000)
  }

  @Test("puts create items, updates and deletes act on those that are there")
  func operations() throws {
    var t = table("t", milliseconds: 5)
    t.itemCount = 3
    t.storageSize = Size(bytes: 300)
    let at = { (kind: TableOperation.Kind, seconds: Int64) in
      TrafficConfig(
        name: kind.rawValue,
        target: TrafficTarget(resource: "t", operation: TableOperation(kind: kind, itemSize: Size(bytes: 100))),
        arrivals: .spikes([Spike(at: .seconds(seconds), count: 2, over: .zero)]))
    }
    var story = Story(
      [.table(t)],
      target: TrafficTarget(
        resource: "t", operation: TableOperation(kind: .getItem, itemSize: Size(bytes: 100))), at: [.zero])
    story.traffic += [at(.putItem, 250), at(.updateItem, 500), at(.deleteItem, 750)]
    let result = try story.run()
    // 3 items, 5 from 250 s, 3 again from 750 s; 200 B each.
    let billed: Int64 = 600 * 250_000 + 1_000 * 500_000 + 600 * 250_000
    #expect(result.usage(Self.meter, of: "t") == billed)
    #expect(result.figure("itemsCreated", of: "t") == 2 && result.figure("itemsDeleted", of: "t") == 2)
    let sizes = try #require(result.series.first { $0.key.name == "TableSizeBytes" && $0.key.resource == "t" })
    // At the ends of minutes 1, 5 and 17.
    #expect(sizes.values[0] == 300 && sizes.values[4] == 500 && sizes.values[16] == 300)
  }
}
