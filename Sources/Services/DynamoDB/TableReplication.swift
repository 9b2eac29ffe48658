import Engine
import Units

/// The replicas of one table in other Regions.
struct TableReplication: ~Copyable {
  /// Whether there are any; without them nothing else here is asked.
  let isOn: Bool

  init(_ config: TableConfig, streams: StreamFactory, pool: SamplerPool, run: inout Run<Event>) {
    isOn = config.replication != nil
  }

  /// An admitted write of `items` items took so many write units of the table.
  mutating func wrote(items: Int64, units: Int64, bytes: Int64, _ run: inout Run<Event>) {}

  /// What an operation waits for other Regions, ns: with strong consistency only.
  mutating func delay(_ direction: CapacityDirection) -> Int64 { 0 }
}
