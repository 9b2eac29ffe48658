import Engine
import Services
import Units

/// What a table stores, and what is kept of it elsewhere.
extension Decoding {
  /// Items, time to live, replicas, backups, exports and imports.
  func decodeStorage(_ fields: Fields, _ config: inout TableConfig) {
    let name = config.name
    if let node = fields["storageSize"] {
      config.storageSize = size(node) ?? config.storageSize
    } else {
      assume(name, "storageSize", "0 B", .unknown, "a stated choice: storage is left off the bill", "2026-11")
    }
  }
}
