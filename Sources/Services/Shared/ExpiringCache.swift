import Units

/// What a cache holds: which keys, until when, and how many bytes of them; the least recently used ones make room.
///
/// A hash table with chains, and through all entries a list from the newest to the oldest use. An entry takes 20 bytes
/// and its share of the table 2 to 4, so that ten million of them take 240 MB. Entries lie in pages that are never moved
/// nor given up: memory follows what is held, not the key space, and once warm nothing is allocated. Every operation
/// takes constant time, but for the table's doublings, which are constant on average.
///
/// Time is kept in ticks of which the run has 2^32, so an entry ends early by less than 2^-31 of the run: half a
/// microsecond in a quarter of an hour, about a millisecond in a month.
struct ExpiringCache: ~Copyable {
  /// What entries have in common: their bytes, and the space in which their keys are told apart.
  struct Kind: Hashable, BitwiseCopyable {
    /// Bytes that one entry takes of the capacity, above 0.
    var bytes: Int64
    /// Equal keys of two spaces are two entries.
    var space: UInt32
  }

  /// Kinds that one cache can tell apart.
  static let kindsMax = 4_096
  /// No entry.
  static let none = link

  /// Bytes that entries may take.
  let capacity: Int64
  /// Bytes that entries take.
  private(set) var bytes: Int64 = 0
  /// Entries, expired ones that nobody has asked for included.
  private(set) var count = 0
  /// Entries that made room for others, ever.
  private(set) var evictions: Int64 = 0
  /// Their bytes.
  private(set) var evictedBytes: Int64 = 0

  private let kinds: UnsafeMutablePointer<Kind>
  private let tickShift: UInt64
  private let pages: UnsafeMutablePointer<UnsafeMutablePointer<Entry>>
  private var pageCount = 0
  private var used: UInt32 = 0
  private var free = link
  private var buckets: UnsafeMutablePointer<UInt32>
  private var bucketBits: UInt64
  private var newest = link
  private var oldest = link

  /// 28 bits of each link name an entry; the other four of all three together are the number of its kind.
  private struct Entry: BitwiseCopyable {
    var key: UInt32
    /// The tick in which the entry is not there any more; `.max` for never.
    var expiry: UInt32
    var chain: UInt32
    var older: UInt32
    var newer: UInt32
  }

  private static let link: UInt32 = 0x0FFF_FFFF
  private static let pageBits: UInt32 = 14

  /// An empty cache for a run in which nothing expires later than `horizon`. Entries of more than `capacity` bytes are
  /// never held.
  init(capacity: Int64, kinds: [Kind], horizon: Time) {
    precondition(kinds.count <= Self.kindsMax, "a cache tells at most \(Self.kindsMax) kinds of entries apart")
    precondition(kinds.allSatisfy { $0.bytes > 0 }, "an entry takes bytes")
    self.capacity = capacity
    self.kinds = .allocate(capacity: max(1, kinds.count))
    for (index, kind) in kinds.enumerated() { (self.kinds + index).initialize(to: kind) }
    tickShift = UInt64(max(0, 64 - horizon.nanoseconds.leadingZeroBitCount - 32))
    pages = .allocate(capacity: 1 << (28 - Int(Self.pageBits)))
    bucketBits = 6
    buckets = .allocate(capacity: 1 << 6)
    buckets.initialize(repeating: Self.link, count: 1 << 6)
  }

  deinit {
    for page in 0..<pageCount { pages[page].deallocate() }
    pages.deallocate()
    buckets.deallocate()
    kinds.deallocate()
  }

  /// The entry of a key that is there at `now`, or `none`. The name holds until something is written or removed.
  mutating func find(_ key: UInt32, space: UInt32, at now: Time) -> UInt32 {
    var link = buckets[bucket(of: key, space)]
    while link != Self.link {
      let entry = self.entry(link)
      if entry.pointee.key == key && kinds[kind(of: entry)].space == space {
        if entry.pointee.expiry > tick(now) { return link }
        drop(link)
        return Self.link
      }
      link = entry.pointee.chain & Self.link
    }
    return Self.link
  }

  /// Notes a use of an entry; its expiry stays.
  @inline(__always) mutating func touch(_ link: UInt32) {
    if link == newest { return }
    unlink(link)
    makeNewest(link)
  }

  /// Writes a key: it is there from now on and before `expiry`, `.never` for always. What was used least recently makes
  /// room; what has expired does so first, as far as it is the least recently used.
  mutating func put(_ key: UInt32, kind: Int, at now: Time, until expiry: Time) {
    let (size, space) = (kinds[kind].bytes, kinds[kind].space)
    var link = find(key, space: space, at: now)
    let ticks = expiry == .never ? .max : tick(expiry)
    if size > capacity || ticks <= tick(now) {
      if link != Self.link { drop(link) }
      return
    }
    if link == Self.link {
      link = takeEntry()
      entry(link).initialize(
        to: Entry(key: key, expiry: ticks, chain: Self.link, older: Self.link, newer: Self.link))
      set(kind: kind, of: entry(link))
      let place = buckets + bucket(of: key, space)
      set(&entry(link).pointee.chain, place.pointee)
      place.pointee = link
      makeNewest(link)
      count &+= 1
      bytes &+= size
      if count > 2 &<< Int(bucketBits) { growTable() }
    } else {
      bytes &+= size &- kinds[self.kind(of: entry(link))].bytes
      set(kind: kind, of: entry(link))
      entry(link).pointee.expiry = ticks
      touch(link)
    }
    makeRoom(at: now)
  }

