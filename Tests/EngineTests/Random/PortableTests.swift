import CGSL
import Engine
import Foundation
import Testing

/// The C library's functions are within one ulp, so they serve as oracle up to one ulp more.
@Suite("Portable elementary functions")
struct PortableTests {
  private func ulps(_ a: Double, _ b: Double) -> Double {
    a == b ? 0 : (a - b).magnitude / min(a.ulp, b.ulp)
  }

  @Test("exp is within two ulp of the C library from the smallest normal result to the largest")
  func exponential() {
    var worst = 0.0
    for i in -70_800...70_970 {
      let x = Double(i) / 100 + 0.001_7
      worst = max(worst, ulps(Portable.exp(x), Foundation.exp(x)))
    }
    for i in -10_000...10_000 {
      let x = Double(i) / 9_973
      worst = max(worst, ulps(Portable.exp(x), Foundation.exp(x)))
    }
    #expect(worst <= 2)
  }

  @Test("exp overflows, underflows and passes NaN as the C library does")
  func exponentialExtremes() {
    #expect(Portable.exp(0) == 1)
    #expect(Portable.exp(-0.0) == 1)
    #expect(Portable.exp(1e-300) == 1)
    #expect(Portable.exp(.infinity) == .infinity)
    #expect(Portable.exp(-.infinity) == 0)
    #expect(Portable.exp(.nan).isNaN)
    #expect(Portable.exp(709.782_712_893_384) < .infinity)
    #expect(Portable.exp(709.782_712_893_385) == .infinity)
    #expect(Portable.exp(-745.14) == 0)
    #expect(Portable.exp(1e308) == .infinity)
    for x in stride(from: -745.13, through: -707.9, by: 0.01) {
      #expect(
        (Portable.exp(x) - Foundation.exp(x)).magnitude <= max(Double.leastNonzeroMagnitude, 2 * Portable.exp(x).ulp))
    }
  }

  @Test("log is within two ulp of the C library, close to 1 and over the whole range")
  func logarithm() {
    var worst = 0.0
    for exponent in -1_074...1_023 {
      for step in 0..<40 {
        let x = Double(sign: .plus, exponent: exponent, significand: 1 + Double(step) / 41.3)
        worst = max(worst, ulps(Portable.log(x), Foundation.log(x)))
      }
    }
    for i in 1...200_000 {
      let x = Double(i) / 100_000
      worst = max(worst, ulps(Portable.log(x), Foundation.log(x)))
    }
    for exponent in 1...52 {
      let small = Double(sign: .plus, exponent: -exponent, significand: 1)
      worst = max(worst, ulps(Portable.log(1 + small), Foundation.log(1 + small)))
      worst = max(worst, ulps(Portable.log(1 - small / 2), Foundation.log(1 - small / 2)))
    }
    #expect(worst <= 2)
  }

  @Test("log of 0, of 1, of negative numbers and of infinity are as in the C library")
  func logarithmExtremes() {
    #expect(Portable.log(0) == -.infinity)
    #expect(Portable.log(-0.0) == -.infinity)
    #expect(Portable.log(1) == 0)
    #expect(Portable.log(.infinity) == .infinity)
    #expect(Portable.log(-1).isNaN)
    #expect(Portable.log(-.infinity).isNaN)
    #expect(Portable.log(.nan).isNaN)
    #expect(ulps(Portable.log(.leastNonzeroMagnitude), Foundation.log(.leastNonzeroMagnitude)) <= 1)
  }

  @Test("pow is within two ulp of the C library, results close to overflow included")
  func power() {
    var worst = 0.0
    for i in 1...300 {
      let x = Double(i) * 0.037
      for j in -200...200 {
        let y = Double(j) * 1.37
        let wanted = Foundation.pow(x, y)
        if wanted < .leastNormalMagnitude || wanted == .infinity { continue }
        worst = max(worst, ulps(Portable.pow(x, y), wanted))
      }
    }
    for i in 1...1_000 {
      let x = 1 + Double(i) * 1e-6
      worst = max(worst, ulps(Portable.pow(x, 700_000), Foundation.pow(x, 700_000)))
    }
    #expect(worst <= 2)
  }

  @Test(
    "pow at its limits agrees with the C library for bases of 0 or more",
    arguments: [
      0, 0.5, 1, 1.5, 2, 1e-300, 1e300, .infinity, .nan,
    ])
  func powerExtremes(_ x: Double) {
    for y in [0, -0.0, 1, -1, 0.5, 3, -3, 1e300, -1e300, 1e-300, .infinity, -.infinity, .nan] {
      let wanted = Foundation.pow(x, y)
      let found = Portable.pow(x, y)
      #expect(found == wanted || (found.isNaN && wanted.isNaN) || ulps(found, wanted) <= 2, "\(x) to the \(y)")
    }
  }

  @Test("pow of a negative base is NaN, except to the power 0")
  func powerOfNegative() {
    #expect(Portable.pow(-2, 2).isNaN)
    #expect(Portable.pow(-2, 0) == 1)
  }

  @Test("log1p keeps its digits where 1 + x rounds to 1")
  func logarithmOfSum() {
    for x in [0.0, 1e-300, 1e-17, 1e-9, -1e-9, 1e-4, 0.3, -0.3, -0.999, 1, 7.5, 1e10, 1e300] {
      #expect(ulps(Portable.log1p(x), Foundation.log1p(x)) <= 3, "\(x)")
    }
    #expect(Portable.log1p(-1) == -.infinity)
    #expect(Portable.log1p(-1.5).isNaN)
    #expect(Portable.log1p(.infinity) == .infinity)
    #expect(Portable.log1p(.nan).isNaN)
  }

  @Test("erf and the normal distribution function agree with GSL")
  func errorFunction() {
    for x in stride(from: -7.0, through: 7, by: 0.013) {
      #expect((Portable.erf(x) - gsl_sf_erf(x)).magnitude <= 1e-14 * gsl_sf_erf(x).magnitude, "\(x)")
      #expect((Portable.normalCumulative(x) - gsl_cdf_ugaussian_P(x)).magnitude <= 1e-14, "\(x)")
    }
    #expect(Portable.erf(0) == 0)
    #expect(ulps(Portable.erf(1e-200), 2e-200 / Double.pi.squareRoot()) <= 2)
    #expect(Portable.erf(.infinity) == 1)
    #expect(Portable.erf(.nan).isNaN)
  }

  @Test("gamma agrees with factorials, with the root of pi, and with the C library")
  func gammaFunction() {
    var factorial = 1.0
    for n in 1...22 {
      #expect((Portable.gamma(Double(n)) / factorial - 1).magnitude < 3e-15, "\(n)")
      factorial *= Double(n)
    }
    #expect((Portable.gamma(0.5) / Double.pi.squareRoot() - 1).magnitude < 3e-15)
    for x in stride(from: 0.01, through: 171.6, by: 0.37) {
      #expect((Portable.gamma(x) / tgamma(x) - 1).magnitude < 1e-14, "\(x)")
    }
    #expect(Portable.gamma(171.7) == .infinity)
    #expect(Portable.gamma(.infinity) == .infinity)
    #expect(Portable.gamma(0).isNaN)
    #expect(Portable.gamma(-0.5).isNaN)
    #expect(Portable.gamma(.nan).isNaN)
  }
}
