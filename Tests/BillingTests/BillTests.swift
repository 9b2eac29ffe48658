import Billing
import Engine
import Foundation
import Testing
import Units

@Suite struct BillTests {
  @Test(
    "a tier holds from its edge on",
    arguments: [
      (Int64(0), [String](), "0.00"),
      (1, ["1"], "2.00"),
      (99, ["99"], "198.00"),
      (100, ["100"], "200.00"),
      (101, ["100", "1"], "201.00"),
      (299, ["100", "199"], "399.00"),
      (300, ["100", "200"], "400.00"),
      (301, ["100", "200", "1"], "400.50"),
    ])
  func tierEdges(amount: Int64, quantities: [String], total: String) throws {
    let prices = try book([TestPrice(key: "K", tiers: [("0", "2"), ("100", "1"), ("300", "0.5")])])
    let bill = try monthly([used("K", amount)], prices)
    #expect(bill.lines.map(\.quantity.description) == quantities)
    #expect(bill.lines.map(\.tierFrom.description) == Array(["0", "100", "300"].prefix(quantities.count)))
    #expect(bill.total.description == total)
  }

  @Test("each line rounds half a cent up before the total is summed")
  func roundsPerLine() throws {
    let prices = try book([
      TestPrice(key: "A", tiers: [("0", "0.005")]), TestPrice(key: "B", tiers: [("0", "0.0049999999")]),
      TestPrice(key: "C", tiers: [("0", "0.005")]),
    ])
    let bill = try monthly([used("A", 1), used("B", 1), used("C", 1)], prices)
    #expect(bill.lines.map(\.charged.description) == ["0.01", "0.00", "0.01"])
    #expect(bill.lines.map(\.amount.description) == ["0.005", "0.0049999999", "0.005"])
    #expect(bill.total.description == "0.02")
  }

  @Test("tiers apply to the account's total, not to each resource")
  func tiersOnTotal() throws {
    let prices = try book([TestPrice(key: "K", tiers: [("0", "2"), ("100", "1")])])
    let bill = try monthly([used("K", 80, by: "b"), used("K", 80, by: "a")], prices)
    #expect(bill.total.description == "260.00")
    #expect(bill.perResource.map(\.resource) == ["a", "b"])
    #expect(bill.perResource.map(\.amount.description) == ["130.00", "130.00"])
  }

  @Test("parts of resources sum exactly to their line, down to the last decimal")
  func sharesSum() throws {
    let prices = try book([TestPrice(key: "K", tiers: [("0", "0.0000166667")])])
    let usage = [used("K", 1, by: "a", per: 7), used("K", 1, by: "b", per: 7), used("K", 1, by: "c", per: 7)]
    let line = try #require(monthly(usage, prices).lines.first)
    #expect(line.quantity.description == "0.4285714286")
    #expect(line.shares.map(\.quantity.description) == ["0.1428571428", "0.1428571429", "0.1428571429"])
    #expect(line.shares.reduce(Money.zero) { $0 + $1.amount } == line.amount)
  }

  @Test("a free quantity is a line of its own at 0.00, and the tiers begin after it")
  func freeLine() throws {
    let prices = try book(
      [TestPrice(key: "K", tiers: [("0", "2"), ("100", "1")])], free: [TestFreeTier(quantity: "50", covers: ["K"])])
    let bill = try monthly([used("K", 160)], prices, free: true)
    #expect(bill.lines.map(\.isFreeTier) == [true, false, false])
    #expect(bill.lines.map(\.quantity.description) == ["50", "100", "10"])
    #expect(bill.lines.map(\.charged.description) == ["0.00", "200.00", "10.00"])
    #expect(try monthly([used("K", 160)], prices).total.description == "260.00")
  }

  @Test(
    "the free quantity ends at its edge",
    arguments: [(Int64(49), "0.00", 1), (50, "0.00", 1), (51, "2.00", 2)])
  func freeEdge(amount: Int64, total: String, lines: Int) throws {
    let prices = try book(
      [TestPrice(key: "K", tiers: [("0", "2")])], free: [TestFreeTier(quantity: "50", covers: ["K"])])
    let bill = try monthly([used("K", amount)], prices, free: true)
    #expect(bill.total.description == total)
    #expect(bill.lines.count == lines)
  }

  @Test("two SKUs share a free quantity in the order that the book lists them")
  func sharedFreeTier() throws {
    let prices = try book(
      [TestPrice(key: "A", tiers: [("0", "3")]), TestPrice(key: "B", tiers: [("0", "1")])],
      free: [TestFreeTier(quantity: "100", covers: ["B", "A"])])
    let bill = try monthly([used("A", 80), used("B", 70)], prices, free: true)
    #expect(bill.lines.map(\.key) == ["A", "A", "B"])
    #expect(bill.lines.map(\.isFreeTier) == [true, false, true])
    #expect(bill.lines.map(\.quantity.description) == ["30", "50", "70"])
    #expect(bill.total.description == "150.00")
  }

  @Test("twelve-month offers apply only when they are asked for")
  func twelveMonths() throws {
    let prices = try book(
      [TestPrice(key: "K", tiers: [("0", "1")])],
      free: [TestFreeTier(quantity: "10", offer: "twelveMonths", covers: ["K"])])
    #expect(try monthly([used("K", 15)], prices, free: true).total.description == "15.00")
    #expect(try monthly([used("K", 15)], prices, twelveMonths: true).total.description == "15.00")
    #expect(try monthly([used("K", 15)], prices, free: true, twelveMonths: true).total.description == "5.00")
  }

  @Test("an unverified price is marked on its line and named in the notes")
  func unverified() throws {
    let prices = try book([
      TestPrice(key: "A", grade: "unverified", tiers: [("0", "1")]), TestPrice(key: "B", tiers: [("0", "1")]),
      TestPrice(key: "C", grade: "unverified", tiers: [("0", "1")]),
    ])
    let bill = try monthly([used("A", 1), used("B", 1)], prices)
    #expect(bill.lines.map(\.verified) == [false, true])
    #expect(bill.notes == ["free tier not applied", "unverified price: S A (Words for A)"])
  }

  @Test("lines say their price and tier in words")
  func descriptions() throws {
    let prices = try PriceBook.bundled(region: "us-east-1")
    let http = Meter(service: "APIGateway", key: "USE1-ApiGatewayHttpRequest")
    let storage = Meter(service: "DynamoDB", key: "TimedStorage-ByteHrs", unitsPerPriced: 1, kind: .standing)
    let compute = Meter(service: "Lambda", key: "Lambda-GB-Second-ARM")
    let bill = try monthly(
      [
        UsageLine(meter: http, resource: "r", amount: 301_000_000),
        UsageLine(meter: storage, resource: "r", amount: 30 * 730 * 3_600_000),
        UsageLine(meter: compute, resource: "r", amount: 20_000_000_000),
      ], prices, free: true)
    #expect(
      bill.lines.map(\.description) == [
        "Duration, arm64: $0.00 per GB-second, free tier (Lambda duration)",
        "Duration, arm64: $0.0000133334 per GB-second, first 7.5B",
        "Duration, arm64: $0.0000120001 per GB-second, next 11.25B",
        "Duration, arm64: $0.0000106667 per GB-second, over 18.75B",
        "HTTP API calls, per 512 KB: $1.00 per 1M requests, first 300M",
        "HTTP API calls, per 512 KB: $0.90 per 1M requests, over 300M",
        "Storage, Standard: $0.00 per GB-month, free tier (DynamoDB storage)",
        "Storage, Standard: $0.25 per GB-month",
      ])
  }
}
