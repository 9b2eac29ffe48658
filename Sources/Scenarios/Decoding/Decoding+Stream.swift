import Engine
import Services
import Units

/// Streams.
extension Decoding {
  /// A stream; nil if it has faults.
  func stream(_ name: String, _ node: YAMLNode) -> StreamConfig? {
    guard let fields = self.fields(node, Shapes.stream) else { return nil }
    _ = fields["type"]
    return StreamConfig(name: name)
  }
}
