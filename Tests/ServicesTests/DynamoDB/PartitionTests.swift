import Testing

@testable import Services

@Suite("Partitions of a table")
struct PartitionTests {
  private func ranges(_ partitions: borrowing Partitions) -> [ClosedRange<UInt64>] {
    var ranges: [ClosedRange<UInt64>] = []
    for place in 0..<partitions.count {
      let range = partitions.range(at: place)
      ranges.append(range.lower...range.upper)
    }
    return ranges
  }

  /// Ranges lie side by side from the first position to the last.
  private func expectWhole(_ ranges: [ClosedRange<UInt64>]) {
    #expect(ranges.first?.lowerBound == 0)
    #expect(ranges.last?.upperBound == .max)
    for (left, right) in zip(ranges, ranges.dropFirst()) { #expect(left.upperBound + 1 == right.lowerBound) }
  }

  @Test("they divide all positions into equal parts", arguments: [1, 2, 3, 4, 7, 64, 1_000])
  func initial(count: Int) {
    let partitions = Partitions(count: count, reads: 6_000, writes: 1_000)
    let ranges = ranges(partitions)
    #expect(ranges.count == count)
    expectWhole(ranges)
    for range in ranges {
      #expect(abs(Double(range.upperBound - range.lowerBound) * 0x1p-64 - 1 / Double(count)) < 1e-12)
    }
  }

  @Test("a position is found at both ends of its range, after any splits")
  func lookUp() {
    var partitions = Partitions(count: 3, reads: 6_000, writes: 1_000)
    var state: UInt64 = 1
    for _ in 0..<300 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let number = partitions.number(of: state)
      let range = partitions.range(of: number)
      #expect(range.lower <= state && state <= range.upper)
      if range.lower < state { partitions.split(before: state) }
    }
    // Splits close together, as around a hot item.
    for offset in UInt64(1)...40 { partitions.split(before: 0x8000_0000_0000_0000 + offset) }
    let ranges = ranges(partitions)
    expectWhole(ranges)
    #expect(ranges.count == 343)
    #expect(partitions.splits.count == 340)
    for range in ranges {
      let number = partitions.number(of: range.lowerBound)
      #expect(partitions.number(of: range.upperBound) == number)
      #expect(partitions.range(of: number).lower == range.lowerBound)
    }
  }

  @Test(
    "capacity that does not fit halves the partitions: 3,200 and 3,600 units are 4, 6,000 are 8",
    arguments: [(3.2, 4), (3.6, 4), (4.0, 4), (4.001, 8), (6.0, 8), (8.0, 8), (17.0, 32)])
  func fit(need: Double, count: Int) {
    var partitions = Partitions(count: 4, reads: 6_000, writes: 1_000)
    partitions.fit(need)
    #expect(partitions.count == count)
    expectWhole(ranges(partitions))
    partitions.fit(1)
    #expect(partitions.count == count)
  }

  @Test("the left half keeps the number, and both keep the tokens that were left")
  func halves() {
    var partitions = Partitions(count: 1, reads: 6, writes: 10)
    func take(_ tokens: Int64, of side: Int) -> Bool { partitions.sides[side].tokens.take(tokens, at: .zero) }
    #expect(take(7, of: 1))
    partitions.split(before: 1 << 63)
    #expect(partitions.number(of: 0) == 0 && partitions.number(of: 1 << 63) == 1)
    for side in [1, 3] {
      #expect(!take(4, of: side))
      #expect(take(3, of: side))
    }
  }

  private func splitPoint(
    _ positions: [UInt64], from lower: UInt64 = 0, through upper: UInt64 = 1_000, keeps: Bool = false
  )
    -> UInt64?
  {
    var sample = PositionSample()
    for position in positions { sample.add(position) }
    return sample.splitPoint(from: lower, through: upper, keepsCollections: keeps)
  }

  @Test("a partition is split at the median of what was asked for, or beside its hottest item")
  func points() {
    #expect(splitPoint([]) == nil)
    #expect(splitPoint([5]) == nil)
    #expect(splitPoint([5, 5, 5]) == nil)
    #expect(splitPoint([0, 1_000]) == 1_000)
    #expect(splitPoint([10, 20, 30, 40]) == 30)
    #expect(splitPoint([40, 30, 20, 10]) == 30)
    // The hot item at 50: cut off from what is below it, then from what is above.
    #expect(splitPoint([10, 20, 30, 50, 50, 50, 50, 50, 60]) == 50)
    #expect(splitPoint([50, 50, 50, 50, 50, 60], from: 50) == 51)
    #expect(splitPoint([50, 50, 50, 50, 50], from: 50, through: 50) == nil)
    // What lies outside was split off since.
    #expect(splitPoint([10, 20, 30, 2_000, 3_000]) == 20)
    // The last 64 count.
    #expect(splitPoint(Array(repeating: 1, count: 100) + (100..<164).map { UInt64($0) }) == 132)
  }

  @Test("with local indexes a collection of items stays together")
  func collections() {
    let one: [UInt64] = [5 << 24, (5 << 24) + 1, (5 << 24) + 2]
    #expect(splitPoint(one, through: .max) == (5 << 24) + 1)
    #expect(splitPoint(one, through: .max, keeps: true) == nil)
    #expect(splitPoint(one + [7 << 24], through: .max, keeps: true) == 6 << 24)
    #expect(splitPoint([4 << 24] + one, through: .max, keeps: true) == 5 << 24)
  }
}
