import Engine
import Testing
import Units

@testable import Services

/// Laws that hold for any mixture of operations.
@Suite("Table operations together")
struct OperationTests {
  /// A random operation, with its write units and read half-units when all of it is admitted, by the rules.
  private func random(_ stream: inout RandomStream) -> (operation: TableOperation, halves: Int64, writes: Int64) {
    let kinds = TableOperation.Kind.allCases
    let kind = kinds[Int(stream.nextIndex(below: UInt64(kinds.count)))]
    let bytes = Int64(1 + stream.nextIndex(below: 20_000))
    let previous = Int64(1 + stream.nextIndex(below: 20_000))
    let single: Set<TableOperation.Kind> = [.getItem, .putItem, .updateItem, .deleteItem]
    let items = single.contains(kind) ? 1 : Int(1 + stream.nextIndex(below: 25))
    let readsStrongly: Set<TableOperation.Kind> = [.getItem, .batchGetItem, .query, .scan]
    let strong = readsStrongly.contains(kind) && stream.nextIndex(below: 2) == 1
    let isNew = stream.nextIndex(below: 2) == 1
    var asked = TableOperation(kind: kind, itemSize: Size(bytes: bytes), items: items, consistentRead: strong)
    if kind.isWrite && kind != .deleteItem {
      asked.previousSize = Size(bytes: previous)
      asked.newItems = isNew ? 1 : 0
    }
    func ceil(_ value: Int64, _ block: Int64) -> Int64 { (value + block - 1) / block }
    let halves: Int64
    switch kind {
    case .getItem, .batchGetItem: halves = Int64(items) * ceil(bytes, 4_096) * (strong ? 2 : 1)
    case .query, .scan: halves = ceil(bytes * Int64(items), 4_096) * (strong ? 2 : 1)
    case .transactGetItems: halves = Int64(items) * ceil(bytes, 4_096) * 4
    case .putItem, .updateItem, .deleteItem, .batchWriteItem, .transactWriteItems: halves = 0
    }
    let size = kind == .deleteItem || isNew ? bytes : max(bytes, previous)
    let writes = kind.isWrite ? Int64(items) * ceil(size, 1_024) * (kind == .transactWriteItems ? 2 : 1) : 0
    return (asked, halves, writes)
  }

  @Test("units consumed are the sum over admitted operations and items, whatever is throttled", arguments: 1...20)
  func conservation(seed: UInt64) throws {
    var stream = RandomStream(seed: seed, replication: 0, component: "test", purpose: "operations")
    let asked = (0..<12).map { _ in random(&stream) }
    var stage = TableStage(asked[0].operation) {
      // A third of what is asked, about.
      $0.capacity = .onDemand(OnDemandThroughput(maxReadRequestUnits: 400, maxWriteRequestUnits: 600))
    }
    stage.requests = asked.map { ($0.operation, 10) }
    let result = try stage.run(seed: seed)
    var (halves, writes): (Int64, Int64) = (0, 0)
    var isExact = true
    for (number, request) in asked.enumerated() {
      let done = result.traffic[number].outcomes.first { $0.name == "success" }?.count ?? 0
      if request.operation.kind.isBatch {
        isExact = false
        continue
      }
      halves += done * request.halves
      writes += done * request.writes
    }
    // Of batches only the sum of unprocessed items is known: their items together lie between all and none.
    let consumedHalves = Int64(2 * result.figure("readRequestUnits", of: "t"))
    let consumedWrites = Int64(result.figure("writeRequestUnits", of: "t"))
    if isExact {
      #expect(consumedHalves == halves && consumedWrites == writes)
    } else {
      #expect(consumedHalves >= halves && consumedWrites >= writes)
    }
    #expect(result.usage("ReadRequestUnits", of: "t") ?? 0 == consumedHalves)
    #expect(result.usage("WriteRequestUnits", of: "t") ?? 0 == consumedWrites)
  }

