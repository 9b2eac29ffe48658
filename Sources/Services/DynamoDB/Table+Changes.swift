import Engine
import Units

// What those who follow a table learn of it besides the changes of items.
extension Table {
  /// Where the table's partitions begin among the positions at time zero, ascending from 0.
  var partitionBounds: [UInt64] {
    (0..<capacities[0].partitions.count).map { capacities[0].partitions.range(at: $0).lower }
  }

  /// A partition of the table itself, not of an index, became two; also in `capacities[0].partitions.splits`, which only
  /// grows.
  @inline(never) mutating func partitionSplit(_ split: PartitionSplit, _ run: inout Run<Event>) {
    if config.streamViewType != nil { changes.appendSplit(at: split.middle) }
  }
}
