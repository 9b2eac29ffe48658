import Engine
import Units

/// When a table's items will be deleted by their time to live: numbers of items in slots of time, not a timer each.
///
/// A slot is a whole number of seconds wide, the fewest with which 131,072 slots hold the run: 1 s up to 36 h, 20 s for
/// 30 days. An item goes to the edge nearest to its time, so that it is deleted at most half a slot early or late, and
/// on average neither; never before the edge that comes next. What outlives the run is in a last slot of its own.
///
/// The slots are a Fenwick tree (P. Fenwick, "A new data structure for cumulative frequency tables", 1994), which finds
/// the slot of an item that is picked evenly among all: so an item that is deleted or renewed before its time leaves the
/// slots as it would with timers of its own.
struct ItemExpiries: ~Copyable {
  static let slotsMax: Int64 = 131_072

  /// Width of a slot, ns.
  let width: Int64
  /// The slot of items that outlive the run, behind those at 1, 2, .. widths.
  let last: Int
  private let size: Int
  private let tree: UnsafeMutablePointer<Int64>
  /// Items in all slots.
  private(set) var count: Int64 = 0

  /// Slots for a run until `end`, whose own events do not happen.
  init(until end: Time) {
    let seconds = (end.nanoseconds / 1_000_000_000 + Self.slotsMax - 1) / Self.slotsMax
    width = max(1, seconds) * 1_000_000_000
    last = Int((end.nanoseconds - 1) / width) + 1
    var size = 1
    while size < last { size *= 2 }
    self.size = size
    tree = .allocate(capacity: size + 1)
    tree.initialize(repeating: 0, count: size + 1)
  }

  deinit { tree.deallocate() }

  /// Adds items that are to be deleted at `due`, and returns their slot.
  mutating func insert(_ items: Int64, at due: Int64, now: Time) -> Int {
    // Far times would overflow when rounded.
    let edge = due > Int64(last) &* width ? Int64(last) : (due &+ width / 2) / width
    let slot = min(last, Int(max(now.nanoseconds / width &+ 1, edge)))
    change(slot, by: items)
    return slot
  }

  /// Removes an item picked by `pick`, a number below `count`.
  mutating func remove(_ pick: Int64) {
    change(slot(of: pick), by: -1)
  }

  /// The first slot whose items will be deleted; nil if there is none within the run.
  func first() -> Int? {
    guard count > 0 else { return nil }
    let slot = slot(of: 0)
    return slot < last ? slot : nil
  }

  /// Takes all items out of a slot whose time has come.
  mutating func take(_ slot: Int) -> Int64 {
    let items = sum(slot) - sum(slot - 1)
    change(slot, by: -items)
    return items
  }

  private mutating func change(_ slot: Int, by items: Int64) {
    count &+= items
    var at = slot
    while at <= size {
      tree[at] &+= items
      at &+= at & -at
    }
  }

  private func sum(_ slot: Int) -> Int64 {
    var (at, sum) = (slot, Int64(0))
    while at > 0 {
      sum &+= tree[at]
      at &-= at & -at
    }
    return sum
  }

  /// The slot that holds the item of this number, counted from 0.
  private func slot(of number: Int64) -> Int {
    var (at, step, rest) = (0, size, number)
    while step > 0 {
      if at + step <= size && tree[at + step] <= rest {
        at += step
        rest -= tree[at]
      }
      step /= 2
    }
    return at + 1
  }
}
