import Engine
import Services
import Units

/// Keys of tables and of what is asked of them.
extension Decoding {
  /// The table's key space.
  func decodeKeys(_ fields: Fields, _ config: inout TableConfig) {}

  /// Which keys are asked for, and how often each.
  func keyDistribution(_ node: YAMLNode) -> KeyDistribution? {
    guard let fields = self.fields(node, Shapes.keySpace), let node = fields["uniform"],
      let uniform = self.fields(node, Shapes.uniformKeys)
    else { return nil }
    return uniform["count"].flatMap { integer($0, 1...4_000_000_000) }.map { KeyDistribution(count: $0) }
  }
}
