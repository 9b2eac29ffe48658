import Experiments
import Statistics
import Testing
import Units

@testable import Reports

@Suite struct ShownTests {
  @Test(
    "a mean has the decimals that two digits of its half-width support",
    arguments: [
      (214.3456, 1.24, "214.3 ± 1.2"), (0.00802, 0.00091, "0.00802 ± 0.00091"),
      (1_036_800.5, 912.25, "1,036,801 ± 912"),
      (5, 0, "5 ± 0"), (12.5, 37, "13 ± 37"), (1, 1e-9, "1.000000 ± 0.000000"),
    ] as [(Double, Double, String)])
  func withInterval(mean: Double, halfWidth: Double, text: String) {
    #expect(Shown.estimate(Interval(mean: mean, halfWidth: halfWidth, count: 10)).text == text)
  }

  @Test(
    "a figure without an interval has four digits, and a dash stands for none",
    arguments: [
      (83.2, "83.2"), (0.008025, "0.008025"), (1234.56, "1,235"), (40, "40"), (0, "0"), (.nan, "–"), (1e-9, "1e-9"),
      (2_073_601, "2,073,601"),
    ] as [(Double, String)])
  func withoutInterval(mean: Double, text: String) {
    #expect(Shown.estimate(Interval(mean: mean, halfWidth: nil, count: 1)).text == text)
  }

  @Test("shares are shown in per cent, the unit after the half-width")
  func percent() {
    #expect(Shown.percent(Interval(mean: 0.0123, halfWidth: 0.0011, count: 3)).text == "1.23 ± 0.11 %")
    #expect(Shown.percent(Interval(mean: 0.5, halfWidth: nil, count: 1)).text == "50 %")
  }

  @Test("an observed figure has its objective's unit, money to the cent and without an interval where there is none")
  func observed() {
    func shown(_ mean: Double, _ halfWidth: Double?, _ unit: String) -> String {
      Shown.observed(
        ObjectiveOutcome(
          text: "", observed: Interval(mean: mean, halfWidth: halfWidth, count: 2), bound: 1, unit: unit, met: true,
          certain: true)
      ).text
    }
    #expect(shown(1234.5, 0.125, "USD") == "$1,234.50 ± 0.13")
    #expect(shown(-0.5, nil, "USD") == "-$0.50")
    #expect(shown(78.11, 0.21, "ms") == "78.11 ± 0.21 ms")
    #expect(shown(78.11, nil, "ms") == "78.11 ms")
    #expect(shown(0.0012, 0.0001, "%") == "0.120 ± 0.010 %")
    #expect(shown(3, nil, "") == "3")
  }

  @Test(
    "names in camel case become words",
    arguments: [
      ("coldStartProbability", "Cold start probability"), ("timedOut", "Timed out"), ("p99", "P99"),
      ("ConcurrentExecutions", "Concurrent executions"), ("meanInitMs", "Mean init, ms"), ("Ms", "Ms"), ("", ""),
      ("cpuUtilization", "CPU utilization"), ("ACUUtilization", "ACU utilization"), ("DBLoad", "DB load"),
      ("meanCapacityACU", "Mean capacity ACU"), ("readIOs", "Read IOs"), ("p99BorrowMs", "P99 borrow, ms"),
      ("IAMAuthenticationRateExceeded", "IAM authentication rate exceeded"),
      ("orders.reader.p99AcquireMs", "orders reader: p99 acquire, ms"), ("4xx", "4xx"),
      ("ConnectionsOpened myDb", "Connections opened (myDb)"),
    ])
  func words(name: String, words: String) {
    #expect(Shown.words(name) == words)
  }

  @Test("bytes come in the largest unit of which there is one, milliseconds below the clock's step are zero")
  func units() {
    func bytes(_ mean: Double, _ halfWidth: Double? = nil) -> String {
      Shown.bytes(Interval(mean: mean, halfWidth: halfWidth, count: 2)).text
    }
    #expect(bytes(1_023) == "1,023 B" && bytes(1_024) == "1 KB" && bytes(0) == "0 B")
    #expect(bytes(400 * 1_073_741_824, 0) == "400 ± 0 GB")
    #expect(bytes(5_000 * 1_099_511_627_776) == "5,000 TB")
    #expect(bytes(.nan) == "–")
    #expect(Shown.milliseconds(Interval(mean: 0.99e-6, halfWidth: 1e-9, count: 2)).text == "0 ± 0")
    #expect(Shown.milliseconds(Interval(mean: 1e-6, halfWidth: nil, count: 1)).text == "0.000001")
  }

  @Test(
    "dollars keep their decimals and put the sign first",
    arguments: [
      ("1234.5", "$1,234.50"), ("-0.5", "-$0.50"), ("0.0050000001", "$0.01"), ("0.0000002", "$0.00"), ("0", "$0.00"),
    ])
  func dollars(amount: String, text: String) {
    #expect(Money(amount).map(Shown.dollars) == text)
  }
}
