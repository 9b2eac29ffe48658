import Testing
import Units

@testable import Engine

/// A system of its own: one number, and what the engine asks for.
private enum ToyEvent: SimulationEvent, Equatable {
  case called(CallID)
  case answered(CallID)
  case arrival(UInt16)
  case tick(Int)
}

@Suite("Run")
struct RunTests {
  private let someone = Party(kind: 0, index: 0)

  private func ticks(_ run: inout Run<ToyEvent>) -> [Int] {
    var numbers: [Int] = []
    while let event = run.next() {
      if case .tick(let number) = event { numbers.append(number) }
    }
    return numbers
  }

  @Test("events come by time, and at one time in the order of scheduling")
  func order() {
    var run = Run<ToyEvent>(warmUp: .zero, duration: .seconds(10), period: .seconds(1))
    run.schedule(.tick(3), at: .seconds(2))
    run.schedule(.tick(1), at: .seconds(1))
    run.schedule(.tick(4), at: .seconds(2))
    run.schedule(.tick(2), at: .seconds(1))
    let numbers = ticks(&run)
    #expect(numbers == [1, 2, 3, 4])
  }

  @Test("a time limit comes before all else at its instant, whenever it was scheduled, with and without the lane")
  func limits() {
    for lane in [true, false] {
      var run = Run<ToyEvent>(warmUp: .zero, duration: .seconds(10), period: .seconds(1), lane: lane)
      run.schedule(.tick(3), at: .seconds(1))
      run.scheduleLimit(.tick(1), at: .seconds(1))
      run.scheduleLimit(.tick(2), at: .seconds(1))
      run.schedule(.tick(0), at: Time(nanoseconds: 999_999_999))
      run.post(.tick(-1))
      run.scheduleLimit(.tick(-2), at: .zero)
      let numbers = ticks(&run)
      #expect(numbers == [-2, -1, 0, 1, 2, 3])
      #expect(run.events == 6)
    }
  }

  @Test("an event at the end of the run is not handled, one a nanosecond earlier is; the clock stops at the end")
  func end() {
    var run = Run<ToyEvent>(warmUp: .seconds(2), duration: .seconds(3), period: .seconds(1))
    run.schedule(.tick(1), at: Time(nanoseconds: 4_999_999_999))
    run.schedule(.tick(2), at: .seconds(5))
    let numbers = ticks(&run)
    let (now, again, events) = (run.now, run.next(), run.events)
    #expect(numbers == [1])
    #expect(now == .seconds(5))
    #expect(again == nil)
    #expect(events == 1)
  }

  @Test("a run without events passes all its periods; the last may be shorter")
  func emptyRun() {
    var run = Run<ToyEvent>(warmUp: .seconds(1), duration: Time(nanoseconds: 2_500_000_000), period: .seconds(1))
    let level = run.recorder.addLevel(resource: "r", namespace: "n", "Level")
    run.recorder.change(level, by: 2, at: .zero)
    let event = run.next()
    let rows = run.recorder.series()[0].values
    let mean = run.recorder.mean(level, over: Time(nanoseconds: 2_500_000_000))
    #expect(event == nil)
    #expect(rows == [2, 2, 2])
    #expect(mean == 2)
  }

  @Test("recording starts with the events of the warm-up's last instant, and a border belongs to the later period")
  func borders() {
    var run = Run<ToyEvent>(warmUp: .seconds(2), duration: .seconds(2), period: .seconds(1))
    let counter = run.recorder.addCounter(resource: "r", namespace: "n", "Ticks")
    for nanoseconds in [0, 1_999_999_999, 2_000_000_000, 2_999_999_999, 3_000_000_000, 3_999_999_999, 4_000_000_000] {
      run.schedule(.tick(0), at: Time(nanoseconds: Int64(nanoseconds)))
    }
    while run.next() != nil { run.recorder.count(counter) }
    let (total, rows) = (run.recorder.total(counter), run.recorder.series()[0].values)
    #expect(total == 4)
    #expect(rows == [2, 2])
  }

  @Test("an event posted at this instant comes behind those already due, and before any later one")
  func posting() {
    for lane in [true, false] {
      var run = Run<ToyEvent>(warmUp: .zero, duration: .seconds(10), period: .seconds(1), lane: lane)
      run.schedule(.tick(1), at: .seconds(1))
      run.schedule(.tick(2), at: .seconds(1))
      run.schedule(.tick(5), at: Time(nanoseconds: 1_000_000_001))
      var numbers: [Int] = []
      while let event = run.next() {
        guard case .tick(let number) = event else { continue }
        numbers.append(number)
        if number == 1 {
          run.post(.tick(3))
          run.schedule(.tick(4), at: run.now)
        }
      }
      #expect(numbers == [1, 2, 3, 4, 5])
    }
  }

  @Test("arrivals, posted and scheduled events of one instant keep the order in which they were announced")
  func threePlaces() {
    for lane in [true, false] {
      var run = Run<ToyEvent>(warmUp: .zero, duration: .seconds(10), period: .seconds(1), lane: lane)
      run.schedule(.tick(0), at: .seconds(1))
      run.expectArrival(of: 7, at: .seconds(1))
      run.schedule(.tick(1), at: .seconds(1))
      var events: [ToyEvent] = []
      while let event = run.next() {
        events.append(event)
        if event == .tick(0) {
          run.post(.tick(2))
          run.expectArrival(of: 8, at: run.now)
          run.post(.tick(3))
        }
      }
      #expect(events == [.tick(0), .arrival(7), .tick(1), .tick(2), .arrival(8), .tick(3)])
    }
  }

