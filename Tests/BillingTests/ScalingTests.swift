import Billing
import Engine
import Foundation
import Testing
import Units

@Suite struct ScalingTests {
  private let hour = Int64(3_600_000)

  private func quantity(_ line: UsageLine, unit: String, run: Time, month: Month = .hours730) throws -> String {
    let prices = try book([TestPrice(key: "K", unit: unit, tiers: [("0", "1")])])
    let bill = try bill(usage: [line], runDuration: run, prices: prices, options: BillingOptions(month: month))
    return try #require(bill.lines.first).quantity.description
  }

  private func standing(_ amount: Int64, per: Int64 = 1) -> UsageLine {
    UsageLine(
      meter: Meter(service: "S", key: "K", unitsPerPriced: per, kind: .standing), resource: "r", amount: amount)
  }

  @Test("one hour stands for exactly 730 of them")
  func oneHour() throws {
    #expect(try quantity(used("K", 12_345), unit: "request", run: .hours(1)) == "9011850")
    #expect(try quantity(used("K", 3, per: 1_024_000), unit: "GB-second", run: .hours(1)) == "0.002138671875".rounded10)
  }

  @Test("a fraction without end is rounded half-up to ten decimals")
  func endless() throws {
    // 730 / 7 = 104.28571428571..., 2 x 730 / 7 = 208.571428571428...
    #expect(try quantity(used("K", 1), unit: "request", run: .hours(7)) == "104.2857142857")
    #expect(try quantity(used("K", 2), unit: "request", run: .hours(7)) == "208.5714285714")
    #expect(try quantity(used("K", 1, per: 20_000_000_000), unit: "GB", run: .hours(730)) == "0.0000000001")
    #expect(try quantity(used("K", 1, per: 19_999_999_999), unit: "GB", run: .hours(730)) == "0.0000000001")
    let prices = try book([TestPrice(key: "K", tiers: [("0", "1")])])
    #expect(try monthly([used("K", 1, per: 20_000_000_001)], prices).lines.isEmpty)
  }

  @Test(
    "the month may be 730 hours, a true month or a number of days",
    arguments: [
      (Month.hours730, "730"), (.calendar(year: 2026, month: 2), "672"), (.calendar(year: 2028, month: 2), "696"),
      (.calendar(year: 2100, month: 2), "672"), (.calendar(year: 2000, month: 2), "696"),
      (.calendar(year: 2026, month: 4), "720"), (.calendar(year: 2026, month: 12), "744"), (.days(30), "720"),
      (.days(1), "24"), (.days(366), "8784"),
    ])
  func months(month: Month, hours: String) throws {
    #expect(try quantity(used("K", 1), unit: "request", run: .hours(1), month: month) == hours)
  }

