extension Examples {
  /// A sound scenario that uses the keys of queues, streams and what reads them.
  static let messages = """
    scenario: Messages
    region: us-east-1
    duration: 1 h
    traffic:
      jobs:
        target: jobs
        entries: 10
        messageGroups: 50
        poison: 0.1 %
        payload: 2 KB
        arrivals: { poisson: { rate: 1 / s } }
      clicks: { target: clicks, entries: 100, partitionKeys: 5000, arrivals: { poisson: { rate: 1 / s } } }
    resources:
      jobs:
        type: queue
      clicks:
        type: stream
      work:
        type: function
        handler:
          - forEachRecord: [ { wait: 2 ms } ]

    """
}
