import Engine
import Units

/// How a cache treats an operation on its table.
enum CacheUse: UInt8, BitwiseCopyable {
  /// Reads items by their keys, which are looked up one by one.
  case items
  /// Reads a result that is held as a whole: a query or a scan.
  case results
  /// Reads what only the table may answer: strongly consistent or in a transaction.
  case passed
  /// Writes whole items.
  case puts
  /// Deletes an item.
  case deletes
  /// Writes items in a transaction.
  case transaction

  init(_ operation: TableOperation) {
    switch operation.kind {
    case .getItem, .batchGetItem: self = operation.consistentRead ? .passed : .items
    case .query, .scan: self = operation.consistentRead ? .passed : .results
    case .transactGetItems: self = .passed
    case .putItem, .updateItem, .batchWriteItem: self = .puts
    case .deleteItem: self = .deletes
    case .transactWriteItems: self = .transaction
    }
  }
}

/// One operation of one caller as a cache in front of the table sees it, worked out before the run.
struct CachedRequest: BitwiseCopyable {
  let use: CacheUse
  let isScan: Bool
  /// Keys that are drawn for it: its items, or 1 for a query or scan.
  let keys: UInt32
  /// Whether the table may succeed and leave some of its items unprocessed.
  let isBatch: Bool
  /// KB of one key's item or result, rounded up.
  let kilobytes: Int64
  /// Number of the kind of its entries among those of items, or among those of results.
  var kind: UInt16
  /// Space of the keys of its entries: 0 for items, one of its own for each query.
  let space: UInt32
}

/// What the callers of one table ask, and the kinds of entries that a cache in front of it holds.
///
/// The entry of an item that is known not to exist holds nothing, so entries of a read of which a share is missing are
/// smaller on average; all of them count as that average. Two callers that describe the same query mean the same results.
struct CachedRequests {
  private(set) var requests: [CachedRequest] = []
  private(set) var itemKinds: [ExpiringCache.Kind] = []
  private(set) var resultKinds: [ExpiringCache.Kind] = []

  /// `overhead` is what an entry takes besides what it holds. `resultsBehindItems` numbers the kinds of results behind
  /// those of items, for one cache of both.
  init(_ operations: [TableOperation], overhead: Size, resultsBehindItems: Bool = false) {
    var items: [Int64: Int] = [:]
    var results: [TableOperation: Int] = [:]
    for operation in operations {
      let use = CacheUse(operation)
      let isResult = use == .results
      let present = use == .items ? 1 - operation.missing : use == .deletes ? 0 : 1
      let held = Double(operation.itemSize.bytes) * present
      let bytes =
        overhead.bytes
        + (isResult ? operation.itemSize.bytes * Int64(operation.items) : Int64(held.rounded(.up)))
      let number: Int
      if isResult {
        number = results[operation] ?? resultKinds.count
        if number == resultKinds.count {
          results[operation] = number
          resultKinds.append(ExpiringCache.Kind(bytes: max(1, bytes), space: UInt32(number + 1)))
        }
      } else {
        number = items[bytes] ?? itemKinds.count
        if number == itemKinds.count {
          items[bytes] = number
          itemKinds.append(ExpiringCache.Kind(bytes: max(1, bytes), space: 0))
        }
      }
      let size = isResult ? operation.itemSize.bytes * Int64(operation.items) : operation.itemSize.bytes
      requests.append(
        CachedRequest(
          use: use, isScan: operation.kind == .scan, keys: operation.kind.hasSeveralKeys ? UInt32(operation.items) : 1,
          isBatch: operation.kind.isBatch,
          kilobytes: max(1, Size(bytes: size).blocks(of: .kilobytes(1))), kind: UInt16(number),
          space: isResult ? UInt32(number + 1) : 0))
    }
    guard resultsBehindItems else { return }
    for index in requests.indices where requests[index].use == .results {
      requests[index].kind += UInt16(itemKinds.count)
    }
  }

