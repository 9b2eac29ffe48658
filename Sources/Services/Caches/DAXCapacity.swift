import Engine
import Units

/// What a DAX cluster's CPUs can do, by AWS's rule of normalized requests: a hit costs 1 for each KB, a miss 10, and a
/// write 25 on every node (documented: DAX cluster sizing, 2026-04). All nodes' work is drawn from one bucket, because
/// clients spread their reads evenly, and every node gets every write.
///
/// A request that finds too little is refused: DAX throttles by its CPU.
struct DAXCapacity: BitwiseCopyable {
  static let missFactor: Int64 = 10
  static let writeFactor: Int64 = 25

  /// Normalized requests a second of all nodes.
  let rate: Int64
  private let nodes: Int64
  private var work: TokenBucket
  /// Writes by items, whatever the nodes can do.
  private var writes: TokenBucket

  init(_ config: DAXClusterConfig) {
    nodes = Int64(config.replicationFactor)
    rate = nodes * Int64(config.normalizedRequestsPerSecond)
    work = TokenBucket(rate: rate, burst: Self.tokens(rate, config.burst))
    let ceiling = Int64(DAXClusterConfig.writesPerSecondMax)
    writes = TokenBucket(rate: ceiling, burst: Self.tokens(ceiling, config.burst))
  }

  /// The worth of a time at a rate, at least 1. A rate of 11 nodes over 60 s fits 64 bits in tokens, not in parts.
  private static func tokens(_ rate: Int64, _ time: Time) -> Int64 {
    let (high, low) = rate.multipliedFullWidth(by: time.nanoseconds)
    return min(max(1, Int64(1_000_000_000).dividingFullWidth((high, low)).quotient), 4_000_000_000)
  }

  /// What a read of so many KB costs.
  func cost(hits: Int64, misses: Int64) -> Int64 { hits &+ misses &* Self.missFactor }

  /// What a write of so many KB costs all nodes.
  func cost(written kilobytes: Int64) -> Int64 { kilobytes &* Self.writeFactor &* nodes }

  /// Takes a read's cost, or nothing.
  mutating func takeRead(_ cost: Int64, at now: Time) -> Bool { work.take(cost, at: now) }

  /// Takes a write's cost and its items, or nothing.
  mutating func takeWrite(_ cost: Int64, items: Int64, at now: Time) -> Bool {
    guard writes.take(items, at: now) else { return false }
    if work.take(cost, at: now) { return true }
    writes.giveBack(items)
    return false
  }
}

/// CPU credits of burstable nodes in unlimited mode: what a node works above its baseline, on the average of 24 hours
/// or of the run if that is shorter, is charged as surplus credits (documented: EC2 unlimited mode, and that DAX's T3
/// nodes run in it).
///
/// The windows of 24 hours follow one another from the start of recording; AWS's roll.
struct DAXCredits: BitwiseCopyable {
  /// Of the CPU: 24 credits an hour are 24 minutes of one vCPU of two.
  static let baselinePercent: Int64 = 20
  static let vCPUs: Int64 = 2
  private static let window = Time.hours(24)

  /// Normalized requests a second of all nodes and of one.
  private let rate: Int64
  private let nodeRate: Int64
  private var windowStart: Time
  /// Work in this window, and surplus of those before, in normalized requests.
  private var used: Int64 = 0
  private var surplus: Int64 = 0

  init(rate: Int64, nodes: Int, recordingStart: Time) {
    self.rate = rate
    nodeRate = rate / Int64(nodes)
    windowStart = recordingStart
  }

  /// Notes work at `now`.
  mutating func use(_ cost: Int64, at now: Time) {
    if now < windowStart { return }
    if now - windowStart >= Self.window {
      surplus += Self.excess(used, rate, Self.window)
      used = 0
      let windows = (now - windowStart).nanoseconds / Self.window.nanoseconds
      windowStart = Time(nanoseconds: windowStart.nanoseconds + windows * Self.window.nanoseconds)
    }
    used += cost
  }

  private static func excess(_ used: Int64, _ rate: Int64, _ span: Time) -> Int64 {
    let earned = Int128(rate) * Int128(span.nanoseconds) * Int128(baselinePercent) / 100_000_000_000
    return Int64(max(0, Int128(used) - earned))
  }

  /// Surplus up to the run's end, in ms of one vCPU.
  func charged(at end: Time) -> Int128 {
    let last = min(end - windowStart, Self.window)
    let all = Int128(surplus) + Int128(Self.excess(used, rate, last))
    return all * Int128(1_000 * Self.vCPUs) / Int128(nodeRate)
  }
}
