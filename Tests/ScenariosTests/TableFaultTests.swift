import Scenarios
import Testing

/// What a new user is likely to write wrongly about tables and caches, and what the fault must advise.
@Suite("Faults of tables and caches")
struct TableFaultTests {
  private static let units = "provisionedThroughput: { readCapacityUnits: 5, writeCapacityUnits: 5 }"
  private static let provisioned = "billingMode: provisioned|\(units)|"
  private static let cache = "nodeType: dax.r5.large, replicationFactor: 3 }"

  /// Lines below the table, then the fault's place and texts that it contains.
  static let tables: [(String, String, [String])] = [
    (
      "billingMode: provisioned", "22:5",
      ["no `provisionedThroughput`", "{ readCapacityUnits: 10, writeCapacityUnits: 10 }", "payPerRequest"]
    ),
    (units, "23:28", ["`provisionedThroughput` on demand", "add `billingMode: provisioned`"]),
    ("autoScaling: {}", "23:18", ["`autoScaling` on demand", "add `billingMode: provisioned`"]),
    (
      provisioned + "onDemandThroughput: {}", "25:25",
      ["`onDemandThroughput` with provisioned capacity", "use provisionedThroughput"]
    ),
    (
      provisioned + "globalSecondaryIndexes: { byDate: {} }", "25:39",
      ["no `provisionedThroughput` of `globalSecondaryIndexes.byDate`", "units of their own"]
    ),
    (
      "globalSecondaryIndexes: { byDate: {} }|localSecondaryIndexes: { byDate: {} }", "24:30",
      ["a second index `byDate`", "rename one"]
    ),
    ("storageSize: 1000001 GB", "23:18", ["in partitions of 10 GB", "at most 100000 partitions"]),
    (
      "itemCount: 1000000000000|averageItemSize: 400 KB", "24:22",
      ["in partitions of 10 GB", "at most 100000 partitions", "a part of the table"]
    ),
    ("itemCount: 10|storageSize: 4001 KB", "23:16", ["10 items in 4001 KB", "400 KB or less of each item"]),
    (
      provisioned + "capacityChanges: [ { at: 1 min, provisionedThroughput: "
        + "{ readCapacityUnits: 40001, writeCapacityUnits: 1 } } ]", "25:60", ["40001", "40000"]
    ),
    ("timeToLiveSpecification: { after: -5 s }", "23:39", ["found -5 s", "0 or more"]),
    ("timeToLiveSpecification: { enabled: true }", "23:30", ["no `after`", "a time or a distribution of times"]),
    ("timeToLiveSpecification: { after: [ 5 s ] }", "23:39", ["a time or a distribution of times, as in `2 s`"]),
    ("exports: [ { at: 5 min } ]", "23:14", ["without point-in-time recovery", "add it"]),
    ("replicas: [ eu-west-1, eu-west-1 ]", "23:28", ["`eu-west-1` more than once", "leave it out"]),
    (
      "replicas: [ us-east-2 ]|multiRegionConsistency: strong", "23:15",
      ["2 Regions with strong consistency", "add a replica or a `globalTableWitness`"]
    ),
    (
      "replicas: [ us-east-2, us-west-2 ]|multiRegionConsistency: strong|globalTableWitness: us-west-1", "23:15",
      ["4 Regions with strong consistency", "leave out 1"]
    ),
    ("replicas: [ us-east-1 ]", "23:15", ["the scenario's own Region", "leave it out"]),
    (
      provisioned + "autoScaling: { read: { minCapacity: 10, maxCapacity: 5 } }", "25:26",
      ["minCapacity 10 above maxCapacity 5", "exchange them"]
    ),
    (
      provisioned + "autoScaling: { read: { minCapacity: 10, maxCapacity: 50 } }", "25:26",
      ["bounds 10 to 50", "around the 5 provisioned units", "change either"]
    ),
    (
      provisioned + "autoScaling: { read: { minCapacity: 1, maxCapacity: 50, targetValue: 95 % } }", "25:74",
      ["found 95 %", "20 % to 90 %", "the default is 70 %"]
    ),
    (
      "keys: { uniform: { count: 5 }, zipf: { count: 5 } }", "23:11",
      ["found `uniform` and `zipf`", "exactly one of", "leave out all but one"]
    ),
    ("keys: {}", "23:11", ["found none", "add one"]),
    ("keys: zipf", "23:11", ["found zipf", "{ zipf: { count: 1000000 } }"]),
    ("keys: 0", "23:11", ["a whole number, 1 to 4000000000"]),
    ("keys: { given: [0, 0] }", "23:20", ["no weight above 0", "write `uniform`"]),
    ("keys: { zipf: { count: 5, exponent: 0 } }", "23:41", ["found 0", "write `uniform`"]),
    ("keys: { zipf: { count: 5, exponent: 11 } }", "23:41", ["found 11", "at most 10"]),
    (
      "warmThroughput: { readUnitsPerSecond: 12000 / s, writeUnitsPerSecond: 4000 }", "23:43",
      ["found 12000 / s", "leave out the unit"]
    ),
    (
      "warmThroughput: { readUnitsPerSecond: 11999, writeUnitsPerSecond: 4000 }", "23:21",
      ["11999 reads and 4000 writes", "at least 12000 and 4000", "never falls"]
    ),
    (
      "globalSecondaryIndexes: { byDate: { warmThroughput: { readUnitsPerSecond: 12000, writeUnitsPerSecond: 3999 } } }",
      "23:57", ["12000 reads and 3999 writes", "never falls"]
    ),
    (
      provisioned + "warmThroughput: { readUnitsPerSecond: 5, writeUnitsPerSecond: 4 }", "25:21",
      ["at least 5 and 5", "never falls"]
    ),
    (
      "warmThroughput: { readUnitsPerSecond: 13000, writeUnitsPerSecond: 5000 }|capacityChanges: "
        + "[ { at: 1 s, warmThroughput: { readUnitsPerSecond: 13000, writeUnitsPerSecond: 4999 } } ]", "24:24",
      ["13000 reads and 4999 writes", "at least 13000 and 5000", "what it had before"]
    ),
    (
      "globalSecondaryIndexes: { byDate: {} }|capacityChanges: "
        + "[ { at: 1 s, index: byDate, warmThroughput: { readUnitsPerSecond: 1, writeUnitsPerSecond: 1 } } ]", "24:24",
      ["1 reads and 1 writes", "at least 12000 and 4000"]
    ),
  ]

