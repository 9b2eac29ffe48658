extension Examples {
  /// A sound scenario that uses the keys of tables' capacity.
  static let capacity = """
    scenario: Capacity
    region: us-east-1
    duration: 1 h
    traffic:
      readers: { target: orders, operation: getItem, itemSize: 2 KB, arrivals: { poisson: { rate: 1 / s } } }
    resources:
      orders:
        type: table
        billingMode: payPerRequest

    """
}
