import Engine
import Services
import Units

/// Event source mappings.
extension Decoding {
  /// A mapping; nil if it has faults.
  func mapping(_ name: String, _ node: YAMLNode, _ index: ResourceIndex) -> EventSourceMappingConfig? {
    guard let fields = self.fields(node, Shapes.eventSourceMapping) else { return nil }
    _ = fields["type"]
    return EventSourceMappingConfig(name: name, queue: "", functionName: "")
  }
}
