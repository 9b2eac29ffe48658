import Services

extension Shapes {
  /// Keys of a table about its keys.
  static let tableKeys: [Field] = []

  /// Mappings below these keys.
  static let tableKeyShapes: [Shape] = [keySpace, uniformKeys]

  /// What may stand at `keys`.
  static let keyDistribution = Kind.shape("keySpace")

  static let keySpace = Shape(
    "keySpace", "Keys, and how often each is asked for.", oneOf: ["uniform"],
    [.optional("uniform", .shape("uniformKeys"), "All alike.")])

  static let uniformKeys = Shape(
    "uniformKeys", "Keys that are asked for alike.",
    [.required("count", .integer(1...4_000_000_000), "Distinct partition keys.")])
}
