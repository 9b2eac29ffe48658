import Engine

/// Why callers with an SDK client stopped trying.
struct RetryRecords: BitwiseCopyable {
  /// Calls whose last attempt failed, and would have been repeated.
  let exhausted: CounterID
  /// Calls that would have been repeated, but the client's quota did not suffice.
  let overQuota: CounterID

  /// Counters of a function's calls.
  init(function name: String, run: inout Run<Event>) { self.init(name, "Windtunnel/Lambda", &run) }

  /// Counters of a traffic source's requests.
  init(traffic name: String, run: inout Run<Event>) { self.init(name, "Windtunnel/Traffic", &run) }

  private init(_ resource: String, _ namespace: String, _ run: inout Run<Event>) {
    exhausted = run.recorder.addCounter(resource: resource, namespace: namespace, "RetriesExhausted")
    overQuota = run.recorder.addCounter(resource: resource, namespace: namespace, "RetryQuotaExceeded")
  }
}
