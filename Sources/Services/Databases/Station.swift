import Engine
import Units

/// The CPU of one database node: a queueing station of so many vCPUs that all statements share.
///
/// Processor sharing: n statements on c vCPUs run at min(1, c / n) each, so one statement uses one vCPU at most. At most
/// `threads` share at once; the others wait in line, first come, first served. Work is CPU time in ns on one vCPU. A job
/// leaves at the first whole ns at which it has had its work.
///
/// The owner holds the timer: after each change it asks `timer`, and when an event of the station comes it asks
/// `completed` until that is nil. Jobs go by their owners' numbers, each at most once at a time; memory grows with the
/// largest number, so they are best slots of a slab.
///
/// How it counts: all that share have the same rate, so one virtual clock serves them all. It shows the work that a job
/// would have had that shared from the beginning; a job is done when the clock shows its value at entry plus the job's
/// work. Entering, leaving and finishing cost O(log n), the passing of time O(1). The clock has 64 bits of ns and 64 of
/// their fractions, so the rate, rounded to nearest, is off by 2^-65 at most, and a job's work by 2^-65 ns for each ns
/// of its stay: whatever happened before its entry cancels out, nothing drifts. What misses its work by less than
/// `quantum` is done; so a stay of up to half an hour ends at the very ns, a longer one may end a ns late, and none ends
/// before (n / c) x 2 quanta of its end, which is 0.012 ns with 100,000 jobs on one vCPU.
struct Station: ~Copyable {
  /// A quantum is 2^-24 ns: what virtual times of completion are rounded to.
  private static let quantumBits: UInt128 = 24
  /// Bits of a heap's key that number the entries: 17 trillion in one busy period.
  private static let orderBits: UInt128 = 44
  /// Longest work, 18 years, so that a key has room for the time.
  private static let longestWork: Int64 = 1 << 59

  private var sharing = StationHeap()
  private var places = StationPlaces()
  private let threads: Int
  private var milliVCPUs: Int64
  /// What the clock gains in a ns, in 2^-64 ns; 0 stands for a whole ns, as long as each job has a vCPU.
  private var rate: UInt64 = 0
  /// The virtual clock, in 2^-64 ns.
  private var virtual = Station.start
  /// Entries since the station was last empty.
  private var entries: UInt64 = 0
  private var lastChange = Time.zero
  /// Thousandths of a vCPU that are busy, times ns, since the beginning.
  private var busyIntegral: UInt128 = 0
  /// When the pending timer is due; `.never` for none.
  private(set) var armed = Time.never

  /// An empty station of so many thousandths of a vCPU, 1 or more; `threads` nil shares among all.
  init(milliVCPUs: Int64, threads: Int?) {
    precondition(milliVCPUs >= 1 && milliVCPUs <= 1 << 40, "a station has a thousandth of a vCPU or more")
    precondition(threads ?? 1 >= 1, "a station has a thread or more")
    self.milliVCPUs = milliVCPUs
    self.threads = threads ?? .max
  }

  // MARK: Figures

  /// Jobs that share the vCPUs.
  var running: Int { sharing.count }
  /// Jobs in line.
  var waiting: Int { places.inLine }
  /// Jobs altogether: CloudWatch's DBLoadCPU, as far as it waits for a vCPU.
  @inline(__always) var load: Int64 { Int64(sharing.count &+ places.inLine) }
  /// Thousandths of a vCPU that are busy now.
  @inline(__always) var busy: Int64 { min(Int64(sharing.count) &* 1_000, milliVCPUs) }
  /// Thousandths of a vCPU that there are.
  var capacity: Int64 { milliVCPUs }

  /// Thousandths of a vCPU that were busy, times ns, from the beginning until `now`.
  mutating func busyMilliVCPUNs(at now: Time) -> UInt128 {
    progress(to: now)
    return busyIntegral
  }

  // MARK: Jobs

  /// A job begins, or joins the line. Work below 0 counts as 0.
  mutating func enter(_ owner: UInt32, work: Int64, at now: Time) {
    progress(to: now)
    places.reserve(owner)
    precondition(places[owner].isFree, "an owner has one job at a station at a time")
    if sharing.count < threads {
      share(owner, work)
      changeRate()
    } else {
      places.join(owner, work)
    }
  }

  /// Takes a job away that is not done, as its session ends; false if the owner has none.
  @discardableResult mutating func leave(_ owner: UInt32, at now: Time) -> Bool {
    guard places.has(owner) else { return false }
    progress(to: now)
    if places[owner].isInLine {
      places.quit(owner)
    } else {
      sharing.remove(at: Int(places[owner].position), places: places)
      places[owner].position = StationPlace.free
      admit()
    }
    return true
  }

  /// All jobs end without being done, as the node fails; their owners know them.
  mutating func clear(at now: Time) {
    progress(to: now)
    sharing.removeAll(places: places)
    places.clear()
    armed = .never
    admit()
  }

