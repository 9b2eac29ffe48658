import Engine
import Units

// Hyperplane network interfaces. Functions with the same subnet and security groups share them; nobody waits for one at
// an invocation, so they matter in three places: a function is pending until its own exist, it loses them when nobody
// invokes it for two weeks, and each carries so many connections.
//
//              created                       14 d without an invocation
//   pending -----------> active -----------------------------------------> inactive
//      ^                                                                       |
//      '------------------------ an invocation, which fails -------------------'

/// The interfaces of one VPC, which its functions share.
struct NetworkInterfaces {
  /// Those of one subnet and set of security groups.
  struct Group: BitwiseCopyable {
    /// Connections of the functions that use them.
    var connections: Int64
    /// How many there are.
    var interfaces: Int64
    /// When they exist.
    var availableFrom: Time
  }

  /// Connections that one interface carries (documented: configuration-vpc); then Lambda adds another one.
  static let connectionsMax: Int64 = 65_000
  /// Interfaces of a function that nobody invokes for so long are reclaimed (documented: configuration-vpc).
  static let unusedLimit = Time.days(14)

  let groups: UnsafeMutablePointer<Group>
  let quota: Int64
  private(set) var count: Int64
  private let level: LevelID
  private let attempts: CounterID

  /// One interface of each group.
  init(
    _ groups: [Group], quota: Int, level: LevelID, attempts: CounterID, memory: PlainMemory, run: inout Run<Event>
  ) {
    self.groups = memory.copy(groups)
    self.quota = Int64(quota)
    self.level = level
    self.attempts = attempts
    count = groups.reduce(0) { $0 + $1.interfaces }
    run.recorder.change(level, by: count, at: run.now)
  }

  /// Interfaces that so many connections need, at least one.
  static func needed(for connections: Int64) -> Int64 {
    max(1, (connections + connectionsMax - 1) / connectionsMax)
  }

  /// Connections of one group, or connections that are gone if below 0. Interfaces that are no longer needed stay.
  ///
  /// - Returns: false if the connections need more interfaces than the VPC may have.
  mutating func add(_ connections: Int64, to group: Int, _ run: inout Run<Event>) -> Bool {
    groups[group].connections += connections
    let missing = Self.needed(for: groups[group].connections) - groups[group].interfaces
    guard missing > 0 else { return true }
    run.recorder.count(attempts, by: missing)
    let added = min(missing, quota - count)
    count += added
    groups[group].interfaces += added
    run.recorder.change(level, by: added, at: run.now)
    return added == missing
  }
}

/// A function's part in the interfaces of its VPC.
struct NetworkAttachment {
  /// What an invocation finds that needs a new environment.
  enum State {
    case active
    /// Its interfaces are being created.
    case pending
    /// Its connections need more interfaces than the VPC may have.
    case overQuota
  }

  let interfaces: UnsafeMutablePointer<NetworkInterfaces>
  /// The groups of the function's subnets, among which its environments are spread evenly.
  let groups: UnsafePointer<Int>
  let groupCount: Int
  /// When the function is active, or was last.
  private var availableFrom: Time
  /// Connections as they were counted last.
  private var connections: Int64 = 0
  private var creation: TimeSource
  private var penalty: TimeSource

  /// A function that uses the given groups of interfaces.
  init(
    _ interfaces: UnsafeMutablePointer<NetworkInterfaces>, groups: [Int], creation: TimeSource, penalty: TimeSource,
    memory: PlainMemory
  ) {
    self.interfaces = interfaces
    self.groups = UnsafePointer(memory.copy(groups))
    groupCount = groups.count
    availableFrom = groups.map { interfaces.pointee.groups[$0].availableFrom }.max() ?? .zero
    self.creation = creation
    self.penalty = penalty
  }

  /// What a new environment takes longer than outside of a VPC.
  mutating func drawPenalty() -> Time { penalty.draw() }

  /// The function's state when an environment is to start. One that is inactive is pending from now on.
  mutating func state(
    connections: Int64, lastInvocation: Time, isInUse: Bool, _ run: inout Run<Event>
  ) -> State {
    if run.now < availableFrom { return .pending }
    if !isInUse && run.now - max(lastInvocation, availableFrom) >= NetworkInterfaces.unusedLimit {
      availableFrom = run.now + creation.draw()
      return .pending
    }
    return carry(connections, &run) ? .active : .overQuota
  }

  /// Spreads the function's connections over its subnets; false if they need too many interfaces.
  private mutating func carry(_ total: Int64, _ run: inout Run<Event>) -> Bool {
    var isEnough = true
    for position in 0..<groupCount {
      let change = share(of: total, position) - share(of: connections, position)
      if !interfaces.pointee.add(change, to: groups[position], &run) { isEnough = false }
    }
    connections = total
    return isEnough
  }

  private func share(of total: Int64, _ position: Int) -> Int64 {
    let (each, rest) = total.quotientAndRemainder(dividingBy: Int64(groupCount))
    return each + (Int64(position) < rest ? 1 : 0)
  }
}

extension Lambda {
  /// The function is in a VPC: its handler's calls are charged there, and its environments need interfaces.
  mutating func attach(to network: borrowing Network, memory: PlainMemory) {
    guard let attachment = config.vpc else { preconditionFailure("only a function with a vpcConfig is attached") }
    self.network = network.attachment(attachment, of: config.name, memory: memory)
    for charge in 0..<program.chargeCount {
      program.charges[charge].counters = network.records.counters(of: program.charges[charge].route)
    }
  }

  /// Whether a new environment can reach its VPC; if not, the reason is counted.
  @inline(never) mutating func hasInterfaces(_ run: inout Run<Event>) -> Bool {
    guard network != nil else { return true }
    let total = connections.total()
    // The environment that is to start is there already, any other one uses the interfaces.
    let isInUse = environments.count > 1
    switch network?.state(connections: total, lastInvocation: lastInvocation, isInUse: isInUse, &run) {
    case .active, nil: return true
    case .pending: run.recorder.count(records.pendingFailures)
    case .overQuota: run.recorder.count(records.interfaceLimitFailures)
    }
    return false
  }
}
