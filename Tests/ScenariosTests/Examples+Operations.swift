extension Examples {
  /// A sound scenario that uses the keys of what is asked of tables, of their keys and of their indexes.
  static let operations = """
    scenario: Operations
    region: us-east-1
    duration: 1 h
    traffic:
      readers: { target: orders, operation: getItem, itemSize: 2 KB, arrivals: { poisson: { rate: 1 / s } } }
    resources:
      orders:
        type: table
      plain: { type: table, keys: 4000000000, itemsPerKey: 1000 }
      even: { type: table, keys: { uniform: { count: 5000 } } }
      uneven: { type: table, keys: { zipf: { count: 10000000, exponent: 1.2 } } }
      celebrity: { type: table, keys: { hot: { count: 1000, keys: 1, share: 30 % } } }
      sensors: { type: table, keys: { monotonic: { count: 200 } }, itemsPerKey: 86400 }
      tenants: { type: table, keys: { given: [5, 2, 0, 1.5] } }

    """
}
