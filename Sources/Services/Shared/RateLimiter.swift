import Engine
import Units

/// The client-side limit of adaptive mode: after the first throttling, attempts wait for tokens whose rate follows what
/// the service lets through.
///
/// Algorithm: botocore 1.43 (Apache-2.0), retries/adaptive.py, throttling.py and bucket.py. The rate of answers is
/// measured per half second and smoothed; a throttled answer cuts the rate to 0.7 of it; after that the rate grows along
/// a cubic that passes the old rate after a while, as in TCP CUBIC (RFC 9438), up to twice the measured one.
///
/// Where botocore's threads wake up at random, attempts go in the order of asking here. One that waits looks again after
/// half a second at the latest, because the rate may have changed.
struct RateLimiter: BitwiseCopyable {
  /// Whether an answer was ever throttled; before that everything goes at once.
  private(set) var isEnabled = false

  // The bucket: tokens may be owed, one to each attempt that waits.
  private(set) var rate = 1.0
  private var capacity = 1.0
  private var tokens = 0.0
  private var filled: Time
  /// Tokens asked for so far; attempts have their number among them as ticket.
  private var issued: Int64 = 0

  // The measured rate of answers a second.
  private(set) var measuredRate = 0.0
  private var halfSecond: Int64
  private var answers = 0.0

  // The cubic: rate at the last throttling, and the seconds after which it is reached again.
  private var lastRate = 0.0
  private var zeroPoint = 0.0
  private var lastThrottle: Time

  static let smoothing = 0.8
  static let scale = 0.4
  static let beta = 0.7
  static let least = 0.5

  /// A limiter that has heard nothing.
  init(at now: Time) {
    filled = now
    lastThrottle = now
    // As botocore: the first half second may begin up to a second ago.
    halfSecond = now.nanoseconds / 1_000_000_000 * 2
  }

  /// An attempt asks to be sent: the ticket with which it waits, or nil if it may go at once.
  mutating func enter(at now: Time) -> Int64? {
    guard isEnabled else { return nil }
    fill(at: now)
    tokens -= 1
    issued &+= 1
    return tokens > -1e-9 ? nil : issued
  }

  /// How long an attempt must still wait before it looks again; zero if it may go.
  mutating func wait(for ticket: Int64, at now: Time) -> Time {
    fill(at: now)
    let missing = -(tokens + Double(issued &- ticket))
    if missing < 1e-9 { return .zero }
    return min(.milliseconds(500), Time(nanoseconds: Int64(missing / rate * 1e9) + 1))
  }

  /// An attempt was answered, or given up, which counts as not throttled.
  mutating func heard(isThrottled: Bool, at now: Time) {
    measure(at: now)
    var next: Double
    if isThrottled {
      lastRate = isEnabled ? min(measuredRate, rate) : measuredRate
      zeroPoint = Portable.pow(lastRate * (1 - Self.beta) / Self.scale, 1.0 / 3)
      lastThrottle = now
      isEnabled = true
      next = lastRate * Self.beta
    } else {
      let seconds = Double((now - lastThrottle).nanoseconds) / 1e9 - zeroPoint
      next = Self.scale * seconds * seconds * seconds + lastRate
    }
    next = min(next, 2 * measuredRate)
    fill(at: now)
    rate = max(next, Self.least)
    capacity = max(next, 1)
    tokens = min(tokens, capacity)
  }

  private mutating func measure(at now: Time) {
    let present = now.nanoseconds / 500_000_000
    answers += 1
    guard present > halfSecond else { return }
    let current = answers / (Double(present - halfSecond) * 0.5)
    measuredRate = current * Self.smoothing + measuredRate * (1 - Self.smoothing)
    answers = 0
    halfSecond = present
  }

  private mutating func fill(at now: Time) {
    tokens = min(capacity, tokens + Double((now - filled).nanoseconds) / 1e9 * rate)
    filled = now
  }
}
