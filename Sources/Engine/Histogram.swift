import Units

/// A log-linear histogram of times in ns: 128 buckets an octave, so a quantile is off by less than 0.8 %, the width of
/// a bucket, if many values are equal, and by far less if they are spread.
///
/// Values up to 2^48 ns (78 hours) are told apart; larger ones share the last bucket. Merging is exact.
/// Minimum, maximum, sum and count are exact too.
public struct Histogram: Sendable, Hashable {
  /// Values counted.
  public private(set) var count: Int64
  /// Sum of the values in ns; a year of 300 requests in flight is beyond 64 bits.
  public private(set) var sum: Int128
  /// Smallest value in ns; `Int64.max` when empty.
  public private(set) var minimum: Int64
  /// Largest value in ns; 0 when empty.
  public private(set) var maximum: Int64
  /// Values per bucket, `HistogramScale.bucketCount` of them.
  public private(set) var buckets: [Int64]

  /// An empty histogram.
  public init() {
    count = 0
    sum = 0
    minimum = .max
    maximum = 0
    buckets = [Int64](repeating: 0, count: HistogramScale.bucketCount)
  }

  /// Counts one value, 0 or more.
  public mutating func record(_ value: Int64) {
    count += 1
    sum += Int128(value)
    minimum = min(minimum, value)
    maximum = max(maximum, value)
    buckets[HistogramScale.bucket(of: value)] += 1
  }

  /// Adds the bucket counts of a period and its exact extremes.
  mutating func add(
    counts: UnsafePointer<UInt32>, from first: Int, through last: Int, count: Int64, sum: Int128, minimum: Int64,
    maximum: Int64
  ) {
    for bucket in first...last { buckets[bucket] += Int64(counts[bucket]) }
    self.count += count
    self.sum += sum
    self.minimum = min(self.minimum, minimum)
    self.maximum = max(self.maximum, maximum)
  }

  /// Adds all values of another histogram.
  public mutating func merge(_ other: Histogram) {
    for bucket in buckets.indices { buckets[bucket] += other.buckets[bucket] }
    count += other.count
    sum += other.sum
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
  }

  /// The values that came after `earlier`, a histogram of the first ones of these. Its extremes are known to the bucket.
  public func since(_ earlier: Histogram) -> Histogram {
    var later = self
    later.count -= earlier.count
    later.sum -= earlier.sum
    precondition(later.count >= 0, "an earlier histogram has no more values")
    for bucket in buckets.indices { later.buckets[bucket] -= earlier.buckets[bucket] }
    guard let first = later.buckets.firstIndex(where: { $0 > 0 }), let last = later.buckets.lastIndex(where: { $0 > 0 })
    else { return Histogram() }
    later.minimum = max(minimum, HistogramScale.start(of: first))
    later.maximum =
      last == HistogramScale.bucketCount - 1 ? maximum : min(maximum, HistogramScale.start(of: last + 1) - 1)
    return later
  }

  /// Mean in ns; NaN when empty.
  public var mean: Double { count == 0 ? .nan : Double(sum) / Double(count) }

  /// The value in ns that a share `probability` of 0..1 of the values does not exceed; NaN when empty.
  ///
  /// Inside a bucket the values count as evenly spread. Probability 0 is the minimum, 1 the maximum.
  public func quantile(_ probability: Double) -> Double {
    guard count > 0 else { return .nan }
    return buckets.withUnsafeBufferPointer {
      HistogramScale.quantile(
        probability, counts: $0, from: HistogramScale.bucket(of: minimum),
        through: HistogramScale.bucket(of: maximum), count: count, minimum: minimum, maximum: maximum)
    }
  }
}

/// The bucket edges of `Histogram`.
public enum HistogramScale {
  /// log2 of the buckets an octave.
  @usableFromInline static let precision: Int64 = 7
  /// Buckets: 128 exact ones below 128 ns, then 128 for each power of two up to 2^48 ns.
  public static let bucketCount = (48 - 7 + 1) * 128

  /// The bucket of a value in ns, 0 or more.
  @inlinable public static func bucket(of value: Int64) -> Int {
    // Small values count as of the first octave, whose buckets are 1 ns wide too: no branch.
    let octave = 56 &- Int64(truncatingIfNeeded: (value | 128).leadingZeroBitCount)
    return min(Int(octave &* 128 &+ value &>> octave), bucketCount - 1)
  }

  /// The smallest value of a bucket in ns.
  public static func start(of bucket: Int) -> Int64 {
    if bucket < 128 { return Int64(bucket) }
    let exponent = Int64(bucket / 128 + 6)
    return (128 + Int64(bucket % 128)) << (exponent - 7)
  }

  /// The number of values of a bucket that differ by 1 ns.
  public static func width(of bucket: Int) -> Int64 { start(of: bucket + 1) - start(of: bucket) }

  /// A quantile over bucket counts, see `Histogram.quantile`.
  static func quantile<Count: FixedWidthInteger>(
    _ probability: Double, counts: UnsafeBufferPointer<Count>, from first: Int, through last: Int, count: Int64,
    minimum: Int64, maximum: Int64
  ) -> Double {
    // The last bucket has no end: values beyond 2^48 ns lie in it too.
    if probability >= 1 { return Double(maximum) }
    let rank = probability * Double(count)
    var below = 0.0
    for bucket in first...last where counts[bucket] > 0 {
      let inside = Double(counts[bucket])
      if below + inside >= rank {
        // All values of such a bucket are the same.
        if bucket < 256 { return Double(bucket) }
        let share = max(0, rank - below) / inside
        let value = Double(start(of: bucket)) + share * Double(width(of: bucket))
        return min(max(value, Double(minimum)), Double(maximum))
      }
      below += inside
    }
    return Double(maximum)
  }
}
