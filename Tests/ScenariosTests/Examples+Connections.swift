extension Examples {
  /// A sound scenario that uses the keys of how callers connect, and of VPCs.
  static let connections = """
    scenario: Connections
    region: us-east-1
    duration: 1 h
    traffic:
      clerks:
        target: orders
        query: { cpu: 2 ms }
        connections:
          orders:
            poolSize: 20
            acquireTimeout: 5 s
            idleTimeout: 10 min
            maxLifetime: 30 min
            connectTimeout: 10 s
            retryPause: 500 ms
            authentication: secretsManager
            secretLatency: { logNormal: { median: 20 ms, p99: 90 ms } }
        arrivals: { poisson: { rate: 1 / s } }
      shoppers: { target: shop, arrivals: { poisson: { rate: 1 / s } } }
    resources:
      network:
        type: vpc
        natGateways: 2
        gatewayEndpoints: [dynamodb]
        interfaceEndpoints: [sqs, secretsManager]
        endpointAvailabilityZones: 3
        interfaceCreation: 2 min
        interfaceQuota: 400
        requestOverhead: 3 KB
        coldStartPenalty: 100 ms
      shop:
        type: function
        vpcConfig: { vpc: network, subnetIds: [a, b], securityGroupIds: [web], interfacesExist: false }
        connections:
          orders:
            open: init
            authentication: iam
            tokenLatency: 2 ms
            tokenCheckLatency: { exponential: { mean: 20 ms } }
            reconnect: true
            dnsTimeToLive: 30 s
        handler:
          - call: orders
            query: { cpu: 1 ms }
      orders: { type: dbInstance, engine: postgres, dbInstanceClass: db.r6g.large }

    """
}
