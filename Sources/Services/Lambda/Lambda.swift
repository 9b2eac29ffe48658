import Engine
import Units

// One function: its environments, its invocations, its throttles.
//
//          called, none idle            placed               initialised, restored
//   gone ---------------------> placing ------> initialising ----------------------> busy
//     ^                                              |                               |  ^
//     |                                              | nobody waits    handler ended |  | called
//     |  idle for its lifetime, or too old           v                               v  |
//     +------------------------------------------- idle <-------------------------------+
//
// What an idle environment's next invocation must do before its handler is the environment's condition: a `reset` one,
// whose process has ended, runs init again, a `fresh` one has its first call before it, a `warm` one has nothing to do.
// A busy environment runs its handler as activities: one for the handler itself, one more for each running
// parallel branch and each running loop.

/// What happens inside a function.
@frozen
public enum LambdaEvent: BitwiseCopyable, Sendable {
  /// An environment has a place, and its init or restore begins.
  case placed(environment: UInt32)
  /// The init phase of an environment, or its restore, is over but for connections that it opens.
  case initialised(environment: UInt32)
  /// The first moment, when environments that are there already open their connections.
  case connectAhead
  /// An environment that opens connections may have reached the limit of init.
  case connectLimit(environment: UInt32, generation: UInt32)
  /// A computing, waiting or backing-off activity goes on.
  case resumed(activity: UInt32, generation: UInt32)
  /// An idle environment may have reached the end of its lifetime.
  case idleTimer(environment: UInt32, generation: UInt32)
  /// An invocation may have reached the function's timeout.
  case timeoutTimer
  /// A call of the handler may have reached its time limit; the list of calls of that limit.
  case patienceTimer(list: UInt32)
  /// Provisioned concurrency changes. These are kept apart lest the events of a function take a fourth bit to tell, which
  /// would make every event of the system longer.
  case provisioned(ProvisionedConcurrencyEvent)
}

/// What happens to a function's provisioned concurrency.
@frozen
public enum ProvisionedConcurrencyEvent: BitwiseCopyable, Sendable {
  /// Lambda starts the next environment of an increase.
  case allocation(generation: UInt32)
  /// A minute of the utilization is over.
  case alarmPeriod
  /// A scheduled action of auto scaling is due.
  case scheduledAction(index: UInt32)
}

/// An execution environment. Its state carries what belongs to it.
struct Environment: DeadlineCarrier {
  enum State: BitwiseCopyable {
    case gone
    /// Waits for a place and its code; `.none` if no request waits.
    case placing(CallID)
    /// Runs init or is restored; `.none` if no request waits.
    case initialising(CallID)
    /// Opens connections at the end of init or restore; `.none` if no request waits.
    case connecting(CallID, opening: UInt32)
    case busy(CallID, since: Time)
    case idle(since: Time)
  }

  /// Who started it.
  enum Kind: UInt8, BitwiseCopyable {
    /// A request, or Lambda ahead of one.
    case onDemand
    /// Provisioned concurrency.
    case provisioned
  }

  /// What its next invocation must do before the handler.
  enum Condition: UInt8, BitwiseCopyable {
    /// Nothing.
    case warm
    /// The first call of a new process.
    case fresh
    /// Init or restore, because the process has ended or never came up; then the first call.
    case reset
    /// Nothing helps: the restore took too long.
    case unrestored
  }

  var state: State
  /// The running invocation's timeout.
  var deadline: DeadlineLink
  /// Neighbours in the list of idle environments, or the position among them if the choice is random.
  var newer: UInt32
  var older: UInt32
  /// How long it stays idle; `.never` for provisioned ones.
  var lifetime: Time
  /// When it is too old to stay; `.never` if environments do not age.
  var retirement: Time
  /// Init phase, or billed part of the restore, that the first invocation has yet to pay for, ns.
  var unbilledInit: Int64
  /// Init phase or restore that the first invocation's request has waited for, ns; below 0 for none.
  var startUp: Int64
  /// The handler's own activity.
  var activity: UInt32
  /// Most memory that its invocations have used, MB; for the log.
  var memoryUsed: Int32
  /// Counts the environments that used the slot.
  var generation: UInt32
  var kind: Kind
  var condition: Condition
  /// Whether it has yet to complete its first invocation.
  var isNew: Bool
  /// Whether an idle timer is pending.
  var hasIdleTimer: Bool
  /// Whether it belongs to an increase of provisioned concurrency that is not complete.
  var joinsIncrease: Bool

