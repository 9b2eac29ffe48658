/// A named stream of random numbers: xoshiro256++ (Blackman & Vigna, ACM TOMS 47(4), 2021), period 2^256 - 1.
///
/// The state is a hash of seed, replication, component name and purpose. So a new component moves nobody else's
/// numbers, two designs see the same arrivals, and one stream's numbers never depend on how often another was asked.
/// Copying a stream copies its state: both copies then give the same numbers.
@frozen
public struct RandomStream: @unchecked Sendable, BitwiseCopyable {
  @usableFromInline var s0: UInt64
  @usableFromInline var s1: UInt64
  @usableFromInline var s2: UInt64
  @usableFromInline var s3: UInt64
  /// Immortal and read-only, hence safe to send.
  @usableFromInline let tables: UnsafePointer<UInt64>

  /// The stream of one purpose of one component in one replication.
  ///
  /// Any values will do. Names are told apart by their UTF-8 bytes, so the same text composed differently is a different
  /// name. Two different keys share their numbers with probability 2^-64.
  public init(seed: UInt64, replication: Int, component: String, purpose: String) {
    var hash = StreamHash()
    hash.absorb(seed)
    hash.absorb(UInt64(bitPattern: Int64(replication)))
    hash.absorb(component)
    hash.absorb(purpose)
    self.init(state: (hash.expand(), hash.expand(), hash.expand(), hash.expand()))
  }

  /// The stream that goes on from a raw state of xoshiro256++, as published vectors give it.
  ///
  /// Traps if all four words are 0: from there the generator would never leave 0.
  public init(state: (UInt64, UInt64, UInt64, UInt64)) {
    precondition(state != (0, 0, 0, 0), "A state of xoshiro256++ has at least one bit set.")
    (s0, s1, s2, s3) = state
    tables = PortableTables.shared
  }

  /// The next 64 random bits.
  @inlinable @inline(__always)
  public mutating func next() -> UInt64 {
    let sum = s0 &+ s3
    let result = (sum &<< 23 | sum &>> 41) &+ s0
    let shifted = s1 &<< 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = s3 &<< 45 | s3 &>> 19
    return result
  }

  /// A number between 0 and 1, neither of them ever: k / 2^53 with every whole k from 1 to 2^53 - 1 equally likely.
  @inlinable public mutating func nextUnit() -> Double {
    Double(Int64(truncatingIfNeeded: nextUnitBits())) * 0x1p-53
  }

  /// `nextUnit` times 2^53.
  @inlinable @inline(__always)
  mutating func nextUnitBits() -> UInt64 {
    while true {
      let bits = next() &>> 11
      if bits != 0 { return bits }
    }
  }

  /// A whole number from 0 to `n` - 1, each equally likely to the last bit. Traps if `n` is 0.
  ///
  /// Method: Lemire, ACM TOMACS 29(1), 2019; the remainder is computed only when a draw might have to be repeated.
  @inlinable @inline(__always) public mutating func nextIndex(below n: UInt64) -> UInt64 {
    precondition(n > 0, "An index is drawn below 1 or more.")
    let product = next().multipliedFullWidth(by: n)
    return product.low < n ? fairIndex(product.high, product.low, below: n) : product.high
  }

  /// The index drawn, or if it falls into the part that would favour some, the first of more draws that does not.
  @usableFromInline @inline(never) mutating func fairIndex(
    _ index: UInt64, _ rest: UInt64, below n: UInt64
  ) -> UInt64 {
    let unfair = (0 &- n) % n
    var product = (high: index, low: rest)
    while product.low < unfair { product = next().multipliedFullWidth(by: n) }
    return product.high
  }
}

/// A stable hash of numbers and names: every word goes through splitmix64's finaliser (Steele, Lea & Flood, OOPSLA 2014).
struct StreamHash {
  private var state: UInt64 = 0

  /// Takes in one word.
  mutating func absorb(_ word: UInt64) {
    state = Self.mixed((state ^ word) &+ 0x9e37_79b9_7f4a_7c15)
  }

  /// Takes in the length of the name in bytes and then its bytes, eight to a word and the first one lowest. With the
  /// length in front, ("ab", "c") and ("a", "bc") differ.
  mutating func absorb(_ name: String) {
    absorb(UInt64(name.utf8.count))
    var word: UInt64 = 0
    var filled: UInt64 = 0
    for byte in name.utf8 {
      word |= UInt64(byte) << (8 * filled)
      filled += 1
      if filled == 8 {
        absorb(word)
        (word, filled) = (0, 0)
      }
    }
    if filled > 0 { absorb(word) }
  }

  /// The next word of state for a generator. Four in a row differ from each other, so they are never all 0.
  mutating func expand() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Self.mixed(state)
  }

  private static func mixed(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}