  @Test("of a batch the units consumed are those of the items that were not left unprocessed", arguments: 1...10)
  func batches(seed: UInt64) throws {
    var stream = RandomStream(seed: seed, replication: 0, component: "test", purpose: "batches")
    let items = Int(1 + stream.nextIndex(below: 25))
    let kilobytes = Int64(1 + stream.nextIndex(below: 4))
    let limit = Int(1 + stream.nextIndex(below: 200))
    let asked = operation(.batchWriteItem, bytes: kilobytes * 1_024, items: items)
    let result = try TableStage(asked, count: 8, change: { $0.capacity = onDemand(writes: limit) }).run()
    let sent = Double(result.requests(.success)) * Double(items)
    let written = sent - result.figure("unprocessedItems", of: "t")
    #expect(result.figure("writeRequestUnits", of: "t") == written * Double(kilobytes))
    #expect(result.figure("writeThrottles", of: "t") == 8 * Double(items) - written)
  }

  @Test("the pages of a scan go through the table from end to end, and begin again")
  func scanning() {
    let memory = PlainMemory()
    var config = TableConfig(name: "t")
    config.itemCount = 1_000
    let request = TableRequest(operation(.scan, bytes: 100, items: 10), config, memory: memory)
    // 100 pages cover the space of positions but for what rounding leaves: less than one part in 2^57.
    #expect(request.scanStride == UInt64.max / 100)
    config.itemCount = 0
    config.keys = KeyDistribution(count: 50)
    config.itemsPerKey = 7
    #expect(TableRequest(operation(.scan, items: 350), config, memory: memory).scanStride == .max)
    #expect(TableRequest(operation(.scan, items: 100), config, memory: memory).scanStride == UInt64.max / 4)
  }

  @Test("items of one key lie at the start, at the end, or anywhere in their collection")
  func places() {
    let memory = PlainMemory()
    var config = TableConfig(name: "t")
    let (start, end) = (KeyPosition.start(of: 7), KeyPosition.end(of: 7))
    /// The positions that requests for key 7 draw.
    func positions(_ operation: TableOperation) -> Set<UInt64> {
      let keys = TableRequest(operation, config, memory: memory).keys
      var stream = RandomStream(seed: 1, replication: 0, component: "t", purpose: "places")
      return Set((0..<100).map { _ in keys.position(of: 7, &stream) })
    }
    #expect(positions(operation(.getItem)) == [start])
    config.itemsPerKey = 2
    #expect(positions(operation(.getItem)) == [start, start | 1 << (KeyPosition.sortBits - 1)])
    config.keys.law = .monotonic
    #expect(positions(operation(.getItem)) == [end])
    config.indexes = [localIndex("byAge"), globalIndex("byDate")]
    #expect(positions(operation(.getItem)) == [start])
    let read = operation(.query) { $0.index = "byDate" }
    #expect(positions(read) == [end])
    #expect(TableRequest(read, config, memory: memory).capacity == 1)
  }

  @Test("one item with nothing to draw but its key goes the short way")
  func plain() {
    let memory = PlainMemory()
    let config = TableConfig(name: "t")
    for (asked, isPlain) in [
      (operation(.getItem), true), (operation(.query, items: 9), true), (operation(.putItem), true),
      (operation(.getItem) { $0.missing = 0.1 }, false), (operation(.putItem) { $0.conditionFails = 0.1 }, false),
      (operation(.putItem) { $0.newItems = 0.1 }, false), (operation(.batchGetItem), false), (operation(.scan), false),
    ] { #expect(TableRequest(asked, config, memory: memory).isPlain == isPlain) }
  }
}

/// What follows a table learns of expired items.
@Suite("Expired items in a stream")
struct ExpiredItemTests {
  @Test("an expired item has at most 400 KB in the stream, however few items are said to hold what is stored")
  func expired() throws {
    for (size, each) in [(Size.kilobytes(399), 408_576), (.gigabytes(10), 409_600)] as [(Size, Double)] {
      let result = try TableStage(operation(.getItem)) {
        ($0.itemCount, $0.storageSize) = (1, size)
        $0.timeToLive = TimeToLiveConfig(after: .constant(1e9))
        $0.timeToLive?.remaining = .constant(1e9)
        $0.timeToLive?.deletionDelay = .constant(0)
        $0.streamViewType = .oldImage
      }.run()
      #expect(result.figure("itemsExpired", of: "t") == 1)
      #expect(result.figure("streamBytes", of: "t") == each + 32)
    }
  }
}
