import Engine
import Units

/// An ElastiCache cluster beside one table, with a client that looks there first: cache-aside.
public struct CacheClusterConfig: Hashable, Sendable {
  /// The resource's name in the scenario.
  public var name: String
  /// Name of the table that clients read when the cache has nothing.
  public var table: String

  /// A cluster with the service's defaults.
  public init(name: String, table: String) {
    self.name = name
    self.table = table
  }
}
