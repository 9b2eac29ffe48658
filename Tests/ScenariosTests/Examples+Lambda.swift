extension Examples {
  /// A sound scenario that uses the keys of functions which `full` leaves out.
  static let lambda = """
    scenario: Functions
    region: us-east-1
    duration: 1 h
    invocationLog: { sample: 5 %, limit: 1000 }
    traffic:
      events: { target: work, invocationType: event, payload: 10 KB, arrivals: { poisson: { rate: 1 / s } } }
    resources:
      work:
        type: function
        handler:
          - crash: 0.1 %
          - forEachRecord: [ { wait: 2 ms } ]

    """
}
