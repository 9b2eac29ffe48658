import Engine
import Units

// The storage of a database as one number of used bytes, which statements raise, and of RDS one of allocated bytes, which
// storage autoscaling raises:
//
//   roomy -> low (free at most 10 %) -> roomy by autoscaling, after 5 minutes of it and 6 hours since the last time
//              \-> full: statements that need room fail, until there is some

/// How full a database's storage is.
struct DatabaseVolume: BitwiseCopyable {
  /// What growth has led to.
  enum Change: BitwiseCopyable {
    case none
    /// Free space has come down to 10 % of what is allocated.
    case low
    /// The statement found no room.
    case full
  }

  let records: VolumeRecords
  let isAurora: Bool
  private(set) var used: Int64
  /// Of RDS; of Aurora the largest volume.
  private(set) var allocated: Int64
  /// Up to which autoscaling raises it; 0 without autoscaling.
  let maximum: Int64
  /// Since when free space is low; `.never` while it is not.
  private(set) var lowSince: Time
  private(set) var isFull = false
  private(set) var lastScaling: Time
  /// When recording starts.
  private let start: Time
  /// Sum of change x time of the change since recording started, of what is billed.
  private var moment: Int128 = 0
  /// Used bytes at the end of each of the last 61 minutes, where autoscaling needs them.
  private let minutes: UnsafeMutablePointer<Int64>
  private var minute: Int64 = 0

  static let slots: Int64 = 61
  /// Documented: RDS user guide, storage autoscaling.
  static let lowTime = Time.minutes(5)
  static let pause = Time.hours(6)
  static let leastStep = Size.gigabytes(10)
  static let forecastHours: Int64 = 7

  init(_ config: DatabaseConfig, memory: PlainMemory, run: inout Run<Event>) {
    isAurora = config.engine.isAurora
    used = config.storage.used.bytes
    allocated = isAurora ? DatabaseStorageConfig.auroraLimit.bytes : Int64(config.storage.allocatedGiB) << 30
    maximum = isAurora ? 0 : Int64(config.storage.maximumGiB ?? 0) << 30
    lowSince = .never
    lastScaling = .zero - Self.pause
    start = run.recordingStart
    minutes = memory.copy([Int64](repeating: used, count: maximum > 0 ? Int(Self.slots) : 1))
    records = VolumeRecords(config, run: &run)
    run.recorder.set(records.space, to: isAurora ? used : max(0, allocated - used))
  }

  /// Bytes that are free.
  var free: Int64 { max(0, allocated &- used) }
  /// Documented: free space of at most 10 percent of what is allocated.
  var isLow: Bool { free &* 10 <= allocated }

  /// Takes room for bytes above 0; false if there is not so much.
  @inline(never) mutating func grow(by bytes: Int64, _ run: inout Run<Event>) -> Change {
    guard bytes <= free else {
      if !isFull { run.recorder.count(records.exhausted) }
      isFull = true
      run.recorder.count(records.full)
      return .full
    }
    if maximum > 0 { remember(run.now) }
    used &+= bytes
    if isAurora { weigh(bytes, at: run.now) }
    run.recorder.set(records.space, to: isAurora ? used : free)
    run.recorder.count(records.grown, by: bytes)
    guard lowSince == .never, isLow else { return .none }
    lowSince = run.now
    run.recorder.count(records.low)
    return .low
  }

  /// Before the first event: free space may be low from the beginning.
  mutating func begin(_ run: inout Run<Event>) {
    if isLow { lowSince = run.now }
  }

  /// When autoscaling may next raise the storage; nil without it, with enough space, or at its maximum.
  var nextScaling: Time? {
    guard lowSince != .never, allocated < maximum else { return nil }
    return max(lowSince + Self.lowTime, lastScaling + Self.pause)
  }

  /// Raises the storage by the greatest of 10 GiB, 10 percent, and what the growth of the past hour lasts for 7 hours
  /// beyond it; in whole GiB, and not beyond the maximum.
  mutating func scale(_ run: inout Run<Event>) {
    remember(run.now)
    let anHourAgo = minutes[Int(max(0, minute - 60) % Self.slots)]
    let missing = used &+ (used &- anHourAgo) &* Self.forecastHours &- allocated
    let step = max(Self.leastStep.bytes, allocated / 10, missing)
    let gibibyte = Size.gigabytes(1).bytes
    let raised = min(maximum, (allocated + step + gibibyte - 1) / gibibyte * gibibyte)
    weigh(raised - allocated, at: run.now)
    allocated = raised
    isFull = false
    lastScaling = run.now
    // The condition begins anew.
    lowSince = isLow ? run.now : .never
    run.recorder.set(records.space, to: free)
    run.recorder.count(records.scalings)
  }

  /// Notes what was used at the ends of the minutes until now.
  private mutating func remember(_ now: Time) {
    let present = now.nanoseconds / Time.minutes(1).nanoseconds
    guard present > minute else { return }
    for passed in max(minute, present - Self.slots)..<present { minutes[Int((passed + 1) % Self.slots)] = used }
    minute = present
  }

  private mutating func weigh(_ change: Int64, at now: Time) {
    let time = (now - start).nanoseconds
    if time > 0 { moment &+= Int128(change) &* Int128(time) }
  }

  /// Billed bytes times ms of a recorded span that ends now: allocated ones of RDS, used ones of Aurora.
  func byteMilliseconds(duration span: Time) -> Int128 {
    (Int128(isAurora ? used : allocated) * Int128(span.nanoseconds) - moment) / 1_000_000
  }

  /// Figures over the recorded span, and what is there at its end.
  func figures(_ recorder: borrowing Recorder) -> [Figure] {
    var figures = [
      Figure("storedBytesAtEnd", Double(used)), Figure("storageGrowthBytes", recorder.sum(records.grown)),
      Figure("storageFullErrors", recorder.sum(records.full)),
      Figure("lowStorageEvents", recorder.sum(records.low) + recorder.sum(records.exhausted)),
    ]
    if !isAurora {
      figures += [
        Figure("allocatedBytesAtEnd", Double(allocated)), Figure("storageScalings", recorder.sum(records.scalings)),
      ]
    }
    return figures
  }
}

/// What storage reports, under CloudWatch's names where they exist.
struct VolumeRecords: BitwiseCopyable {
  /// FreeStorageSpace of RDS, VolumeBytesUsed of Aurora.
  let space: GaugeID
  let grown: CounterID
  /// Statements that found no room; times that free space became low, and that it was used up.
  let full: CounterID
  let low: CounterID
  let exhausted: CounterID
  let scalings: CounterID

  init(_ config: DatabaseConfig, run: inout Run<Event>) {
    space = run.recorder.addGauge(
      resource: config.name, namespace: "AWS/RDS",
      config.engine.isAurora ? "VolumeBytesUsed" : "FreeStorageSpace", unit: "Bytes")
    func counter(_ metric: String) -> CounterID {
      run.recorder.addCounter(resource: config.name, namespace: "Windtunnel/RDS", metric)
    }
    grown = run.recorder.addCounter(
      resource: config.name, namespace: "Windtunnel/RDS", "StorageGrowth", unit: "Bytes")
    full = counter("StorageFullErrors")
    low = counter("LowStorage")
    exhausted = counter("StorageFull")
    scalings = counter("StorageScalings")
  }
}