  /// Forgets a key.
  mutating func remove(_ key: UInt32, space: UInt32, at now: Time) {
    let link = find(key, space: space, at: now)
    if link != Self.link { drop(link) }
  }

  /// Lets go of expired entries at the old end, and then of the oldest ones until all fit.
  private mutating func makeRoom(at now: Time) {
    let present = tick(now)
    while oldest != Self.link {
      if entry(oldest).pointee.expiry > present {
        if bytes <= capacity { return }
        evictions &+= 1
        evictedBytes &+= kinds[kind(of: entry(oldest))].bytes
      }
      drop(oldest)
    }
  }

  // MARK: Entries

  @inline(__always) private func entry(_ link: UInt32) -> UnsafeMutablePointer<Entry> {
    pages[Int(link &>> Self.pageBits)] + Int(link & ((1 &<< Self.pageBits) &- 1))
  }

  /// 0 to 2^32 - 1; the last one, which stands for never, is beyond the horizon.
  @inline(__always) private func tick(_ time: Time) -> UInt32 {
    UInt32(truncatingIfNeeded: min(UInt64(bitPattern: time.nanoseconds) &>> tickShift, UInt64(UInt32.max) &- 1))
  }

  @inline(__always) private func kind(of entry: UnsafeMutablePointer<Entry>) -> Int {
    Int((entry.pointee.chain &>> 28) | (entry.pointee.older &>> 28) &<< 4 | (entry.pointee.newer &>> 28) &<< 8)
  }

  @inline(__always) private func set(kind: Int, of entry: UnsafeMutablePointer<Entry>) {
    let number = UInt32(truncatingIfNeeded: kind)
    entry.pointee.chain = entry.pointee.chain & Self.link | number &<< 28
    entry.pointee.older = entry.pointee.older & Self.link | (number &>> 4) &<< 28
    entry.pointee.newer = entry.pointee.newer & Self.link | (number &>> 8) &<< 28
  }

  /// Changes a link and leaves the kind's bits.
  @inline(__always) private func set(_ word: inout UInt32, _ link: UInt32) { word = word & ~Self.link | link }

  private mutating func takeEntry() -> UInt32 {
    if free != Self.link {
      let link = free
      free = entry(link).pointee.chain & Self.link
      return link
    }
    if used == UInt32(pageCount) &<< Self.pageBits { addPage() }
    used &+= 1
    return used &- 1
  }

  @inline(never) private mutating func addPage() {
    precondition(pageCount < (1 << (28 - Int(Self.pageBits))) - 1, "a cache holds fewer than 2^28 entries")
    (pages + pageCount).initialize(to: .allocate(capacity: 1 << Int(Self.pageBits)))
    pageCount += 1
  }

  // MARK: The table

  @inline(__always) private func bucket(of key: UInt32, _ space: UInt32) -> Int {
    let word = (UInt64(space) &<< 32 | UInt64(key)) &* 0x9E37_79B9_7F4A_7C15
    return Int(((word ^ word &>> 32) &* 0xD6E8_FEB8_6659_FD93) &>> (64 &- bucketBits))
  }

  @inline(never) private mutating func growTable() {
    let (old, size) = (buckets, 1 << Int(bucketBits))
    bucketBits += 1
    buckets = .allocate(capacity: 2 * size)
    buckets.initialize(repeating: Self.link, count: 2 * size)
    for index in 0..<size {
      var link = old[index]
      while link != Self.link {
        let entry = self.entry(link)
        let next = entry.pointee.chain & Self.link
        let place = buckets + bucket(of: entry.pointee.key, kinds[kind(of: entry)].space)
        set(&entry.pointee.chain, place.pointee)
        place.pointee = link
        link = next
      }
    }
    old.deallocate()
  }

  /// Takes an entry out of everything.
  private mutating func drop(_ link: UInt32) {
    let entry = self.entry(link)
    let kind = kinds[self.kind(of: entry)]
    unlink(link)
    let place = buckets + bucket(of: entry.pointee.key, kind.space)
    if place.pointee == link {
      place.pointee = entry.pointee.chain & Self.link
    } else {
      var before = self.entry(place.pointee)
      while before.pointee.chain & Self.link != link { before = self.entry(before.pointee.chain & Self.link) }
      set(&before.pointee.chain, entry.pointee.chain & Self.link)
    }
    set(&entry.pointee.chain, free)
    free = link
    count &-= 1
    bytes &-= kind.bytes
  }

  // MARK: The order of use

  @inline(__always) private mutating func unlink(_ link: UInt32) {
    let entry = self.entry(link)
    let (older, newer) = (entry.pointee.older & Self.link, entry.pointee.newer & Self.link)
    if newer == Self.link { newest = older } else { set(&self.entry(newer).pointee.older, older) }
    if older == Self.link { oldest = newer } else { set(&self.entry(older).pointee.newer, newer) }
  }

  @inline(__always) private mutating func makeNewest(_ link: UInt32) {
    let entry = self.entry(link)
    set(&entry.pointee.older, newest)
    set(&entry.pointee.newer, Self.link)
    if newest == Self.link { oldest = link } else { set(&self.entry(newest).pointee.newer, link) }
    newest = link
  }
}
