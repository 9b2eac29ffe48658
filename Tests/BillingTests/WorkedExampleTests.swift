import Billing
import Engine
import Foundation
import Testing
import Units

/// Published examples with known answers, restated as figures.
@Suite struct WorkedExampleTests {
  private func lambda(_ key: String, _ amount: Int64, per: Int64 = 1, by resource: String = "f") -> UsageLine {
    UsageLine(meter: Meter(service: "Lambda", key: key, unitsPerPriced: per), resource: resource, amount: amount)
  }

  private func charges(_ usage: [UsageLine], free: Bool) throws -> [String] {
    let prices = try PriceBook.bundled(region: "us-east-1")
    let bill = try bill(
      usage: usage, runDuration: .hours(730), prices: prices, options: BillingOptions(freeTier: free))
    return bill.lines.map(\.charged.description) + ["= \(bill.total)"]
  }

  @Test("AWS's Lambda pricing page, example 1: 3 million requests of 120 ms at 1,536 MB cost 2.73")
  func lambdaExample1() throws {
    let usage = [lambda("Request", 3_000_000), lambda("Lambda-GB-Second", 3_000_000 * 120 * 1_536, per: 1_024_000)]
    #expect(try charges(usage, free: true) == ["0.00", "0.40", "0.00", "2.33", "= 2.73"])
    // Without the free tier: 540,000 GB-seconds at 0.0000166667 are 9.000018.
    #expect(try charges(usage, free: false) == ["0.60", "9.00", "= 9.60"])
  }

  @Test("AWS's Lambda pricing page, example 3: 2,048 MB of ephemeral storage bring 0.08, in all 106.41")
  func lambdaExample3() throws {
    let usage = [
      lambda("Request", 6_000_000), lambda("Lambda-GB-Second", 6_000_000 * 280 * 4_096, per: 1_024_000),
      lambda("Lambda-Storage-GB-Second", 6_000_000 * 280 * (2_048 - 512), per: 1_024_000),
    ]
    #expect(try charges(usage, free: true) == ["0.00", "1.00", "0.00", "105.33", "0.08", "= 106.41"])
  }

  @Test("Lambda's free duration is shared by both architectures, arm64 first")
  func sharedByArchitectures() throws {
    let usage = [
      lambda("Lambda-GB-Second", 300_000, by: "x86"), lambda("Lambda-GB-Second-ARM", 300_000, by: "arm"),
      lambda("Request", 700_000, by: "x86"), lambda("Request-ARM", 700_000, by: "arm"),
    ]
    // Requests: 400,000 of x86 remain, 0.08. Duration: 200,000 of x86 remain, 3.33334.
    #expect(try charges(usage, free: true) == ["0.00", "0.08", "0.00", "0.00", "3.33", "0.00", "= 3.41"])
  }

  @Test("Infracost's on-demand table: 3 million writes, 8 million reads, 230 GB and backups cost 601.28")
  func onDemandTable() throws {
    let hours = Int64(730 * 3_600_000)
    func table(_ key: String, _ amount: Int64, standing: Bool = false) -> UsageLine {
      let meter = Meter(service: "DynamoDB", key: key, kind: standing ? .standing : .consumed)
      return UsageLine(meter: meter, resource: "table", amount: standing ? amount * hours : amount)
    }
    let usage = [
      table("WriteRequestUnits", 3_000_000), table("ReadRequestUnits", 8_000_000),
      table("TimedStorage-ByteHrs", 230, standing: true), table("TimedPITRStorage-ByteHrs", 2_300, standing: true),
      table("TimedBackupStorage-ByteHrs", 460, standing: true), table("RestoreDataSize-Bytes", 230),
      table("Streams-RequestsCount", 2_000_000),
    ]
    let listed = ["1.88", "1.00", "57.50", "460.00", "46.00", "34.50", "0.40", "= 601.28"]
    #expect(try charges(usage, free: false) == listed)
    let relieved = ["1.88", "1.00", "0.00", "51.25", "460.00", "46.00", "34.50", "0.00", "= 594.63"]
    #expect(try charges(usage, free: true) == relieved)
  }

  @Test("Infracost's REST API: 21 billion calls cost 49,763.10 over four tiers")
  func restTiers() throws {
    let meter = Meter(service: "APIGateway", key: "USE1-ApiGatewayRequest")
    let usage = [UsageLine(meter: meter, resource: "api", amount: 21_000_000_000)]
    #expect(try charges(usage, free: false) == ["1165.50", "1867.60", "45220.00", "1510.00", "= 49763.10"])
  }
}