  static func new(_ kind: Kind, generation: UInt32) -> Environment {
    Environment(
      state: .gone, deadline: .unlinked, newer: .max, older: .max, lifetime: .never, retirement: .never,
      unbilledInit: 0, startUp: -1, activity: .max, memoryUsed: 0, generation: generation, kind: kind,
      condition: .fresh, isNew: true, hasIdleTimer: false, joinsIncrease: false)
  }
}

/// One thread of a handler's control.
struct Activity: BitwiseCopyable {
  /// What it waits for.
  enum State: BitwiseCopyable {
    case free
    /// Its own `resumed`, then the next operation.
    case computing
    /// Its own `resumed`, then the same call again.
    case backingOff
    /// Its own `resumed`, then another look whether its SDK client's rate limiter lets the call of this ticket go.
    case held(ticket: Int64)
    /// Its own `resumed`, when the init within the invocation is over.
    case initialising
    /// Its own `resumed`, when the init within the invocation has failed.
    case failingInit
    /// Its own `resumed`, when the first call's extra work is done and the handler begins.
    case warmingUp
    /// Its own `resumed`, when the rest of the response has been streamed.
    case responding
    /// The answer to a call.
    case calling(CallID)
    /// So many branches or loops.
    case joining(UInt32)
  }

  var state: State
  var environment: UInt32
  /// The activity that waits for this one; `.max` for the handler's own.
  var parent: UInt32
  var operation: UInt32
  /// Turns left, if this is a loop.
  var turns: Int64
  /// The operation that began it, if this is a loop over records; else `.max`.
  var recordLoop: UInt32
  /// Retries of the present call.
  var retry: RetryProgress
  /// Counts what `resumed` may still mean this activity.
  var generation: UInt32
  var ledger: LedgerID
  /// Whether a branch of the present fork has failed.
  var hasFailed: Bool
  /// Whether `ledger` is this branch's own, not its parent's.
  var ownsLedger: Bool
  /// Neighbours among the branches and loops of the same environment.
  var next: UInt32
  var previous: UInt32

  static var blank: Activity {
    Activity(
      state: .free, environment: 0, parent: .max, operation: 0, turns: 0, recordLoop: .max, retry: RetryProgress(),
      generation: 0, ledger: .none, hasFailed: false, ownsLedger: false, next: .max, previous: .max)
  }
}

/// A function's state, and how it reacts.
struct Lambda: ~Copyable {
  let index: UInt16
  let config: FunctionConfig
  let choice: FunctionConfig.EnvironmentChoice
  let timeout: Time
  var environments: Slab<Environment>
  var activities: Slab<Activity>
  var timeouts: DeadlineList
  let program: Program
  /// Calls with a time limit, one list a limit.
  let patience: UnsafeMutablePointer<DeadlineList>
  /// SDK clients of each environment.
  var retryClients: RetryClients
  var idle: IdleEnvironments
  var scaling: TokenBucket
  var startUp: StartUp
  /// Of a function with SnapStart.
  var snapshot: Snapshot?
  /// Time that streaming the response adds to an invocation.
  let streaming: Time
  /// Whether something happens between the end of a handler's program and that of its invocation.
  let hasEpilogue: Bool
  let memoryBytes: Double
  /// What an environment's first invocation uses at least, MB.
  let memoryFloor: Int32
  let memorySampler: Sampler
  var memoryStream: RandomStream
  /// When an invocation began last.
  var lastInvocation = Time.zero
  var growth: RequestGrowth
  /// Whether requests can grow by more than is let in at once. Where the account's own rate is not above that, they cannot.
  let limitsGrowth: Bool
  /// The drivers of its environments; none until all components are built.
  var connections: EnvironmentConnections
  /// Of a function in a VPC, once all components are built.
  var network: NetworkAttachment?
  /// Whether it has neither reserved nor provisioned concurrency, as most functions.
  let isPlain: Bool
  var reserved: ReservedConcurrency
  var provisioned: ProvisionedConcurrency
  /// The calendar moment of time zero, for scheduled actions.
  let start: CivilTime
  let records: LambdaRecords
  var log: InvocationLog
  /// Only if some call has an SDK client.
  let retryRecords: RetryRecords?