  @Test(
    "a month out of range is refused",
    arguments: [
      Month.days(0), .days(367), .days(-1), .calendar(year: 2026, month: 0), .calendar(year: 2026, month: 13),
      .calendar(year: 0, month: 1), .calendar(year: 10_000, month: 1),
    ])
  func badMonths(month: Month) throws {
    let prices = try book([TestPrice(key: "K", tiers: [("0", "1")])])
    #expect(throws: BillingError.month(month)) {
      try bill(usage: [], runDuration: .hours(1), prices: prices, options: BillingOptions(month: month))
    }
  }

  @Test("tiers and free quantities apply to the month, not to the run")
  func scaledBeforeTiers() throws {
    let prices = try book(
      [TestPrice(key: "K", tiers: [("0", "2"), ("1000", "1")])], free: [TestFreeTier(quantity: "100", covers: ["K"])])
    let bill = try bill(
      usage: [used("K", 2)], runDuration: .hours(1), prices: prices, options: BillingOptions(freeTier: true))
    #expect(bill.lines.map(\.quantity.description) == ["100", "1000", "360"])
    #expect(bill.total.description == "2360.00")
    #expect(bill.notes == ["scaled from 1 h to 730 h", "free tier applied"])
  }

  private func single(_ amount: Int64, per: Int64 = 1, of resource: String = "r") -> UsageLine {
    UsageLine(
      meter: Meter(service: "S", key: "K", unitsPerPriced: per, kind: .single), resource: resource, amount: amount)
  }

  @Test("what happens once is billed as counted, whatever the month")
  func once() throws {
    #expect(try quantity(single(5), unit: "request", run: .hours(1)) == "5")
    #expect(try quantity(single(5, per: 2), unit: "request", run: .hours(7), month: .days(1)) == "2.5")
  }

  @Test("one SKU may have both: what grows is scaled, what happens once is added, and the sum is rounded once")
  func mixed() throws {
    let prices = try book([TestPrice(key: "K", tiers: [("0", "1"), ("1000", "2")])])
    // 730 / 7 = 104.285714..., three times 312.857142857142..., and 1,000 once.
    for usage in [[used("K", 3), single(1_000)], [single(1_000), used("K", 3)]] {
      let bill = try bill(usage: usage, runDuration: .hours(7), prices: prices)
      #expect(bill.lines.map(\.quantity.description) == ["1000", "312.8571428571"])
      #expect(bill.notes.contains("scaled from 7 h to 730 h"))
    }
    let alone = try bill(usage: [single(1)], runDuration: .hours(7), prices: prices)
    #expect(!alone.notes.contains { $0.hasPrefix("scaled") })
  }

  @Test("each resource pays its part of both")
  func mixedShares() throws {
    let prices = try book([TestPrice(key: "K", tiers: [("0", "1")])])
    // In one hour: a uses 1 and so 730 a month, b 2 once.
    var grows = used("K", 1)
    grows.resource = "a"
    let bill = try bill(usage: [grows, single(2, of: "b")], runDuration: .hours(1), prices: prices)
    #expect(bill.total.description == "732.00")
    #expect(bill.perResource.map(\.resource) == ["a", "b"])
    #expect(bill.perResource.map(\.amount.description) == ["730.00", "2.00"])
  }

  @Test("standing usage does not mix with either")
  func standingAlone() throws {
    let prices = try book([TestPrice(key: "K", unit: "GB-month", tiers: [("0", "1")])])
    for other in [used("K", 1), single(1)] {
      #expect(throws: BillingError.self) {
        try bill(usage: [standing(1), other], runDuration: .hours(1), prices: prices)
      }
    }
  }

  @Test("a standing amount is its average over the run, whatever the run's length")
  func average() throws {
    // 512 units of 1,024 to the GB, for half of the run only.
    #expect(try quantity(standing(512 * hour / 2, per: 1_024), unit: "GB-month", run: .hours(1)) == "0.25")
    #expect(try quantity(standing(512 * 1_000 * hour, per: 1_024), unit: "GB-month", run: .hours(1_000)) == "0.5")
    #expect(
      try quantity(standing(7 * hour), unit: "GB-month", run: .hours(1), month: .calendar(year: 2026, month: 2)) == "7")
  }

  @Test(
    "a price by the hour, minute or second bills the average for each of the month's",
    arguments: [
      ("RCU-hour", "14600"), ("hour", "14600"), ("connection-minute", "876000"), ("GB-second", "52560000"),
      ("GB-month", "20"),
    ])
  func timedUnits(unit: String, expected: String) throws {
    #expect(try quantity(standing(20 * 24 * hour), unit: unit, run: .days(1)) == expected)
  }

  @Test("20 write capacity units cost 9.49 in 730 hours and 9.36 in 30 days")
  func provisioned() throws {
    let meter = Meter(service: "DynamoDB", key: "WriteCapacityUnit-Hrs", kind: .standing)
    let usage = [UsageLine(meter: meter, resource: "table", amount: 20 * 24 * hour)]
    let prices = try PriceBook.bundled(region: "us-east-1")
    for (month, total) in [(Month.hours730, "9.49"), (.days(30), "9.36")] {
      let bill = try bill(usage: usage, runDuration: .days(1), prices: prices, options: BillingOptions(month: month))
      #expect(bill.total.description == total)
      #expect(bill.notes == ["storage and capacity averaged over 1 d", "free tier not applied"])
    }
    // 14,600 unit-hours are within the 18,600 free ones.
    let free = try bill(
      usage: usage, runDuration: .days(1), prices: prices, options: BillingOptions(freeTier: true))
    #expect(free.total == .zero)
    #expect(free.lines.map(\.isFreeTier) == [true])
  }

  @Test("amounts of many resources sum beyond 64 bits")
  func wideSums() throws {
    let prices = try book([TestPrice(key: "K", unit: "GB-second", tiers: [("0", "0.000001")])])
    let usage = (0..<4).map { used("K", .max, by: "r\($0)", per: 1_000_000_000_000) }
    let line = try #require(monthly(usage, prices).lines.first)
    // 4 x (2^63 - 1) / 10^12
    #expect(line.quantity.description == "36893488.1474191032")
  }
}

extension String {
  /// A decimal fraction rounded half-up to ten decimals.
  fileprivate var rounded10: String { Money(self)?.rounded(decimals: 10).description ?? self }
}
