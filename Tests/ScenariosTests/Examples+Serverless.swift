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
        readers: 1
        serverlessV2ScalingConfiguration:
          minCapacity: 0
          maxCapacity: 8.5
          secondsUntilAutoPause: 10 min
          initialCapacity: 2
          readersFollowWriter: false
          acuPerVcpu: 2
          scaleUpUtilization: 60 %
          scaleDownUtilization: 20 %
          scaleUpFactor: 50 %
          scaleUpInterval: 4 s
          scaleDownInterval: 15 s
          resumeCapacity: 1.5
          resumeTime: { uniform: { low: 12 s, high: 18 s } }
          deepResumeTime: 40 s
      archive:
        type: auroraCluster
        engine: aurora-mysql
        dbInstanceClass: db.r6g.large

    """
}
