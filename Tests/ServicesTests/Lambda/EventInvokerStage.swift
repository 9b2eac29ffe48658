import Engine
import Testing
import Units

@testable import Services

/// The queue of one function's asynchronous events on a stage: the function and the destinations are puppets that answer
/// as a script says, so that every moment can be told exactly.
struct EventInvokerStage {
  /// How the function answers one attempt, and after which time.
  struct Answer {
    var outcome: Outcome
    var duration: Time
    init(_ outcome: Outcome, after duration: Time = .zero) {
      self.outcome = outcome
      self.duration = duration
    }
  }

  /// What was seen.
  struct Play {
    /// When the function was asked.
    var attempts: [Time] = []
    /// When a destination was asked, and which one.
    var deliveries: [(at: Time, to: String)] = []
    /// Whether each attempt was exempt from client limits and wrote into no ledger.
    var areApart = true
    /// The event's own figures.
    var figures: [String: Double] = [:]
  }

  var config = EventInvokeConfig()
  var reservedConcurrentExecutions: Int?
  /// What the destinations say.
  var delivery = Outcome.success

  /// One event at time zero, and the function's answers to its attempts; the last one is repeated.
  func play(_ script: [Answer], for duration: Time = .hours(12)) -> Play {
    var function = FunctionConfig(name: "f", handler: [])
    function.eventInvoke = config
    function.reservedConcurrentExecutions = reservedConcurrentExecutions
    let names = [config.onSuccess, config.onFailure, config.deadLetterQueue].compactMap { $0 }
    let target = TrafficTarget(resource: "f", invocationType: .event)
    let system = SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 0), duration: duration,
      resources: [.function(function)] + names.map { .queue(QueueConfig(name: $0)) },
      traffic: [TrafficConfig(name: "traffic", target: target, arrivals: .spikes([]))])
    let memory = PlainMemory()
    var run = Run<Event>(warmUp: .zero, duration: duration, period: duration)
    var directory = Directory(system)
    let site = directory.site(target.request(of: "traffic"))
    let sites = memory.copy(
      Array(repeating: CallSite(callee: Party(.traffic, 0), request: .invocation), count: system.callSiteCount))
    var invoker = EventInvoker(
      function, index: 0, directory: &directory, sites: sites, pool: SamplerPool(), memory: memory,
      streams: StreamFactory(seed: 1, replication: 0), run: &run)
    #expect(directory.sites.count == system.callSiteCount)
    for (index, site) in directory.sites.enumerated() { sites[index] = site }

    var play = Play()
    var outcomes: [UInt32: Outcome] = [:]
    run.expectArrival(of: 0, at: .zero)
    while let event = run.next() {
      switch event {
      case .arrival:
        _ = run.place(from: Party(.traffic, 0), to: sites[Int(site)].callee, site: site, ledger: .none)
      case .called(let call):
        let callee = run.calls[call.slot].callee
        if callee.component == .eventInvoker {
          invoker.called(call, &run)
        } else if callee.component == .lambda {
          let answer = script[min(play.attempts.count, script.count - 1)]
          play.attempts.append(run.now)
          if run.calls[call.slot].traits != .isAsynchronous || run.calls[call.slot].ledger.slot != .max {
            play.areApart = false
          }
          outcomes[call.slot] = answer.outcome
          if answer.duration == .zero {
            run.answer(call, answer.outcome)
          } else {
            run.schedule(.table(0, .done(call)), after: answer.duration)
          }
        } else {
          play.deliveries.append((run.now, names[Int(callee.index)]))
          run.answer(call, delivery)
        }
      case .table(_, .done(let call)): run.answer(call, outcomes[call.slot] ?? .abandoned)
      case .answered(let call):
        if run.calls[call.slot].caller.component == .traffic {
          #expect(run.now == .zero && run.calls[call.slot].outcome == .success)
          run.finish(call)
        } else {
          invoker.answered(call, &run)
        }
      case .eventInvoker(_, let event): invoker.handle(event, &run)
      default: Issue.record("nobody else acts on this stage")  // over what other components schedule
      }
    }
    for figure in invoker.figures(run.recorder, duration: duration) { play.figures[figure.name] = figure.value }
    return play
  }
}
