extension Examples {
  /// A sound scenario that uses the keys of a table's break-even.
  static let breakEven = """
    scenario: Break-even
    region: us-east-1
    duration: 1 h
    traffic:
      readers: { target: orders, operation: getItem, itemSize: 2 KB, arrivals: { poisson: { rate: 1 / s } } }
    resources:
      orders:
        type: table
        billingMode: payPerRequest
    breakEven:
      table: orders
      utilization: [20 %, 30 %, 100 %]
      variant: large
    variants:
      large: { traffic.readers.itemSize: 8 KB }
      plain: {}

    """
}
