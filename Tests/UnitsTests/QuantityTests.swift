import Testing
import Units

@Suite("Quantities")
struct QuantityTests {
  @Test(
    "times are exact nanoseconds",
    arguments: [
      ("250 ms", 250_000_000), ("250ms", 250_000_000), ("1.5 s", 1_500_000_000), ("0.1 ms", 100_000), ("0", 0),
      ("0 s", 0), ("1e3 ns", 1_000), ("2.5e-1 us", 250), ("30 d", 2_592_000_000_000_000),
      ("  7   min ", 420_000_000_000),
      ("1 thousand ms", 1_000_000_000), ("0.3 s", 300_000_000), ("000012.50 us", 12_500),
      ("9223372036854775806 ns", nil),
      ("999999999999999999 ns", 999_999_999_999_999_999),
    ] as [(String, Int64?)])
  func times(text: String, nanoseconds: Int64?) throws {
    #expect((try? Quantity.time(text))?.nanoseconds == nanoseconds)
  }

  @Test(
    "a time without unit, with another unit, below 0, of half a nanosecond or beyond 292 years is refused",
    arguments: [
      "250", "1", "250 msec", "2 KB", "10 / s", "-1 s", "0.5 ns", "1.0000000005 s", "107000 d", "1e40 d", "ms", "",
      "nan s",
      "inf s", "1e99 s", "1..5 s", "1.5.2 s", ".5 s", "5. s", "0x10 s", "1_000 s", "1,5 s", "--1 s", "1 e3 s", "1 s s",
      "1 million million s", "12345678901234567890 ns", "٣ s", "5 %",
    ])
  func badTimes(text: String) {
    #expect(throws: QuantityError.self) { try Quantity.time(text) }
  }

  /// A space in front is skipped, but is not plain.
  @Test(
    "a quantity in plain words is what it is by the general rule",
    arguments: [
      "250 ms", "0", "00", "12.50 MB", "000012.50 us", "1.0", "100000000000000000 ns", "0.000000000000000001 s", "5 %",
      "999999999999999999 ns", "1000000000000000000 ns", "7 -5", "7 e5", "3 million", "3 million / d", "3 / d", "3 /d",
      "3/d", "3 billion", "3 billions", "3 ", "3.", ".3", "3.4.5 s", "3 \u{e9}", "3 m\u{301}", "3 \u{301}m", "3\tms",
      "3 m\ts", "-3 s", "+3 s", "3e2 s", "3 a b", "", " ", "s",
    ])
  func plain(text: String) {
    #expect((try? Quantity(text)) == (try? Quantity(" " + text)))
  }

  @Test("the largest time is one nanosecond below never")
  func largestTime() throws {
    #expect(try Quantity.time("9223372036.854775 s") == Time(nanoseconds: 9_223_372_036_854_775_000))
    #expect(throws: QuantityError.self) { try Quantity.time("9223372036.854776 s") }
  }

  @Test(
    "sizes are exact bytes, 1 KB being 1,024",
    arguments: [("2 KB", 2_048), ("0.5 KB", 512), ("1 B", 1), ("1024 MB", 1 << 30), ("0", 0), ("1.5 TB", 3 << 39)]
      as [(String, Int64)])
  func sizes(text: String, bytes: Int64) throws {
    #expect(try Quantity.size(text).bytes == bytes)
  }

  @Test(
    "sizes of part of a byte, of unknown units or too large are refused", arguments: ["0.3 KB", "2 kb", "2", "9e18 TB"])
  func badSizes(text: String) {
    #expect(throws: QuantityError.self) { try Quantity.size(text) }
  }

  @Test(
    "rates are events a second",
    arguments: [
      ("120 / s", 120), ("120/s", 120), ("60 / min", 1), ("3 million / d", 3_000_000.0 / 86_400),
      ("0.5 / h", 0.5 / 3_600),
      ("0", 0), ("1 billion / d", 1e9 / 86_400),
    ] as [(String, Double)])
  func rates(text: String, perSecond: Double) throws {
    #expect(try Quantity.rate(text) == perSecond)
  }

  @Test(
    "rates without a unit or per another span are refused", arguments: ["120", "120 s", "1 / ms", "1 / week", "-1 / s"])
  func badRates(text: String) {
    #expect(throws: QuantityError.self) { try Quantity.rate(text) }
  }

  @Test(
    "shares are the nearest fraction",
    arguments: [("0.1 %", 0.001), ("100 %", 1), ("0", 0), ("1%", 0.01), ("99.9 %", 0.999)] as [(String, Double)])
  func shares(text: String, fraction: Double) throws {
    #expect(try Quantity.share(text) == fraction)
  }

  @Test("shares above 100 % or without the sign are refused", arguments: ["100.1 %", "0.1", "-1 %", "1e39 %"])
  func badShares(text: String) {
    #expect(throws: QuantityError.self) { try Quantity.share(text) }
  }

  @Test("dollars stay decimal")
  func dollars() throws {
    #expect(try Quantity.dollars("500 USD").description == "500")
    #expect(try Quantity.dollars("0.10 USD").description == "0.1")
    #expect(throws: QuantityError.self) { try Quantity.dollars("500 EUR") }
    #expect(throws: QuantityError.self) { try Quantity.dollars("500") }
  }

  @Test("a refusal says what was found and what is wanted")
  func refusal() {
    #expect(
      throws: QuantityError(
        found: "250 without a unit",
        wanted: "a time in one of the units ns, us, ms, s, min, h, d, as in `250 ms`")
    ) { try Quantity.time("250") }
  }

  @Test("the description of every span and size reads back as itself")
  func roundTrip() throws {
    var nanoseconds: Int64 = 1
    for step in 1...400 {
      nanoseconds = (nanoseconds &* 6_364_136_223_846_793_005 &+ Int64(step)) & (1 << 59 - 1)
      let time = Time(nanoseconds: nanoseconds >> Int64(step % 50))
      #expect(try Quantity.time(time.description) == time)
      let size = Size(bytes: nanoseconds >> Int64(step % 50))
      #expect(try Quantity.size(size.description) == size)
    }
  }
}

@Suite("Exact decimals")
struct ExactDecimalTests {
  @Test(
    "a decimal reads back from its description", arguments: ["0", "1", "-1", "0.001", "-12.5", "500", "1000000000000"])
  func roundTrip(text: String) {
    #expect(ExactDecimal(text)?.description == text)
  }

  @Test("equal numbers are equal however they are written")
  func equality() {
    #expect(ExactDecimal("1.50") == ExactDecimal("15e-1"))
    #expect(ExactDecimal("0") == ExactDecimal("-0.000"))
    #expect(ExactDecimal("1e41") == nil)
    #expect(ExactDecimal("1e40") != nil)
  }

  @Test("a multiple that is not whole or does not fit is none")
  func multiples() {
    #expect(ExactDecimal("0.5")?.wholeMultiple(of: 3) == nil)
    #expect(ExactDecimal("0.5")?.wholeMultiple(of: -4) == -2)
    #expect(ExactDecimal("1e18")?.wholeMultiple(of: 10) == nil)
    #expect(ExactDecimal("9e18")?.wholeMultiple(of: 1) == 9_000_000_000_000_000_000)
    #expect(ExactDecimal("1e-40")?.wholeMultiple(of: .max) == nil)
    #expect(ExactDecimal("1e-19")?.wholeMultiple(of: 1_000_000_000_000_000_000) == nil)
    #expect(ExactDecimal("0")?.wholeMultiple(of: .max) == 0)
  }
}
