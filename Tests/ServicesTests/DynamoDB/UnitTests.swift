import Engine
import Services
import Testing
import Units

/// What each operation costs, worked out by hand from the rules of the Developer Guide.
@Suite("Units of table operations")
struct UnitTests {
  static let sizes: [Int64] = [1, 1_023, 1_024, 1_025, 4_095, 4_096, 4_097, 409_600]

  @Test(
    "reads of 1, 1,023, 1,024, 1,025, 4,095, 4,096, 4,097 B and 400 KB",
    arguments: [
      (TableOperation.Kind.getItem, false, [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 50]),
      (.getItem, true, [1, 1, 1, 1, 1, 1, 2, 100]), (.batchGetItem, false, [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 50]),
      (.batchGetItem, true, [1, 1, 1, 1, 1, 1, 2, 100]), (.query, false, [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 50]),
      (.query, true, [1, 1, 1, 1, 1, 1, 2, 100]), (.scan, false, [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 50]),
      (.scan, true, [1, 1, 1, 1, 1, 1, 2, 100]), (.transactGetItems, false, [2, 2, 2, 2, 2, 2, 4, 200]),
    ] as [(TableOperation.Kind, Bool, [Double])])
  func reads(kind: TableOperation.Kind, strong: Bool, units: [Double]) throws {
    for (bytes, wanted) in zip(Self.sizes, units) {
      let result = try TableStage(operation(kind, bytes: bytes, strong: strong)).run()
      #expect(result.figure("readRequestUnits", of: "t") == wanted, "\(bytes) B")
      #expect(result.figure("writeRequestUnits", of: "t") == 0)
    }
  }

  @Test(
    "writes of 1, 1,023, 1,024, 1,025, 4,095, 4,096, 4,097 B and 400 KB",
    arguments: [
      (TableOperation.Kind.putItem, [1, 1, 1, 2, 4, 4, 5, 400]), (.updateItem, [1, 1, 1, 2, 4, 4, 5, 400]),
      (.deleteItem, [1, 1, 1, 2, 4, 4, 5, 400]), (.batchWriteItem, [1, 1, 1, 2, 4, 4, 5, 400]),
      (.transactWriteItems, [2, 2, 2, 4, 8, 8, 10, 800]),
    ] as [(TableOperation.Kind, [Double])])
  func writes(kind: TableOperation.Kind, units: [Double]) throws {
    for (bytes, wanted) in zip(Self.sizes, units) {
      let result = try TableStage(operation(kind, bytes: bytes)).run()
      #expect(result.figure("writeRequestUnits", of: "t") == wanted, "\(bytes) B")
      #expect(result.figure("readRequestUnits", of: "t") == 0)
    }
  }

  @Test(
    "an item that is not there costs the least: of 9 KB, read or deleted in vain",
    arguments: [
      (TableOperation.Kind.getItem, false, 1, 0.5, 0.0), (.getItem, true, 1, 1, 0), (.batchGetItem, false, 3, 1.5, 0),
      (.batchGetItem, true, 3, 3, 0), (.transactGetItems, false, 3, 6, 0), (.deleteItem, false, 1, 0, 1),
    ] as [(TableOperation.Kind, Bool, Int, Double, Double)])
  func missing(kind: TableOperation.Kind, strong: Bool, items: Int, reads: Double, writes: Double) throws {
    let asked = operation(kind, bytes: 9_216, items: items, strong: strong) { $0.missing = 1 }
    let result = try TableStage(asked).run()
    #expect(result.figure("readRequestUnits", of: "t") == reads)
    #expect(result.figure("writeRequestUnits", of: "t") == writes)
    #expect(result.requests(.success) == 1)
  }

  @Test("half of 10,000 reads find nothing: 7,500 units, give or take five standard deviations")
  func someMissing() throws {
    // 1.0 unit found, 0.5 not; sd = 0.25 x sqrt(10,000) = 25. False alarms: 6 in 10 million seeds.
    let result = try TableStage(operation(.getItem, bytes: 8_192) { $0.missing = 0.5 }, count: 10_000).run()
    #expect(abs(result.figure("readRequestUnits", of: "t") - 7_500) < 125)
  }

  @Test(
    "a write costs by the larger item, before or after; a new item by its own size",
    arguments: [
      (TableOperation.Kind.putItem, 0.0, 3, 5, 5), (.putItem, 0, 5, 3, 5), (.putItem, 1, 3, 5, 3),
      (.updateItem, 0, 3, 5, 5), (.updateItem, 0, 5, 3, 5), (.updateItem, 1, 3, 5, 3), (.batchWriteItem, 0, 3, 5, 5),
      (.batchWriteItem, 1, 3, 5, 3), (.transactWriteItems, 0, 3, 5, 10), (.transactWriteItems, 1, 3, 5, 6),
    ] as [(TableOperation.Kind, Double, Int64, Int64, Double)])
  func larger(kind: TableOperation.Kind, new: Double, after: Int64, before: Int64, units: Double) throws {
    let asked = operation(kind, bytes: after * 1_024) {
      $0.previousSize = .kilobytes(before)
      $0.newItems = new
    }
    #expect(try TableStage(asked).run().figure("writeRequestUnits", of: "t") == units)
  }

  @Test(
    "a condition that fails still costs the larger item, or 1 unit if there was none; it takes its time and is no throttle",
    arguments: [
      (TableOperation.Kind.putItem, 0.0, 3, 5, 5), (.putItem, 0, 310, 300, 310), (.putItem, 1, 3, 5, 1),
      (.updateItem, 0, 3, 5, 5), (.updateItem, 1, 3, 5, 1), (.deleteItem, 0, 3, 9, 3), (.deleteItem, 1, 3, 9, 1),
    ] as [(TableOperation.Kind, Double, Int64, Int64, Double)])
  func conditions(kind: TableOperation.Kind, missing: Double, after: Int64, before: Int64, units: Double) throws {
    let asked = operation(kind, bytes: after * 1_024) {
      $0.previousSize = .kilobytes(before)
      $0.conditionFails = 1
      $0.missing = missing
    }
    let result = try TableStage(asked, change: { $0.indexes = [globalIndex("byAge")] }).run()
    #expect(result.figure("writeRequestUnits", of: "t") == units)
    #expect(result.figure("index.byAge.writeRequestUnits", of: "t") == 0)
    #expect(result.figure("conditionFailures", of: "t") == 1)
    #expect(result.figure("throttles", of: "t") == 0)
    #expect(result.requests(.failed) == 1)
    #expect(result.latencyMs == 5)
    #expect(result.segmentsMs == ["t \(kind.rawValue)": 5])
    #expect(result.figure("meanInFlight", of: "t") == 0.005 / 1_000)
  }

  @Test("a query of a local index reads each item whole for what the index lacks")
  func fetched() throws {
    // Entries: 5 x 200 B = 1,000 B, 1 unit. Items: 5 x 2 units of 4 KB. Half of it eventually consistent.
    for (strong, units) in [(true, 11.0), (false, 5.5)] {
      let asked = operation(.query, bytes: 200, items: 5, strong: strong) {
        $0.index = "byAge"
        $0.fetchedSize = Size(bytes: 4_097)
      }
      let result = try TableStage(asked, change: { $0.indexes = [localIndex("byAge", entry: 200)] }).run()
      #expect(result.figure("readRequestUnits", of: "t") == units)
    }
  }
}
