import Engine
import Units

/// One operation of a compiled handler.
struct Operation: BitwiseCopyable {
  enum Kind: UInt8, BitwiseCopyable {
    /// Waits for a drawn time of computing.
    case compute
    /// Waits for a drawn time without computing.
    case wait
    /// Calls `calls[argument]`.
    case call
    /// Starts `count` branches, `branches[argument...]`.
    case fork
    /// Goes on at one of the `count` branches `branches[argument...]`, by their shares.
    case choose
    /// Starts a loop at the next operation, so many times as drawn; goes on at `argument` if that is none.
    case loop
    /// Ends a turn of a loop: back to `argument`, or out of the loop.
    case endLoop
    /// Goes on at `argument`.
    case jump
    /// Fails with probability `branches[argument].share`.
    case fail
    /// Ends the process with probability `branches[argument].share`.
    case crash
    /// Starts a loop at the next operation, a turn for each record of the batch; goes on at `argument` after it.
    case recordLoop
    /// Ends a branch or the handler.
    case end
  }

  let kind: Kind
  let argument: UInt32
  let count: UInt32
  let sampler: Sampler
}

/// Where one of several ways begins.
struct Branch: BitwiseCopyable {
  /// First operation.
  var target: UInt32
  /// Share of this way and those before it, 0 to 1.
  var share: Double
}

/// A call operation, with what the caller does about failures.
struct CallOperation: BitwiseCopyable {
  let site: UInt32
  let callee: Party
  /// `.never` for no time limit.
  let timeout: Time
  /// Index into the function's lists of impatient calls; calls of one timeout share a list.
  let patience: UInt32
  /// Which of the environment's SDK clients makes the call; meaningful if the rules use one.
  let client: UInt32
  /// Index into the program's charges for what the call carries out of a VPC; `.max` for none.
  let charge: UInt32
  /// Whether the call has neither a time limit nor an SDK client, and is not charged for: nothing to look after while it
  /// goes well.
  let isPlain: Bool
  let continuesOnError: Bool
  let rules: RetryRules
}

/// A handler as a flat array of operations, so that running it needs neither recursion nor allocation.
struct Program {
  /// The operations, and a random stream for each that draws.
  let operations: UnsafeMutablePointer<Operation>
  let streams: UnsafeMutablePointer<RandomStream>
  let calls: UnsafeMutablePointer<CallOperation>
  let branches: UnsafeMutablePointer<Branch>
  /// What calls carry out of a VPC.
  let charges: UnsafeMutablePointer<NetworkCharge>
  let chargeCount: Int
  /// Different time limits of calls, in order of appearance.
  let patienceCount: Int
  /// SDK clients of one environment.
  let clientCount: Int
  /// Whether there is more than one loop over records, so that a record can fail twice.
  let hasSeveralRecordLoops: Bool
}

/// Compiles the steps of one function.
struct ProgramCompiler {
  private let function: FunctionConfig
  private let pool: SamplerPool
  private var operations: [Operation] = []
  private var calls: [CallOperation] = []
  private var branches: [Branch] = []
  private var timeouts: [Time] = []
  private var clients: [RetryClientKey] = []
  private var recordLoops = 0
  private let network: FunctionNetwork?
  private var charges: [NetworkCharge] = []
  private let nothing: Sampler

  /// `network` is where in a VPC the function is; nil outside of one.
  init(_ function: FunctionConfig, network: FunctionNetwork? = nil, pool: SamplerPool) {
    self.function = function
    self.network = network
    self.pool = pool
    nothing = pool.makeSampler(.constant(0))
  }

  /// The program of the function's handler.
  mutating func compile(
    directory: inout Directory, memory: PlainMemory, makeStream: (_ purpose: String) -> RandomStream
  ) -> Program {
    compile(function.handler, &directory)
    emit(.end)
    return Program(
      operations: memory.copy(operations),
      streams: memory.copy(operations.indices.map { makeStream("handler \($0)") }),
      calls: memory.copy(calls), branches: memory.copy(branches), charges: memory.copy(charges),
      chargeCount: charges.count, patienceCount: timeouts.count, clientCount: clients.count,
      hasSeveralRecordLoops: recordLoops > 1)
  }

