extension Examples {
  /// A sound scenario that uses the keys of RDS Proxy.
  static let proxy = """
    scenario: Proxy
    region: us-east-1
    duration: 1 h
    traffic:
      clerks:
        target: proxy
        query: { cpu: 2 ms }
        arrivals: { poisson: { rate: 1 / s } }
      readers:
        target: guard
        query: { cpu: 2 ms, endpoint: reader }
        arrivals: { poisson: { rate: 1 / s } }
    resources:
      orders: { type: dbInstance, engine: mysql, dbInstanceClass: db.r6g.large }
      proxy:
        type: dbProxy
        database: orders
        maxConnectionsPercent: 80
        maxIdleConnectionsPercent: 10
        connectionBorrowTimeout: 30 s
        idleClientTimeout: 10 min
        initQuery: { cpu: 100 us }
        sessionPinningFilters: [EXCLUDE_VARIABLE_SETS]
        reservedConnections: 2
        clientConnectionLimit: 5000
        clientConnectionRate: 1000 / s
        iamAuthenticationRate: 200 / s
        retryPause: 500 ms
        overhead: { logNormal: { median: 800 us, p99: 2 ms } }
        clientOpening: 25 ms
      stock: { type: auroraCluster, engine: aurora-postgresql, dbInstanceClass: db.r6g.large, readers: 2 }
      guard: { type: dbProxy, database: stock, readOnlyEndpoint: true, extendedProtocolPins: true }

    """
}
