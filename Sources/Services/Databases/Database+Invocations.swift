import Engine
import Units

// A statement that invokes a function: it holds its session until the function has answered, or until Lambda has taken
// the event, and takes no CPU meanwhile.
extension Database {
  /// Invokes the function of a job's statement, once more if it has done so before.
  mutating func invoke(_ job: UInt32, _ run: inout Run<Event>) {
    let site = queries[Int(jobs[job].query)].invocation
    jobs[job].invocations &-= 1
    let call = run.place(
      from: Party(.database, index, tag: job), to: sites[Int(site)].callee, site: site,
      ledger: run.ledgers.deeper(than: run.calls[jobs[job].call.slot].ledger))
    jobs[job].phase = .invoking(call)
  }

  /// The function has answered. A failure rolls back: no further statement of the request is executed.
  mutating func invoked(_ job: UInt32, _ outcome: Outcome, _ run: inout Run<Event>) {
    guard case .invoking = jobs[job].phase else { preconditionFailure("a job waits for the function that it invoked") }
    run.ledgers.attribute(run.calls[jobs[job].call.slot].ledger, to: records.functionSegment, at: run.now)
    if outcome != .success {
      count(.functionFailed, &run)
      jobs[job].outcome = .failed
      jobs[job].statements = 0
    } else if jobs[job].invocations > 0 {
      return invoke(job, &run)
    }
    send(job, storage: 0, &run)
  }
}
