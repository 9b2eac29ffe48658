extension Examples {
  /// A sound scenario that uses the keys of caches in front of tables.
  static let caches = """
    scenario: Caches
    region: us-east-1
    duration: 1 h
    traffic:
      readers: { target: dax, operation: getItem, itemSize: 2 KB, arrivals: { poisson: { rate: 1 / s } } }
    resources:
      orders:
        type: table
      dax:
        type: daxCluster
        table: orders
      cache:
        type: cacheCluster
        table: orders

    """
}
