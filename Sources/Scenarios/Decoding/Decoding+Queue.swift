import Engine
import Services
import Units

/// Queues.
extension Decoding {
  /// A queue; nil if it has faults.
  func queue(_ name: String, _ node: YAMLNode, _ index: ResourceIndex) -> QueueConfig? {
    guard let fields = self.fields(node, Shapes.queue) else { return nil }
    _ = fields["type"]
    return QueueConfig(name: name)
  }
}
