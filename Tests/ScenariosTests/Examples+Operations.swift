extension Examples {
  /// A sound scenario that uses the keys of what is asked of tables, of their keys and of their indexes.
  static let operations = """
    scenario: Operations
    region: us-east-1
    duration: 1 h
    traffic:
      readers:
        target: orders
        operation: getItem
        itemSize: 2 KB
        missing: 5 %
        keys: { uniform: { count: 1000 } }
        arrivals: { poisson: { rate: 1 / s } }
      lister: { target: orders, operation: query, index: byStatus, itemSize: 1 KB, items: 50,
        arrivals: { poisson: { rate: 1 / s } } }
      fetcher: { target: orders, operation: query, index: byDate, itemSize: 200 B, fetchedSize: 3 KB, items: 5,
        consistentRead: true, arrivals: { poisson: { rate: 1 / s } } }
      writers: { target: orders, operation: putItem, itemSize: 3 KB, previousSize: 2 KB, newItems: 90 %,
        conditionFails: 1 %, missing: 10 %, arrivals: { poisson: { rate: 1 / s } } }
      loader: { target: orders, operation: batchWriteItem, itemSize: 1 KB, items: 25, unprocessedItems: leave,
        arrivals: { poisson: { rate: 1 / s } } }
      sender: { target: orders, operation: batchGetItem, itemSize: 1 KB, items: 100,
        unprocessedItems: { attempts: 5, backoff: 100 ms, maxBackoff: 5 s }, arrivals: { poisson: { rate: 1 / s } } }
      payers: { target: orders, operation: transactWriteItems, itemSize: 1 KB, items: 3, conflicts: 0.5 %,
        arrivals: { poisson: { rate: 1 / s } } }
    resources:
      orders:
        type: table
        globalSecondaryIndexes:
          byStatus:
            projection: include
            entrySize: 1 KB
            share: 20 %
            keyChanges: 30 %
            attributeChanges: 50 %
            keys: { uniform: { count: 5 } }
            onDemandThroughput: { maxWriteRequestUnits: 500 }
            warmThroughput: { readUnitsPerSecond: 12000, writeUnitsPerSecond: 4000 }
        localSecondaryIndexes:
          byDate: { projection: keysOnly, entrySize: 200 B }
      plain: { type: table, keys: 4000000000, itemsPerKey: 1000 }
      even: { type: table, keys: { uniform: { count: 5000 } } }
      uneven: { type: table, keys: { zipf: { count: 10000000, exponent: 1.2 } } }
      celebrity: { type: table, keys: { hot: { count: 1000, keys: 1, share: 30 % } } }
      sensors: { type: table, keys: { monotonic: { count: 200 } }, itemsPerKey: 86400 }
      tenants: { type: table, keys: { given: [5, 2, 0, 1.5] } }

    """
}