  /// Whether anybody asks for items, or writes them.
  var useItems: Bool { requests.contains { $0.use != .results && $0.use != .passed } }
  /// Whether anybody asks for results.
  var useResults: Bool { requests.contains { $0.use == .results } }
}

extension TableOperation.Kind {
  /// Whether it names several items, each by its key.
  var hasSeveralKeys: Bool {
    switch self {
    case .getItem, .putItem, .updateItem, .deleteItem, .query, .scan: false
    case .batchGetItem, .transactGetItems, .batchWriteItem, .transactWriteItems: true
    }
  }
}

extension TableOperation {
  /// Different operations on a table that has a cache in front of it, at most: a cache tells so many kinds of entries
  /// apart, and no operation makes more than one kind.
  public static let cachedMax = ExpiringCache.kindsMax

  /// What DAX reads from the table after it has done this operation there; nil but for transactions of writes
  /// (documented: TransactWriteItems through DAX).
  var refill: TableOperation? {
    guard kind == .transactWriteItems else { return nil }
    return TableOperation(kind: .transactGetItems, itemSize: itemSize, items: items)
  }
}

/// An operation that a cache has passed on to its table.
struct CachedOperation: BitwiseCopyable {
  /// What is done for whom.
  enum Purpose: UInt8, BitwiseCopyable {
    /// The caller's own operation.
    case caller
    /// A read of the cache's own, after a transaction; nobody waits for it.
    case refill
  }

  var call: CallID
  /// Number of the caller's operation at the table.
  var operation: UInt32
  /// Site of the cache's call to the table.
  var site: UInt32
  /// Keys of the call to the table, in the cache's `KeyLists`.
  var count: UInt32
  var purpose: Purpose

  static var blank: CachedOperation {
    CachedOperation(call: .none, operation: 0, site: 0, count: 0, purpose: .caller)
  }
}

/// The keys of the operations that a cache has passed on, a row a slot.
struct KeyLists: ~Copyable {
  private var base: UnsafeMutablePointer<UInt32>
  private var rows: Int
  private let width: Int

  /// Rows of `width` keys, at least 1.
  init(width: Int) {
    self.width = max(1, width)
    rows = 64
    base = .allocate(capacity: rows * self.width)
  }

  deinit { base.deallocate() }

  /// The row of a slot. Rows move when a higher slot is asked for.
  @inline(__always) mutating func row(_ slot: UInt32) -> UnsafeMutablePointer<UInt32> {
    if Int(slot) >= rows { grow(to: Int(slot)) }
    return base + Int(slot) &* width
  }

  /// The row of a slot that has been asked for before.
  @inline(__always) func knownRow(_ slot: UInt32) -> UnsafePointer<UInt32> {
    UnsafePointer(base + Int(slot) &* width)
  }

  /// Takes the keys that the table has left unprocessed, if any, out of the row of a slot with `count` keys, and unloads
  /// the call that asked for them; returns how many keys stay, in their order.
  @inline(never) func keepProcessed(
    _ slot: UInt32, count: UInt32, of call: CallID, _ run: inout Run<Event>
  ) -> UInt32 {
    // A bit an item; a batch has at most 100.
    var unprocessed: UInt128 = 0
    run.unload(call) { unprocessed |= 1 << UInt128($0) }
    let row = base + Int(slot) &* width
    var kept: UInt32 = 0
    for item in 0..<count where unprocessed >> UInt128(item) & 1 == 0 {
      row[Int(kept)] = row[Int(item)]
      kept += 1
    }
    return kept
  }

  @inline(never) private mutating func grow(to slot: Int) {
    let more = max(2 * rows, slot + 1)
    let new = UnsafeMutablePointer<UInt32>.allocate(capacity: more * width)
    new.update(from: base, count: rows * width)
    base.deallocate()
    base = new
    rows = more
  }
}
