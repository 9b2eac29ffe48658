import Services

extension Shapes {
  /// Mappings of reserved and provisioned concurrency.
  static let concurrency: [Shape] = []

  /// Keys of a function about its concurrency.
  static let concurrencyFields: [Field] = []
}
