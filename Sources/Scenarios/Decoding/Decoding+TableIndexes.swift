import Engine
import Services
import Units

/// Secondary indexes of tables.
extension Decoding {
  /// Global and local indexes.
  func decodeIndexes(_ fields: Fields, _ config: inout TableConfig) {}
}
