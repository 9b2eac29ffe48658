import Units

/// A secondary index of a table.
public struct IndexConfig: Hashable, Sendable {
  /// Which kind of index.
  public enum Kind: Hashable, Sendable {
    /// Its own partitions and capacity; the mode is the table's.
    case global(CapacityMode)
    /// Within the table's partitions and capacity.
    case local
  }

  /// `Projection.ProjectionType`.
  public enum Projection: String, Hashable, Sendable, CaseIterable {
    case all
    case include
    case keysOnly
  }

  /// `IndexName`.
  public var name: String
  /// Global or local.
  public var kind: Kind
  /// What of an item is copied into the index; default all.
  public var projection: Projection
  /// Bytes of one entry; nil is the item's own size, which only `all` may leave out.
  public var entrySize: Size?
  /// Share of the items that have the index key; default 1.
  public var share: Double
  /// Share of the updates that change the index key; default 0.
  public var keyChanges: Double
  /// Share of the updates that change a projected attribute; default 1, and 0 for keysOnly.
  public var attributeChanges: Double
  /// Keys of the index, for its partitions; nil is the table's own distribution. Global only.
  public var keys: KeyDistribution?
  /// Warm throughput at time zero; nil is that of a new index. Global only.
  public var warmThroughput: WarmThroughput?

  /// An index of all items and attributes.
  public init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
    projection = .all
    entrySize = nil
    share = 1
    keyChanges = 0
    attributeChanges = 1
    keys = nil
    warmThroughput = nil
  }
}
