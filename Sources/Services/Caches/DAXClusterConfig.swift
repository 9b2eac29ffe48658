import Engine
import Units

/// A DynamoDB Accelerator cluster in front of one table.
public struct DAXClusterConfig: Hashable, Sendable {
  /// The resource's name in the scenario.
  public var name: String
  /// Name of the table that it reads and writes through to.
  public var table: String

  /// A cluster with the service's defaults.
  public init(name: String, table: String) {
    self.name = name
    self.table = table
  }
}
