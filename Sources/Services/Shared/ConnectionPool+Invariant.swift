import Engine

// What must hold of a pool after every event, looked at in debug builds.
//
// The numbers of the group that changed are held against each other every time, which costs the same whatever the size.
// That the numbers are those of the tables is seen by walking all slots: every time while they are few, else once in as
// many changes as there are slots. So a change costs a few steps on average, and a run of 2,000 connections stays linear.
extension ConnectionPool {
  /// Slots that are walked after every change.
  private static let fewSlots = 24

  /// Whether the books of a group are sound, and now and then whether all tables are.
  mutating func isSound(_ group: UInt32) -> Bool {
    changesSinceWalk += 1
    let slots = connections.extent + waiters.extent + groups.extent
    if slots <= Self.fewSlots || changesSinceWalk >= slots {
      changesSinceWalk = 0
      return isBalanced(groups[group]) && areTablesSound()
    }
    return isBalanced(groups[group])
  }

  /// A group's numbers against each other. Conservation: open = opening + idle + borrowed + pinned.
  private func isBalanced(_ group: Group) -> Bool {
    group.open == group.opening + group.idle + group.borrowed + group.pinned
      && min(group.opening, group.idle, group.borrowed, group.pinned, group.waiting) >= 0
      && group.open <= group.ceiling
      && (group.waiting == 0 || group.idle == 0)
      && (group.idle == 0) == (group.newestIdle == .max) && (group.idle == 0) == (group.oldestIdle == .max)
      && (group.waiting == 0) == (group.firstWaiter == .max) && (group.waiting == 0) == (group.lastWaiter == .max)
      && (group.open == 0) == (group.firstConnection == .max)
  }

  /// Whether the numbers of all groups are those of their connections and lines, each counted by looking, and every list
  /// is linked both ways.
  func areTablesSound() -> Bool {
    (0..<UInt32(groups.extent)).allSatisfy { group in
      let known = groups[group]
      return isBalanced(known) && holdsConnections(group) && hasIdleList(group) && hasLine(group)
    } && belongs()
  }

  /// Every open connection is in its group's list: as many are open as all the lists have.
  private func belongs() -> Bool {
    let open = (0..<UInt32(connections.extent)).count { slot in
      switch connections[slot].state {
      case .closed, .leaving: false
      case .opening, .idle, .borrowed, .pinned: true
      }
    }
    return open == (0..<UInt32(groups.extent)).reduce(0) { $0 + Int(groups[$1].open) }
      && waiters.count == (0..<UInt32(groups.extent)).reduce(0) { $0 + Int(groups[$1].waiting) }
  }

  private func holdsConnections(_ group: UInt32) -> Bool {
    let known = groups[group]
    var (opening, idle, borrowed, pinned): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    var (slot, previous) = (known.firstConnection, UInt32.max)
    while slot != .max && opening + idle + borrowed + pinned <= known.open {
      guard connections[slot].group == group, connections[slot].previous == previous else { return false }
      switch connections[slot].state {
      case .closed, .leaving: return false
      case .opening: opening += 1
      case .idle: idle += 1
      case .borrowed: borrowed += 1
      case .pinned: pinned += 1
      }
      (slot, previous) = (connections[slot].next, slot)
    }
    return known.opening == opening && known.idle == idle && known.borrowed == borrowed && known.pinned == pinned
  }

  /// The idle ones are linked from the newest to the oldest.
  private func hasIdleList(_ group: UInt32) -> Bool {
    let known = groups[group]
    var (slot, newer, count) = (known.newestIdle, UInt32.max, Int32(0))
    while slot != .max && count <= known.idle {
      guard case .idle(let since) = connections[slot].state, connections[slot].group == group,
        connections[slot].newer == newer, newer == .max || since <= idleSince(newer)
      else { return false }
      count += 1
      (slot, newer) = (connections[slot].older, slot)
    }
    return count == known.idle && known.oldestIdle == newer
  }

  private func hasLine(_ group: UInt32) -> Bool {
    let known = groups[group]
    var (slot, previous, count) = (known.firstWaiter, UInt32.max, Int32(0))
    while slot != .max && count <= known.waiting {
      guard waiters[slot].group == group, waiters[slot].previous == previous else { return false }
      count += 1
      (slot, previous) = (waiters[slot].next, slot)
    }
    return count == known.waiting && known.lastWaiter == previous
  }
}
