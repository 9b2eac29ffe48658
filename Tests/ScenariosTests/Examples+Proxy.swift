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
    resources:
      orders: { type: dbInstance, engine: mysql, dbInstanceClass: db.r6g.large }
      proxy:
        type: dbProxy
        database: orders
        maxConnectionsPercent: 80
        maxIdleConnectionsPercent: 10
        connectionBorrowTimeout: 30 s
        idleClientTimeout: 10 min

    """
}
