import Services

extension Shapes {
  /// Keys of a table about what follows its changes.
  static let tableStreams: [Field] = []

  /// Mappings below these keys.
  static let tableStreamShapes: [Shape] = []
}
