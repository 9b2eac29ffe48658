import Engine

/// Zipf's law over any number of keys, drawn in constant time and memory.
///
/// Rejection-inversion (Hörmann & Derflinger, *ACM TOMACS* 6, 1996, pages 169-184, algorithm ZRI). The density x^-q over
/// the real numbers has an integral with a closed inverse. A point of the integral, drawn evenly, gives a real x, and x
/// the nearest whole key k. Around k the integral is at least as wide as the key's weight, because the density is convex;
/// what is too much is refused, and k drawn again, in a few of a hundred draws. No term of the law is approximated: the
/// error is that of doubles, below 1e-4 of one key's place at key 4,000,000,000 and far less before it.
struct ZipfTable: BitwiseCopyable {
  private let count: Double
  private let exponent: Double
  /// 1 - exponent, which is exact, and 1 over that; 0 for the exponent 1, whose integral is the logarithm.
  private let order: Double
  private let inverseOrder: Double
  /// The integral behind the last key, and how far before it the first key begins.
  private let top: Double
  private let width: Double
  /// A key that lies at most so far above its x is accepted without another look.
  private let sureDistance: Double

  /// The count is at least 1, the exponent above 0 and at most 10.
  init(count: Int, exponent: Double) {
    precondition(count >= 1, "Zipf's law needs a key")
    precondition(exponent > 0 && exponent <= 10, "the exponent of Zipf's law is above 0, at most 10")
    self.count = Double(count)
    self.exponent = exponent
    order = 1 - exponent
    inverseOrder = exponent == 1 ? 0 : 1 / order
    top = Self.integral(Double(count) + 0.5, order)
    // The first key's weight is 1. Its place is cut to that, so it is never refused.
    width = top - (Self.integral(1.5, order) - 1)
    let second = Self.integral(2.5, order) - Portable.pow(2, -exponent)
    sureDistance = 2 - Self.inverse(second, order, inverseOrder)
  }

  /// A key from 0 on.
  func draw(_ stream: inout RandomStream) -> UInt32 {
    while true {
      let point = top - stream.nextUnit() * width
      let x = Self.inverse(point, order, inverseOrder)
      // The rounded x, held within the keys: the last place may be the next one's by a rounding error.
      let key = x < count ? Double(max(1, Int64(x + 0.5))) : count
      if key - x <= sureDistance || point >= Self.integral(key + 0.5, order) - Portable.pow(key, -exponent) {
        return UInt32(truncatingIfNeeded: Int64(key) &- 1)
      }
    }
  }

  /// The integral of the density from 1 to `x`: (x^order - 1) / order, or ln x, its limit for order 0.
  private static func integral(_ x: Double, _ order: Double) -> Double {
    let logarithm = Portable.log(x)
    let power = Portable.exp(order * logarithm)
    // Where the power is nearly 1, its difference from 1 over its logarithm keeps the digits that the subtraction loses
    // (Kahan; Higham, *Accuracy and Stability of Numerical Algorithms*, section 1.14.1).
    if power == 1 { return logarithm }
    return logarithm * ((power - 1) / Portable.log(power))
  }

  /// Where the integral is `point`; infinity behind its upper end, which exponents above 1 have.
  @inline(__always)
  private static func inverse(_ point: Double, _ order: Double, _ inverseOrder: Double) -> Double {
    if order == 0 { return Portable.exp(point) }
    let product = point * order
    return product > -1 ? Portable.exp(Portable.log1p(product) * inverseOrder) : .infinity
  }
}
