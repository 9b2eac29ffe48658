import Engine
import Units

// Split for heat (documented: partition keys and burst and adaptive capacity; Elhemali et al., USENIX ATC 2022, 4.4).
// How much was asked of each partition is looked at in windows of a sixth of `splitSustain`; six hot ones in a row, in
// one direction, make it split after `splitDelay`, unless all that it is asked for is one item.

/// What decides that a partition is hot.
struct HeatRule: BitwiseCopyable {
  /// Windows that must be hot, one after the other.
  static let windows: Int32 = 6

  let window: Time
  /// Demand of a window that is hot: half read units, and write units.
  let reads: Int64
  let writes: Int64

  /// Nil if partitions are not split for heat.
  init?(_ limits: TableLimits) {
    guard limits.splitsForHeat else { return nil }
    window = Time(nanoseconds: max(1, limits.splitSustain.nanoseconds / Int64(Self.windows)))
    let seconds = Double(window.nanoseconds) / 1e9 * limits.splitUtilization
    reads = Int64((seconds * 2 * Double(limits.partitionReadUnits)).rounded(.up))
    writes = Int64((seconds * Double(limits.partitionWriteUnits)).rounded(.up))
  }
}

extension Partitions {
  /// Ends a window. `becameHot` gets the number of each partition that is to be split.
  ///
  /// `gap` says that a whole window without any request followed.
  func endWindow(_ rule: HeatRule, gap: Bool, becameHot: (Int) -> Void) {
    for number in 0..<count {
      let read = endWindow(sides + 2 * number, rule.reads, gap: gap)
      let write = endWindow(sides + 2 * number + 1, rule.writes, gap: gap)
      let isHot = read || write || isSplitting[number]
      if !isHot && sides[2 * number].isWatched { samples[number].clear() }
      sides[2 * number].isWatched = isHot
      sides[2 * number + 1].isWatched = isHot
      guard !isSplitting[number],
        max(sides[2 * number].streak, sides[2 * number + 1].streak) >= HeatRule.windows
      else { continue }
      sides[2 * number].streak = 0
      sides[2 * number + 1].streak = 0
      isSplitting[number] = true
      becameHot(number)
    }
  }

  /// Whether the side is hot.
  private func endWindow(_ side: UnsafeMutablePointer<PartitionSide>, _ demand: Int64, gap: Bool) -> Bool {
    let isHot = side.pointee.demand >= demand && !gap
    side.pointee.demand = 0
    side.pointee.streak = isHot ? side.pointee.streak + 1 : 0
    return isHot
  }

  /// Splits a partition that became hot, if it still is worth it. Returns whether it was split.
  mutating func splitForHeat(_ number: Int, keepsCollections: Bool) -> Bool {
    isSplitting[number] = false
    let range = range(of: number)
    guard
      let middle = samples[number].splitPoint(
        from: range.lower, through: range.upper, keepsCollections: keepsCollections)
    else { return false }
    split(before: middle)
    return true
  }
}
