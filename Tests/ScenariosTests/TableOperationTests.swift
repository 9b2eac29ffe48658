import Scenarios
import Services
import Testing
import Units

/// What is asked of tables and of their indexes, as scenarios say it.
@Suite("Operations and indexes in scenarios")
struct TableOperationTests {
  private static func text(
    _ request: String, indexes: String = "globalSecondaryIndexes: { byAge: {} }", extra: String = ""
  ) -> String {
    """
    scenario: One
    region: us-east-1
    duration: 1 h
    traffic: { t: { target: a, \(request), arrivals: { poisson: { rate: 1 / s } } } }
    resources: { a: { type: table, \(indexes)\(extra) } }
    """
  }

  @Test(
    "an item has 1 B to 400 KB, whatever is asked",
    arguments: TableOperation.Kind.allCases.flatMap { kind in
      [("0 B", false), ("1 B", true), ("400 KB", true), ("409601 B", false)].map { (kind, $0.0, $0.1) }
    })
  func sizes(kind: TableOperation.Kind, size: String, sound: Bool) {
    let faults = Examples.faults(of: Self.text("operation: \(kind.rawValue), itemSize: \(size)"))
    #expect(faults.isEmpty == sound, "\(faults)")
    if !sound { #expect(faults.allSatisfy { $0.contains("1 B to 400 KB") }, "\(faults)") }
  }

  @Test(
    "keys that say nothing with an operation are faults",
    arguments: [
      ("getItem", "missing: 5 %", true), ("getItem", "newItems: 5 %", false), ("getItem", "index: byAge", false),
      ("query", "index: byAge", true), ("scan", "index: byAge", true), ("query", "index: byAgo", false),
      ("query", "missing: 5 %", false), ("query", "index: byAge, consistentRead: true", false),
      ("query", "fetchedSize: 1 KB", false), ("query", "index: byAge, fetchedSize: 1 KB", false),
      ("putItem", "previousSize: 1 KB, newItems: 50 %, conditionFails: 1 %", true),
      ("putItem", "missing: 5 %", false), ("putItem", "missing: 5 %, conditionFails: 1 %", true),
      ("putItem", "conflicts: 1 %", false), ("putItem", "previousSize: 0 B", false),
      ("putItem", "previousSize: 401 KB", false), ("deleteItem", "missing: 50 %, conditionFails: 1 %", true),
      ("deleteItem", "previousSize: 1 KB", false), ("batchWriteItem", "conditionFails: 1 %", false),
      ("batchWriteItem", "unprocessedItems: resend", true), ("batchGetItem", "unprocessedItems: leave", true),
      ("batchGetItem", "unprocessedItems: retry", false), ("batchGetItem", "unprocessedItems: { attempts: 1 }", false),
      ("batchGetItem", "unprocessedItems: { attempts: 2, backoff: 1 ms, maxBackoff: 1 h }", true),
      ("batchGetItem", "unprocessedItems: { backoff: 0 ms }", false), ("getItem", "unprocessedItems: resend", false),
      ("transactWriteItems", "conflicts: 1 %, conditionFails: 2 %", true), ("transactGetItems", "conflicts: 1 %", true),
      ("transactGetItems", "conditionFails: 1 %", false), ("getItem", "keys: { uniform: { count: 7 } }", true),
      ("getItem", "keys: { uniform: { count: 0 } }", false),
    ])
  func keys(operation: String, keys: String, sound: Bool) {
    let faults = Examples.faults(of: Self.text("operation: \(operation), itemSize: 1 KB, \(keys)"))
    #expect(faults.isEmpty == sound, "\(faults)")
    #expect(faults.allSatisfy { $0.hasPrefix("x.yaml:4:") }, "\(faults)")
  }

  @Test(
    "indexes keep DynamoDB's rules",
    arguments: [
      ("globalSecondaryIndexes: { byAge: { projection: keysOnly, entrySize: 100 B } }", true),
      ("globalSecondaryIndexes: { byAge: { projection: keysOnly } }", false),
      ("globalSecondaryIndexes: { byAge: { projection: include } }", false),
      ("globalSecondaryIndexes: { byAge: { projection: include, entrySize: 401 KB } }", false),
      ("globalSecondaryIndexes: { byAge: { projection: keysOnly, entrySize: 1 B, attributeChanges: 1 % } }", false),
      ("globalSecondaryIndexes: { by: {} }", false), ("globalSecondaryIndexes: { \"b y z\": {} }", false),
      ("globalSecondaryIndexes: {}", false), ("globalSecondaryIndexes: { byAge: { share: 101 % } }", false),
      ("globalSecondaryIndexes: { byAge: {} }, localSecondaryIndexes: { byAge: {} }", false),
      ("localSecondaryIndexes: { byAge: { keys: { uniform: { count: 2 } } } }", false),
      (
        "globalSecondaryIndexes: { byAge: { provisionedThroughput: { readCapacityUnits: 1, writeCapacityUnits: 1 } } }",
        false
      ),
      ("globalSecondaryIndexes: { byAge: { warmThroughput: { readUnitsPerSecond: 1 } } }", false),
    ])
  func indexes(text: String, sound: Bool) {
    let faults = Examples.faults(of: Self.text("operation: putItem, itemSize: 1 KB", indexes: text))
    #expect(faults.isEmpty == sound, "\(faults)")
  }

  @Test(
    "a table has at most 20 global and 5 local indexes", arguments: [(20, 5, true), (21, 5, false), (20, 6, false)])
  func counts(global: Int, local: Int, sound: Bool) {
    func list(_ key: String, _ name: String, _ count: Int) -> String {
      "\(key): { " + (0..<count).map { "\(name)\($0): {}" }.joined(separator: ", ") + " }"
    }
    let text = list("globalSecondaryIndexes", "glo", global) + ", " + list("localSecondaryIndexes", "loc", local)
    #expect(Examples.faults(of: Self.text("operation: getItem, itemSize: 1 KB", indexes: text)).isEmpty == sound)
  }

  @Test(
    "an item and its entries in local indexes have at most 400 KB together",
    arguments: [("399 KB", true), ("408577 B", false)])
  func localEntries(size: String, sound: Bool) {
    let indexes = "localSecondaryIndexes: { byAge: { projection: keysOnly, entrySize: 1 KB } }"
    let faults = Examples.faults(of: Self.text("operation: putItem, itemSize: \(size)", indexes: indexes))
    #expect(faults.isEmpty == sound, "\(faults)")
    // Global indexes do not count, and neither do reads.
    #expect(Examples.faults(of: Self.text("operation: getItem, itemSize: \(size)", indexes: indexes)).isEmpty)
    #expect(
      Examples.faults(
        of: Self.text(
          "operation: putItem, itemSize: \(size)",
          indexes: "globalSecondaryIndexes: { byAge: { projection: keysOnly, entrySize: 1 KB } }")
      ).isEmpty)
  }

