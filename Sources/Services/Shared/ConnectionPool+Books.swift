import Engine
import Units

// What a pool knows, for its owner to look at.
extension ConnectionPool {
  /// What is known of a group; one that has not been used is empty.
  func group(_ group: UInt32) -> Group { Int(group) < groups.extent ? groups[group] : .empty(limit: limit) }

  /// Borrowed connections of a group.
  func borrowed(_ group: UInt32) -> Int32 { self.group(group).borrowed }

  /// Connections of a group beyond its limit, which has been lowered; the owner closes as many when they are given back.
  func excess(_ group: UInt32) -> Int32 {
    let group = self.group(group)
    return max(0, group.open - group.limit)
  }

  /// The idle connection of a group that has been idle for longest; `.max` for none.
  func oldestIdle(_ group: UInt32) -> UInt32 {
    Int(group) < groups.extent ? groups[group].oldestIdle : .max
  }

  /// Since when a connection is idle; `.never` if it is not.
  func idleSince(_ connection: UInt32) -> Time {
    if case .idle(let since) = connections[connection].state { return since }
    return .never
  }

  /// Any connection of a group, whatever it does; `.max` if none is open. Closing them until there is none ends a group.
  func anyConnection(_ group: UInt32) -> UInt32 {
    Int(group) < groups.extent ? groups[group].firstConnection : .max
  }

  /// The call at the head of a group's line, which stays there; `.none` if nobody waits.
  func headOfLine(_ group: UInt32) -> CallID {
    guard Int(group) < groups.extent, groups[group].firstWaiter != .max else { return .none }
    return waiters[groups[group].firstWaiter].call
  }
}