  init(
    _ config: FunctionConfig, index: UInt16, system: SystemConfig, directory: inout Directory, pool: SamplerPool,
    memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) {
    self.index = index
    self.config = config
    choice = config.environmentChoice
    timeout = config.timeout
    environments = Slab(blank: .new(.onDemand, generation: 0))
    activities = Slab(blank: .blank)
    timeouts = DeadlineList()
    var compiler = ProgramCompiler(config, network: FunctionNetwork(config, in: system), pool: pool)
    program = compiler.compile(directory: &directory, memory: memory) {
      streams.stream(component: config.name, purpose: $0)
    }
    patience = memory.copy(Array(repeating: DeadlineList(), count: program.patienceCount))
    retryClients = RetryClients(width: program.clientCount)
    idle = IdleEnvironments(choice: choice, stream: streams.stream(component: config.name, purpose: "choice"))
    scaling = TokenBucket(rate: Int64(system.account.scalingRate), burst: Int64(system.account.scalingBurst))
    growth = RequestGrowth(system.account)
    limitsGrowth = system.account.concurrentExecutions > system.account.scalingBurst
    isPlain = config.reservedConcurrentExecutions == nil && config.provisionedConcurrency == nil
    reserved = ReservedConcurrency(config, RequestRate(system.account))
    provisioned = ProvisionedConcurrency(config, RequestRate(system.account), pool: pool, streams: streams)
    start = system.start
    startUp = StartUp(config, pool: pool, streams: streams)
    snapshot = config.snapStart.map { Snapshot($0, of: config, pool: pool, streams: streams) }
    snapshot?.publish(startUp.drawInit(), limit: startUp.publishLimit)
    streaming = LambdaRules.streamingTime(of: config)
    hasEpilogue = streaming > .zero || config.memoryUsage != nil
    memoryBytes = Double(Size.megabytes(Int64(config.memorySize)).bytes)
    memoryFloor = config.memoryUsage == nil ? Int32(ColdStarts.memoryUsed(runtime: config.runtime) ?? 0) : 0
    memorySampler = pool.makeSampler(config.memoryUsage ?? .constant(0))
    memoryStream = streams.stream(component: config.name, purpose: "memory")
    connections = .none(memory: memory)
    records = LambdaRecords(config, run: &run)
    log = InvocationLog(
      system.invocationLog, from: system.warmUp, until: system.warmUp + system.duration,
      stream: streams.stream(component: config.name, purpose: "log"))
    retryRecords = program.clientCount > 0 ? RetryRecords(function: config.name, run: &run) : nil
  }

  /// This function as caller, on behalf of an activity.
  @inline(__always) func party(_ activity: UInt32) -> Party { Party(.lambda, index, tag: activity) }

  // MARK: Messages and events

  @inline(never) mutating func handle(_ event: LambdaEvent, _ run: inout Run<Event>, _ account: inout Account) {
    switch event {
    case .resumed(let activity, let generation): resumed(activity, generation, &run, &account)
    case .placed(let environment): placed(environment, &run, &account)
    case .initialised(let environment): initialised(environment, &run, &account)
    case .connectAhead: connectAhead(&run)
    case .connectLimit(let environment, let generation): connectLimit(environment, generation, &run, &account)
    case .idleTimer(let environment, let generation): idleTimer(environment, generation, &run, &account)
    case .timeoutTimer: timeoutTimer(&run, &account)
    case .patienceTimer(let list): patienceTimer(list, &run, &account)
    case .provisioned(.allocation(let generation)): allocation(generation, &run, &account)
    case .provisioned(.alarmPeriod): alarmPeriod(&run, &account)
    case .provisioned(.scheduledAction(let index)): scheduledAction(index, &run, &account)
    }
  }
}
