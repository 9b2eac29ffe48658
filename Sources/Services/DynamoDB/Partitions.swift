import Engine
import Units

// The partitions of a table or index: ranges of key positions side by side, each with its own limit of reads and writes.
// They are split, never merged. A partition keeps its number for good; the left half of a split keeps the old one's.

/// One direction of one partition.
struct PartitionSide: BitwiseCopyable {
  /// What it may still serve: its limit for a second.
  var tokens: TokenBucket
  /// Units of the present window that it served, or refused itself.
  var demand: Int64 = 0
  /// Hot windows in a row.
  var streak: Int32 = 0
  /// Whether positions are noted, because it may be split soon.
  var isWatched = false
}

/// All partitions of one capacity.
struct Partitions: ~Copyable {
  /// Sorted by position: the last position of each range, and the number of its partition.
  private var ends: UnsafeMutablePointer<UInt64>
  private var numbers: UnsafeMutablePointer<Int32>
  /// By number: two sides each, what was noted, and whether a split is on its way.
  private(set) var sides: UnsafeMutablePointer<PartitionSide>
  private(set) var samples: UnsafeMutablePointer<PositionSample>
  private(set) var isSplitting: UnsafeMutablePointer<Bool>
  private var room: Int
  private(set) var count = 0
  /// For each of the highest bits of a position, the first range that can hold it.
  private var guide: UnsafeMutablePointer<Int32>
  private var guideShift: UInt64 = 64
  private let blank: (reads: TokenBucket, writes: TokenBucket)
  /// Every split of the run, in order; only grows.
  private(set) var splits: [PartitionSplit] = []

  /// Equally wide ranges, at least one; `reads` in half units and `writes` are the limits of one partition a second.
  init(count wanted: Int, reads: Int64, writes: Int64) {
    precondition(wanted >= 1, "a table has at least one partition")
    blank = (TokenBucket(rate: reads, burst: reads), TokenBucket(rate: writes, burst: writes))
    room = max(4, wanted)
    ends = .allocate(capacity: room)
    numbers = .allocate(capacity: room)
    sides = .allocate(capacity: 2 * room)
    samples = .allocate(capacity: room)
    isSplitting = .allocate(capacity: room)
    guide = .allocate(capacity: 1)
    let width = UInt64.max / UInt64(wanted)
    for index in 0..<wanted {
      (ends + index).initialize(to: index == wanted - 1 ? .max : width * UInt64(index + 1))
      (numbers + index).initialize(to: Int32(index))
      add(PartitionSide(tokens: blank.reads), PartitionSide(tokens: blank.writes))
    }
    makeGuide()
  }

  deinit {
    for number in 0..<count { (samples + number).deinitialize(count: 1) }
    ends.deallocate()
    numbers.deallocate()
    sides.deallocate()
    samples.deallocate()
    isSplitting.deallocate()
    guide.deallocate()
  }

  private mutating func add(_ read: PartitionSide, _ write: PartitionSide) {
    (sides + 2 * count).initialize(to: read)
    (sides + 2 * count + 1).initialize(to: write)
    (samples + count).initialize(to: PositionSample())
    (isSplitting + count).initialize(to: false)
    count += 1
  }

  // MARK: Looking up

  /// Place in the order of positions.
  @inline(__always) private func place(of position: UInt64) -> Int {
    var place = Int(guide[Int(truncatingIfNeeded: position &>> guideShift)])
    while position > ends[place] { place &+= 1 }
    return place
  }

  /// The number of the partition that holds a position.
  @inline(__always) func number(of position: UInt64) -> Int { Int(numbers[place(of: position)]) }

  /// The range of a partition.
  func range(of number: Int) -> (lower: UInt64, upper: UInt64) {
    for place in 0..<count where numbers[place] == Int32(number) { return range(at: place) }
    preconditionFailure("every partition has a range")
  }

  /// The ranges in the order of positions, from 0 to `count` - 1.
  func range(at place: Int) -> (lower: UInt64, upper: UInt64) {
    (place == 0 ? 0 : ends[place - 1] + 1, ends[place])
  }

  /// One slot of the guide covers a fourth of an even range or less, so that a search takes hardly a step.
  private mutating func makeGuide() {
    var bits: UInt64 = 2
    while bits < 16 && (1 << bits) < 4 * count { bits += 1 }
    guideShift = 64 - bits
    guide.deallocate()
    guide = .allocate(capacity: 1 << Int(bits))
    var place = 0
    for slot in 0..<(1 << Int(bits)) {
      while ends[place] < UInt64(slot) << guideShift { place += 1 }
      (guide + slot).initialize(to: Int32(place))
    }
  }

  /// The widest range's share of all positions.
  var widest: Double {
    var widest: UInt64 = 0
    for place in 0..<count {
      let range = self.range(at: place)
      widest = max(widest, range.upper - range.lower)
    }
    return Double(widest) * 0x1p-64
  }

  // MARK: Splitting

  /// Splits the partition that holds `middle` there; `middle` is not its first position. Both halves begin with the
  /// tokens of the whole, and cool.
  mutating func split(before middle: UInt64) {
    let place = self.place(of: middle)
    let range = self.range(at: place)
    precondition(range.lower < middle, "both halves of a partition hold a position")
    if count == room { makeRoom() }
    for later in stride(from: count, to: place, by: -1) {
      ends[later] = ends[later - 1]
      numbers[later] = numbers[later - 1]
    }
    ends[place] = middle - 1
    numbers[place + 1] = Int32(count)
    let number = Int(numbers[place])
    cool(number)
    add(sides[2 * number], sides[2 * number + 1])
    makeGuide()
    splits.append(PartitionSplit(lower: range.lower, middle: middle, upper: range.upper))
  }

  /// Halves the ranges that are too wide for their even share of `need` partitions, until none is. So 6,000 write units
  /// make 8 partitions of 4, as in Elhemali et al., USENIX ATC 2022.
  mutating func fit(_ need: Double) {
    var place = 0
    while place < count {
      let range = self.range(at: place)
      let width = Double(range.upper - range.lower) * 0x1p-64
      if width * need > 1 + 1e-9, range.upper > range.lower {
        split(before: range.lower + (range.upper - range.lower) / 2 + 1)
      } else {
        place += 1
      }
    }
  }

  /// Forgets how hot a partition was.
  func cool(_ number: Int) {
    for side in 2 * number..<2 * number + 2 {
      sides[side].demand = 0
      sides[side].streak = 0
      sides[side].isWatched = false
    }
    samples[number].clear()
  }

  func setSplitting(_ number: Int, _ isUnderWay: Bool) { isSplitting[number] = isUnderWay }

  /// Notes a position of a partition that is watched.
  @inline(never) func observe(_ position: UInt64, in number: Int) { samples[number].add(position) }

  private mutating func makeRoom() {
    func wider<Element>(_ old: UnsafeMutablePointer<Element>, _ used: Int, _ room: Int) -> UnsafeMutablePointer<Element>
    {
      let new = UnsafeMutablePointer<Element>.allocate(capacity: room)
      new.moveInitialize(from: old, count: used)
      old.deallocate()
      return new
    }
    ends = wider(ends, count, 2 * room)
    numbers = wider(numbers, count, 2 * room)
    sides = wider(sides, 2 * count, 4 * room)
    samples = wider(samples, count, 2 * room)
    isSplitting = wider(isSplitting, count, 2 * room)
    room *= 2
  }
}
