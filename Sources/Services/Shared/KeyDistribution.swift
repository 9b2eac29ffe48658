/// Which of a key space's keys requests are about: how many there are, and how often each is asked for.
///
/// Keys are numbers below `count`. Two requests for one number are about the same partition key, and where a key has one
/// item, about the same item.
public struct KeyDistribution: Hashable, Sendable {
  /// How often each key is asked for.
  public enum Law: Hashable, Sendable {
    /// All alike.
    case uniform
    /// Key k, from 0, in proportion to 1 / (k + 1)^exponent; the exponent is above 0, at most 10.
    case zipf(exponent: Double)
    /// The first `keys` (1 to one less than there are) together take `share` (0 to 1) of the requests, all others the
    /// rest; alike within both.
    case hot(keys: Int, share: Double)
    /// All alike, but always at the end of the key's items: sort keys that grow, such as times.
    case monotonic
    /// Key k in proportion to `weights[k]`: one weight for each key, finite, 0 or more, the sum finite and above 0.
    case given(weights: [Double])
  }

  /// Distinct keys, 1 to 4,000,000,000.
  public var count: Int
  /// How often each is asked for.
  public var law: Law

  /// Most keys of one distribution: their numbers fit 32 bits.
  public static let countMax = 4_000_000_000

  /// A key space with its law.
  public init(count: Int, law: Law = .uniform) {
    self.count = count
    self.law = law
  }
}
