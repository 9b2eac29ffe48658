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

    """
}
