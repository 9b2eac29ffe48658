import Engine
import Services
import Units

/// Keys of tables and of what is asked of them.
extension Decoding {
  /// The table's key space.
  func decodeKeys(_ fields: Fields, _ config: inout TableConfig) {}
}
