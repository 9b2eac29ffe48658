import Engine
import Units

/// A client's session with a node.
struct DatabaseSession: DeadlineCarrier {
  enum State: BitwiseCopyable {
    /// The slot is free. Next: opening.
    case free
    /// A job pays for opening it. Next: idle, leaving, free.
    case opening(job: UInt32)
    /// Next: active, free.
    case idle(since: Time)
    /// A job executes a request. Next: idle, leaving, free.
    case active(job: UInt32)
    /// The client has gone, and the server has not noticed, for it works: on a statement, or on opening the session.
    /// Its slot is still taken. Next: free.
    case leaving(job: UInt32)
  }

  var state: State
  var node: UInt16
  /// Row of the client, and its connection.
  var client: UInt16
  var connection: UInt32
  /// When it has been idle for too long.
  var deadline: DeadlineLink

  static var blank: DatabaseSession {
    DatabaseSession(state: .free, node: 0, client: 0, connection: 0, deadline: .unlinked)
  }
}

/// Work for one call: opening a session, or the statements of a request.
struct DatabaseJob: BitwiseCopyable {
  enum Phase: BitwiseCopyable {
    case free
    /// Shares the CPU, or waits for a thread. Next: storing, waiting, invoking, ended.
    case computing
    /// Waits for storage, and then invokes a function. Next: invoking, ended.
    case storing
    /// Waits for storage until `busyUntil`, and then for the way to the client and back. Next: computing, free, ended.
    case waiting(busyUntil: Time)
    /// Waits for a function that a statement has invoked. Next: invoking, waiting, free.
    case invoking(CallID)
    /// A connect that found its node down, on its way back. Next: free.
    case refused
    /// It is over before its time, its call answered and its session gone; an event of it is still to come. Next: free.
    case ended
  }

  var phase: Phase
  var call: CallID
  /// Its session; `.max` for none.
  var session: UInt32
  /// The database's number of the query; `.max` when it opens a session.
  var query: UInt32
  /// Statements left after the present one.
  var statements: Int32
  /// Invocations left of the present statement.
  var invocations: UInt32
  /// How it will be answered.
  var outcome: Outcome

  static var blank: DatabaseJob {
    DatabaseJob(
      phase: .free, call: .none, session: .max, query: .max, statements: 0, invocations: 0, outcome: .success)
  }
}

/// A query, compiled.
struct CompiledQuery: BitwiseCopyable {
  let cpu: Sampler
  let reads: Sampler
  let writes: Sampler
  let pause: Sampler
  let statements: Int32
  let growth: Int64
  /// Site of the invocation of a function; `.max` for none.
  let invocation: UInt32
  /// How often each statement invokes it.
  let invocations: UInt32

  init(_ query: DatabaseQuery, invocation: UInt32, pool: SamplerPool) {
    cpu = pool.makeSampler(query.cpu)
    reads = pool.makeSampler(query.reads)
    writes = pool.makeSampler(query.writes)
    pause = pool.makeSampler(query.pause)
    statements = Int32(query.statements)
    growth = query.growth.bytes
    self.invocation = invocation
    invocations = UInt32(query.invocation?.times ?? 0)
  }
}
