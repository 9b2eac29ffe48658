import Billing
import Engine
import Foundation
import Testing
import Units

/// What holds for any usage; 1,000 random ones from fixed seeds.
@Suite struct BillPropertyTests {
  private let prices: PriceBook

  init() throws { prices = try PriceBook.bundled(region: "us-east-1") }

  /// SplitMix64, enough to vary cases; the same on every system.
  private struct Cases: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private struct Case {
    var usage: [UsageLine] = []
    let run: Time
    let options: BillingOptions

    func billed(with prices: PriceBook) throws -> Bill {
      try bill(usage: usage, runDuration: run, prices: prices, options: options)
    }
  }

  private func randomCase(_ cases: inout Cases) -> Case {
    let months: [Month] = [.hours730, .days(30), .calendar(year: 2026, month: 11)]
    var result = Case(
      run: Time(nanoseconds: Int64.random(in: 1_000_000_000...4_000_000_000_000_000, using: &cases)),
      options: BillingOptions(
        freeTier: Bool.random(using: &cases), twelveMonthOffers: Bool.random(using: &cases),
        month: months[Int.random(in: 0..<3, using: &cases)]))
    for entry in prices.entries where Bool.random(using: &cases) {
      let isTimed = entry.unit.hasSuffix("month") || entry.unit.hasSuffix("hour")
      let meter = Meter(
        service: entry.sku.service, key: entry.sku.key,
        unitsPerPriced: [1, 2, 1_024, 1_024_000, 999_983][Int.random(in: 0..<5, using: &cases)],
        kind: isTimed ? .standing : .consumed)
      for _ in 0..<Int.random(in: 1...3, using: &cases) {
        let size = Int.random(in: 1...33, using: &cases)
        result.usage.append(
          UsageLine(
            meter: meter, resource: "r\(Int.random(in: 0..<4, using: &cases))",
            amount: Int64.random(in: 0...(1 << size), using: &cases)))
      }
    }
    return result
  }

  @Test("the total is the sum of the lines' cents, and each line is its quantity times its price")
  func sums() throws {
    var cases = Cases(state: 1)
    var lineCount = 0
    for _ in 0..<1_000 {
      let bill = try randomCase(&cases).billed(with: prices)
      #expect(bill.lines.reduce(Money.zero) { $0 + $1.charged } == bill.total)
      let exact = bill.lines.reduce(Money.zero) { $0 + $1.amount }
      #expect(bill.perResource.reduce(Money.zero) { $0 + $1.amount } == exact)
      for line in bill.lines {
        #expect(line.unitPrice * line.quantity == line.amount)
        #expect(line.amount.roundedToCents == line.charged)
        #expect(line.shares.reduce(Decimal(0)) { $0 + $1.quantity } == line.quantity)
        #expect(line.shares.reduce(Money.zero) { $0 + $1.amount } == line.amount)
        #expect(line.shares.allSatisfy { $0.quantity >= 0 })
      }
      lineCount += bill.lines.count
    }
    #expect(lineCount > 10_000)
  }

  @Test("neither splitting usage over resources nor its order changes a line or the total")
  func splitting() throws {
    var cases = Cases(state: 2)
    for number in 0..<1_000 {
      let whole = randomCase(&cases)
      var split = whole
      split.usage = whole.usage.flatMap { line in
        let part = Int128.random(in: 0...line.amount, using: &cases)
        return [
          UsageLine(meter: line.meter, resource: "split-\(number % 7)", amount: part),
          UsageLine(meter: line.meter, resource: line.resource, amount: line.amount - part),
        ]
      }
      split.usage.shuffle(using: &cases)
      let (a, b) = (try whole.billed(with: prices), try split.billed(with: prices))
      #expect(a.total == b.total)
      #expect(a.lines.map(\.quantity) == b.lines.map(\.quantity))
      #expect(a.lines.map(\.amount) == b.lines.map(\.amount))
      split.usage.shuffle(using: &cases)
      #expect(try split.billed(with: prices) == b)
    }
  }

  @Test("a free tier never raises a line's quantity, and quantities with and without it agree")
  func freeTierConserves() throws {
    var cases = Cases(state: 3)
    for _ in 0..<200 {
      let random = randomCase(&cases)
      var month = random.options
      month.freeTier = false
      let full = try Case(usage: random.usage, run: random.run, options: month).billed(with: prices)
      month.freeTier = true
      let relieved = try Case(usage: random.usage, run: random.run, options: month).billed(with: prices)
      #expect(quantities(full) == quantities(relieved))
      #expect(relieved.total <= full.total)
    }
  }

  private func quantities(_ bill: Bill) -> [String: Decimal] {
    bill.lines.reduce(into: [:]) { $0["\($1.service) \($1.key)", default: 0] += $1.quantity }
  }
}
