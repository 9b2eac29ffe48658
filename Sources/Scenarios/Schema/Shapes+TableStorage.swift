import Services

extension Shapes {
  /// Keys of a table about what it stores.
  static let tableStorage: [Field] = [
    .defaulted("storageSize", .size, "0 B", "Stored all the time, billed by the month.")
  ]

  /// Mappings below these keys.
  static let tableStorageShapes: [Shape] = []
}
