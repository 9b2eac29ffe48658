import Engine

/// The idle environments of a function, and which one works next.
struct IdleEnvironments {
  private let choice: FunctionConfig.EnvironmentChoice
  private var stream: RandomStream
  private var newest: UInt32 = .max
  private var oldest: UInt32 = .max
  /// Only for the random choice; elsewhere the links in the environments keep the order.
  private var members: [UInt32] = []

  init(choice: FunctionConfig.EnvironmentChoice, stream: RandomStream) {
    self.choice = choice
    self.stream = stream
  }

  /// Adds the environment that was freed last.
  @inline(__always) mutating func add(_ slot: UInt32, to environments: borrowing Slab<Environment>) {
    if choice == .random {
      environments[slot].newer = UInt32(members.count)
      members.append(slot)
      return
    }
    environments[slot].older = newest
    environments[slot].newer = .max
    if newest == .max { oldest = slot } else { environments[newest].newer = slot }
    newest = slot
  }

  /// Takes an environment by the function's choice; nil if none is idle.
  @inline(__always) mutating func take(from environments: borrowing Slab<Environment>) -> UInt32? {
    let slot: UInt32
    switch choice {
    case .newestIdle: slot = newest
    case .oldestIdle: slot = oldest
    case .random:
      slot = members.isEmpty ? .max : members[Int(stream.nextIndex(below: UInt64(members.count)))]
    }
    if slot == .max { return nil }
    remove(slot, from: environments)
    return slot
  }

  /// Takes a given idle environment out.
  @inline(__always) mutating func remove(_ slot: UInt32, from environments: borrowing Slab<Environment>) {
    if choice == .random {
      let position = Int(environments[slot].newer)
      let last = members.removeLast()
      if last != slot {
        members[position] = last
        environments[last].newer = UInt32(position)
      }
      return
    }
    let (newer, older) = (environments[slot].newer, environments[slot].older)
    if newer == .max { newest = older } else { environments[newer].older = older }
    if older == .max { oldest = newer } else { environments[older].newer = newer }
  }
}
