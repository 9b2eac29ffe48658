extension Examples {
  /// A sound scenario that uses the keys of what tables store, and of what follows their changes.
  static let storage = """
    scenario: Storage
    region: us-east-1
    duration: 1 h
    traffic:
      readers: { target: orders, operation: getItem, itemSize: 2 KB, arrivals: { poisson: { rate: 1 / s } } }
    resources:
      orders:
        type: table

    """
}
