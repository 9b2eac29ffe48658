// What holds after every event, looked at in debug builds.
extension DBProxy {
  /// Sessions by state add up; every borrowed or pinned database connection belongs to exactly one session, and every
  /// session in line stands there once. All is counted by looking: at each event while there is little of it, then at
  /// each thousandth.
  mutating func assertConserved() {
    assert(checkIsDue() ? isConserved() : true, "connections of a proxy belong to its sessions")
  }

  private mutating func checkIsDue() -> Bool {
    checks &+= 1
    return sessions.extent + pool.connections.extent <= 128 || checks % 1_000 == 0
  }

  private func isConserved() -> Bool {
    var (present, pinned): (Int, Int) = (0, 0)
    var waiting: (Int32, Int32) = (0, 0)
    var executing: (Int32, Int32) = (0, 0)
    for slot in 0..<UInt32(sessions.extent) {
      let session = sessions[slot]
      let isWriter = session.group == 0
      if session.pinned != .max {
        guard case .pinned(owner: slot) = pool.connections[session.pinned].state else { return false }
        pinned += 1
      }
      switch session.state {
      case .free:
        if session.pinned != .max || session.deadline.isLinked || lives[slot].deadline.isLinked { return false }
        continue
      case .opening, .returning: if session.deadline.isLinked { return false }
      case .idle: if !session.deadline.isLinked { return false }
      case .waiting:
        if isWriter { waiting.0 += 1 } else { waiting.1 += 1 }
      case .executing(_, let connection):
        if session.pinned == connection { break }
        guard case .borrowed(let borrower) = pool.connections[connection].state, borrower.slot == slot else {
          return false
        }
        if isWriter { executing.0 += 1 } else { executing.1 += 1 }
      }
      present += 1
    }
    return present == sessions.count && sessions.count == lives.count
      && waiting == (pool.group(0).waiting, pool.group(1).waiting)
      && executing == (pool.borrowed(0), pool.borrowed(1)) && pinned == pool.group(0).pinned + pool.group(1).pinned
  }
}
