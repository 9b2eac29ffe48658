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
