import Statistics
import Units

/// What a table's capacity costs on demand and provisioned, at several utilisations, and where the two meet.
///
/// All worlds share their random numbers, so the traffic is the same at every utilisation. The money is that of the
/// table's read and write capacity alone, with that of its global indexes: not storage, streams or backups.
public struct BreakEven: Sendable {
  /// The table's name.
  public var table: String
  /// Independent replications of each world, at least 1.
  public var replications: Int
  /// Mean consumption on demand: the table's, then that of each global index that was used.
  public var consumption: [CapacityConsumption]
  /// The world with the table on demand.
  public var onDemand: CapacityWorld
  /// The worlds with provisioned capacity, by ascending utilisation.
  public var points: [BreakEvenPoint]
  /// Reads, writes, and both together as this scenario mixes them.
  public var outcomes: [BreakEvenOutcome]
  /// List prices that the formula takes.
  public var prices: CapacityPrices
}

/// Mean consumption of a table or index over the recorded span.
public struct CapacityConsumption: Hashable, Sendable {
  /// `table`, or `table/index/name` as in the time series.
  public var name: String
  /// Read units a second; an eventually consistent read of up to 4 KB is half a unit.
  public var readUnits: Double
  /// Write units a second.
  public var writeUnits: Double
}

/// Provisioned units of a table or index.
public struct CapacityUnits: Hashable, Sendable {
  /// As in `CapacityConsumption`.
  public var name: String
  /// `ReadCapacityUnits`, at least 1.
  public var read: Int
  /// `WriteCapacityUnits`, at least 1.
  public var write: Int
}

/// What a table's capacity costs and refuses in one world.
public struct CapacityWorld: Sendable {
  /// The month's cost of reads, writes and both; means are exact to ten decimals.
  public var cost: CapacityMoney
  /// Refused share of what the table was asked, 0 to 1: throttles over admitted requests and throttles.
  public var throttled: Interval
  /// Failed share of the traffic's answered requests, all sources together, 0 to 1.
  public var failed: Interval
}

/// The month's money for capacity.
public struct CapacityMoney: Sendable {
  /// Read units.
  public var reads: MoneyEstimate
  /// Write units, replicated ones included.
  public var writes: MoneyEstimate
  /// Both.
  public var both: MoneyEstimate
}

/// Provisioned capacity at one utilisation.
public struct BreakEvenPoint: Sendable {
  /// Mean consumption over provisioned units as it was aimed at, 0 to 1; the units are rounded up.
  public var utilization: Double
  /// What is provisioned: the table, then its indexes.
  public var units: [CapacityUnits]
  /// What it costs and refuses.
  public var world: CapacityWorld
  /// Its cost less that on demand, replication by replication.
  public var difference: CapacityMoney

  /// Read units of table and indexes.
  public var readUnits: Int { units.reduce(0) { $0 + $1.read } }
  /// Write units of table and indexes.
  public var writeUnits: Int { units.reduce(0) { $0 + $1.write } }
}

/// What capacity a break-even is about.
public enum CapacityKind: String, Hashable, Sendable, CaseIterable {
  case reads
  case writes
  case both
}

/// Where the two modes cost the same.
public struct BreakEvenOutcome: Sendable {
  /// What capacity.
  public var kind: CapacityKind
  /// From the simulated bills.
  public var simulated: Crossing
  /// Half-width of its 95 % interval, if every replication has a crossing and there are two or more.
  public var halfWidth: Double?
  /// From the list prices, a share that may exceed 1; nil where nothing is consumed or a price is zero or missing.
  public var formula: Double?

  /// Where provisioned capacity begins to be cheaper among the utilisations looked at.
  public enum Crossing: Hashable, Sendable {
    /// At this share.
    case at(Double)
    /// At the least utilisation already.
    case below
    /// Not even at the greatest.
    case above
    /// Nothing was consumed.
    case unused
  }
}

/// List prices of a table's capacity, as the price book has them for its class; nil where it has none.
public struct CapacityPrices: Hashable, Sendable {
  /// Dollars for one read request unit.
  public var readUnit: Money?
  /// Dollars for one read capacity unit and hour.
  public var readUnitHour: Money?
  /// Dollars for one write request unit.
  public var writeUnit: Money?
  /// Dollars for one write capacity unit and hour.
  public var writeUnitHour: Money?
}
