import Engine
import Services
import Units

/// What follows a table's changes.
extension Decoding {
  /// The table's stream, and change records to a stream of Kinesis.
  func decodeTableStreams(_ fields: Fields, _ config: inout TableConfig, _ index: ResourceIndex) {}
}
