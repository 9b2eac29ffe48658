extension Examples {
  /// A sound scenario that uses the keys of what tables store, and of what follows their changes.
  static let storage = """
    scenario: Storage
    region: us-east-1
    duration: 1 h
    traffic:
      readers: { target: orders, operation: getItem, itemSize: 2 KB, arrivals: { poisson: { rate: 1 / s } } }
    resources:
      orders:
        type: table
        itemCount: 1000000
        averageItemSize: 2 KB
        timeToLiveSpecification:
          enabled: true
          attributeName: expires
          after: { normal: { mean: 7 d, sd: 1 d } }
          deletionDelay: { uniform: { low: 10 min, high: 12 h } }
          remaining: { uniform: { low: 0 s, high: 8 d } }
          renewal: 40 %
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 7 }
        backups:
          - { at: 0 s }
          - { at: 10 min, every: 15 min, retain: 1 d }
        restores: [ { at: 20 min } ]
        exports:
          - { at: 5 min }
          - { at: 15 min, every: 15 min, exportType: incrementalExport }
        importSourceSpecification: { size: 3 GB }
        replicas: [ eu-west-1, us-west-2 ]
        multiRegionConsistency: eventual
        replication: { latency: { uniform: { low: 400 ms, high: 1 s } } }
      ledger:
        type: table
        replicas: [ us-west-2 ]
        multiRegionConsistency: strong
        globalTableWitness: us-east-2
        replication: { roundTrip: { logNormal: { median: 20 ms, p99: 40 ms } }, conflicts: 0.1 % }
      changes: { type: stream, shardCount: 2 }
      followed:
        type: table
        streamSpecification:
          streamViewType: newAndOldImages
          keySize: 48 B
          propagationDelay: { uniform: { low: 50 ms, high: 150 ms } }
        kinesisStreamSpecification:
          stream: changes
          delay: 100 ms
          retryDelay: { exponential: { mean: 2 s } }
          duplicates: 0.1 %
          recordExpansion: 3
      newOnes: { type: table, streamSpecification: { streamViewType: newImage } }
      oldOnes: { type: table, streamSpecification: { streamViewType: oldImage } }
      keysOfAll: { type: table, streamSpecification: { streamViewType: keysOnly } }
      follower: { type: eventSourceMapping, eventSource: followed, functionName: derive }
      derive: { type: function, handler: [ { compute: 5 ms } ] }

    """
}
