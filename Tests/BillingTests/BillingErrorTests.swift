import Billing
import Engine
import Testing
import Units

@Suite struct BillingErrorTests {
  private let prices: PriceBook

  init() throws {
    prices = try book([
      TestPrice(key: "K", tiers: [("0", "1")]), TestPrice(key: "H", unit: "hour", tiers: [("0", "1")]),
    ])
  }

  private func error(_ usage: [UsageLine], run: Time = .hours(1)) -> BillingError? {
    do {
      _ = try bill(usage: usage, runDuration: run, prices: prices)
      return nil
    } catch { return error }
  }

  @Test("meters without a price are named all at once, but only those that counted")
  func missing() {
    let usage = [used("Z", 1), used("K", 1), used("Y", 2), used("Z", 3, by: "other"), used("X", 0)]
    let missing = error(usage)
    #expect(missing == .missingPrices([SKU(service: "S", key: "Y"), SKU(service: "S", key: "Z")], region: "test-1"))
    #expect(missing?.description == "no price in test-1 for S Y, S Z; add it to the price book")
  }

  @Test("a negative amount is refused")
  func negative() {
    #expect(error([used("K", -1)]) == .negativeAmount(used("K", -1)))
  }

  @Test("a run must last", arguments: [Time.zero, Time(nanoseconds: -1)])
  func duration(run: Time) {
    #expect(error([used("K", 1)], run: run) == .runDuration(run))
    #expect(error([used("K", 0)], run: Time(nanoseconds: 1)) == nil)
  }

  @Test("one SKU cannot be counted in two ways")
  func conflict() {
    let usage = [used("K", 1), used("K", 1, per: 2)]
    #expect(error(usage) == .conflictingMeters(usage[0].meter, usage[1].meter))
  }

  @Test("a standing amount needs a price by time")
  func untimed() {
    let piece = Meter(service: "S", key: "K", kind: .standing)
    let hourly = Meter(service: "S", key: "H", kind: .standing)
    #expect(error([UsageLine(meter: piece, resource: "r", amount: 1)]) == .untimedUnit(piece, unit: "request"))
    #expect(error([UsageLine(meter: hourly, resource: "r", amount: 1)]) == nil)
  }

  @Test("a quantity of 10^16 priced units is refused, one unit less is not")
  func tooLarge() {
    let tenTo16 = Int64(10_000_000_000_000_000)
    #expect(error([used("K", tenTo16)], run: .hours(730)) == .quantityTooLarge(SKU(service: "S", key: "K")))
    #expect(error([used("K", tenTo16 - 1)], run: .hours(730)) == nil)
    #expect(error([used("K", .max)], run: Time(nanoseconds: 1)) == .quantityTooLarge(SKU(service: "S", key: "K")))
  }
}
