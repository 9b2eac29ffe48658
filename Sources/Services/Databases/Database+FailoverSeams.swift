import Engine
import Units

// Seams to the parts beside: at the merge their own versions take the place of these.
extension Database {
  /// Every session of a node ends: its requests and openings in progress are answered as unavailable.
  mutating func failSessions(of node: UInt16, _ run: inout Run<Event>) {
    nodes[node].pointee.clear(at: run.now)
    for session in 0..<UInt32(sessions.extent) where sessions[session].node == node {
      switch sessions[session].state {
      case .free: continue
      case .idle: break
      case .opening(let job), .active(let job):
        let call = jobs[job].call
        let segment: SegmentID
        switch jobs[job].phase {
        case .free: preconditionFailure("a session's job is under way")
        case .computing:
          segment = records.cpuSegment
          jobs.giveBack(job)
        case .waiting, .invoking:
          segment = records.waitSegment
          jobs[job].isOrphan = true
        }
        run.ledgers.attribute(run.calls[call.slot].ledger, to: segment, at: run.now)
        run.answer(call, .unavailable)
      }
      end(session, &run)
    }
  }

  /// The node that a connection of an endpoint leads to; nil while there is none.
  mutating func node(for endpoint: DatabaseEndpoint) -> UInt16? {
    if endpoint == .reader {
      for node in 0..<UInt16(config.nodeCount) where node != writer && takesConnections(node) { return node }
    }
    return takesConnections(writer) ? writer : nil
  }

  /// Whether a node of Aurora Serverless is paused.
  func isPaused(_ node: UInt16) -> Bool { false }
}
