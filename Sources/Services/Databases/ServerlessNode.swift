import Engine
import Units

/// What a controller follows, in whole numbers.
struct ServerlessRules: BitwiseCopyable {
  /// Bounds of a node that is not paused, in half ACUs.
  let least: Int32
  let most: Int32
  /// Utilizations and the share of a step in millionths.
  let up: Int128
  let down: Int128
  let factor: Int64
  let upInterval: Time
  let downInterval: Time
  /// Memory of one connection in bytes.
  let connectionBytes: Int64

  static let million: Int128 = 1_000_000

  init(_ config: ServerlessCapacityConfig, connectionMemory: Size) {
    least = Int32(config.leastRunning)
    most = Int32(config.maximum)
    up = Int128((config.scaleUpUtilization * 1e6).rounded())
    down = Int128((config.scaleDownUtilization * 1e6).rounded())
    factor = Int64((config.scaleUpFactor * 1e6).rounded())
    upInterval = config.scaleUpInterval
    downInterval = config.scaleDownInterval
    connectionBytes = connectionMemory.bytes
  }

  /// Half ACUs whose memory holds so many connections, within the bounds.
  func floor(connections: Int32) -> Int32 {
    let unit = ServerlessCapacityConfig.bytesPerHalfACU
    let needed = (Int64(connections) &* connectionBytes &+ unit &- 1) / unit
    return min(most, max(least, Int32(clamping: needed)))
  }

  /// What one step up may add to a capacity.
  func increment(_ capacity: Int32) -> Int32 {
    max(1, Int32(truncatingIfNeeded: min(512, Int64(capacity) &* factor / 1_000_000)))
  }
}

/// One node's capacity, and what its controller remembers.
///
/// The controller looks at whole seconds of the clock. A look without load and without a step to make would change
/// nothing, so it may be left out: `rest` notes what such looks would have noted.
struct ServerlessNode: BitwiseCopyable {
  enum State: BitwiseCopyable {
    /// Takes connections. Next: paused.
    case running
    /// Has no capacity. Next: resuming.
    case paused(since: Time)
    /// Has been asked for a connection. Next: running.
    case resuming(since: Time, until: Time)
  }

  var state: State
  /// Half ACUs; 0 unless running.
  private(set) var capacity: Int32
  private(set) var milliVCPUs: Int64
  /// Sessions on the node.
  var connections: Int32 = 0
  /// Thousandths of a vCPU that are busy.
  private(set) var busy: Int64 = 0
  private var busySince: Time = .zero
  /// Busy thousandths of a vCPU x ns since the last look.
  private var load: Int64 = 0
  /// Since when the node runs.
  private var runningSince: Time = .zero
  /// The first moment of another step up.
  private var nextIncrease: Time = .zero
  /// Since when every second was below the lower threshold, or the last step down; `.never` after one that was not.
  private var lowSince: Time = .never

  /// A node at time zero; with a capacity of 0 it is paused.
  init(capacity: Int32, milliVCPUs: Int64) {
    state = capacity > 0 ? .running : .paused(since: .zero)
    self.capacity = capacity
    self.milliVCPUs = milliVCPUs
  }

  var isRunning: Bool {
    switch state {
    case .running: true
    case .paused, .resuming: false
    }
  }

  var isPaused: Bool {
    switch state {
    case .paused: true
    case .running, .resuming: false
    }
  }

  /// So many jobs share the CPU from now on.
  @inline(__always) mutating func note(running: Int, at now: Time) {
    load &+= busy &* (now.nanoseconds &- busySince.nanoseconds)
    busySince = now
    busy = min(Int64(running) &* 1_000, milliVCPUs)
  }

  /// Takes another capacity of 1 or more, with as many jobs as are running.
  mutating func setCapacity(_ halfACUs: Int32, milliVCPUs: Int64, running: Int, at now: Time) {
    capacity = halfACUs
    self.milliVCPUs = milliVCPUs
    note(running: running, at: now)
  }

  mutating func pause(at now: Time) {
    state = .paused(since: now)
    capacity = 0
  }

  /// Begins anew with a capacity, without a past.
  mutating func resume(_ halfACUs: Int32, milliVCPUs: Int64, at now: Time) {
    state = .running
    setCapacity(halfACUs, milliVCPUs: milliVCPUs, running: 0, at: now)
    (load, runningSince, nextIncrease, lowSince) = (0, now, now, .never)
  }

  /// Looks at the last second, and says which capacity the node shall have from now on; `companion` is the writer's
  /// capacity for a node that follows it, else 0.
  mutating func look(_ rules: ServerlessRules, companion: Int32, at now: Time) -> Int32 {
    load &+= busy &* (now.nanoseconds &- busySince.nanoseconds)
    busySince = now
    let from = max(now - .seconds(1), runningSince)
    let whole = Int128(milliVCPUs) * Int128((now - from).nanoseconds)
    let used = Int128(load) * ServerlessRules.million
    load = 0
    // A node that has come back at this very instant has no second behind it.
    guard whole > 0 else { return max(capacity, companion) }
    let floor = rules.floor(connections: connections)
    var wanted = capacity
    if used > rules.up * whole {
      lowSince = .never
      // Not beyond the capacity that would have been used to just the threshold.
      let target = (Int128(capacity) * used + rules.up * whole - 1) / (rules.up * whole)
      wanted = min(capacity + rules.increment(capacity), Int32(clamping: target))
    } else if used < rules.down * whole {
      lowSince = min(lowSince, from)
      if capacity > max(floor, companion), now - lowSince >= rules.downInterval {
        wanted = capacity - 1
        lowSince = now
      }
    } else {
      lowSince = .never
    }
    if wanted < floor { wanted = min(floor, capacity + rules.increment(capacity)) }
    if wanted > capacity && now < nextIncrease { wanted = capacity }
    wanted = max(min(wanted, rules.most), companion)
    if wanted > capacity { nextIncrease = now + rules.upInterval }
    return wanted
  }

  /// The whole second at which the node needs the next look, if nothing happens before; `.never` for none. `now` is one.
  mutating func rest(_ rules: ServerlessRules, companion: Int32, at now: Time) -> Time {
    let second = Time.seconds(1)
    let floor = rules.floor(connections: connections)
    if busy > 0 || capacity < floor { return now + second }
    // The seconds to come are empty, so they are low ones.
    lowSince = min(lowSince, now)
    guard capacity > max(floor, companion) else { return .never }
    return max(now + second, (lowSince + rules.downInterval).upToSecond)
  }
}

extension Time {
  /// The next whole second, or this one.
  var upToSecond: Time { Time(nanoseconds: (nanoseconds + 999_999_999) / 1_000_000_000 * 1_000_000_000) }
  /// The next whole second after this moment.
  var nextSecond: Time { Time(nanoseconds: (nanoseconds / 1_000_000_000 + 1) * 1_000_000_000) }
}
