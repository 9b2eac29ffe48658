import Units

// What holds after every event, looked at in debug builds.
extension Database {
  /// Whether each session has its job and each job its session, slots are counted by node, and the jobs that compute
  /// are those at the stations. With more than 256 sessions it looks at every 64th event only.
  @inline(never) mutating func isConserved(_ events: UInt64) -> Bool {
    if sessions.extent > 256 && events & 63 != 0 { return true }
    var (inUse, withJob) = (0, 0)
    var byNode = Array(repeating: 0, count: config.nodeCount)
    for session in 0..<UInt32(sessions.extent) {
      switch sessions[session].state {
      case .free: continue
      case .idle: break
      case .opening(let job), .active(let job), .leaving(let job):
        withJob += 1
        if jobs[job].session != session { return false }
      }
      inUse += 1
      byNode[Int(sessions[session].node)] += 1
    }
    var (allJobs, sessionJobs, computing) = (0, 0, 0)
    for job in 0..<UInt32(jobs.extent) {
      switch jobs[job].phase {
      case .free: continue
      case .refused, .ended: break
      case .computing:
        sessionJobs += 1
        computing += 1
      case .storing, .waiting, .invoking: sessionJobs += 1
      }
      allJobs += 1
    }
    var atStations = 0
    for node in 0..<UInt16(config.nodeCount) {
      atStations += nodes[node].pointee.running + nodes[node].pointee.waiting
      if members[Int(node)].sessions != byNode[Int(node)] { return false }
    }
    return inUse == sessions.count && allJobs == jobs.count && sessionJobs == withJob && computing == atStations
  }
}
