import Engine
import Services
import Units

/// Topics.
extension Decoding {
  /// A topic; nil if it has faults.
  func topic(_ name: String, _ node: YAMLNode, _ index: ResourceIndex) -> TopicConfig? {
    guard let fields = self.fields(node, Shapes.topic) else { return nil }
    let before = faults.count
    _ = fields["type"]
    var config = TopicConfig(name: name)
    if let node = fields["subscriptions"], let items = list(node, wanted: "a list of functions and queues") {
      config.subscriptions = items.compactMap { subscriber($0, of: name, index) }
    }
    return faults.count == before ? config : nil
  }
}
