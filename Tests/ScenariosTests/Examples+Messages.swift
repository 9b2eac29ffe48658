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
        fifoQueue: false
        visibilityTimeout: 60 s
        messageRetentionPeriod: 2 d
        delay: 3 s
        redrivePolicy: { deadLetterTarget: dead, maxReceiveCount: 5 }
        inFlightLimit: 5000
        sendLatency: { logNormal: { median: 6 ms, p99: 20 ms } }
        deliveryLatency: 16 ms
      dead:
        type: queue
      ordered:
        type: queue
        fifoQueue: true
        fifoThroughputLimit: perMessageGroupId
      jobsToWork:
        type: eventSourceMapping
        eventSource: jobs
        functionName: work
        batchSize: 100
        maximumBatchingWindow: 5 s
        functionResponseTypes: [reportBatchItemFailures]
        scalingConfig: { maximumConcurrency: 50 }
        polling:
          longPoll: 10 s
          initialConcurrency: 4
          concurrencyLimit: 1000
          increasePerMinute: 100
          decreasePerMinute: 60
          lowTrafficConcurrency: 3
          lowTrafficAfter: 10 min
          failureDecrease: 2
          throttleDelay: 500 ms
          pollDuration: 20 ms
      orderedToWork:
        type: eventSourceMapping
        eventSource: ordered
        functionName: work
        provisionedPollerConfig: { minimumPollers: 3, maximumPollers: 30 }
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
