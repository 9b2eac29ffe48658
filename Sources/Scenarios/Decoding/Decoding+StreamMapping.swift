import Engine
import Services
import Units

/// Event source mappings of streams.
extension Decoding {
  func decodeStreamMapping(
    _ fields: Fields, _ config: inout EventSourceMappingConfig, _ source: inout EventSourceMappingConfig.StreamSource,
    _ index: ResourceIndex
  ) {}
}
