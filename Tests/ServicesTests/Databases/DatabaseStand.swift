import Engine
import Units

@testable import Services

/// A database alone, whose clients and functions the test plays: it says what reaches the database when, and reads what
/// the database answers when.
final class DatabaseStand {
  /// What has come back: `name outcome ms`.
  private(set) var answers: [String] = []
  /// When functions were invoked, in ms.
  private(set) var invocations: [Double] = []
  /// How long a function takes, and how it ends; nil never answers.
  var function: (milliseconds: Double, outcome: Outcome)? = (10, .success)

  private var run: Run<Event>
  private var database: Database
  private let pool = SamplerPool()
  private let memory = PlainMemory()
  private var names: [CallID: String] = [:]
  private var requests: [CallID: SessionRequest] = [:]
  private var invoked: [CallID] = []
  private var commands: [() -> Void] = []

  /// A database that is asked these queries by two clients, for 1,000 s.
  init(_ config: DatabaseConfig, _ queries: [DatabaseQuery] = [DatabaseQuery(cpu: .constant(5e6))]) {
    let streams = StreamFactory(seed: 1, replication: 0)
    run = Run(warmUp: .zero, duration: .seconds(1_000), period: .minutes(1))
    let system = SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 0), duration: .seconds(1_000),
      resources: [.dbInstance(config)], traffic: [])
    var directory = Directory(system)
    database = Database(
      config, index: 0, directory: &directory,
      sites: memory.copy([CallSite(callee: Party(.lambda, 0), request: .invocation)]), pool: pool, memory: memory,
      streams: streams, run: &run)
    database.prepare(
      queries, invocations: queries.map { $0.invocation == nil ? .max : 0 }, clients: 2, pool: pool, memory: memory,
      streams: streams)
  }

  /// Does something at a moment, ahead of all that the database has to do then but for its time limits.
  func at(_ milliseconds: Double, _ body: @escaping (DatabaseStand) -> Void) {
    commands.append { [unowned self] in body(self) }
    run.schedule(.traffic(UInt16(commands.count - 1), .patienceTimer), at: .ms(milliseconds))
  }

  /// Does something to the database itself.
  func act(_ body: (inout Database, inout Run<Event>) -> Void) { body(&database, &run) }

  func connect(_ name: String, _ connection: UInt32, client: UInt16 = 0, _ endpoint: DatabaseEndpoint = .writer) {
    place(name, connection, .connect(client: client, endpoint: endpoint))
  }

  func execute(_ name: String, _ connection: UInt32, client: UInt16 = 0, query: UInt32 = 0) {
    place(name, connection, .execute(client: client, query: query, site: .max))
  }

  func disconnect(_ connection: UInt32, client: UInt16 = 0) {
    place("", connection, .disconnect(client: client))
  }

  /// A client gives up on what it has asked for under a name, and closes the connection.
  func abandon(_ name: String, closing connection: UInt32? = nil) {
    for (call, own) in names where own == name {
      names[call] = nil
      run.abandon(call)
    }
    if let connection { disconnect(connection) }
  }

  private func place(_ name: String, _ connection: UInt32, _ request: SessionRequest) {
    let call = run.place(
      from: Party(.databaseClient, 0, tag: connection), to: Party(.database, 0), site: 0, ledger: .none)
    names[call] = name
    requests[call] = request
  }

  /// Runs to the end.
  @discardableResult func play() -> [String] {
    while let event = run.next() {
      switch event {
      case .traffic(let number, _): commands[Int(number)]()
      case .lambda(let number, _): run.answer(invoked[Int(number)], function?.outcome ?? .failed)
      case .database(_, let event): database.handle(event, &run)
      case .called(let call):
        if let request = requests.removeValue(forKey: call) {
          database.called(call, request, &run)
        } else {
          invoke(call)
        }
      case .answered(let call) where run.isAnswered(call): answered(call)
      default: break  // over components that are not there
      }
    }
    return answers
  }

  private func invoke(_ call: CallID) {
    invocations.append(run.now.inMilliseconds)
    invoked.append(call)
    guard let function else { return }
    run.schedule(.lambda(UInt16(invoked.count - 1), .timeoutTimer), after: .ms(function.milliseconds))
  }

  private func answered(_ call: CallID) {
    if run.calls[call.slot].caller.component == .database { return database.answered(call, &run) }
    if let name = names.removeValue(forKey: call), !name.isEmpty {
      let milliseconds = run.now.inMilliseconds
      answers.append("\(name) \(run.calls[call.slot].outcome.name) \(milliseconds.formatted)")
    }
    run.finish(call)
  }

  /// Sessions, jobs, connects that wait, and calls that are left at the end.
  var left: [Int] { [database.sessions.count, database.jobs.count, database.heldConnects.count, run.calls.count] }

  func figure(_ name: String) -> Double {
    database.result(run.recorder, duration: .seconds(1_000)).figures.first { $0.name == name }?.value ?? .nan
  }

  /// The values of a series by period.
  func series(_ name: String, of resource: String = "db") -> [Double] {
    run.recorder.series().first { $0.key.name == name && $0.key.resource == resource }?.values ?? []
  }
}

extension Double {
  /// Without a trailing `.0`.
  fileprivate var formatted: String { self == rounded() ? String(Int(self)) : String(self) }
}
