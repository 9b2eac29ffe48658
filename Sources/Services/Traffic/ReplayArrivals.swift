import Engine
import Units

/// Replays a trace: single arrivals as they stand, counts spread over their intervals.
///
/// Nothing is stored but the counts of one interval. In `uniform` timing the sorted instants of all targets together are
/// drawn one after another, and each picks its target without replacement from what is left: the same distribution as
/// independent uniform instants for every target, because given the merged instants all ways of handing them to the
/// targets are equally likely. `even` picks targets the same way; `start` goes through the targets in order.
struct ReplayArrivals {
  // One of the three, by the layout.
  private var arrivals: ArrivalRows?
  private var intervals: IntervalRows?
  private var functions: FunctionRows?
  private var interval: CountedInterval
  private var counts: [Int64]

  /// Opens the trace and reads its header. `windowCells` is for tests.
  init(_ config: ReplayConfig, windowCells: Int = FunctionRows.windowCellsMax) throws(TraceError) {
    let file = try TraceFile(path: config.path)
    let targets = try TargetNames(config.columns, path: config.path)
    switch config.layout {
    case .arrivals: arrivals = try ArrivalRows(file, targets)
    case .intervals: intervals = try IntervalRows(file, targets, interval: config.interval)
    case .functions:
      functions = try FunctionRows(file, targets, interval: config.interval, windowCells: windowCells)
    }
    counts = [Int64](repeating: 0, count: targets.count)
    interval = CountedInterval(span: config.interval.nanoseconds, timing: config.timing, targets: targets.count)
  }

  /// The next arrival, or nil at the end of the trace. Traps if a row is wrong, which `Trace.check` excludes.
  mutating func next(_ stream: inout RandomStream) -> (time: Int64, target: Int32)? {
    if let arrival = interval.next(&stream) { return arrival }
    do {
      if let row = try arrivals?.next() { return row }
      while let begin = try intervals?.next(&counts) ?? functions?.next(&counts) {
        interval.begin(at: begin, counts)
        if let arrival = interval.next(&stream) { return arrival }
      }
      return nil
    } catch {
      preconditionFailure("The trace was replaced after it was checked. \(error)")
    }
  }
}

/// The arrivals of one interval, of which only the counts are known.
struct CountedInterval {
  private let span: Int64
  private let timing: ReplayConfig.Timing
  private var begin: Int64 = 0
  private var total: Int64 = 0
  private var numbers = SortedUniforms(count: 0)
  private var left: RemainingCounts

  init(span: Int64, timing: ReplayConfig.Timing, targets: Int) {
    self.span = span
    self.timing = timing
    left = RemainingCounts(targets: targets)
  }

  /// Starts over with the counts of an interval, one a target.
  mutating func begin(at begin: Int64, _ counts: [Int64]) {
    self.begin = begin
    total = left.load(counts)
    numbers = SortedUniforms(count: total)
  }

  /// The next arrival, or nil after the last.
  mutating func next(_ stream: inout RandomStream) -> (time: Int64, target: Int32)? {
    guard numbers.remaining > 0 else { return nil }
    switch timing {
    case .uniform:
      let time = begin + SortedUniforms.place(numbers.next(&stream), in: span)
      return (time, left.draw(&stream))
    case .even:
      // (k + 1/2) x span / total, rounded down, for the k-th arrival.
      let odd = 2 * (total - numbers.remaining) + 1
      numbers.skip()
      let product = odd.multipliedFullWidth(by: span)
      return (begin + (2 * total).dividingFullWidth(product).quotient, left.draw(&stream))
    case .start:
      numbers.skip()
      return (begin, left.takeFirst())
    }
  }
}

/// How much of each target's count is left, so that targets can be drawn in proportion to it: a Fenwick tree (P. Fenwick,
/// "A new data structure for cumulative frequency tables", 1994), in which a draw takes log2(targets) steps.
struct RemainingCounts {
  /// Node i, from 1, holds the sum of the i & -i counts that end at target i - 1.
  private var tree: [Int64]
  private let topBit: Int
  private var total: Int64 = 0
  /// For `takeFirst`: all targets before this one are used up.
  private var first = 0
  private var counts: [Int64] = []

  init(targets: Int) {
    tree = [Int64](repeating: 0, count: targets + 1)
    topBit = targets == 0 ? 0 : 1 << (Int.bitWidth - 1 - targets.leadingZeroBitCount)
  }

  /// Starts over; returns the sum.
  mutating func load(_ counts: [Int64]) -> Int64 {
    self.counts = counts
    (first, total) = (0, 0)
    for index in 1..<tree.count {
      tree[index] = counts[index - 1]
      total += counts[index - 1]
    }
    for index in 1..<tree.count {
      let parent = index + (index & -index)
      if parent < tree.count { tree[parent] += tree[index] }
    }
    return total
  }

  /// Draws a target with probability in proportion to what is left of it, and takes one off. The caller has made sure that
  /// something is left. One target alone needs no random number.
  mutating func draw(_ stream: inout RandomStream) -> Int32 {
    if tree.count == 2 { return 0 }
    var rank = Int64(stream.nextIndex(below: UInt64(total)))
    total -= 1
    var passed = 0
    var bit = topBit
    while bit > 0 {
      let node = passed + bit
      if node < tree.count {
        if tree[node] <= rank {
          rank -= tree[node]
          passed = node
        } else {
          // The drawn one lies within this node's span.
          tree[node] -= 1
        }
      }
      bit >>= 1
    }
    return Int32(passed)
  }

  /// Takes one off the first target that has any left. The caller has made sure that something is left.
  mutating func takeFirst() -> Int32 {
    while counts[first] == 0 { first += 1 }
    counts[first] -= 1
    return Int32(first)
  }
}
