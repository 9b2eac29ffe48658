import Engine

/// Whether and how often a query pins the session that executes it.
struct ProxyPin: BitwiseCopyable {
  /// Share of the requests, 0 to 1.
  let share: Double
  /// Counts the sessions that its cause pins; nil if it pins none.
  let counter: CounterID?
}

extension DBProxyConfig {
  /// Whether a cause pins sessions to a database of the family. One that the family does not know never does.
  func pins(_ cause: PinCause, _ family: DatabaseEngine.Family) -> Bool {
    if unpinned.contains(cause) { return false }
    switch cause {
    case .largeStatement, .setVariable, .preparedStatement, .temporaryObject, .lock: return true
    case .cursor, .listen, .sequence, .extendedProtocol: return family == .postgreSQL
    }
  }
}

extension DBProxy {
  /// What a query does to sessions. Queries with the same cause share its counter.
  mutating func pin(
    of query: DatabaseQuery, _ family: DatabaseEngine.Family, _ run: inout Run<Event>
  ) -> ProxyPin {
    guard let cause = query.pinCause, config.pins(cause, family), query.pinShare > 0 else {
      return ProxyPin(share: 0, counter: nil)
    }
    if let known = pinCounters.first(where: { $0.cause == cause }) {
      return ProxyPin(share: query.pinShare, counter: known.counter)
    }
    let counter = run.recorder.addCounter(
      resource: config.name, namespace: "Windtunnel/RDS", "SessionsPinned \(cause.rawValue)")
    pinCounters.append((cause, counter))
    return ProxyPin(share: query.pinShare, counter: counter)
  }

  /// Whether the request that ends now pins its session; draws once if the query leaves it to chance.
  mutating func drawsPin(_ call: CallID, _ run: inout Run<Event>) -> Bool {
    guard case .session(.execute(_, let query, _)) = sites[Int(run.calls[call.slot].site)].request else {
      preconditionFailure("only a request uses a database connection")
    }
    let pin = pins[Int(query)]
    guard let counter = pin.counter else { return false }
    if pin.share < 1 && streams[2].nextUnit() >= pin.share { return false }
    run.recorder.count(counter)
    run.recorder.count(records.sessionsPinned)
    return true
  }
}
