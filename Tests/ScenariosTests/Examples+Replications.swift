extension Examples {
  /// A sound scenario in a steady state, whose replications go on until figures are known and whose start-up is found.
  static let precise = """
    scenario: Known well
    region: us-east-1
    duration: 1 h
    warmUp: auto
    replications:
      relativeHalfWidth: 2 %
      of: [latency.p99, latency.readers.mean, successLatency.p50, errors, cost.monthly, throttles.list, list.meanEnvironments]
      min: 20
      max: 400
    traffic:
      readers: { target: list, arrivals: { poisson: { rate: 1 / s } } }
    resources:
      list: { type: function, timeout: 3 s, handler: [ compute: 5 ms ] }

    """

  /// A single run whose batches give intervals.
  static let batched = """
    scenario: One long run
    region: us-east-1
    duration: 2 h
    warmUp: 10 min
    batches: 30
    traffic:
      readers: { target: list, arrivals: { poisson: { rate: 1 / s } } }
    resources:
      list: { type: function, timeout: 3 s, handler: [ compute: 5 ms ] }

    """
}
