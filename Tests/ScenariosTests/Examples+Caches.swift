extension Examples {
  /// A sound scenario that uses the keys of caches in front of tables.
  static let caches = """
    scenario: Caches
    region: us-east-1
    duration: 1 h
    traffic:
      readers: { target: dax, operation: getItem, itemSize: 2 KB, arrivals: { poisson: { rate: 1 / s } } }
      askers: { target: redis, operation: query, itemSize: 2 KB, items: 5, arrivals: { poisson: { rate: 1 / s } } }
    resources:
      orders:
        type: table
      dax:
        type: daxCluster
        table: orders
        nodeType: dax.r5.large
        replicationFactor: 3
        recordTtl: 10 min
        queryTtl: 1 min
        memoryShare: 80 %
        itemMemoryShare: 60 %
        entryOverhead: 120 B
        normalizedRequests: 70000 / s
        burst: 2 s
        hitLatency: 400 us
        missOverhead: { logNormal: { median: 800 us, p99: 2 ms } }
        writeOverhead: 1 ms
      redis:
        type: cacheCluster
        table: orders
        engine: redis
        cacheNodeType: cache.r7g.large
        numNodeGroups: 2
        replicasPerNodeGroup: 1
        readFromReplicas: true
        ttl: 1 h
        writePolicy: writeThrough
        waitForCache: false
        reservedMemory: 30 %
        entryOverhead: 90 B
        requestsPerNode: 80000 / s
        getLatency: 400 us
        setLatency: 500 us
      memcached:
        type: cacheCluster
        table: orders
        engine: memcached
        cacheNodeType: cache.m7g.large
        numCacheNodes: 4

    """
}