  @Test("what a scenario says of an operation and of its indexes is what the table gets")
  func values() throws {
    let scenario = try Scenario.decode(Examples.operations, path: "x.yaml")
    let operations = scenario.system.traffic.compactMap { $0.targets[0].operation }
    let put = try #require(operations.first { $0.kind == .putItem })
    #expect(put.previousSize == .kilobytes(2) && put.newItems == 0.9)
    #expect(put.conditionFails == 0.01 && put.missing == 0.1)
    #expect(operations[0].keys == KeyDistribution(count: 1_000) && operations[0].missing == 0.05)
    #expect(operations[1].index == "byStatus" && operations[2].fetchedSize == .kilobytes(3))
    let rules = ResendRules(attempts: 5, backoff: .milliseconds(100), maxBackoff: .seconds(5))
    #expect(operations.contains { $0.unprocessedItems == .resend(rules) })
    #expect(operations.contains { $0.conflicts == 0.005 })
    guard case .table(let table) = scenario.system.resources[0] else {
      Issue.record("the resource is a table")
      return
    }
    var global = IndexConfig(
      name: "byStatus", kind: .global(.onDemand(OnDemandThroughput(maxWriteRequestUnits: 500))))
    global.projection = .include
    global.entrySize = .kilobytes(1)
    (global.share, global.keyChanges, global.attributeChanges) = (0.2, 0.3, 0.5)
    global.keys = KeyDistribution(count: 5)
    global.warmThroughput = WarmThroughput(readUnitsPerSecond: 12_000, writeUnitsPerSecond: 4_000)
    var local = IndexConfig(name: "byDate", kind: .local)
    local.projection = .keysOnly
    local.entrySize = Size(bytes: 200)
    local.attributeChanges = 0
    #expect(table.indexes == [global, local])
  }

  @Test("defaults that are used are assumptions")
  func assumptions() throws {
    let text = Self.text("operation: transactWriteItems, itemSize: 1 KB, conflicts: 1 %")
    let noted = try Scenario.decode(text, path: "x.yaml").assumptions.map(\.parameter)
    for parameter in [
      "newItems of transactWriteItems", "cancelled transactions", "globalSecondaryIndexes.byAge.share",
      "globalSecondaryIndexes.byAge.keyChanges", "globalSecondaryIndexes.byAge.attributeChanges",
    ] { #expect(noted.contains(parameter), "\(parameter) in \(noted)") }
    let batch = Self.text("operation: batchWriteItem, itemSize: 1 KB")
    #expect(try Scenario.decode(batch, path: "x.yaml").assumptions.contains { $0.parameter == "unprocessedItems" })
  }
}
