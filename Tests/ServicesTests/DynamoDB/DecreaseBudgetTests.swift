import Testing
import Units

@testable import Services

@Suite("Decreases of provisioned capacity")
struct DecreaseBudgetTests {
  private static let midnight: Int64 = 1_780_272_000

  private func attempts(_ seconds: [Int64]) -> [Bool] {
    var budget = DecreaseBudget()
    return seconds.map { second in
      let moment = CivilTime(secondsSince1970: Self.midnight + second)
      let isThere = budget.available(at: moment) > 0
      if isThere { budget.use(at: moment) }
      return isThere
    }
  }

  @Test("four at once, and the next one 3,600 s after the last that was accepted")
  func hour() {
    #expect(attempts([0, 0, 0, 0, 0]) == [true, true, true, true, false])
    #expect(
      attempts([0, 0, 0, 100, 3_600, 3_699, 3_700, 3_701]) == [true, true, true, true, false, false, true, false])
  }

  @Test("hours without a decrease bring back up to four")
  func bank() {
    #expect(attempts([0, 0, 0, 0, 7_199, 7_199]) == [true, true, true, true, true, false])
    #expect(attempts([0, 0, 0, 0] + Array(repeating: 36_000, count: 5)).suffix(5) == [true, true, true, true, false])
  }

  @Test("midnight UTC brings four")
  func midnight() {
    #expect(
      attempts([86_390, 86_391, 86_392, 86_393, 86_399, 86_400, 86_400, 86_400, 86_400, 86_400])
        == [true, true, true, true, false, true, true, true, true, false])
  }

  @Test("27 a day, whoever asks every minute, and 27 again the next day")
  func day() {
    let minutes = (0..<2_880).map { Int64($0) * 60 }
    let accepted = zip(minutes, attempts(minutes)).filter(\.1).map(\.0)
    #expect(accepted.count { $0 < 86_400 } == 27)
    #expect(accepted.count { $0 >= 86_400 } == 27)
    #expect(accepted.prefix(6) == [0, 60, 120, 180, 3_780, 7_380])
  }
}
