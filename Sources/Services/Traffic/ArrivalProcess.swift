import Engine
import Units

/// Makes the arrivals of one traffic source, one after another, in order of time.
///
/// The source asks for the next arrival when it has sent the last one, so nothing is stored ahead. The random models
/// (poisson, curve, bursts) live in the struct's own memory: asking them neither allocates nor counts references. The
/// others sit behind one reference, for they read lists, calendars or files. Copies of a process share what is behind
/// it: move a process, do not go on with two copies.
public struct ArrivalProcess {
  @usableFromInline enum Model: UInt8, BitwiseCopyable {
    /// Nothing arrives any more.
    case ended
    case poisson, curve, bursts, listed
  }

  @usableFromInline var model: Model
  @usableFromInline var stream: RandomStream
  @usableFromInline let horizon: Int64
  @usableFromInline var poisson: PoissonArrivals
  private var curve: CurveArrivals?
  private var bursts: BurstArrivals?
  private let listed: ListedArrivals?

  /// The arrivals of a source from simulated time zero, which is `start` on the calendar, until before `horizon`.
  ///
  /// All random numbers come from `stream`. A trace that is replayed must have passed `Trace.check`: only its header is
  /// read here, and a row that turns out wrong later is a trap. Throws if the trace cannot be opened or lacks a column.
  /// Closed-loop `users` depend on answers, which only the simulation knows; for them there is no arrival here.
  public init(
    _ config: ArrivalConfig, start: CivilTime, horizon: Time, stream: RandomStream
  ) throws(TraceError) {
    var stream = stream
    var (poisson, curve, bursts) = (PoissonArrivals(ratePerSecond: 0), CurveArrivals?.none, BurstArrivals?.none)
    var listed: ListedArrivals?
    switch config {
    case .poisson(let ratePerSecond):
      poisson = PoissonArrivals(ratePerSecond: ratePerSecond)
      model = .poisson
    case .curve(let rates):
      curve = CurveArrivals(rates, start: start)
      model = .curve
    case .bursts(let on, let off):
      bursts = BurstArrivals(on: on, off: off, &stream)
      model = .bursts
    case .spikes(let spikes):
      listed = ListedArrivals(spikes: SpikeArrivals(spikes))
      model = .listed
    case .cron(let schedule):
      listed = ListedArrivals(cron: CronArrivals(schedule, start: start))
      model = .listed
    case .replay(let replay):
      listed = ListedArrivals(replay: try ReplayArrivals(replay))
      model = .listed
    case .users:
      model = .ended
    }
    self.stream = stream
    // Keeps sums of doubles near the end of time from overflowing; nothing happens in the last microsecond of 292 years.
    self.horizon = min(horizon.nanoseconds, Int64.max - 1_024)
    (self.poisson, self.curve, self.bursts, self.listed) = (poisson, curve, bursts, listed)
  }

  /// The next arrival, not before the last one; its time is `.never` when none is left before the horizon.
  ///
  /// `target` indexes `TrafficConfig.targets`; it is 0 for all but replayed traces. Arrivals of one instant come in the
  /// order in which they should be sent.
  @inlinable
  public mutating func next() -> (time: Time, target: Int32) {
    if model == .poisson, let time = poisson.next(&stream, horizon: horizon) { return (Time(nanoseconds: time), 0) }
    return nextOther()
  }

  /// The next arrival of all models but a Poisson process that has not ended.
  @usableFromInline @inline(never)
  mutating func nextOther() -> (time: Time, target: Int32) {
    switch model {
    case .ended, .poisson:
      break
    case .curve:
      if let time = curve?.next(&stream, horizon: horizon) { return (Time(nanoseconds: time), 0) }
    case .bursts:
      if let time = bursts?.next(&stream, horizon: horizon) { return (Time(nanoseconds: time), 0) }
    case .listed:
      if let arrival = listed?.next(&stream), arrival.time < horizon {
        return (Time(nanoseconds: arrival.time), arrival.target)
      }
    }
    model = .ended
    return (.never, 0)
  }
}

/// The models that hold lists or files.
final class ListedArrivals {
  private let replay: ReplayArrivals?
  private var spikes: SpikeArrivals?
  private var cron: CronArrivals?

  /// Exactly one of the three.
  init(spikes: SpikeArrivals? = nil, cron: CronArrivals? = nil, replay: ReplayArrivals? = nil) {
    (self.spikes, self.cron, self.replay) = (spikes, cron, replay)
  }

  func next(_ stream: inout RandomStream) -> (time: Int64, target: Int32)? {
    if let replay { return replay.next(&stream) }
    return (spikes?.next(&stream) ?? cron?.next()).map { ($0, 0) }
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
