import Engine
import Testing
import Units

@testable import Services

/// The CPU of a database node: stories worked out by hand, and the heap against the definition.
@Suite("Stations")
struct StationTests {
  @Test("two jobs on one vCPU run at half speed until the shorter one is done")
  func twoJobs() {
    var station = Station(milliVCPUs: 1_000, threads: nil)
    // Both have had 10 at 20; the rest of the longer one is 10 more.
    #expect(station.completions([(0, .enter(1, work: 10)), (0, .enter(2, work: 20))]) == ["1 at 20", "2 at 30"])
  }

  @Test("a third job in the middle slows the two down to a third")
  func thirdJob() {
    var station = Station(milliVCPUs: 1_000, threads: nil)
    // At 10 each has had 5. The third is done after 3 x 4; then each of the two has 1 left.
    #expect(
      station.completions([(0, .enter(1, work: 10)), (0, .enter(2, work: 10)), (10, .enter(3, work: 4))])
        == ["3 at 22", "1 at 24", "2 at 24"])
  }

  @Test("a job uses one vCPU at most", arguments: [(1, 10), (2, 10), (3, 15), (4, 20)])
  func oneCoreEach(jobs: Int, end: Int64) {
    var station = Station(milliVCPUs: 2_000, threads: nil)
    let steps = (0..<UInt32(jobs)).map { (at: Int64(0), step: StationStep.enter($0, work: 10)) }
    #expect(station.completions(steps) == (0..<jobs).map { "\($0) at \(end)" })
  }

  @Test("a capacity that changes counts from that instant")
  func capacityChanges() {
    var station = Station(milliVCPUs: 1_000, threads: nil)
    // 4 done at full speed, 3 of the 6 left at half speed, the other 3 at full speed.
    #expect(
      station.completions([(0, .enter(1, work: 10)), (4, .capacity(500)), (10, .capacity(8_000))]) == ["1 at 13"])
  }

  @Test("a job leaves at the first whole ns at which it has had its work")
  func wholeNanoseconds() {
    var station = Station(milliVCPUs: 1_500, threads: nil)
    // Three quarters of a vCPU each: one ns of work takes 4/3 ns.
    #expect(station.completions([(0, .enter(1, work: 1)), (0, .enter(2, work: 3))]) == ["1 at 2", "2 at 4"])
    // Thirds add up to whole ns.
    var thirds = Station(milliVCPUs: 1_000, threads: nil)
    let steps = (0..<UInt32(3)).map { (at: Int64(0), step: StationStep.enter($0, work: 7)) }
    #expect(thirds.completions(steps) == ["0 at 21", "1 at 21", "2 at 21"])
  }

  @Test("bounded threads: the others wait in line, first come, first served")
  func boundedThreads() {
    var station = Station(milliVCPUs: 4_000, threads: 2)
    let steps: [(Int64, StationStep)] = [
      (0, .enter(1, work: 10)), (0, .enter(2, work: 30)), (1, .enter(3, work: 5)), (2, .enter(4, work: 5)),
    ]
    #expect(station.completions(steps) == ["1 at 10", "3 at 15", "4 at 20", "2 at 30"])
  }

  @Test("a job that leaves makes room at once, in line or not")
  func leaving() {
    var station = Station(milliVCPUs: 1_000, threads: nil)
    #expect(
      station.completions([(0, .enter(1, work: 10)), (0, .enter(2, work: 10)), (10, .leave(2))]) == ["1 at 15"])
    var bounded = Station(milliVCPUs: 1_000, threads: 1)
    let steps: [(Int64, StationStep)] = [
      (0, .enter(1, work: 10)), (0, .enter(2, work: 10)), (0, .enter(3, work: 10)), (0, .enter(4, work: 10)),
      (3, .leave(3)), (4, .leave(1)), (4, .leave(1)),
    ]
    // The second begins at 4, the third has left the line.
    #expect(bounded.completions(steps) == ["2 at 14", "4 at 24"])
    #expect(bounded.leave(9_999, at: Time(nanoseconds: 30)) == false)
  }

  @Test("a node that fails loses all jobs; its old timers find nothing, and new jobs start afresh")
  func clearing() {
    var station = Station(milliVCPUs: 1_000, threads: 1)
    let steps: [(Int64, StationStep)] = [
      (0, .enter(1, work: 10)), (0, .enter(2, work: 10)), (5, .clear), (6, .enter(1, work: 10)),
    ]
    #expect(station.completions(steps) == ["1 at 16"])
    #expect(station.running == 0 && station.waiting == 0)
  }

  @Test("no work is done at once")
  func noWork() {
    var station = Station(milliVCPUs: 1, threads: nil)
    #expect(station.completions([(7, .enter(1, work: 0)), (7, .enter(2, work: -5))]) == ["1 at 7", "2 at 7"])
  }

  @Test("busy time counts what jobs can use of the capacity")
  func busy() {
    var station = Station(milliVCPUs: 1_500, threads: nil)
    station.enter(1, work: 100, at: .zero)
    #expect(station.busy == 1_000 && station.load == 1)
    station.enter(2, work: 100, at: Time(nanoseconds: 10))
    #expect(station.busy == 1_500 && station.load == 2)
    #expect(station.busyMilliVCPUNs(at: Time(nanoseconds: 14)) == 10 * 1_000 + 4 * 1_500)
    station.setCapacity(milliVCPUs: 4_000, at: Time(nanoseconds: 14))
    #expect(station.busy == 2_000)
    #expect(station.busyMilliVCPUNs(at: Time(nanoseconds: 15)) == 16_000 + 2_000)
  }

  @Test("a timer is wanted only for what comes before the pending one")
  func timers() {
    var station = Station(milliVCPUs: 1_000, threads: nil)
    station.enter(1, work: 10, at: .zero)
    #expect(station.timer(at: .zero) == Time(nanoseconds: 10))
    // With two, the first is done at 20: the timer at 10 will do.
    station.enter(2, work: 20, at: .zero)
    #expect(station.timer(at: .zero) == nil)
    #expect(station.completed(at: Time(nanoseconds: 10)) == nil)
    #expect(station.timer(at: Time(nanoseconds: 10)) == Time(nanoseconds: 20))
    // One ns of work, shared by three, is done at 18.
    station.enter(3, work: 1, at: Time(nanoseconds: 15))
    #expect(station.timer(at: Time(nanoseconds: 15)) == Time(nanoseconds: 18))
    #expect(station.completed(at: Time(nanoseconds: 18)) == 3)
  }

  @Test("what would take longer than the clock runs has no timer")
  func endOfTime() {
    var station = Station(milliVCPUs: 1, threads: nil)
    for owner in 0..<1_000 as Range<UInt32> { station.enter(owner, work: .max, at: .zero) }
    #expect(station.timer(at: .zero) == nil)
    station.enter(1_000, work: 0, at: .zero)
    #expect(station.timer(at: .zero) == .zero)
  }

  @Test("a hundred thousand jobs of one length are done at one instant, in order of entry")
  func manyJobs() {
    var station = Station(milliVCPUs: 1_000, threads: nil)
    let count: UInt32 = 100_000
    for owner in 0..<count { station.enter(owner, work: 1_000_000, at: .zero) }
    #expect(station.timer(at: .zero) == .seconds(100))
    #expect(station.completed(at: .seconds(100) + Time(nanoseconds: -1)) == nil)
    var isInOrder = true
    for owner in 0..<count where station.completed(at: .seconds(100)) != owner { isInOrder = false }
    #expect(isInOrder)
    #expect(station.running == 0)
  }

  @Test("a year without a pause does not blunt the clock")
  func noDrift() {
    var station = Station(milliVCPUs: 3_000, threads: nil)
    station.enter(0, work: Time.days(400).nanoseconds, at: .zero)
    var stream = RandomStream(seed: 91, replication: 0, component: "station", purpose: "drift")
    for day in 0..<366 as Range<Int64> {
      // Seven share three vCPUs for a while, so that the clock goes through many fractions.
      let noon = Time.days(day) + Time(nanoseconds: Int64(stream.nextIndex(below: 1_000_000)))
      for owner in 1..<7 as Range<UInt32> { station.enter(owner, work: 1_000_000, at: noon) }
      let due = noon + Time(nanoseconds: 2_333_334)
      #expect(station.completed(at: due + Time(nanoseconds: -1)) == nil)
      for owner in 1..<7 as Range<UInt32> { #expect(station.completed(at: due) == owner) }
      #expect(station.completed(at: due) == nil)
    }
  }

  @Test("the heap does what the definition says, to the ns", arguments: 0..<60)
  func oracle(number: Int) {
    var stream = RandomStream(seed: 92, replication: number, component: "station", purpose: "steps")
    func below(_ n: Int64) -> Int64 { Int64(stream.nextIndex(below: UInt64(n))) }
    // The definition's fractions are whole with up to 40 jobs that share.
    let threads = number % 3 == 0 ? nil : Int(1 + below(number % 3 == 1 ? 4 : 30))
    let owners = UInt32(threads == nil ? 40 : 100)
    let capacity = 1 + below(8_000)
    // Short jobs tie often, long ones seldom.
    let longest: Int64 = [5, 1_000, 10_000_000][Int(below(3))]
    var present: Set<UInt32> = []
    var steps: [(at: Int64, step: StationStep)] = []
    var now: Int64 = 0
    // Whoever may still be there leaves before entering again.
    for _ in 0..<2_000 {
      now += below(longest / 2 + 1)
      switch below(100) {
      case 0: steps.append((now, .clear))
      case 1..<8: steps.append((now, .capacity(1 + below(8_000))))
      case 8..<20: steps.append((now, .leave(UInt32(below(Int64(owners))))))
      default:  // over numbers
        let owner = UInt32(below(Int64(owners)))
        if !present.insert(owner).inserted { steps.append((now, .leave(owner))) }
        steps.append((now, .enter(owner, work: below(longest))))
      }
    }
    var heap = Station(milliVCPUs: capacity, threads: threads)
    var naive = NaiveStation(milliVCPUs: capacity, threads: threads)
    let (found, wanted) = (heap.drive(steps), naive.drive(steps))
    let difference = zip(found, wanted).enumerated().first { $1.0 != $1.1 }
    #expect(found.count == wanted.count)
    #expect(difference == nil, "line \(difference.map { "\($0.offset): \($0.element)" } ?? "")")
    #expect(found.count { $0.isDone } > 50, "the stream does finish jobs")
  }
}
