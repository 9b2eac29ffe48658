import Billing
import Engine
import Services
import Testing
import Units

/// Bills of provisioned tables: usage comes out of the simulation, prices out of the book.
@Suite("The bill of a provisioned table")
struct ProvisionedTableBillTests {
  /// Lines of a run of two hours of an idle table, by key.
  private func lines(
    reads: Int, writes: Int, freeTier: Bool = false,
    change: (inout TableConfig, inout AccountConfig) -> Void = { _, _ in }
  ) throws -> [String: String] {
    var table = TableConfig(name: "t")
    table.capacity = .provisioned(ProvisionedThroughput(readCapacityUnits: reads, writeCapacityUnits: writes))
    var account = AccountConfig()
    change(&table, &account)
    let config = SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000), duration: .hours(2), account: account,
      resources: [.table(table)],
      traffic: [
        TrafficConfig(
          name: "nobody",
          target: TrafficTarget(resource: "t", operation: TableOperation(kind: .getItem, itemSize: .kilobytes(1))),
          arrivals: .spikes([Spike(at: .seconds(1), count: 1, over: .zero)]))
      ])
    let run = try simulate(config, seed: 1, replication: 0)
    let bill = try bill(
      usage: run.usage, runDuration: run.duration, prices: PriceBook.bundled(region: "us-east-1"),
      options: BillingOptions(freeTier: freeTier))
    let paid = bill.lines.filter { !$0.isFreeTier }
    return Dictionary(uniqueKeysWithValues: paid.map { ($0.key, $0.charged.description) })
  }

  @Test("units are paid for by the hour, used or not: 20 write units are 9.49 a month, 20 read units 1.90")
  func units() throws {
    // 20 x 730 x 0.00065 = 9.49; 20 x 730 x 0.00013 = 1.898.
    #expect(
      try lines(reads: 20, writes: 20) == ["WriteCapacityUnit-Hrs": "9.49", "ReadCapacityUnit-Hrs": "1.90"])
    // 20 x 730 x 0.00081 = 11.826, 20 x 730 x 0.00016 = 2.336.
    #expect(
      try lines(reads: 20, writes: 20) { table, _ in table.tableClass = .standardInfrequentAccess }
        == ["IA-WriteCapacityUnit-Hrs": "11.83", "IA-ReadCapacityUnit-Hrs": "2.34"])
  }

  @Test("18,600 unit-hours of each kind are free a month, of the Standard class and in one Region only")
  func freeTier() throws {
    // 25 units are 18,250 unit-hours; 26 are 18,980: 380 x 0.00065 = 0.247, 380 x 0.00013 = 0.0494.
    #expect(try lines(reads: 25, writes: 25, freeTier: true).isEmpty)
    #expect(
      try lines(reads: 26, writes: 26, freeTier: true)
        == ["WriteCapacityUnit-Hrs": "0.25", "ReadCapacityUnit-Hrs": "0.05"])
    // 25 x 730 x 0.00081 = 14.7825, 25 x 730 x 0.00016 = 2.92.
    #expect(
      try lines(reads: 25, writes: 25, freeTier: true) { table, _ in table.tableClass = .standardInfrequentAccess }
        == ["IA-WriteCapacityUnit-Hrs": "14.78", "IA-ReadCapacityUnit-Hrs": "2.92"])
    // 2 x 25 x 730 x 0.00065 = 23.725; the reads of both Regions are 36,500 unit-hours: 17,900 x 0.00013 = 2.327.
    #expect(
      try lines(reads: 25, writes: 25, freeTier: true) { table, _ in
        table.replication = ReplicationConfig(regions: ["us-east-2"])
      } == ["ReplWriteCapacityUnit-Hrs": "23.73", "ReadCapacityUnit-Hrs": "2.33"])
  }

  @Test(
    "reserved capacity costs its hours and a part of its upfront payment, and leaves the rest at the normal price",
    arguments: [(ReservedCapacityConfig.Term.oneYear, "1yr"), (.threeYears, "3yr")])
  func reserved(term: ReservedCapacityConfig.Term, name: String) throws {
    let lines = try lines(reads: 450, writes: 250) { _, account in
      account.reservedCapacity = ReservedCapacityConfig(readCapacityUnits: 400, writeCapacityUnits: 300, term: term)
    }
    // One year: 3 x 730 x 0.0128 = 28.032 and 3 x 150 / 12; 4 x 730 x 0.0025 = 7.30 and 4 x 30 / 12.
    // Three years: 3 x 730 x 0.0081 = 17.739 and 3 x 180 / 36; 4 x 730 x 0.0016 = 4.672 and 4 x 36 / 36.
    // 50 read units are left: 50 x 730 x 0.00013 = 4.745. Of the write units 50 are lost.
    let expected =
      switch term {
      case .oneYear: ["28.03", "37.50", "7.30", "10.00"]
      case .threeYears: ["17.74", "15.00", "4.67", "4.00"]
      }
    #expect(
      lines == [
        "ReservedCapacity-\(name)-WCU-hourly": expected[0], "ReservedCapacity-\(name)-WCU-upfront": expected[1],
        "ReservedCapacity-\(name)-RCU-hourly": expected[2], "ReservedCapacity-\(name)-RCU-upfront": expected[3],
        "ReadCapacityUnit-Hrs": "4.75",
      ])
  }
}
