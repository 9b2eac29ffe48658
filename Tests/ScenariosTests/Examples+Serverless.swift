extension Examples {
  /// A sound scenario that uses the keys of Aurora clusters.
  static let serverless = """
    scenario: Aurora
    region: us-east-1
    duration: 1 h
    traffic:
      clerks:
        target: orders
        query: { cpu: 2 ms }
        arrivals: { poisson: { rate: 1 / s } }
    resources:
      orders:
        type: auroraCluster
        engine: aurora-postgresql
        serverlessV2ScalingConfiguration: { minCapacity: 0, maxCapacity: 8.5, secondsUntilAutoPause: 10 min }
      archive:
        type: auroraCluster
        engine: aurora-mysql
        dbInstanceClass: db.r6g.large

    """
}
