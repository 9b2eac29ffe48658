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
        shardCount: 4
        retentionPeriod: 48 h
        putLatency: { logNormal: { median: 8 ms, p99: 30 ms } }
      clickReader:
        type: eventSourceMapping
        eventSource: clicks
        functionName: work
        batchSize: 500
        maximumBatchingWindow: 5 s
        functionResponseTypes: [ reportBatchItemFailures ]
        parallelizationFactor: 10
        bisectBatchOnFunctionError: true
        maximumRetryAttempts: 3
        maximumRecordAge: 1 h
        onFailure: jobs
        pollingInterval: 250 ms
        retryDelay: { exponential: { mean: 2 s } }
      work:
        type: function
        handler:
          - forEachRecord: [ { wait: 2 ms } ]

    """
}
