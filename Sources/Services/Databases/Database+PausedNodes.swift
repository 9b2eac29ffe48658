import Engine
import Units

/// A connect that waits until its node has resumed.
struct WaitingConnect: BitwiseCopyable {
  let call: CallID
  let node: UInt16
  let client: UInt16
  let connection: UInt32
  let endpoint: DatabaseEndpoint
}

/// How connects wait for nodes that are paused or resuming.
extension Database {
  /// Whether the node takes connections now. A connect to one that does not is given to `wait`.
  func takesConnections(_ node: UInt16) -> Bool {
    serverless.config == nil || serverless.nodes[Int(node)].isRunning
  }

  /// A connect waits for its node, which resumes for it.
  mutating func wait(_ connect: WaitingConnect, _ run: inout Run<Event>) {
    serverless.waiting.append(connect)
    resume(connect.node, &run)
  }

  /// The node takes no connections from now on. It has none, and no jobs.
  mutating func pauseNode(_ node: UInt16) {
    precondition(serverless.nodes[Int(node)].connections == 0, "a node pauses without connections")
  }

  /// The node takes connections again: those that have waited open, first come, first served.
  mutating func releaseNode(_ node: UInt16, _ run: inout Run<Event>) {
    guard let records = serverless.records else { return }
    let ready = serverless.waiting.filter { $0.node == node }
    serverless.waiting.removeAll { $0.node == node }
    for connect in ready {
      run.ledgers.attribute(run.calls[connect.call.slot].ledger, to: records.resumeSegment, at: run.now)
      self.connect(connect.call, connect.client, connect.connection, connect.endpoint, &run)
    }
  }
}
