import Engine
import Units

// The life of a job: the statements of a request one after another, or the opening of a session.
extension Database {
  /// A client asks something on a session; `.max` for one that is gone.
  mutating func execute(_ call: CallID, _ query: UInt32, _ session: UInt32, _ run: inout Run<Event>) {
    guard session != .max else {
      count(.connectionLost, &run)
      return run.answer(call, .unavailable)
    }
    guard case .idle = sessions[session].state else {
      preconditionFailure("a client asks one thing at a time on a connection")
    }
    run.recorder.count(records.queries)
    idleSessions.leave(session, in: sessions)
    let job = jobs.take()
    sessions[session].state = .active(job: job)
    jobs[job] = DatabaseJob(
      phase: .computing, call: call, session: session, query: query, statements: queries[Int(query)].statements,
      invocations: 0, outcome: .success)
    beginStatement(job, &run)
  }

  @inline(__always) private mutating func beginStatement(_ job: UInt32, _ run: inout Run<Event>) {
    let query = Int(jobs[job].query)
    jobs[job].statements &-= 1
    jobs[job].invocations = queries[query].invocations
    run.recorder.count(records.statements)
    run.recorder.change(nodeRecords[Int(node(of: job))].load, by: 1, at: run.now)
    compute(job, queries[query].cpu.drawTime(&queryStreams[query]), &run)
  }

  /// The node of a job's session.
  @inline(__always) private func node(of job: UInt32) -> UInt16 { sessions[jobs[job].session].node }

  /// A job takes its share of the node's CPU.
  @inline(__always) mutating func compute(_ job: UInt32, _ work: Int64, _ run: inout Run<Event>) {
    let node = node(of: job)
    jobs[job].phase = .computing
    nodes[node].pointee.enter(job, work: work, at: run.now)
    stationChanged(node, &run)
  }

  /// Jobs have come to a node's CPU, or left it.
  @inline(__always) mutating func stationChanged(_ node: UInt16, _ run: inout Run<Event>) {
    if let due = nodes[node].pointee.timer(at: run.now) {
      run.schedule(.database(index, .station(node: UInt32(node))), at: due)
    }
    noteStation(node, &run)
    recordLoad(of: node, &run)
  }

  /// A statement has had its CPU time, or a session that of its opening.
  mutating func computed(_ job: UInt32, _ run: inout Run<Event>) {
    let query = Int(jobs[job].query)
    if jobs[job].query == .max { return opened(job, &run) }
    run.ledgers.attribute(run.calls[jobs[job].call.slot].ledger, to: records.cpuSegment, at: run.now)
    let storage = storageTime(node: node(of: job), query: jobs[job].query, &run)
    guard queries[query].invocation != .max else { return send(job, storage: storage, &run) }
    jobs[job].phase = .storing
    run.schedule(.database(index, .resumed(job: job)), after: Time(nanoseconds: storage))
  }

  /// The CPU time of a session's opening is spent; the rest is for the network.
  private mutating func opened(_ job: UInt32, _ run: inout Run<Event>) {
    if case .leaving = sessions[jobs[job].session].state { return complete(job, &run) }
    jobs[job].phase = .waiting(busyUntil: run.now)
    run.schedule(
      .database(index, .resumed(job: job)), after: Time(nanoseconds: openingLatency.drawTime(&streams[1])))
  }

  /// A statement is over but for its storage and the way to the client, who takes its time before the next one. A
  /// client that has gone takes none.
  @inline(__always) mutating func send(_ job: UInt32, storage: Int64, _ run: inout Run<Event>) {
    let stored = run.now.nanoseconds &+ storage
    jobs[job].phase = .waiting(busyUntil: Time(nanoseconds: stored))
    var due = stored
    if case .active = sessions[jobs[job].session].state {
      due &+= roundTrip.drawTime(&streams[2])
      let query = Int(jobs[job].query)
      if jobs[job].statements > 0 { due &+= queries[query].pause.drawTime(&pauseStreams[query]) }
    }
    run.schedule(.database(index, .resumed(job: job)), at: Time(nanoseconds: due))
  }