  /// Changes the capacity under what runs; thousandths of a vCPU, 1 or more.
  mutating func setCapacity(milliVCPUs: Int64, at now: Time) {
    precondition(milliVCPUs >= 1 && milliVCPUs <= 1 << 40, "a station has a thousandth of a vCPU or more")
    progress(to: now)
    self.milliVCPUs = milliVCPUs
    changeRate()
  }

  // MARK: The timer

  /// When the owner must schedule an event of the station; nil if a pending one will do.
  mutating func timer(at now: Time) -> Time? {
    progress(to: now)
    guard !sharing.isEmpty else { return nil }
    let target = Self.target(sharing.firstKey)
    if armed != .never {
      // Most of the time a timer is pending that comes first: one multiplication tells.
      guard armed > now, reached(after: armed.nanoseconds &- now.nanoseconds &- 1) >= target else { return nil }
    }
    guard let due = due(target, now) else { return nil }
    armed = due
    return due
  }

  /// A job that is done at `now`, those that entered first at first; nil if there is none, or none any more. Of a timer
  /// that another one has overtaken, nothing is due.
  mutating func completed(at now: Time) -> UInt32? {
    progress(to: now)
    if armed == now { armed = .never }
    guard !sharing.isEmpty, virtual >= Self.target(sharing.firstKey) else { return nil }
    let owner = sharing.firstOwner
    sharing.remove(at: 0, places: places)
    places[owner].position = StationPlace.free
    admit()
    return owner
  }

  // MARK: Virtual time

  /// One ns, lest the first quantum be below 0.
  private static var start: UInt128 { 1 << 64 }

  /// What the clock shows when the job of a heap's key is done, less the quantum that rounding may have cost.
  private static func target(_ key: UInt128) -> UInt128 { (key &>> orderBits &- 1) &<< (64 &- quantumBits) }

  // What only reads the station is inlined: a call of it would copy the whole station first.
  @inline(__always) private mutating func progress(to now: Time) {
    let span = now.nanoseconds &- lastChange.nanoseconds
    if span > 0 { pass(span, to: now) }
  }

  @inline(never) private mutating func pass(_ span: Int64, to now: Time) {
    if !sharing.isEmpty {
      virtual = reached(after: span)
      let product = UInt64(truncatingIfNeeded: span).multipliedFullWidth(by: UInt64(truncatingIfNeeded: busy))
      busyIntegral &+= UInt128(_low: product.low, _high: product.high)
    }
    lastChange = now
  }

  /// What the clock shows after a span, if nothing changes.
  @inline(__always) private func reached(after span: Int64) -> UInt128 {
    let span = UInt64(truncatingIfNeeded: span)
    if rate == 0 { return virtual &+ UInt128(_low: 0, _high: span) }
    let product = span.multipliedFullWidth(by: rate)
    return virtual &+ UInt128(_low: product.low, _high: product.high)
  }

  /// The first ns at which the clock has reached `target`; nil beyond the end of time.
  @inline(__always) private func due(_ target: UInt128, _ now: Time) -> Time? {
    guard target > virtual else { return now }
    let distance = target &- virtual
    let span: UInt64
    if rate == 0 {
      span = UInt64(truncatingIfNeeded: (distance &+ UInt128(UInt64.max)) &>> 64)
    } else {
      guard distance._high < rate else { return nil }
      let (quotient, remainder) = rate.dividingFullWidth((distance._high, distance._low))
      span = remainder == 0 ? quotient : quotient &+ 1
    }
    guard span < UInt64(Time.never.nanoseconds &- now.nanoseconds) else { return nil }
    return Time(nanoseconds: now.nanoseconds &+ Int64(truncatingIfNeeded: span))
  }

  @inline(__always) private mutating func share(_ owner: UInt32, _ work: Int64) {
    let finish = virtual &+ UInt128(_low: 0, _high: UInt64(truncatingIfNeeded: max(0, min(work, Self.longestWork))))
    let rounding: UInt128 = 1 &<< (63 &- Self.quantumBits)
    let quanta = (finish &+ rounding) &>> (64 &- Self.quantumBits)
    sharing.insert(quanta &<< Self.orderBits | UInt128(_low: entries, _high: 0), owner, places: places)
    entries &+= 1
  }

  /// Room has come, or all have gone.
  private mutating func admit() {
    while sharing.count < threads, let (owner, work) = places.next() { share(owner, work) }
    if sharing.isEmpty { (virtual, entries) = (Self.start, 0) }
    changeRate()
  }

  @inline(__always) private mutating func changeRate() {
    let wanted = UInt64(truncatingIfNeeded: sharing.count) &* 1_000
    let given = UInt64(truncatingIfNeeded: milliVCPUs)
    guard wanted > given else {
      rate = 0
      return
    }
    let (quotient, remainder) = wanted.dividingFullWidth((given, 0))
    rate = remainder &<< 1 >= wanted && quotient < .max ? quotient &+ 1 : quotient
  }
}
