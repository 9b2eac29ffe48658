import Billing
import Engine
import Services
import Testing
import Units

/// A run's bill against a worked example of AWS's: usage comes out of the simulation, not out of the example.
@Suite("The bill of provisioned concurrency")
struct ProvisionedBillTests {
  @Test("Lambda pricing, provisioned concurrency, example 2: 4 GB, 7 environments for 24 hours, 2 million of 280 ms")
  func example() throws {
    // One day in 200 parts of 432 s: 10,000 requests of the 2 million each, and the same 7 environments throughout.
    // A day's usage is 200 times that of the run; 23 requests a second of 280 ms keep 6.5 environments at work, so they
    // come in turns of 7.
    var function = FunctionConfig(name: "f", handler: [.wait(.constant(280e6))])
    function.memorySize = 4_096
    function.provisionedConcurrency = ProvisionedConcurrencyConfig(concurrentExecutions: 7)
    let turns = (0..<1_428).map { Spike(at: .milliseconds(300 * Int64($0)), count: 7, over: .zero) }
    let config = SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000), duration: .seconds(432),
      resources: [.function(function)],
      traffic: [
        TrafficConfig(
          name: "users", target: TrafficTarget(resource: "f"),
          arrivals: .spikes(turns + [Spike(at: .milliseconds(428_400), count: 4, over: .zero)]))
      ])
    let run = try simulate(config, seed: 1, replication: 0)
    #expect(run.resources[0].figures.first { $0.name == "provisionedInvocations" }?.value == 10_000)
    let bill = try bill(
      usage: run.usage, runDuration: run.duration, prices: PriceBook.bundled(region: "us-east-1"),
      options: BillingOptions(month: .days(1)))
    let amounts = Dictionary(uniqueKeysWithValues: bill.lines.map { ($0.key, $0.charged.description) })
    #expect(amounts["Lambda-Provisioned-Concurrency"] == "10.08")
    #expect(amounts["Lambda-Provisioned-GB-Second"] == "21.78")
    #expect(amounts["Request"] == "0.40")
    #expect(bill.total.description == "32.26")
  }
}
