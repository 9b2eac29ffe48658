import Units

@testable import Services

/// What can be driven as a station.
protocol SharedStation: ~Copyable {
  mutating func enter(_ owner: UInt32, work: Int64, at now: Time)
  mutating func leave(_ owner: UInt32, at now: Time) -> Bool
  mutating func clear(at now: Time)
  mutating func setCapacity(milliVCPUs: Int64, at now: Time)
  mutating func timer(at now: Time) -> Time?
  mutating func completed(at now: Time) -> UInt32?
  mutating func busyMilliVCPUNs(at now: Time) -> UInt128
  var running: Int { get }
  var waiting: Int { get }
}

extension Station: SharedStation {}

/// The same by the definition: each job's work left, brought up to date one by one, in exact fractions of a ns.
///
/// A unit of work is 1 / (1,000 x lcm(1..40)) ns, so that what each of up to 40 jobs gets in a ns is a whole number.
struct NaiveStation: SharedStation {
  private struct Job {
    var owner: UInt32
    var left: Int128
  }

  private static let unit: Int128 = 5_342_931_457_063_200
  private var sharing: [Job] = []
  private var line: [Job] = []
  private let threads: Int
  private var milliVCPUs: Int64
  private var lastChange = Time.zero
  private var busyIntegral: UInt128 = 0
  private var armed = Time.never

  init(milliVCPUs: Int64, threads: Int?) {
    self.milliVCPUs = milliVCPUs
    self.threads = threads ?? .max
  }

  var running: Int { sharing.count }
  var waiting: Int { line.count }

  /// Units that each job gets in a ns.
  private var rate: Int128 {
    precondition(sharing.count <= 40, "thirds to fortieths of a ns are whole numbers of units, others need not be")
    return min(1_000 * Self.unit, Int128(milliVCPUs) * (Self.unit / Int128(max(1, sharing.count))))
  }

  mutating func enter(_ owner: UInt32, work: Int64, at now: Time) {
    progress(to: now)
    let job = Job(owner: owner, left: Int128(work) * 1_000 * Self.unit)
    if sharing.count < threads { sharing.append(job) } else { line.append(job) }
  }

  mutating func leave(_ owner: UInt32, at now: Time) -> Bool {
    progress(to: now)
    if let index = sharing.firstIndex(where: { $0.owner == owner }) {
      sharing.remove(at: index)
      if !line.isEmpty { sharing.append(line.removeFirst()) }
      return true
    }
    guard let index = line.firstIndex(where: { $0.owner == owner }) else { return false }
    line.remove(at: index)
    return true
  }

  mutating func clear(at now: Time) {
    progress(to: now)
    sharing.removeAll()
    line.removeAll()
    armed = .never
  }

  mutating func setCapacity(milliVCPUs: Int64, at now: Time) {
    progress(to: now)
    self.milliVCPUs = milliVCPUs
  }

  mutating func timer(at now: Time) -> Time? {
    progress(to: now)
    guard let least = sharing.map(\.left).min() else { return nil }
    let due = now + Time(nanoseconds: Int64((max(0, least) + rate - 1) / rate))
    guard due < armed else { return nil }
    armed = due
    return due
  }

  mutating func completed(at now: Time) -> UInt32? {
    progress(to: now)
    if armed == now { armed = .never }
    guard let least = sharing.map(\.left).min(), least <= 0,
      let index = sharing.firstIndex(where: { $0.left == least })
    else { return nil }
    let owner = sharing.remove(at: index).owner
    if !line.isEmpty { sharing.append(line.removeFirst()) }
    return owner
  }

  mutating func busyMilliVCPUNs(at now: Time) -> UInt128 {
    progress(to: now)
    return busyIntegral
  }

  private mutating func progress(to now: Time) {
    let span = (now - lastChange).nanoseconds
    lastChange = now
    guard span > 0, !sharing.isEmpty else { return }
    busyIntegral += UInt128(min(Int64(sharing.count) * 1_000, milliVCPUs)) * UInt128(span)
    let gain = rate * Int128(span)
    for index in sharing.indices { sharing[index].left -= gain }
  }
}

/// What is done to a station.
enum StationStep {
  case enter(UInt32, work: Int64)
  case leave(UInt32)
  case capacity(Int64)
  case clear
}

/// One line of what a station did.
struct StationLine: Equatable, CustomStringConvertible {
  var at: Int64
  var owner: UInt32
  var isDone: Bool
  var running: Int
  var waiting: Int
  var busy: UInt128

  var description: String {
    "\(at) ns: \(owner) \(isDone ? "done" : "step"), \(running) running, \(waiting) waiting, \(busy) busy"
  }
}

extension SharedStation where Self: ~Copyable {
  /// Takes the station through steps at their times, ascending, and on until its last timer. Timers come before steps of
  /// their instant.
  mutating func drive(_ steps: [(at: Int64, step: StationStep)]) -> [StationLine] {
    var lines: [StationLine] = []
    var timers: [Time] = []
    var next = 0
    func note(_ owner: UInt32, _ isDone: Bool, _ now: Time) {
      let busy = busyMilliVCPUNs(at: now)
      lines.append(
        StationLine(
          at: now.nanoseconds, owner: owner, isDone: isDone, running: running, waiting: waiting, busy: busy))
    }
    while next < steps.count || !timers.isEmpty {
      let timer = timers.min() ?? .never
      let step = next < steps.count ? Time(nanoseconds: steps[next].at) : .never
      let now = min(timer, step)
      if timer <= step {
        timers.remove(at: timers.firstIndex(of: timer) ?? 0)
        while let owner = completed(at: now) { note(owner, true, now) }
      } else {
        switch steps[next].step {
        case .enter(let owner, let work): enter(owner, work: work, at: now)
        case .leave(let owner):
          if leave(owner, at: now) { note(owner, false, now) }
        case .capacity(let milliVCPUs): setCapacity(milliVCPUs: milliVCPUs, at: now)
        case .clear: clear(at: now)
        }
        note(.max, false, now)
        next += 1
      }
      if let due = self.timer(at: now) { timers.append(due) }
    }
    return lines
  }

  /// Which jobs are done when, ns.
  mutating func completions(_ steps: [(at: Int64, step: StationStep)]) -> [String] {
    drive(steps).filter(\.isDone).map { "\($0.owner) at \($0.at)" }
  }
}
