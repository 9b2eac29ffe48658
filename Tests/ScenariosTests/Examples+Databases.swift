extension Examples {
  /// A sound scenario that uses the keys of relational databases and of what is asked of them.
  static let databases = """
    scenario: Databases
    region: us-east-1
    duration: 1 h
    traffic:
      clerks:
        target: orders
        query:
          cpu: 2 ms
          reads: 3
          writes: 1
          statements: 2
          pause: 1 ms
          pinCause: lock
          pinShare: 10 %
          growth: 200 B
          invokes: { function: audit, invocationType: event, times: 2 }
        arrivals: { poisson: { rate: 1 / s } }
      analysts:
        target: orders
        query: { cpu: 80 ms, reads: { exponential: { mean: 300 } }, endpoint: reader }
        arrivals: { poisson: { rate: 1 / min } }
    resources:
      audit: { type: function, handler: [] }
      orders:
        type: dbInstance
        engine: postgres
        dbInstanceClass: db.r6g.large
        readers: 1
        maxConnections: 500
        threads: 4
        bufferCacheHitRatio: 95 %
        multiAZ: true
        storageType: gp3
        allocatedStorage: 500 GB
        maxAllocatedStorage: 1000 GB
        iops: 13000
        storageUsed: 80 GB
        readLatency: 1 ms
        writeLatency: 2 ms
        reservedConnections: 5
        memoryPerConnection: 12 MB
        connectionCpu: 8 ms
        connectionLatency: 20 ms
        roundTrip: 700 us
        idleTimeout: 1 h
      ledger:
        type: dbInstance
        engine: mysql
        dbInstanceClass: db.r6gd.xlarge
        deployment: multiAzCluster
        storageType: io1
        allocatedStorage: 200 GB
        iops: 2000

    """
}
