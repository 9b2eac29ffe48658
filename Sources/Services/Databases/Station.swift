import Engine
import Units

/// The CPU of one database node: a queueing station of `capacity` vCPUs that all statements share.
///
/// Processor sharing: n statements on c vCPUs run at min(1, c / n) each. At most `threads` share at once; the others wait
/// in line, first come, first served. Work is CPU time in ns on one vCPU.
///
/// The owner holds the timer: after each change it asks `timer`, and when an event of the station comes it asks
/// `completed` until that is nil.
struct Station: ~Copyable {
  private struct Job: BitwiseCopyable {
    var owner: UInt32
    var left: Double
  }

  private var sharing: [Job] = []
  private var line: [Job] = []
  private let threads: Int
  private var capacity: Double
  private var lastChange = Time.zero
  /// When the pending timer is due; `.never` for none.
  private(set) var armed = Time.never

  /// An empty station of so many thousandths of a vCPU, 1 or more; `threads` nil shares among all.
  init(milliVCPUs: Int64, threads: Int?) {
    capacity = Double(milliVCPUs) / 1_000
    self.threads = threads ?? .max
  }

  /// Jobs that share the vCPUs, and those in line.
  var running: Int { sharing.count }
  var waiting: Int { line.count }

  /// Thousandths of vCPUs that are busy.
  var busy: Int64 { Int64((1_000 * min(Double(sharing.count), capacity)).rounded()) }

  /// A job begins, or joins the line.
  mutating func enter(_ owner: UInt32, work: Int64, at now: Time) {
    progress(to: now)
    let job = Job(owner: owner, left: Double(work))
    if sharing.count < threads { sharing.append(job) } else { line.append(job) }
  }

  /// Changes the capacity under what runs.
  mutating func setCapacity(milliVCPUs: Int64, at now: Time) {
    progress(to: now)
    capacity = Double(milliVCPUs) / 1_000
  }

  /// All jobs end without being done, as the node fails; their owners know them.
  mutating func clear(at now: Time) {
    progress(to: now)
    sharing.removeAll()
    line.removeAll()
    armed = .never
  }

  /// When the owner must schedule an event of the station; nil if a pending one will do.
  mutating func timer(at now: Time) -> Time? {
    progress(to: now)
    guard let least = sharing.map(\.left).min() else { return nil }
    let rate = min(1, capacity / Double(sharing.count))
    let due = now + Time(nanoseconds: Int64((max(0, least) / rate).rounded(.up)))
    guard due < armed else { return nil }
    armed = due
    return due
  }

  /// A job that is done at `now`; nil if there is none, or none any more. Of a timer that another one has overtaken,
  /// nothing is due.
  mutating func completed(at now: Time) -> UInt32? {
    progress(to: now)
    if armed == now { armed = .never }
    guard let index = sharing.firstIndex(where: { $0.left < 0.5 }) else { return nil }
    let owner = sharing.remove(at: index).owner
    if !line.isEmpty { sharing.append(line.removeFirst()) }
    return owner
  }

  private mutating func progress(to now: Time) {
    let span = Double((now - lastChange).nanoseconds)
    lastChange = now
    guard span > 0, !sharing.isEmpty else { return }
    let rate = min(1, capacity / Double(sharing.count))
    for index in sharing.indices { sharing[index].left -= span * rate }
  }
}
