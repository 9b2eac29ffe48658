import Engine
import Testing
import Units

@testable import Services

/// A driver on a stage: its callers and its server are puppets that act as a script says, and every message is written
/// down, so that each moment can be told exactly.
struct DriverStage {
  /// What a caller does.
  enum Action {
    /// A request of an environment.
    case ask(UInt32)
    /// Nothing but a connection for an environment.
    case warmUp(UInt32)
    /// The caller of the request of that number, from 1, gives up.
    case giveUp(Int)
    /// An environment ends.
    case end(UInt32)
  }

  /// How the server answers, and after which time.
  struct Answer {
    var outcome: Outcome
    var duration: Time
    init(_ outcome: Outcome = .success, after milliseconds: Double) {
      self.outcome = outcome
      duration = .ms(milliseconds)
    }
  }

  var connection = ConnectionConfig(target: "db")
  var isFunction = true
  /// The server's answers to connections and to requests, in turn; the last one is repeated.
  var connects = [Answer(after: 40)]
  var executions = [Answer(after: 5)]

  init(_ configure: (inout ConnectionConfig) -> Void = { _ in }) { configure(&connection) }

  /// What happened, a line each, as in `40 ms execute 0`; and the driver's figures.
  struct Play {
    var lines: [String] = []
    var figures: [String: Double] = [:]
    var secretRequests: Int128 = 0
    /// Calls without an answer at the end.
    var callsLeft = 0

    mutating func note(_ now: Time, _ text: String) { lines.append("\(DriverStage.text(now)) ms \(text)") }
  }

  /// Plays a script of moments in ms.
  func play(_ script: [(Double, Action)], for duration: Time = .seconds(1_000)) -> Play {
    let query = DatabaseQuery(cpu: .constant(1))
    var function = FunctionConfig(name: "f", handler: [])
    var target = TrafficTarget(resource: "db")
    target.query = query
    var source = TrafficConfig(name: "f", target: target, arrivals: .spikes([]))
    if isFunction {
      var step = CallStep(target: "db")
      step.query = query
      function.handler = [.call(step)]
      function.connections = [connection]
    } else {
      source.connections = [connection]
    }
    let database = DatabaseConfig(name: "db", engine: .postgres, capacity: .provisioned(.all[0]))
    let system = SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 0), duration: duration,
      resources: [.function(function), .dbInstance(database)], traffic: isFunction ? [] : [source])
    let memory = PlainMemory()
    let samplers = SamplerPool()
    var run = Run<Event>(warmUp: .zero, duration: duration, period: duration)
    var directory = Directory(system)
    let site = directory.site(
      SiteRequest(resource: "db", query: query, owner: isFunction ? .function("f") : .traffic("f")))
    let sites = memory.copy(
      Array(repeating: CallSite(callee: Party(.traffic, 0), request: .invocation), count: system.callSiteCount))
    let other = run.addSegment("other")
    var client = DatabaseClient(
      system.databaseClients[0], index: 0, directory: &directory, sites: sites, pool: samplers, memory: memory,
      streams: StreamFactory(seed: 1, replication: 0), run: &run)
    for (index, site) in directory.sites.enumerated() { sites[index] = site }

    var play = Play()
    var requests: [CallID] = []
    var groups: [UInt32] = []
    var outcomes: [UInt32: Outcome] = [:]
    var (connected, executed) = (0, 0)
    for number in script.indices { run.schedule(.traffic(0, .ready(user: UInt32(number))), at: .ms(script[number].0)) }
    while let event = run.next() {
      switch event {
      case .traffic(_, .ready(let number)):
        switch script[Int(number)].1 {
        case .ask(let group), .warmUp(let group):
          groups.append(group)
          var place = site
          if case .warmUp = script[Int(number)].1 { place = client.warmUpSite }
          requests.append(
            run.place(
              from: Party(.traffic, 0, tag: UInt32(requests.count)), to: sites[Int(place)].callee, site: place,
              ledger: run.ledgers.open(at: run.now)))
        case .giveUp(let number):
          let call = requests[number - 1]
          run.ledgers.close(run.calls[call.slot].ledger)
          run.abandon(call)
        case .end(let group): client.handle(.environmentEnded(group: group), &run)
        }
      case .called(let call):
        let connection = run.calls[call.slot].caller.tag
        let answer: Answer
        switch sites[Int(run.calls[call.slot].site)].request {
        case .query(let site):
          client.called(call, site: site, group: groups[Int(connection)], &run)
          continue
        case .session(.connect):
          play.note(run.now, "connect \(connection)")
          answer = connects[min(connected, connects.count - 1)]
          connected += 1
        case .session(.execute):
          play.note(run.now, "execute \(connection)")
          answer = executions[min(executed, executions.count - 1)]
          executed += 1
        case .session(.disconnect):
          play.note(run.now, "disconnect \(connection)")
          run.answer(call, .success)
          continue
        case .invocation, .event, .route, .operation, .cached, .message, .publish:
          Issue.record("nobody asks for that")
          continue
        }
        outcomes[call.slot] = answer.outcome
        run.schedule(.table(0, .done(call)), after: answer.duration)
      case .table(_, .done(let call)):
        // The server writes its part of the time into the request's ledger.
        run.ledgers.attribute(run.calls[call.slot].ledger, to: other, at: run.now)
        run.answer(call, outcomes[call.slot] ?? .failed)
      case .answered(let call):
        guard run.isAnswered(call) else { continue }
        let caller = run.calls[call.slot].caller
        if caller.component == .databaseClient {
          guard case .session(let request) = sites[Int(run.calls[call.slot].site)].request else { continue }
          client.answered(call, request, &run)
        } else {
          let parts = parts(of: call, &run)
          play.note(run.now, "request \(caller.tag + 1) \(run.calls[call.slot].outcome.name)\(parts)")
          run.finish(call)
        }
      case .databaseClient(_, let event): client.handle(event, &run)
      default: Issue.record("nobody else acts on this stage")  // over what other components schedule
      }
    }
    for figure in client.figures(run.recorder, duration: duration) { play.figures[figure.name] = figure.value }
    play.secretRequests = client.usage(run.recorder).first?.amount ?? 0
    play.callsLeft = run.calls.count
    let isSound = client.pool.areTablesSound()
    #expect(isSound)
    return withExtendedLifetime(samplers) { play }
  }

  /// Where a request's time went, but for the server's part; all of it together is its latency.
  private func parts(of call: CallID, _ run: inout Run<Event>) -> String {
    var texts: [String] = []
    var sum: Int64 = 0
    let names = run.segments
    run.ledgers.close(run.calls[call.slot].ledger) { entry in
      sum += entry.nanoseconds
      let name = names[Int(entry.segment.index)]
      if name != "other" { texts.append("\(name) \(Self.text(Time(nanoseconds: entry.nanoseconds)))") }
    }
    #expect(sum == (run.now - run.calls[call.slot].start).nanoseconds, "the parts of a latency add up to it")
    return texts.isEmpty ? "" : " (\(texts.joined(separator: ", ")))"
  }

  fileprivate static func text(_ time: Time) -> String {
    let micro = time.nanoseconds / 1_000
    return micro % 1_000 == 0 ? "\(micro / 1_000)" : "\(Double(micro) / 1_000)"
  }
}
