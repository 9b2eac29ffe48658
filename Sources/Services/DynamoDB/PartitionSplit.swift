import Engine

/// One partition became two: the keys from `lower` to `upper` were one partition's, and are divided before `middle`.
struct PartitionSplit: BitwiseCopyable {
  /// First position of the old partition, and of the left one of the new two.
  let lower: UInt64
  /// First position of the right one, above `lower`.
  let middle: UInt64
  /// Last position of the old partition, and of the right one.
  let upper: UInt64
}
