import Engine
import Units

/// A stream of records in shards that keep their order: a simple source for stream mappings, with the limits and the
/// prices of a provisioned Kinesis data stream.
public struct StreamConfig: Hashable, Sendable {
  /// The resource's name in the scenario.
  public var name: String
  /// `ShardCount`, 1 to 20,000; default 1.
  public var shardCount: Int
  /// `RetentionPeriodHours`, 24 h to 365 d; default 24 h.
  public var retentionPeriod: Time
  /// Time that a put takes as its sender sees it, ns; default 0.
  public var putLatency: Distribution

  /// A stream of one shard that keeps records for 24 h.
  public init(name: String) {
    self.name = name
    shardCount = 1
    retentionPeriod = .hours(24)
    putLatency = .constant(0)
  }
}
