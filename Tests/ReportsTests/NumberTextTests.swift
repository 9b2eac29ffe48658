import Testing

@testable import Reports

@Suite struct NumberTextTests {
  @Test(
    "the shortest text has at most twelve digits and reads back",
    arguments: [
      (0, "0"), (-0.0, "0"), (1, "1"), (-1, "-1"), (0.1, "0.1"), (1e-9, "1e-9"), (1.5e-7, "1.5e-7"),
      (0.000001, "0.000001"), (999.9995, "999.9995"), (123_456_789, "123456789"), (1e12, "1000000000000"),
      (1e15, "1e15"), (123_456_789_012_345, "123456789012000"), (1.0 / 3, "0.333333333333"),
      (2.0 / 3, "0.666666666667"), (0.1 + 0.2, "0.3"), (999_999_999_999.9, "1000000000000"),
      (.leastNonzeroMagnitude, "5e-324"),
      (.greatestFiniteMagnitude, "1.79769313486e308"), (-12.5, "-12.5"),
    ] as [(Double, String)])
  func shortest(value: Double, text: String) {
    #expect(NumberText.shortest(value) == text)
  }

  @Test("what is not a number has no shortest text", arguments: [Double.nan, .infinity, -.infinity])
  func notANumber(value: Double) {
    #expect(NumberText.shortest(value) == nil)
  }

  @Test(
    "fixed decimals round half away from zero, as the shortest text reads",
    arguments: [
      (0, 2, "0.00"), (-0.0, 2, "0.00"), (-0.004, 2, "0.00"), (0.005, 2, "0.01"), (-0.005, 2, "-0.01"),
      (1.005, 2, "1.01"), (999.9995, 3, "1000.000"), (999.9994, 3, "999.999"), (0.5, 0, "1"), (1.5, 0, "2"),
      (2.5, 0, "3"), (1e-9, 3, "0.000"), (1e15, 1, "1000000000000000.0"), (1e21, 0, "1000000000000000000000"),
      (12_345.678, 1, "12345.7"), (1e-300, 2, "0.00"), (.nan, 2, "n/a"), (.infinity, 2, "inf"), (-.infinity, 0, "-inf"),
    ] as [(Double, Int, String)])
  func fixed(value: Double, decimals: Int, text: String) {
    #expect(NumberText.fixed(value, decimals: decimals) == text)
  }

  @Test(
    "a comma stands between thousands",
    arguments: [
      ("0", "0"), ("999", "999"), ("1000", "1,000"), ("-1000", "-1,000"), ("1234567.5", "1,234,567.5"),
      ("-123456.7890", "-123,456.7890"),
    ])
  func grouped(text: String, expected: String) {
    #expect(NumberText.grouped(text) == expected)
  }

  @Test(
    "the magnitude is the power of ten of the first digit",
    arguments: [(314, 2), (1, 0), (9.99, 0), (0.5, -1), (0.001, -3), (0, 0), (-250, 2), (1e-9, -9)] as [(Double, Int)])
  func magnitude(value: Double, power: Int) {
    #expect(NumberText.magnitude(value) == power)
  }

  @Test("random numbers to twelve digits are the nearest such number")
  func nearest() {
    var noise = Noise(state: 11)
    for _ in 0..<2_000 {
      let value = (noise.next() - 0.5) * 1e6 * noise.next()
      let read = NumberText.shortest(value).flatMap(Double.init)
      #expect(read.map { abs($0 - value) <= abs(value) * 5.0001e-12 } == true)
    }
  }
}
