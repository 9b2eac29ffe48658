import Services

extension Shapes {
  /// Keys of a table about its secondary indexes.
  static let tableIndexes: [Field] = []

  /// Mappings below these keys.
  static let tableIndexShapes: [Shape] = []
}
