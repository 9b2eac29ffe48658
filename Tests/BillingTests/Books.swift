import Billing
import Engine
import Testing
import Units

/// One price of a test's own book.
struct TestPrice {
  var service = "S"
  var key: String
  var unit = "request"
  var grade = "verified"
  var tiers: [(from: String, price: String)]

  var yaml: String {
    let rows = tiers.map { "      - { from: \($0.from), price: \($0.price) }\n" }.joined()
    return """
        - service: \(service)
          key: \(key)
          description: Words for \(key)
          unit: \(unit)
          asOf: 2026-11
          source: a test
          grade: \(grade)
          tiers:
      \(rows)
      """
  }
}

/// One free quantity of a test's own book.
struct TestFreeTier {
  var name = "free"
  var quantity: String
  var unit = "request"
  var offer = "always"
  var covers: [String]

  var yaml: String {
    let rows = covers.map { "      - { service: S, key: \($0) }\n" }.joined()
    return """
        - name: \(name)
          quantity: \(quantity)
          unit: \(unit)
          offer: \(offer)
          asOf: unknown
          source: a test
          covers:
      \(rows)
      """
  }
}

/// A price book of a test's own.
func book(_ prices: [TestPrice], free: [TestFreeTier] = []) throws -> PriceBook {
  let freeTiers = free.isEmpty ? "" : "freeTiers:\n" + free.map(\.yaml).joined(separator: "\n")
  return try PriceBook(
    yaml: "region: test-1\ndate: 2026-11-22\ncurrency: USD\nprices:\n"
      + prices.map(\.yaml).joined(separator: "\n") + "\n" + freeTiers)
}

/// Usage of one resource on a consumed meter of service `S`.
func used(_ key: String, _ amount: Int64, by resource: String = "r", per: Int64 = 1) -> UsageLine {
  UsageLine(meter: Meter(service: "S", key: key, unitsPerPriced: per), resource: resource, amount: amount)
}

/// A month's usage, billed without scaling.
func monthly(_ usage: [UsageLine], _ prices: PriceBook, free: Bool = false, twelveMonths: Bool = false) throws -> Bill {
  try bill(
    usage: usage, runDuration: .hours(730), prices: prices,
    options: BillingOptions(freeTier: free, twelveMonthOffers: twelveMonths))
}

func money(_ text: String) throws -> Money { try #require(Money(text), "\(text) is plain dollars") }
