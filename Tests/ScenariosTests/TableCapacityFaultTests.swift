import Scenarios
import Services
import Testing

@Suite("Faults in the capacity of tables")
struct TableCapacityFaultTests {
  private static let switchBehind = """
    globalSecondaryIndexes: { byDate: {} }|capacityChanges: [ { at: 1 s, index: byDate, onDemandThroughput: {} }, \
    { at: 1 s, billingMode: provisioned, provisionedThroughput: { readCapacityUnits: 1, writeCapacityUnits: 1 } } ]
    """
  private static let switchAlone = """
    globalSecondaryIndexes: { byDate: {} }|capacityChanges: [ { at: 1 s, billingMode: provisioned, \
    provisionedThroughput: { readCapacityUnits: 1, writeCapacityUnits: 1 } } ]
    """
  private static let provisioned = "billingMode: provisioned|provisionedThroughput: { readCapacityUnits: 5, "

  private static let wrong: [(String, String, String)] = [
    ("provisionedThroughput: { readCapacityUnits: 5, writeCapacityUnits: 5 }", "23:28", "on demand"),
    ("billingMode: provisioned|onDemandThroughput: { maxReadRequestUnits: 5 }", "24:25", "provisionedThroughput"),
    (provisioned + "writeCapacityUnits: 0 }", "24:72", "1 to 1000000"),
    (provisioned + "writeCapacityUnits: 40001 }", "24:28", "at most 40000 and 40000"),
    ("warmThroughput: { readUnitsPerSecond: 40001, writeUnitsPerSecond: 1 }", "23:21", "at most 40000"),
    ("capacityChanges: [ { at: 0 s, billingMode: payPerRequest } ]", "23:30", "1 ns to"),
    ("capacityChanges: [ { at: 1 s } ]", "23:24", "a change of nothing"),
    ("capacityChanges: [ { at: 1 s, index: byDate, billingMode: provisioned } ]", "23:42", "the table has none"),
    ("capacityChanges: [ { at: 1 s, billingMode: provisioned } ]", "23:24", "no `provisionedThroughput`"),
    (
      "capacityChanges: [ { at: 1 s, provisionedThroughput: { readCapacityUnits: 1, writeCapacityUnits: 1 } } ]",
      "23:58", "on demand"
    ),
    (
      "capacityChanges: [ { at: 2 s, onDemandThroughput: {} }, { at: 1 s, onDemandThroughput: {} } ]", "23:67",
      "ascending"
    ),
    (
      "capacityChanges: [ { at: 1 s, onDemandThroughput: {} }, { at: 1 s, onDemandThroughput: {} } ]", "23:61",
      "one of the table"
    ),
    (switchBehind, "24:76", "the switch first"), (switchAlone, "24:24", "index `byDate`"),
    ("capacityModel: { burst: 999 ms }", "23:29", "1 s to 1 h"),
    ("capacityModel: { splitUtilization: 0 % }", "23:40", "1 % to 100 %"),
    ("capacityModel: { peakAge: 90 s }", "23:31", "whole minutes"),
    ("capacityModel: { onDemandGrowth: thrttle }", "23:38", "did you mean `throttle`?"),
  ]

  @Test("each is found at its place", arguments: wrong)
  func faults(lines: String, place: String, fragment: String) {
    let text = "type: table\n" + lines.split(separator: "|").map { "    \($0)\n" }.joined()
    let faults = Examples.faults(of: Examples.small("type: table\n", becomes: text))
    #expect(faults.contains { $0.hasPrefix("x.yaml:\(place): ") && $0.contains(fragment) }, "\(faults)")
  }

  @Test(
    "provisioned units of all tables keep the account's quota", arguments: [(40_000, true), (40_001, false)])
  func account(units: Int, sound: Bool) {
    let tables = """
      type: table
          billingMode: provisioned
          provisionedThroughput: { readCapacityUnits: 1, writeCapacityUnits: 40000 }
        second: { type: table, billingMode: provisioned, provisionedThroughput: { readCapacityUnits: 1, writeCapacityUnits: \(units) } }

      """
    let text = Examples.small("type: table\n", becomes: tables)
      .replacingOccurrences(of: "traffic:", with: "account: { tableThroughput: { tableWriteUnits: 50000 } }\ntraffic:")
    #expect(Examples.faults(of: text).isEmpty == sound)
  }

  @Test("what is left out is an assumption, what is said is none")
  func assumptions() throws {
    let said = try Scenario.decode(Examples.capacity, path: "x.yaml")
    let parameters = said.assumptions.filter { $0.subject == "events" }.map(\.parameter)
    #expect(!parameters.contains { $0.hasPrefix("capacityModel.") })
    let orders = said.assumptions.filter { $0.subject == "orders" }.map(\.parameter)
    for parameter in ["partitionReadUnits", "peakAge", "updateTime", "onDemandTime", "preWarmingTime", "splitDelay"] {
      #expect(orders.contains("capacityModel.\(parameter)"))
    }
    #expect(!orders.contains("capacityModel.newWarmThroughput"))
  }

  @Test("a provisioned table's indexes have units and auto scaling of their own, and changes that name them")
  func indexes() throws {
    let lines = [
      "billingMode: provisioned", "provisionedThroughput: { readCapacityUnits: 5, writeCapacityUnits: 6 }",
      "globalSecondaryIndexes:", "  byDate:",
      "    provisionedThroughput: { readCapacityUnits: 7, writeCapacityUnits: 8 }",
      "    autoScaling: { write: { minCapacity: 1, maxCapacity: 9 } }",
      "    warmThroughput: { readUnitsPerSecond: 70, writeUnitsPerSecond: 80 }", "capacityChanges:",
      "  - { at: 1 s, index: byDate, provisionedThroughput: { readCapacityUnits: 3, writeCapacityUnits: 4 } }",
      "  - { at: 2 s, index: byDate, warmThroughput: { readUnitsPerSecond: 90, writeUnitsPerSecond: 91 } }",
      "  - { at: 3 s, billingMode: payPerRequest }",
      "  - { at: 3 s, index: byDate, onDemandThroughput: { maxWriteRequestUnits: 12 } }",
    ]
    let text = Examples.small("type: table\n", becomes: "type: table\n" + lines.map { "    \($0)\n" }.joined())
    let resources = try Scenario.decode(text, path: "x.yaml").system.resources
    guard case .table(let table) = resources.last, case .provisioned(let units) = table.globalIndexes.first?.mode else {
      Issue.record("the last resource is a table with a provisioned index")
      return
    }
    #expect(units.readCapacityUnits == 7 && units.writeCapacityUnits == 8)
    #expect(units.readScaling == nil && units.writeScaling?.maxCapacity == 9)
    #expect(table.indexes[0].warmThroughput == WarmThroughput(readUnitsPerSecond: 70, writeUnitsPerSecond: 80))
    #expect(table.capacityChanges.map(\.index) == ["byDate", "byDate", nil, "byDate"])
    #expect(
      table.capacityChanges.map(\.capacity) == [
        .provisioned(ProvisionedThroughput(readCapacityUnits: 3, writeCapacityUnits: 4)), nil,
        .onDemand(OnDemandThroughput()), .onDemand(OnDemandThroughput(maxWriteRequestUnits: 12)),
      ])
    #expect(
      table.capacityChanges[1].warmThroughput == WarmThroughput(readUnitsPerSecond: 90, writeUnitsPerSecond: 91))
  }
}
