import Engine
import Services
import Testing
import Units

/// A table called `t` whose operations take 5 ms, asked by one traffic source for each of some operations.
struct TableStage {
  var config = table("t", milliseconds: 5)
  /// What is asked at once, in this order.
  var requests: [(operation: TableOperation, count: Int)] = []
  /// When.
  var moment = Time.zero
  var account = AccountConfig()

  init(_ operation: TableOperation, count: Int = 1, change: (inout TableConfig) -> Void = { _ in }) {
    requests = [(operation, count)]
    change(&config)
  }

  func run(seed: UInt64 = 1) throws -> RunResult {
    var story = Story([.table(config)], target: TrafficTarget(resource: "t", operation: requests[0].operation), at: [])
    story.traffic = requests.enumerated().map { number, request in
      TrafficConfig(
        name: "traffic\(number)", target: TrafficTarget(resource: "t", operation: request.operation),
        arrivals: .spikes([Spike(at: moment, count: request.count, over: .zero)]))
    }
    story.account = account
    return try story.run(seed: seed)
  }
}

/// An operation on items of so many bytes.
func operation(
  _ kind: TableOperation.Kind, bytes: Int64 = 1_024, items: Int = 1, strong: Bool = false,
  change: (inout TableOperation) -> Void = { _ in }
) -> TableOperation {
  var operation = TableOperation(kind: kind, itemSize: Size(bytes: bytes), items: items, consistentRead: strong)
  change(&operation)
  return operation
}

/// A global index on demand.
func globalIndex(_ name: String, entry: Int64? = nil, maxWrites: Int? = nil) -> IndexConfig {
  var index = IndexConfig(
    name: name, kind: .global(.onDemand(OnDemandThroughput(maxWriteRequestUnits: maxWrites))))
  index.entrySize = entry.map { Size(bytes: $0) }
  return index
}

/// A local index.
func localIndex(_ name: String, entry: Int64? = nil) -> IndexConfig {
  var index = IndexConfig(name: name, kind: .local)
  index.entrySize = entry.map { Size(bytes: $0) }
  return index
}

/// Write units a second of a table on demand.
func onDemand(writes: Int) -> CapacityMode { .onDemand(OnDemandThroughput(maxWriteRequestUnits: writes)) }

extension WarmThroughput {
  /// As much as the quotas allow: room for 10,000 writes at one instant, over 40 partitions.
  static var ample: WarmThroughput { WarmThroughput(readUnitsPerSecond: 40_000, writeUnitsPerSecond: 40_000) }
}
