import Engine
import Units

// What the items of one operation take, and what becomes of them; made ready before the run.

/// What one item of an operation takes of one capacity.
struct Demand: BitwiseCopyable {
  /// 0 for the table, else one more than the global index's number.
  let capacity: UInt8
  let direction: CapacityDirection
  let units: Int64
  let position: UInt64
}

/// The demands of the operation at hand, in room that is made before the run.
struct Demands: BitwiseCopyable {
  private let base: UnsafeMutablePointer<Demand>
  private let capacity: Int
  private(set) var count = 0

  /// Room for so many.
  init(capacity: Int, memory: PlainMemory) {
    let blank = Demand(capacity: 0, direction: .read, units: 0, position: 0)
    base = memory.copy(Array(repeating: blank, count: capacity))
    self.capacity = capacity
  }

  @inline(__always) subscript(index: Int) -> Demand { base[index] }

  @inline(__always) mutating func append(_ demand: Demand) {
    precondition(count < capacity, "an operation has at most so many items, and an item so many indexes")
    base[count] = demand
    count &+= 1
  }

  @inline(__always) mutating func removeAll() { count = 0 }
}

/// One item of an operation: which, where, and what becomes of it.
struct Member: BitwiseCopyable {
  let key: UInt32
  let position: UInt64
  /// Nil if nothing changes.
  var change: ItemChange?
  /// Write units that it takes of the table itself.
  var units: Int64 = 0
  /// Bytes by which the collection of the item grows, local indexes included.
  var growth: Int64 = 0
  /// A condition does not hold.
  var failsCondition = false
  /// The collection has no room for it.
  var isTooLarge: Bool = false
}

/// The random streams of one operation; nothing is drawn for a share of 0 or 1.
struct OperationStreams: BitwiseCopyable {
  var keys: RandomStream
  var places: RandomStream
  var missing: RandomStream
  var newItems: RandomStream
  var conditions: RandomStream
  var conflicts: RandomStream
  var backoff: RandomStream

  /// `number` is the operation's among all of its table.
  init(_ number: Int, table: String, streams: StreamFactory) {
    keys = streams.stream(component: table, purpose: "keys \(number)")
    places = streams.stream(component: table, purpose: "places \(number)")
    missing = streams.stream(component: table, purpose: "missing \(number)")
    newItems = streams.stream(component: table, purpose: "new items \(number)")
    conditions = streams.stream(component: table, purpose: "conditions \(number)")
    conflicts = streams.stream(component: table, purpose: "conflicts \(number)")
    backoff = streams.stream(component: table, purpose: "backoff \(number)")
  }
}
