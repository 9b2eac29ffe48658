/// Where an owner's job is at a station.
struct StationPlace: BitwiseCopyable {
  /// The owner has no job here.
  static let free = UInt32.max
  /// The job waits in line.
  static let inLine = UInt32.max - 1

  /// Position in the heap of those that share, or one of the two above.
  var position: UInt32
  /// Neighbours in line; `.max` for none.
  var next: UInt32
  var previous: UInt32
  /// Of a job in line, ns.
  var work: Int64

  var isFree: Bool { position == Self.free }
  var isInLine: Bool { position == Self.inLine }
}

/// The places of all owners by their numbers, and the line, first come, first served: a list that anyone may quit.
struct StationPlaces: ~Copyable {
  private var base: UnsafeMutablePointer<StationPlace>
  private var capacity: Int
  private var first = UInt32.max
  private var last = UInt32.max
  private(set) var inLine = 0

  init() {
    capacity = 64
    base = .allocate(capacity: capacity)
    base.initialize(repeating: Self.blank, count: capacity)
  }

  deinit { base.deallocate() }

  private static var blank: StationPlace {
    StationPlace(position: StationPlace.free, next: .max, previous: .max, work: 0)
  }

  /// The place of an owner for whom there is one.
  @inline(__always) subscript(owner: UInt32) -> StationPlace {
    unsafeAddress { UnsafePointer(base + Int(owner)) }
    nonmutating unsafeMutableAddress { base + Int(owner) }
  }

  /// Whether the owner has a job here.
  func has(_ owner: UInt32) -> Bool { Int(owner) < capacity && !base[Int(owner)].isFree }

  /// Makes a place for an owner.
  @inline(__always) mutating func reserve(_ owner: UInt32) {
    if Int(owner) >= capacity { grow(owner) }
  }

  @inline(never) private mutating func grow(_ owner: UInt32) {
    precondition(owner < StationPlace.inLine, "owners are numbered below 2^32 - 2")
    let larger = max(2 * capacity, Int(owner) + 1)
    let new = UnsafeMutablePointer<StationPlace>.allocate(capacity: larger)
    new.update(from: base, count: capacity)
    (new + capacity).initialize(repeating: Self.blank, count: larger - capacity)
    base.deallocate()
    (base, capacity) = (new, larger)
  }

  /// A job joins the line at its end.
  mutating func join(_ owner: UInt32, _ work: Int64) {
    self[owner] = StationPlace(position: StationPlace.inLine, next: .max, previous: last, work: work)
    if last == .max { first = owner } else { self[last].next = owner }
    last = owner
    inLine &+= 1
  }

  /// A job quits the line, wherever it stands.
  mutating func quit(_ owner: UInt32) {
    let (next, previous) = (self[owner].next, self[owner].previous)
    if previous == .max { first = next } else { self[previous].next = next }
    if next == .max { last = previous } else { self[next].previous = previous }
    self[owner].position = StationPlace.free
    inLine &-= 1
  }

  /// The first in line leaves it; nil if nobody waits.
  @inline(__always) mutating func next() -> (owner: UInt32, work: Int64)? {
    guard first != .max else { return nil }
    let owner = first
    quit(owner)
    return (owner, self[owner].work)
  }

  /// The line breaks up.
  mutating func clear() {
    while first != .max { quit(first) }
  }
}

/// Jobs that share a station, the one that is done first on top: a 4-ary heap of keys and owners. Each job's place knows
/// its position, so that any of them can be taken out.
struct StationHeap: ~Copyable {
  private var keys: UnsafeMutablePointer<UInt128>
  private var owners: UnsafeMutablePointer<UInt32>
  private var capacity: Int
  private(set) var count = 0

  init() {
    capacity = 64
    keys = .allocate(capacity: capacity)
    owners = .allocate(capacity: capacity)
  }

  deinit {
    keys.deallocate()
    owners.deallocate()
  }

  var isEmpty: Bool { count == 0 }
  /// Key and owner on top; there must be one.
  var firstKey: UInt128 { keys[0] }
  var firstOwner: UInt32 { owners[0] }

  mutating func insert(_ key: UInt128, _ owner: UInt32, places: borrowing StationPlaces) {
    if count == capacity { grow() }
    count &+= 1
    siftUp(count &- 1, key, owner, places)
  }

  /// Takes out the job at a position; its place is left to the caller.
  mutating func remove(at position: Int, places: borrowing StationPlaces) {
    count &-= 1
    guard position != count else { return }
    let (key, owner) = (keys[count], owners[count])
    if position > 0, key < keys[(position &- 1) &>> 2] {
      siftUp(position, key, owner, places)
    } else {
      siftDown(position, key, owner, places)
    }
  }

  /// Takes out all jobs and frees their places.
  mutating func removeAll(places: borrowing StationPlaces) {
    for position in 0..<count { places[owners[position]].position = StationPlace.free }
    count = 0
  }

  private func put(_ key: UInt128, _ owner: UInt32, at position: Int, _ places: borrowing StationPlaces) {
    keys[position] = key
    owners[position] = owner
    places[owner].position = UInt32(truncatingIfNeeded: position)
  }

  private func siftUp(_ start: Int, _ key: UInt128, _ owner: UInt32, _ places: borrowing StationPlaces) {
    var position = start
    while position > 0 {
      let parent = (position &- 1) &>> 2
      if keys[parent] <= key { break }
      put(keys[parent], owners[parent], at: position, places)
      position = parent
    }
    put(key, owner, at: position, places)
  }

  private func siftDown(_ start: Int, _ key: UInt128, _ owner: UInt32, _ places: borrowing StationPlaces) {
    var position = start
    while true {
      let first = 4 &* position &+ 1
      if first >= count { break }
      var child = first
      var least = keys[first]
      var other = first &+ 1
      let end = min(first &+ 4, count)
      while other < end {
        if keys[other] < least { (child, least) = (other, keys[other]) }
        other &+= 1
      }
      if least >= key { break }
      put(least, owners[child], at: position, places)
      position = child
    }
    put(key, owner, at: position, places)
  }

  @inline(never) private mutating func grow() {
    let (newKeys, newOwners) = (
      UnsafeMutablePointer<UInt128>.allocate(capacity: 2 * capacity),
      UnsafeMutablePointer<UInt32>.allocate(capacity: 2 * capacity)
    )
    newKeys.update(from: keys, count: count)
    newOwners.update(from: owners, count: count)
    keys.deallocate()
    owners.deallocate()
    (keys, owners, capacity) = (newKeys, newOwners, 2 * capacity)
  }
}
