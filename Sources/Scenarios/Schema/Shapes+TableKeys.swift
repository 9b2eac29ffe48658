import Services

extension Shapes {
  /// Keys of a table about its keys.
  static let tableKeys: [Field] = []

  /// Mappings below these keys.
  static let tableKeyShapes: [Shape] = []
}
