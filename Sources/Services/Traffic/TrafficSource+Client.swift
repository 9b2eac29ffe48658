import Engine
import Units

// Requests of a source with a client. A request is attempted until an outcome stands; its latency and its ledger run
// from its arrival to that.
//
//   requested -> (rate limiter) -> calling -> final outcome
//                      ^              |  answered with an error, or abandoned at the time limit
//                      +-- backoff <--+
extension TrafficSource {
  /// A request arrives; the next one is announced.
  @inline(never) mutating func requested(_ run: inout Run<Event>) {
    request(target: expectedTarget, user: 0, &run)
    expectNext(&run)
  }

  /// A request begins.
  mutating func request(target: Int32, user: UInt32, _ run: inout Run<Event>) {
    guard let client else { preconditionFailure("only a source with a client has requests of several attempts") }
    run.recorder.count(records.requests)
    run.recorder.change(records.inFlight, by: 1, at: run.now)
    let slot = client.pointee.requests.take()
    client.pointee.requests[slot] = ClientRequest(
      state: .backingOff, arrival: run.now, ledger: run.ledgers.open(at: run.now), target: target, user: user,
      instance: client.pointee.drawInstance(user: user), retry: RetryProgress())
    attempt(slot, client, &run)
  }

  /// A request has waited: for its pause, or for the rate limiter.
  mutating func resumed(_ slot: UInt32, _ run: inout Run<Event>) {
    guard let client else { preconditionFailure("only a client waits") }
    run.ledgers.attribute(
      client.pointee.requests[slot].ledger, to: client.pointee.records.backoffSegment, at: run.now)
    switch client.pointee.requests[slot].state {
    case .backingOff: attempt(slot, client, &run)
    case .held(let ticket): held(slot, ticket, client, &run)
    case .done, .calling: preconditionFailure("only a waiting request is resumed")
    }
  }

  // MARK: Attempts

  private mutating func attempt(
    _ slot: UInt32, _ client: UnsafeMutablePointer<TrafficClient>, _ run: inout Run<Event>
  ) {
    if client.pointee.rules[Int(client.pointee.requests[slot].target)].limitsRate,
      let ticket = client.pointee.sdkClient(of: slot, at: run.now)?.pointee.limiter.enter(at: run.now)
    {
      return held(slot, ticket, client, &run)
    }
    place(slot, client, &run)
  }

  /// An attempt that the rate limiter has held back goes, or is held for longer.
  private mutating func held(
    _ slot: UInt32, _ ticket: Int64, _ client: UnsafeMutablePointer<TrafficClient>, _ run: inout Run<Event>
  ) {
    let sdk = client.pointee.sdkClient(of: slot, at: run.now)
    let wait = sdk?.pointee.limiter.wait(for: ticket, at: run.now) ?? .zero
    if wait == .zero { return place(slot, client, &run) }
    client.pointee.requests[slot].state = .held(ticket: ticket)
    run.schedule(.traffic(index, .resumed(request: slot)), after: wait)
  }

  private mutating func place(_ slot: UInt32, _ client: UnsafeMutablePointer<TrafficClient>, _ run: inout Run<Event>) {
    let site = targets[Int(client.pointee.requests[slot].target)]
    run.recorder.count(client.pointee.records.attempts)
    // One name deeper than its own, so that the client can cut off whom it gives up.
    let call = run.place(
      from: Party(.traffic, index, tag: slot), to: sites[Int(site)].callee, site: site,
      ledger: run.ledgers.deeper(than: client.pointee.requests[slot].ledger))
    client.pointee.requests[slot].state = .calling(call)
    client.pointee.requests[slot].retry.mark(call, &run)
    guard client.pointee.timeout < .never else { return }
    let due = run.now + client.pointee.timeout
    if client.pointee.patience.enter(call.slot, due: due, in: run.calls) {
      run.scheduleLimit(.traffic(index, .patienceTimer), at: due)
    }
  }

  // MARK: Outcomes

  /// The answer to an attempt.
  @inline(never) mutating func attemptAnswered(_ call: CallID, _ run: inout Run<Event>) {
    guard let client else { preconditionFailure("only a client makes attempts") }
    let slot = run.calls[call.slot].caller.tag
    let outcome = run.calls[call.slot].outcome
    if client.pointee.timeout < .never { client.pointee.patience.leave(call.slot, in: run.calls) }
    run.finish(call)
    react(slot, to: outcome, client, &run)
  }

  /// Attempts that have lasted for the time limit are abandoned; their callees work on.
  mutating func patienceTimer(_ run: inout Run<Event>) {
    guard let client else { preconditionFailure("only a client gives up") }
    while true {
      switch client.pointee.patience.expire(at: run.now, in: run.calls) {
      case .idle: return
      case .rearm(let due): return run.scheduleLimit(.traffic(index, .patienceTimer), at: due)
      case .expired(let callSlot):
        let slot = run.calls[callSlot].caller.tag
        let ledger = client.pointee.requests[slot].ledger
        run.recorder.count(client.pointee.records.abandoned)
        run.ledgers.attribute(ledger, to: client.pointee.records.abandonedSegment, at: run.now)
        run.ledgers.cut(below: ledger)
        run.abandon(CallID(slot: callSlot, generation: run.calls[callSlot].generation))
        react(slot, to: .abandoned, client, &run)
      }
    }
  }

  /// Tries again after a pause, or lets the outcome stand.
  private mutating func react(
    _ slot: UInt32, to outcome: Outcome, _ client: UnsafeMutablePointer<TrafficClient>, _ run: inout Run<Event>
  ) {
    let target = Int(client.pointee.requests[slot].target)
    let sdk = client.pointee.sdkClient(of: slot, at: run.now)
    let result = AttemptResult(outcome, of: sites[Int(targets[target])].callee.component)
    switch client.pointee.rules[target].decide(
      result, &client.pointee.requests[slot].retry, client: sdk, at: run.now, &client.pointee.backoffStream)
    {
    case .retry(let pause):
      run.recorder.count(client.pointee.records.retries)
      client.pointee.requests[slot].state = .backingOff
      return run.schedule(.traffic(index, .resumed(request: slot)), after: pause)
    case .finish: break
    case .exhausted: run.recorder.count(client.pointee.records.ends.exhausted)
    case .overQuota: run.recorder.count(client.pointee.records.ends.overQuota)
    }
    finish(slot, outcome, client, &run)
  }

  private mutating func finish(
    _ slot: UInt32, _ outcome: Outcome, _ client: UnsafeMutablePointer<TrafficClient>, _ run: inout Run<Event>
  ) {
    let user = client.pointee.requests[slot].user
    let latency = (run.now - client.pointee.requests[slot].arrival).nanoseconds
    book(outcome, latency: latency, client.pointee.requests[slot].ledger, &run)
    client.pointee.requests[slot].state = .done
    client.pointee.requests.giveBack(slot)
    if users > 0 { startThinking(user, after: latency, &run) }
  }
}
