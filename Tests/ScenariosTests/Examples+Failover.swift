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
    resources:
      alarm: { type: function, handler: [] }
      operators: { type: topic, subscriptions: [alarm] }
      orders:
        type: dbInstance
        engine: mysql
        dbInstanceClass: db.r6g.large
        failover: { at: [10 min], meanTimeBetween: 30 d, downtime: { uniform: { low: 60 s, high: 120 s } } }
        eventSubscriptions: [{ target: operators, categories: [failover, low storage] }]

    """
}