  @Test("each fault of a table is found at its place with what to do", arguments: tables)
  func table(lines: String, place: String, fragments: [String]) {
    let text = "type: table\n" + lines.split(separator: "|").map { "    \($0)\n" }.joined()
    expect(place, fragments, in: Examples.small("type: table\n", becomes: text))
  }

  @Test(
    "warm throughput at its least is sound, of either mode, and storage at its most",
    arguments: [
      "warmThroughput: { readUnitsPerSecond: 12000, writeUnitsPerSecond: 4000 }",
      provisioned + "warmThroughput: { readUnitsPerSecond: 5, writeUnitsPerSecond: 5 }",
      "capacityChanges: [ { at: 1 s, warmThroughput: { readUnitsPerSecond: 12000, writeUnitsPerSecond: 4000 } } ]",
      "storageSize: 1000000 GB",
    ])
  func edges(lines: String) {
    let text = "type: table\n" + lines.split(separator: "|").map { "    \($0)\n" }.joined()
    #expect(Examples.faults(of: Examples.small("type: table\n", becomes: text)).isEmpty)
  }

  /// Requests in place of the small one's, then the fault's place and texts that it contains.
  static let requests: [(String, String, [String])] = [
    ("putItem\n        itemSize: 401 KB", "20:19", ["found 401 KB", "1 B to 400 KB"]),
    (
      "batchWriteItem\n        itemSize: 1 KB\n        items: 26", "21:16",
      ["found 26 items", "at most 25 in one batchWriteItem", "split it with `repeat`"]
    ),
    (
      "transactWriteItems\n        itemSize: 1 KB\n        items: 101", "21:16",
      ["found 101 items", "at most 100 in one transactWriteItems"]
    ),
    (
      "putItem\n        itemSize: 1 KB\n        items: 2", "21:16",
      ["found 2 items", "at most 1 in one putItem", "use a batch or transaction"]
    ),
    (
      "query\n        itemSize: 1 KB\n        index: byDate", "21:16",
      ["found byDate", "a table with indexes", "globalSecondaryIndexes"]
    ),
  ]

