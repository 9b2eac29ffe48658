import Foundation
import Testing
import Units

@Suite struct MoneyTests {
  @Test(
    "plain decimal text is read exactly",
    arguments: [
      ("0.0000166667", "0.0000166667"), ("0", "0.00"), ("-12.5", "-12.50"), ("2.3", "2.30"), ("100", "100.00"),
      ("007", "7.00"), ("0.10", "0.10"), ("-0", "0.00"), ("0.625", "0.625"),
      ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678.00"),
      ("0.00000000000000000000000000000000000001", "0.00000000000000000000000000000000000001"),
      ("18446744073709551616.5", "18446744073709551616.50"),
    ])
  func reads(text: String, printed: String) throws {
    #expect(try #require(Money(text)).description == printed)
  }

  @Test(
    "anything but plain decimal text is refused",
    arguments: [
      "", "-", ".", ".5", "5.", "1e3", "2E-7", "+1", " 1", "1 ", "1,5", "1.000.000", "1'000", "--1", "$1", "NaN",
      "0x10", "\u{0661}", "\u{2212}1", "123456789012345678901234567890123456789",
      "0.000000000000000000000000000000000000001",
    ])
  func refuses(text: String) {
    #expect(Money(text) == nil)
  }

  @Test(
    "cents round half-up, and half a cent goes away from zero",
    arguments: [
      ("0.004999999999999999999999", "0.00"), ("0.005", "0.01"), ("0.005000000000000000000001", "0.01"),
      ("0.015", "0.02"), ("0.025", "0.03"), ("1.005", "1.01"), ("2.675", "2.68"), ("135001.125", "135001.13"),
      ("-0.005", "-0.01"), ("-0.0049", "0.00"), ("-0.015", "-0.02"), ("0.000475", "0.00"), ("9.995", "10.00"),
    ])
  func rounds(text: String, cents: String) throws {
    #expect(try #require(Money(text)).roundedToCents.description == cents)
  }

  @Test("a record of ten decimals rounds half-up")
  func tenDecimals() throws {
    // 382.373875 GB-seconds at 0.0000166667 are 0.00637291066..., as an hourly cost record shows them.
    let price = try #require(Money("0.0000166667"))
    let quantity = try #require(Money("382.373875")).amount
    #expect((price * quantity).rounded(decimals: 10).description == "0.0063729107")
    #expect(try #require(Money("0.00000000005")).rounded(decimals: 10).description == "0.0000000001")
  }

  @Test("sums and differences of tenths are exact, where binary fractions are not")
  func sums() throws {
    let tenth = try #require(Money("0.1"))
    let fifth = try #require(Money("0.2"))
    var sum = tenth
    sum += fifth
    #expect(sum == Money("0.3"))
    #expect(tenth + fifth == sum)
    #expect(fifth - tenth == tenth)
    #expect(tenth - fifth < Money.zero)
  }

  @Test("a product of 26 by 12 digits is exact")
  func longestProduct() throws {
    let price = try #require(Money("0.999999999999"))
    let quantity = try #require(Money("9999999999999999.9999999999")).amount
    // (1 - 10^-12) x (10^16 - 10^-10)
    #expect((price * quantity).description == "9999999999989999.9999999999000000000001")
  }

  @Test("a product that 38 digits cannot hold traps instead of rounding")
  func tooLong() async {
    await #expect(processExitsWith: .failure) {
      guard let a = Money("12345678901234567891"), let b = Money("1234567890123456789") else { return }
      _ = a * b.amount
    }
  }

  @Test("equal amounts are equal and hash alike, however they were written")
  func equality() {
    #expect(Money("0.10") == Money("0.1"))
    #expect(Set([Money("1"), Money("1.00"), Money("1.0")]).count == 1)
  }

  @Test("a coefficient and its decimals make the number that its digits spell")
  func coefficients() throws {
    // A linear congruential walk over all lengths of coefficients up to 38 digits.
    var state: UInt128 = 1
    let tenTo38 = (0..<38).reduce(into: UInt128(1)) { value, _ in value *= 10 }
    for step in 0..<2_000 {
      state = state &* 47_026_247_687_942_121_848_144_207_491_837_523_525 &+ 1
      let coefficient = (state >> (step % 128)) % tenTo38
      #expect(Decimal(coefficient: coefficient, decimals: 0).description == coefficient.description)
      let text = coefficient.description
      let padded = String(repeating: "0", count: max(0, 11 - text.count)) + text
      let point = padded.index(padded.endIndex, offsetBy: -10)
      let spelled = padded[..<point] + "." + padded[point...]
      #expect(Decimal(coefficient: coefficient, decimals: 10) == Decimal(plain: String(spelled)))
    }
  }
}
