import Engine
import Services
import Units

/// Event source mappings: what mappings of queues and of streams have in common.
extension Decoding {
  /// A mapping; nil if it has faults.
  func mapping(_ name: String, _ node: YAMLNode, _ index: ResourceIndex) -> EventSourceMappingConfig? {
    guard let fields = self.fields(node, Shapes.eventSourceMapping) else { return nil }
    let before = faults.count
    _ = fields["type"]
    let functionName = fields["functionName"].flatMap { self.functionName($0, index) }
    guard let sourceNode = fields["eventSource"], let source = text(sourceNode, wanted: "the name of a resource") else {
      return nil
    }
    var config: EventSourceMappingConfig
    switch index[source] {
    case .queue:
      refuse(fields, Shapes.streamMappingFields, of: "a mapping from a queue")
      config = EventSourceMappingConfig(name: name, queue: source, functionName: functionName ?? "")
    case .stream, .table:
      refuse(fields, Shapes.queueMappingFields, of: "a mapping from a stream")
      config = EventSourceMappingConfig(name: name, stream: source, functionName: functionName ?? "")
    case .function, .httpApi, .mapping, .cache, .database, .dbProxy, .topic, .vpc:
      return reject(sourceNode, wanted: "the name of a queue, a stream or a table")
    case .unknown: return nil
    case nil:
      return reject(
        sourceNode, wanted: "the name of a queue, a stream or a table",
        advice: meant(source, in: index.names) ?? "add the queue, the stream or the table, or correct the name")
    }
    decodeBatches(fields, &config)
    switch config.source {
    case .queue(var source):
      decodeQueueMapping(fields, &config, &source)
      config.source = .queue(source)
    case .stream(var source):
      decodeStreamMapping(fields, &config, &source, index)
      config.source = .stream(source)
    }
    return faults.count == before && functionName != nil ? config : nil
  }

  private func functionName(_ node: YAMLNode, _ index: ResourceIndex) -> String? {
    let wanted = "the name of a function"
    guard let name = text(node, wanted: wanted) else { return nil }
    switch index[name] {
    case .function: return name
    case .table, .httpApi, .queue, .stream, .mapping, .cache, .database, .dbProxy, .topic, .vpc:
      return reject(node, wanted: wanted)
    case .unknown: return nil
    case nil:
      return reject(
        node, wanted: wanted,
        advice: meant(name, in: index.names) ?? "add the function or correct the name")
    }
  }

  private func decodeBatches(_ fields: Fields, _ config: inout EventSourceMappingConfig) {
    let cloudFormation = "CloudFormation AWS::Lambda::EventSourceMapping"
    if let node = fields["batchSize"] {
      config.batchSize = integer(node, 1...10_000) ?? config.batchSize
    } else {
      assume(config.name, "batchSize", String(config.batchSize), .documented, cloudFormation, "2026-10")
    }
    if let node = fields["maximumBatchingWindow"] {
      config.maximumBatchingWindow = time(node, .zero...Time.seconds(300)) ?? config.maximumBatchingWindow
      if config.maximumBatchingWindow.nanoseconds % 1_000_000_000 != 0 {
        fault(node.place, found: node.summary, wanted: "whole seconds")
      }
    } else {
      assume(config.name, "maximumBatchingWindow", "0 s", .documented, cloudFormation, "2026-10")
    }
    if let node = fields["functionResponseTypes"], let items = list(node) {
      for item in items where item.scalarText != "reportBatchItemFailures" {
        fault(item.place, found: item.summary, wanted: "reportBatchItemFailures")
      }
      config.reportsBatchItemFailures = !items.isEmpty
    }
  }

  private func refuse(_ fields: Fields, _ keys: [Field], of kind: String) {
    for entry in fields.entries where keys.contains(where: { $0.name == entry.key }) {
      fault(entry.keyPlace, found: "`\(entry.key)`", wanted: "no such key in \(kind)", advice: "leave it out")
    }
  }
}