  @Test("each fault of a request is found at its place with what to do", arguments: requests)
  func request(text: String, place: String, fragments: [String]) {
    expect(place, fragments, in: Examples.small("query\n        itemSize: 2 KB", becomes: text))
  }

  /// What stands below the table, then the fault's place and texts that it contains.
  static let others: [(String, String, [String])] = [
    ("  dax: { type: daxCluster, table: list, \(cache)", "23:35", ["found list", "in front of a table only"]),
    (
      "  dax: { type: daxCluster, table: items, \(cache)\n  more: { type: daxCluster, table: dax, \(cache)", "24:36",
      ["found dax", "write `items`"]
    ),
    (
      "  near: { type: cacheCluster, table: items, engine: memcached, cacheNodeType: cache.m7g.large, numNodeGroups: 2 }",
      "23:96", ["`numNodeGroups` with memcached", "write `numCacheNodes`"]
    ),
    (
      "  changes: { type: eventSourceMapping, eventSource: items, functionName: list }", "23:53",
      ["the table `items`, which has no stream", "add `streamSpecification"]
    ),
    ("breakEven: { table: itms }", "23:21", ["found itms", "did you mean `items`?"]),
    ("breakEven: { table: list }", "23:21", ["found list", "a table: items", "correct the name"]),
  ]

  @Test("each fault around a table is found at its place with what to do", arguments: others)
  func other(lines: String, place: String, fragments: [String]) {
    expect(place, fragments, in: Examples.small + lines + "\n")
  }

  @Test("reserved capacity comes in hundreds")
  func reserved() {
    let text = Examples.small(
      "traffic:", becomes: "account: { reservedCapacity: { readCapacityUnits: 150, term: 1 y } }\ntraffic:")
    expect("4:51", ["found 150", "a multiple of 100 units", "AWS sells them in hundreds"], in: text)
  }

  @Test("defaults of functions and APIs are no assumptions of a scenario without them")
  func superfluous() throws {
    let text = """
      scenario: A table alone
      region: us-east-1
      duration: 1 h
      traffic:
        users: { target: items, operation: getItem, itemSize: 2 KB, arrivals: { poisson: { rate: 1 / s } } }
      resources:
        items: { type: table }

      """
    let alone = try Scenario.decode(text, path: "x").assumptions.map(\.parameter)
    #expect(!alone.contains { $0.hasPrefix("account.") && !$0.hasPrefix("account.tableThroughput") }, "\(alone)")
    let function = text + "  list: { type: function, handler: [ { compute: 1 ms } ] }\n"
    let both = try Scenario.decode(function, path: "x").assumptions.map(\.parameter)
    #expect(both.contains("account.concurrentExecutions") && !both.contains("account.apiThrottling"))
  }

  private func expect(_ place: String, _ fragments: [String], in text: String) {
    let faults = Examples.faults(of: text)
    let here = faults.filter { $0.hasPrefix("x.yaml:\(place): ") }
    #expect(
      here.contains { fault in fragments.allSatisfy { fault.contains($0) } }, "\(fragments) at \(place): \(faults)")
  }
}