  private mutating func compile(_ steps: [Step], _ directory: inout Directory) {
    for step in steps { compile(step, &directory) }
  }

  private mutating func compile(_ step: Step, _ directory: inout Directory) {
    switch step {
    case .compute(let time):
      emit(.compute, sampler: pool.makeSampler(time, scale: LambdaRules.computeScale(of: function)))
    case .wait(let time): emit(.wait, sampler: pool.makeSampler(time))
    case .fail(let probability):
      branches.append(Branch(target: 0, share: probability))
      emit(.fail, UInt32(branches.count - 1))
    case .crash(let probability):
      branches.append(Branch(target: 0, share: probability))
      emit(.crash, UInt32(branches.count - 1))
    case .forEachRecord(let steps):
      let loop = operations.count
      emit(.recordLoop)
      let body = here
      compile(steps, &directory)
      emit(.endLoop, body)
      patch(loop, to: here)
      recordLoops += 1
    case .call(let call): compile(call, &directory)
    case .parallel(let ways):
      let fork = operations.count
      let first = reserveBranches(ways.count)
      emit(.fork, UInt32(first), count: UInt32(ways.count))
      emit(.jump)
      for (index, way) in ways.enumerated() {
        branches[first + index].target = here
        compile(way, &directory)
        emit(.end)
      }
      patch(fork + 1, to: here)
    case .choose(let choices):
      let first = reserveBranches(choices.count)
      let sum = choices.reduce(0) { $0 + $1.weight }
      emit(.choose, UInt32(first), count: UInt32(choices.count))
      var cumulative = 0.0
      var jumps: [Int] = []
      for (index, choice) in choices.enumerated() {
        cumulative += choice.weight / sum
        branches[first + index] = Branch(target: here, share: index == choices.count - 1 ? 1 : cumulative)
        compile(choice.steps, &directory)
        jumps.append(operations.count)
        emit(.jump)
      }
      for jump in jumps { patch(jump, to: here) }
    case .repeat(let times, let steps):
      let loop = operations.count
      emit(.loop, sampler: pool.makeSampler(times))
      let body = here
      compile(steps, &directory)
      emit(.endLoop, body)
      patch(loop, to: here)
    }
  }

  private mutating func compile(_ call: CallStep, _ directory: inout Directory) {
    let site = directory.site(call.request(of: function.name))
    var patience = 0
    if let timeout = call.timeout {
      patience = timeouts.firstIndex(of: timeout) ?? timeouts.count
      if patience == timeouts.count { timeouts.append(timeout) }
    }
    let callee = directory.sites[Int(site)].callee
    let rules = RetryRules(call.retry, callee: callee.component)
    let charge = network?.charge(for: call)
    if let charge { charges.append(charge) }
    calls.append(
      CallOperation(
        site: site, callee: callee, timeout: call.timeout ?? .never, patience: UInt32(patience),
        client: rules.usesClient ? clients.index(of: RetryClientKey(call.target, call.retry.profile)) : 0,
        charge: charge == nil ? .max : UInt32(charges.count - 1),
        isPlain: call.timeout == nil && !rules.usesClient && charge == nil,
        continuesOnError: call.onError == .continue, rules: rules))
    emit(.call, UInt32(calls.count - 1))
  }

  private mutating func reserveBranches(_ count: Int) -> Int {
    branches += Array(repeating: Branch(target: 0, share: 1), count: count)
    return branches.count - count
  }

  private var here: UInt32 { UInt32(operations.count) }

  private mutating func emit(_ kind: Operation.Kind, _ argument: UInt32 = 0, count: UInt32 = 0, sampler: Sampler? = nil)
  {
    operations.append(Operation(kind: kind, argument: argument, count: count, sampler: sampler ?? nothing))
  }

  private mutating func patch(_ index: Int, to target: UInt32) {
    let old = operations[index]
    operations[index] = Operation(kind: old.kind, argument: target, count: old.count, sampler: old.sampler)
  }
}
