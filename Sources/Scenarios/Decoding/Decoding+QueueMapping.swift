import Engine
import Services
import Units

/// Event source mappings of queues.
extension Decoding {
  func decodeQueueMapping(
    _ fields: Fields, _ config: inout EventSourceMappingConfig, _ source: inout EventSourceMappingConfig.QueueSource
  ) {}
}
