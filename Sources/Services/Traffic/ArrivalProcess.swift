import Engine
import Units

/// Makes the arrivals of one traffic source, one after another, in order of time.
///
/// The source asks for the next arrival when it has sent the last one, so nothing is stored ahead. The random models
/// (poisson, curve, bursts) are plain memory, but for the curve's table, which is read through a pointer: asking them
/// neither allocates nor counts references. Copies of a process that replays a trace share the open file: move a process,
/// do not go on with two copies.
public struct ArrivalProcess {
  @usableFromInline enum Model: UInt8, BitwiseCopyable {
    /// Nothing arrives any more.
    case ended
    case poisson, curve, bursts, spikes, cron, replay
  }

  @usableFromInline var model: Model
  @usableFromInline var stream: RandomStream
  @usableFromInline let horizon: Int64
  @usableFromInline var poisson: PoissonArrivals
  private var curve: CurveArrivals?
  private var bursts: BurstArrivals?
  private var spikes: SpikeArrivals?
  private var cron: CronArrivals?
  private var replay: ReplayArrivals?

  /// The arrivals of a source from simulated time zero, which is `start` on the calendar, until before `horizon`.
  /// Only schedules read the calendar: a curve's `phase` says where in its period it starts.
  ///
  /// All random numbers come from `stream`. A trace that is replayed must have passed `Trace.check`: only its header is
  /// read here, and a row that turns out wrong later is a trap. Throws if the trace cannot be opened or lacks a column.
  /// Closed-loop `users` depend on answers, which only the simulation knows; for them there is no arrival here.
  public init(
    _ config: ArrivalConfig, start: CivilTime, horizon: Time, stream: RandomStream
  ) throws(TraceError) {
    self.stream = stream
    self.horizon = min(horizon.nanoseconds, ExactClock.horizonMax)
    poisson = PoissonArrivals(ratePerSecond: 0)
    switch config {
    case .poisson(let ratePerSecond):
      model = .poisson
      poisson = PoissonArrivals(ratePerSecond: ratePerSecond)
    case .curve(let rates):
      model = .curve
      curve = CurveArrivals(rates)
    case .bursts(let on, let off):
      model = .bursts
      bursts = BurstArrivals(on: on, off: off, &self.stream)
    case .spikes(let list):
      model = .spikes
      spikes = SpikeArrivals(list)
    case .cron(let schedule):
      model = .cron
      cron = CronArrivals(schedule, start: start)
    case .replay(let file):
      model = .replay
      replay = try ReplayArrivals(file)
    case .users:
      model = .ended
    }
  }

  /// The next arrival, not before the last one; its time is `.never` when none is left before the horizon.
  ///
  /// `target` indexes `TrafficConfig.targets`; it is 0 for all but replayed traces. Arrivals of one instant come in the
  /// order in which they should be sent.
  @inlinable @inline(__always)
  public mutating func next() -> (time: Time, target: Int32) {
    if model == .poisson, let time = poisson.next(&stream, horizon: horizon) { return (Time(nanoseconds: time), 0) }
    return nextOther()
  }

  /// The next arrival of all models but a Poisson process that has not ended.
  @usableFromInline @inline(never)
  mutating func nextOther() -> (time: Time, target: Int32) {
    let arrival: (time: Int64, target: Int32)? =
      switch model {
      case .ended, .poisson: nil
      case .curve: curve?.next(&stream, horizon: horizon).map { ($0, 0) }
      case .bursts: bursts?.next(&stream, horizon: horizon).map { ($0, 0) }
      case .spikes: spikes?.next(&stream).map { ($0, 0) }
      case .cron: cron?.next().map { ($0, 0) }
      case .replay: replay?.next(&stream)
      }
    if let arrival, arrival.time < horizon { return (Time(nanoseconds: arrival.time), arrival.target) }
    model = .ended
    return (.never, 0)
  }
}

/// One request at each moment of a schedule, from the scenario's start on.
struct CronArrivals {
  private let schedule: CronSchedule
  private let start: CivilTime
  private var last: CivilTime

  init(_ schedule: CronSchedule, start: CivilTime) {
    self.schedule = schedule
    self.start = start
    // A schedule that is due at the very start is due at simulated time zero.
    last = start + .seconds(-1)
  }

  /// The next moment in ns, or nil if there is none, or none within the 292 years of the clock.
  mutating func next() -> Int64? {
    guard let moment = schedule.next(after: last, anchor: start), let time = moment.time(since: start) else {
      return nil
    }
    last = moment
    return time.nanoseconds
  }
}
