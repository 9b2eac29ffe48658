import Services

extension Shapes {
  /// Mappings of asynchronous invocation.
  static let eventInvoke: [Shape] = []

  /// Keys of a function about asynchronous invocation.
  static let eventInvokeFields: [Field] = []
}
