extension Examples {
  /// A sound scenario that uses the keys of failures of databases, of RDS events and of topics.
  static let failover = """
    scenario: Failover
    region: us-east-1
    duration: 1 h
    traffic:
      clerks:
        target: orders
        query: { cpu: 2 ms }
        arrivals: { poisson: { rate: 1 / s } }
      sellers:
        target: operators
        payload: 2 KB
        entries: 10
        arrivals: { poisson: { rate: 1 / s } }
    resources:
      alarm: { type: function, handler: [] }
      mail: { type: queue }
      operators:
        type: topic
        subscriptions: [alarm, { target: mail, filter: 20 %, rawMessageDelivery: true, deliveryLatency: 20 ms }]
        publishLatency: 10 ms
        publishRate: 30000 / s
      orders:
        type: dbInstance
        engine: mysql
        dbInstanceClass: db.r6g.large
        failover: { at: [10 min, 30 min], meanTimeBetween: 30 d, downtime: { uniform: { low: 60 s, high: 120 s } } }
        eventSubscriptions: [{ target: operators, categories: [failover, low storage], notificationDelay: 2 min }]
      carts:
        type: auroraCluster
        engine: aurora-mysql
        dbInstanceClass: db.r6g.large
        readers: 1
        failover: { at: [20 min], detection: 5 s, promotion: 20 s, recovery: 5 min, rejoining: 90 s }

    """
}
