extension Examples {
  /// A sound scenario that uses the keys of tables' capacity.
  static let capacity = """
    scenario: Capacity
    region: us-east-1
    duration: 1 h
    account:
      tableThroughput:
        tableReadUnits: 60000
        tableWriteUnits: 50000
        provisionedReadUnits: 90000
        provisionedWriteUnits: 91000
      capacityBilling: timeWeighted
      reservedCapacity: { readCapacityUnits: 100, writeCapacityUnits: 200, term: 3 y }
    traffic:
      readers: { target: orders, operation: getItem, itemSize: 2 KB, arrivals: { poisson: { rate: 1 / s } } }
      writers: { target: events, operation: putItem, itemSize: 2 KB, arrivals: { poisson: { rate: 1 / s } } }
    resources:
      orders:
        type: table
        billingMode: payPerRequest
        onDemandThroughput: { maxReadRequestUnits: 20000, maxWriteRequestUnits: 5000 }
        warmThroughput: { readUnitsPerSecond: 15000, writeUnitsPerSecond: 5000 }
        capacityChanges:
          - { at: 5 min, warmThroughput: { readUnitsPerSecond: 30000, writeUnitsPerSecond: 10000 } }
          - { at: 10 min, onDemandThroughput: { maxReadRequestUnits: 30000 } }
          - at: 20 min
            billingMode: provisioned
            provisionedThroughput: { readCapacityUnits: 100, writeCapacityUnits: 50 }
          - { at: 30 min, provisionedThroughput: { readCapacityUnits: 200, writeCapacityUnits: 40 } }
          - { at: 40 min, billingMode: payPerRequest }
      events:
        type: table
        billingMode: provisioned
        provisionedThroughput: { readCapacityUnits: 50, writeCapacityUnits: 3000 }
        capacityModel:
          burst: 200 s
          initialBurst: 50 %
          partitionReadUnits: 4500
          partitionWriteUnits: 900
          partitionSize: 9 GB
          splitsForHeat: true
          splitUtilization: 80 %
          splitSustain: 2 min
          splitDelay: 4 min
          onDemandGrowth: split
          peakAge: 20 min
          newWarmThroughput: { readUnitsPerSecond: 4000, writeUnitsPerSecond: 2000 }
          updateTime: 30 s
          growthTime: 3 min
          preWarmingTime: 5 min
          onDemandTime: 3 min
          onDemandAgainTime: 10 s
          provisionedTime: { uniform: { low: 60 s, high: 2 min } }
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