  /// What a job has waited for has come.
  mutating func resumed(_ job: UInt32, _ run: inout Run<Event>) {
    switch jobs[job].phase {
    case .waiting(let busyUntil): waited(job, busyUntil, &run)
    case .storing:
      run.ledgers.attribute(run.calls[jobs[job].call.slot].ledger, to: records.storageSegment, at: run.now)
      invoke(job, &run)
    case .refused:
      count(.unreachable, &run)
      let call = jobs[job].call
      run.ledgers.attribute(run.calls[call.slot].ledger, to: records.connectSegment, at: run.now)
      release(job: job)
      run.answer(call, .unavailable)
    case .ended: release(job: job)
    case .computing, .invoking, .free: preconditionFailure("a job that waits for no event gets none")
    }
  }

  private mutating func waited(_ job: UInt32, _ busyUntil: Time, _ run: inout Run<Event>) {
    if jobs[job].query == .max { return complete(job, &run) }
    attribute(job, busyUntil, &run)
    guard grow(by: queries[Int(jobs[job].query)].growth, &run) else {
      jobs[job].outcome = .failed
      return complete(job, &run)
    }
    if jobs[job].statements > 0, case .active = sessions[jobs[job].session].state {
      return beginStatement(job, &run)
    }
    complete(job, &run)
  }

  /// A statement has been waiting, for storage until `busyUntil`, which may be later than now.
  @inline(__always) private mutating func attribute(_ job: UInt32, _ busyUntil: Time, _ run: inout Run<Event>) {
    let ledger = run.calls[jobs[job].call.slot].ledger
    let stored = min(busyUntil, run.now)
    run.ledgers.attribute(ledger, to: records.storageSegment, at: stored)
    run.ledgers.attribute(ledger, to: records.roundTripSegment, at: run.now)
    // The load ended then. A period's end in between errs for none: the integral gets back what it had too much.
    run.recorder.change(nodeRecords[Int(node(of: job))].load, by: -1, at: stored)
  }

  /// A request is over, or a session open.
  private mutating func complete(_ job: UInt32, _ run: inout Run<Event>) {
    let (call, session, outcome) = (jobs[job].call, jobs[job].session, jobs[job].outcome)
    let isOpening = jobs[job].query == .max
    release(job: job)
    switch sessions[session].state {
    case .leaving: end(session, &run)
    case .opening:
      run.ledgers.attribute(run.calls[call.slot].ledger, to: records.connectSegment, at: run.now)
      if run.calls[call.slot].state == .abandoned {
        // Whoever gives up on a connect does not know that it has a session.
        unlink(session)
        end(session, &run)
      } else {
        rest(session, &run)
      }
    case .active:
      if failover.isWatching && outcome == .success {
        failover.noteSuccess(of: sessions[session].client, node: sessions[session].node, &run)
      }
      run.recorder.record(records.latency, run.now.nanoseconds &- run.calls[call.slot].start.nanoseconds)
      if outcome == .success { run.recorder.count(records.transactions) }
      rest(session, &run)
    case .idle, .free: preconditionFailure("a job has its session")
    }
    precondition(!isOpening || outcome == .success, "opening succeeds, or ends before")
    run.answer(call, outcome)
  }

  @inline(__always) private mutating func release(job: UInt32) {
    jobs[job].phase = .free
    jobs.giveBack(job)
  }

  /// A job ends before its time, as its node has failed or its client has gone; its session is about to end. The CPU
  /// has let go of it already.
  mutating func stop(_ job: UInt32, _ run: inout Run<Event>) {
    let call = jobs[job].call
    let isOpening = jobs[job].query == .max
    let ledger = run.calls[call.slot].ledger
    var segment = isOpening ? records.connectSegment : records.cpuSegment
    var load = !isOpening
    var awaitsEvent = false
    switch jobs[job].phase {
    case .computing: break
    case .storing:
      segment = records.storageSegment
      awaitsEvent = true
    case .waiting(let busyUntil):
      awaitsEvent = true
      if !isOpening {
        attribute(job, busyUntil, &run)
        load = false
      }
    case .invoking(let inner):
      run.ledgers.cut(below: ledger)
      run.abandon(inner)
      segment = records.functionSegment
    case .free, .refused, .ended: preconditionFailure("only a job with a session is stopped")
    }
    run.ledgers.attribute(ledger, to: segment, at: run.now)
    if load { run.recorder.change(nodeRecords[Int(node(of: job))].load, by: -1, at: run.now) }
    if run.calls[call.slot].state != .abandoned { count(isOpening ? .unreachable : .connectionLost, &run) }
    if awaitsEvent {
      jobs[job].phase = .ended
      jobs[job].session = .max
    } else {
      release(job: job)
    }
    run.answer(call, .unavailable)
  }
}
