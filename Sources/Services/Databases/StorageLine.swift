import Units

/// The line in front of a database's volume: I/Os pass one after another as fast as volume and node let them.
///
/// A rate limit, not a server: an I/O that comes when the volume is below its limit starts at once, and its own latency
/// comes on top. Where a volume saves credits for bursts (gp2), a second limit holds in the long run: two leaky buckets
/// in a row, a peak rate and a lasting one with a tolerance of so many I/Os (the virtual schedules of ATM's generic cell
/// rate algorithm, ITU-T I.371). Whoever gives up does not take its I/Os out of the line.
struct StorageLine: BitwiseCopyable {
  /// When I/Os that entered together may start, ns from now.
  struct Wait: BitwiseCopyable {
    let first: Int64
    let last: Int64
  }

  /// ps of one I/O; 0 for no limit.
  private let gap: Int64
  /// ps of one I/O in the long run, and how many ps ahead of that the volume may be; 0 for no such limit.
  private let lastingGap: Int64
  private let tolerance: Int64
  /// When the next I/O may start, ps from the beginning.
  private var next: Int128 = 0
  /// When it would start at the lasting rate.
  private var lasting: Int128 = 0

  init(_ limits: StorageLimits) {
    gap = limits.picosecondsPerIO
    lastingGap = limits.lastingIOPS.map { Self.second / Int64($0) } ?? 0
    tolerance = lastingGap &* Int64(max(0, limits.burstIOs - 1))
  }

  /// ps.
  private static let second: Int64 = 1_000_000_000_000

  /// So many I/Os, 1 or more, join the line.
  mutating func enter(_ count: Int64, at now: Time) -> Wait {
    guard gap > 0 else { return Wait(first: 0, last: 0) }
    let moment = Int128(now.nanoseconds) &* 1_000
    var first = max(next, moment)
    var last = first &+ Int128(count &- 1) &* Int128(gap)
    if lastingGap > 0 {
      // The credits that come in until the first one starts count.
      first = max(first, lasting &- Int128(tolerance))
      lasting = max(lasting, first) &+ Int128(count) &* Int128(lastingGap)
      last = max(first &+ Int128(count &- 1) &* Int128(gap), lasting &- Int128(lastingGap) &- Int128(tolerance))
    }
    next = last &+ Int128(gap)
    return Wait(first: Self.nanoseconds(first &- moment), last: Self.nanoseconds(last &- moment))
  }

  /// Share of the burst credits that are left, 0 to 1; 1 without such credits.
  func burstBalance(at now: Time) -> Double {
    guard tolerance > 0 else { return 1 }
    let spent = Double(lasting &- Int128(now.nanoseconds) &* 1_000) / (Double(tolerance) + Double(lastingGap))
    return min(1, max(0, 1 - spent))
  }

  /// Up to the next whole ns, 18 years at most.
  private static func nanoseconds(_ picoseconds: Int128) -> Int64 {
    guard picoseconds < Int128(1) << 62 else { return 1 << 59 }
    return (Int64(truncatingIfNeeded: picoseconds) &+ 999) / 1_000
  }
}

/// How many I/Os a second a volume takes.
struct StorageLimits: Hashable {
  /// ps between two I/Os at the peak rate; 0 for no limit.
  var picosecondsPerIO: Int64
  /// I/Os a second in the long run, where that is less than the peak.
  var lastingIOPS: Int?
  /// Credits of a full bucket, in I/Os beyond the lasting rate.
  var burstIOs: Int

  /// Limits by I/Os a second, and by the bandwidth in Mbps with pages of so many bytes; nil for none.
  init(iops: Int?, lastingIOPS: Int? = nil, burstIOs: Int = 0, megabits: Int?, pageBytes: Int) {
    let byCount = iops.map { 1_000_000_000_000 / Int64($0) } ?? 0
    // 1 Mbps is a bit in a microsecond.
    let byBytes = megabits.map { Int64(pageBytes) * 8 * 1_000_000 / Int64($0) } ?? 0
    picosecondsPerIO = max(byCount, byBytes)
    self.lastingIOPS = lastingIOPS
    self.burstIOs = burstIOs
  }
}
