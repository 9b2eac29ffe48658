import CGSL

/// The door to the GNU Scientific Library: every use passes through here once, so that a domain
/// error comes back as a code or a NaN. GSL's own handler would end the process.
enum GSL {
  /// Read it before the first call into GSL; a static is initialised once, whoever comes first.
  static let ready: Void = {
    _ = gsl_set_error_handler_off()
  }()

  /// exp(-x) for x at or above 0: the upper tail of the unit exponential distribution.
  static func decay(_ x: Double) -> Double {
    gsl_cdf_exponential_Q(x, 1)
  }

  /// A number to 33 bits, about ten significant digits: what GSL computes goes through the C library, whose last bits
  /// differ between processors. What is not finite stays as it is.
  static func rounded(_ x: Double) -> Double {
    guard x.isFinite, x != 0 else { return x }
    let scale = Double(sign: .plus, exponent: x.exponent - 32, significand: 1)
    guard scale.isNormal else { return x }
    return (x / scale).rounded() * scale
  }
}
