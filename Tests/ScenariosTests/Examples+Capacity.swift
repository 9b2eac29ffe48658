extension Examples {
  /// A sound scenario that uses the keys of tables' capacity.
  static let capacity = """
    scenario: Capacity
    region: us-east-1
    duration: 1 h
    account:
      capacityBilling: timeWeighted
      reservedCapacity: { readCapacityUnits: 100, writeCapacityUnits: 200, term: 3 y }
    traffic:
      readers: { target: orders, operation: getItem, itemSize: 2 KB, arrivals: { poisson: { rate: 1 / s } } }
    resources:
      orders:
        type: table
        billingMode: payPerRequest
      scaled:
        type: table
        billingMode: provisioned
        provisionedThroughput: { readCapacityUnits: 10, writeCapacityUnits: 20 }
        autoScaling:
          read: { minCapacity: 5, maxCapacity: 100, targetValue: 60 %, scaleInCooldown: 5 min, scaleOutCooldown: 1 min }
          write:
            minCapacity: 10
            maxCapacity: 50
            targetValue: none
            scheduledActions: [ { schedule: cron(0 8 * * ? *), minCapacity: 20 } ]
          metricDelay: 30 s
          alarmDelay: { uniform: { low: 10 s, high: 20 s } }
          scaleInThreshold: 90 %
          missingData: missing

    """
}
