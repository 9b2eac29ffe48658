import Engine
import Units

// A first-come-first-served station of equal servers with unlimited room, on nothing but the engine's verbs. One source
// places a call per Poisson arrival; the station answers it when a server has worked on it.
//
//   called -> waiting -> in service -> answered

/// What happens at the station.
enum StationEvent: SimulationEvent {
  case called(CallID)
  case answered(CallID)
  case arrival(UInt16)
  /// A server is done.
  case served(CallID)
}

/// What one run of a station showed.
struct StationResult {
  /// Customers that began to be served in the recorded span.
  var served = 0
  /// Mean wait before service in seconds.
  var meanWait = 0.0
  /// Share of the waits above the threshold.
  var tail = 0.0
  /// Time-weighted mean number of customers that wait.
  var meanQueue = 0.0
  /// Time-weighted mean number of busy servers.
  var meanBusy = 0.0
}

/// The station and its source.
struct Station {
  var servers: Int
  var arrivalRate: Double
  var service: Distribution
  /// Waits longer than this are counted.
  var threshold: Time

  /// Runs one replication from empty.
  func simulate(seed: UInt64, replication: Int, warmUp: Time, duration: Time) -> StationResult {
    let pool = SamplerPool()
    var run = Run<StationEvent>(warmUp: warmUp, duration: duration, period: duration)
    let wait = run.recorder.addTiming(resource: "station", namespace: "Test", "Wait", keepsHistogram: true)
    let queue = run.recorder.addLevel(resource: "station", namespace: "Test", "Waiting")
    let busy = run.recorder.addLevel(resource: "station", namespace: "Test", "Busy")
    let long = run.recorder.addCounter(resource: "station", namespace: "Test", "LongWaits")
    let (gap, work) = (pool.makeSampler(.exponential(mean: 1e9 / arrivalRate)), pool.makeSampler(service))
    var gaps = RandomStream(seed: seed, replication: replication, component: "source", purpose: "arrivals")
    var works = RandomStream(seed: seed, replication: replication, component: "station", purpose: "service")
    var (waiting, head, inService) = ([CallID](), 0, 0)

    func begin(_ call: CallID, _ run: inout Run<StationEvent>) {
      let waited = run.now - run.calls[call.slot].start
      run.recorder.record(wait, waited.nanoseconds)
      if waited > threshold { run.recorder.count(long) }
      run.schedule(.served(call), after: Time(nanoseconds: work.drawTime(&works)))
    }

    run.expectArrival(of: 0, at: Time(nanoseconds: gap.drawTime(&gaps)))
    while let event = run.next() {
      switch event {
      case .arrival(let source):
        _ = run.place(from: Party(kind: 0, index: source), to: Party(kind: 1, index: 0), site: 0, ledger: .none)
        run.expectArrival(of: source, at: run.now + Time(nanoseconds: gap.drawTime(&gaps)))
      case .called(let call):
        if inService < servers {
          inService += 1
          run.recorder.change(busy, by: 1, at: run.now)
          begin(call, &run)
        } else {
          waiting.append(call)
          run.recorder.change(queue, by: 1, at: run.now)
        }
      case .served(let call):
        run.answer(call, .success)
        if head < waiting.count {
          run.recorder.change(queue, by: -1, at: run.now)
          head += 1
          begin(waiting[head - 1], &run)
        } else {
          inService -= 1
          run.recorder.change(busy, by: -1, at: run.now)
        }
      case .answered(let call):
        run.finish(call)
      }
    }
    let waits = run.recorder.histogram(wait)
    return withExtendedLifetime(pool) {
      StationResult(
        served: Int(waits.count), meanWait: waits.mean / 1e9,
        tail: Double(run.recorder.total(long)) / Double(waits.count),
        meanQueue: run.recorder.mean(queue, over: duration), meanBusy: run.recorder.mean(busy, over: duration))
    }
  }
}