  @Test("an arrival that never comes is not expected")
  func never() {
    var run = Run<ToyEvent>(warmUp: .zero, duration: .seconds(1), period: .seconds(1))
    run.expectArrival(of: 0, at: .never)
    let event = run.next()
    #expect(event == nil)
  }

  @Test("a call goes to the callee and its answer to the caller, at the instants of the verbs")
  func call() {
    var run = Run<ToyEvent>(warmUp: .zero, duration: .seconds(10), period: .seconds(1))
    let caller = Party(kind: 1, index: 2, tag: 3)
    run.schedule(.tick(0), at: .seconds(1))
    var log: [String] = []
    var placed = CallID.none
    while let event = run.next() {
      switch event {
      case .tick(0): placed = run.place(from: caller, to: someone, site: 9, ledger: .none)
      case .tick: run.answer(placed, .failed)
      case .called(let id):
        log.append("called \(id == placed) \(run.now) site \(run.calls[id.slot].site)")
        run.schedule(.tick(1), after: .seconds(2))
      case .answered(let id):
        log.append("answered \(run.isAnswered(id)) \(run.now) \(run.calls[id.slot].outcome.name)")
        log.append("since \(run.calls[id.slot].start) by \(run.calls[id.slot].caller.tag)")
        run.finish(id)
        log.append("finished \(run.isAnswered(id)) \(run.calls.count)")
      case .arrival: break
      }
    }
    #expect(
      log == [
        "called true 1 s site 9", "answered true 3 s failed", "since 1 s by 3", "finished false 0",
      ])
  }

  @Test("the answer to an abandoned call goes nowhere, and frees its slot")
  func abandonedThenAnswered() {
    var run = Run<ToyEvent>(warmUp: .zero, duration: .seconds(10), period: .seconds(1))
    let call = run.place(from: someone, to: someone, site: 0, ledger: .none)
    let first = run.next()
    run.abandon(call)
    let held = run.calls.count
    run.answer(call, .success)
    let (second, left) = (run.next(), run.calls.count)
    #expect(first == .called(call))
    #expect(held == 1)
    #expect(second == nil)
    #expect(left == 0)
  }

  @Test("a call abandoned after its answer and before the answer's arrival is stale for good")
  func answeredThenAbandoned() {
    var run = Run<ToyEvent>(warmUp: .zero, duration: .seconds(10), period: .seconds(1))
    let call = run.place(from: someone, to: someone, site: 0, ledger: .none)
    _ = run.next()
    run.answer(call, .success)
    run.abandon(call)
    let other = run.place(from: someone, to: someone, site: 0, ledger: .none)
    let stale = run.next()
    let (isAnswered, isReused) = (run.isAnswered(call), other.slot == call.slot && other != call)
    #expect(stale == .answered(call))
    #expect(!isAnswered)
    #expect(isReused)
  }

  @Test("segments of one name are one segment")
  func segments() {
    var run = Run<ToyEvent>(warmUp: .zero, duration: .seconds(1), period: .seconds(1))
    let ids = [run.addSegment("a"), run.addSegment("b"), run.addSegment("a")]
    let names = run.segments
    #expect(ids[0] == ids[2] && ids[0] != ids[1])
    #expect(names == ["a", "b"])
  }

  @Test("a random system gives the same digest with and without the lane, and again; another order gives another")
  func digests() {
    let digests = [(1, true), (1, false), (1, true), (2, true)].map { seed, lane in
      Self.digest(seed: UInt64(seed), lane: lane)
    }
    #expect(digests[0] == digests[1] && digests[1] == digests[2])
    #expect(digests[0] != digests[3])
  }

  /// Events that post, schedule, and expect arrivals at random, half of them at the same instant.
  private static func digest(seed: UInt64, lane: Bool) -> [UInt64] {
    var stream = RandomStream(seed: seed, replication: 0, component: "toy", purpose: "digest")
    var run = Run<ToyEvent>(warmUp: .seconds(1), duration: .seconds(60), period: .seconds(7), lane: lane)
    for number in 0..<20 { run.schedule(.tick(number), at: Time(nanoseconds: Int64(number % 3))) }
    run.expectArrival(of: 0, at: .zero)
    while let event = run.next() {
      if event == .arrival(0) {
        run.expectArrival(of: 0, at: run.now + Time(nanoseconds: Int64(stream.nextIndex(below: 3)) * 50_000_000))
        run.post(.tick(-1))
      }
      guard case .tick(let number) = event, number >= 0 else { continue }
      switch stream.nextIndex(below: 4) {
      case 0: run.schedule(.tick(number), at: run.now)
      case 1: run.post(.tick(number))
      default: run.schedule(.tick(number), after: Time(nanoseconds: Int64(stream.nextIndex(below: 4) * 20_000_000)))
      }
    }
    return [run.digest, run.events]
  }
}
