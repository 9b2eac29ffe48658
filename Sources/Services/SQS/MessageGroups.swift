import Engine
import Units

// The message groups of a FIFO queue. A group exists while it has messages. Its messages stand in the order of sending,
// those in flight first; it is blocked while one of them is in flight, else it is ready.

/// One message group.
struct MessageGroup: BitwiseCopyable {
  var key: UInt32
  /// The next group of the same bucket.
  var nextInBucket: UInt32
  /// Its messages, the first sent first.
  var messages: MessageList
  /// The first message that is not in flight; `.max` for none.
  var cursor: UInt32
  var inFlight: UInt32
  /// Messages that are delayed or arriving, and not in the list yet.
  var pending: UInt32
  /// No message of the group arrives before.
  var lastArrival: Time
  var isReady: Bool
  /// Neighbours among the ready groups.
  var nextReady: UInt32
  var previousReady: UInt32

  static var blank: MessageGroup {
    MessageGroup(
      key: 0, nextInBucket: .max, messages: MessageList(), cursor: .max, inFlight: 0, pending: 0, lastArrival: .zero,
      isReady: false, nextReady: .max, previousReady: .max)
  }
}

/// The groups that have messages, by key, and those that are ready, in the order in which they became so.
struct MessageGroups: ~Copyable {
  var slab: Slab<MessageGroup>
  private(set) var firstReady: UInt32 = .max
  private var lastReady: UInt32 = .max
  private var buckets: UnsafeMutablePointer<UInt32>
  /// A power of two.
  private var bucketCount: Int

  init() {
    slab = Slab(blank: .blank)
    bucketCount = 64
    buckets = .allocate(capacity: bucketCount)
    buckets.initialize(repeating: .max, count: bucketCount)
  }

  deinit { buckets.deallocate() }

  /// The group of a key, made if there is none.
  mutating func group(of key: UInt32) -> UInt32 {
    var slot = buckets[bucket(of: key)]
    while slot != .max {
      if slab[slot].key == key { return slot }
      slot = slab[slot].nextInBucket
    }
    if slab.count >= bucketCount { grow() }
    slot = slab.take()
    slab[slot] = .blank
    slab[slot].key = key
    link(slot)
    return slot
  }

  /// Ends a group that has no messages.
  mutating func releaseIfEmpty(_ group: UInt32) {
    guard slab[group].messages.head == .max && slab[group].pending == 0 else { return }
    setReady(group, false)
    let place = buckets + bucket(of: slab[group].key)
    if place.pointee == group {
      place.pointee = slab[group].nextInBucket
    } else {
      var before = place.pointee
      while slab[before].nextInBucket != group { before = slab[before].nextInBucket }
      slab[before].nextInBucket = slab[group].nextInBucket
    }
    slab.giveBack(group)
  }

  /// Puts a group behind the ready ones, or takes it out.
  mutating func setReady(_ group: UInt32, _ isReady: Bool) {
    guard slab[group].isReady != isReady else { return }
    slab[group].isReady = isReady
    if isReady {
      slab[group].nextReady = .max
      slab[group].previousReady = lastReady
      if lastReady == .max { firstReady = group } else { slab[lastReady].nextReady = group }
      lastReady = group
    } else {
      let (next, previous) = (slab[group].nextReady, slab[group].previousReady)
      if previous == .max { firstReady = next } else { slab[previous].nextReady = next }
      if next == .max { lastReady = previous } else { slab[next].previousReady = previous }
    }
  }

  /// A group is ready when it has a message and none in flight. Call after either has changed.
  mutating func update(_ group: UInt32) {
    if slab[group].inFlight == 0 { slab[group].cursor = slab[group].messages.head }
    setReady(group, slab[group].inFlight == 0 && slab[group].cursor != .max)
  }

  private func bucket(of key: UInt32) -> Int {
    Int((UInt64(key) &* 0x9E37_79B9_7F4A_7C15) >> 32) & (bucketCount - 1)
  }

  private mutating func link(_ slot: UInt32) {
    let place = buckets + bucket(of: slab[slot].key)
    slab[slot].nextInBucket = place.pointee
    place.pointee = slot
  }

  private mutating func grow() {
    let (old, oldCount) = (buckets, bucketCount)
    bucketCount *= 2
    buckets = .allocate(capacity: bucketCount)
    buckets.initialize(repeating: .max, count: bucketCount)
    for index in 0..<oldCount {
      var slot = old[index]
      while slot != .max {
        let next = slab[slot].nextInBucket
        link(slot)
        slot = next
      }
    }
    old.deallocate()
  }
}
