import Services

extension Shapes {
  /// Mappings of SnapStart.
  static let snapStart: [Shape] = []

  /// Keys of a function about SnapStart.
  static let snapStartFields: [Field] = []
}
