import Engine
import Testing
import Units

@testable import Services

/// What a database's use becomes on its meters.
@Suite("Meters of databases")
struct DatabaseUsageTests {
  private let hour = Time.hours(1)
  private let hourMs: Int128 = 3_600_000

  private func serverless(readers: Int = 0) -> DatabaseConfig {
    var config = DatabaseConfig(
      name: "db", engine: .auroraMySQL, capacity: .serverless(ServerlessCapacityConfig(minimum: 0, maximum: 64)))
    config.readers = readers
    return config
  }

  @Test("Serverless meters half ACUs by the ms, and nothing while it is paused")
  func capacity() {
    // 6 ACUs for an hour: 525.60 at 0.12 in 730 hours.
    let lines = serverless().usage(DatabaseUsage(serverless: 12 * hourMs), duration: hour)
    #expect(
      lines == [UsageLine(meter: DatabaseMeters.serverlessACU(ioOptimized: false), resource: "db", amount: 12 * hourMs)]
    )
    #expect(serverless().usage(DatabaseUsage(), duration: hour).isEmpty)
    #expect(DatabaseMeters.serverlessACU(ioOptimized: false).unitsPerPriced == 2)
  }

  @Test("I/O is a line of Aurora Standard only")
  func requests() {
    var config = serverless()
    let use = DatabaseUsage(ioRequests: 7)
    #expect(config.usage(use, duration: hour).map(\.meter) == [DatabaseMeters.ioRequests])
    config.storage.kind = .auroraIOOptimized
    #expect(config.usage(use, duration: hour).isEmpty)
  }

  @Test("surplus credits are vCPU-hours of T3 and T4g, of T2 and of others nothing")
  func credits() throws {
    for (name, key) in [
      ("db.t3.micro", "CPUCredits:t3"), ("db.t4g.micro", "CPUCredits:t4g"), ("db.t2.micro", nil), ("db.m5.large", nil),
    ] {
      let type = try #require(DatabaseInstanceClass.named(name))
      let config = DatabaseConfig(name: "db", engine: .mysql, capacity: .provisioned(type))
      let lines = config.usage(DatabaseUsage(surplusCredits: 60 * 3_600_000), duration: hour)
      #expect(lines.first { $0.meter.key.hasPrefix("CPUCredits") }?.meter.key == key)
    }
  }

  @Test("a proxy before Serverless bills what is consumed, and 8 ACUs of each instance at least")
  func proxy() {
    let proxy = DBProxyConfig(name: "proxy", database: "db")
    func halves(_ consumed: Int128, readers: Int = 0) -> Int128 {
      proxy.usage(of: serverless(readers: readers), halfACUMilliseconds: consumed * hourMs, duration: hour)[0].amount
        / hourMs
    }
    #expect(halves(0) == 16 && halves(15) == 16 && halves(16) == 16 && halves(17) == 17)
    #expect(halves(17, readers: 1) == 32 && halves(33, readers: 1) == 33)
  }

  @Test("a message is a request for each started 64 KB", arguments: [(0, 1), (1, 1), (65_536, 1), (65_537, 2)])
  func chunks(bytes: Int64, requests: Int64) { #expect(TopicMeters.requests(bytes: bytes) == requests) }

  @Test(
    "IOPS that are billed: all of io1, those of gp3 above its baseline, of the rest none",
    arguments: [
      (DatabaseStorageConfig.Kind.gp3, 399, nil, 0), (.gp3, 400, 12_000, 0), (.gp3, 400, 12_001, 1),
      (.io1, 100, 1_000, 1_000), (.gp2, 100, nil, 0),
    ] as [(DatabaseStorageConfig.Kind, Int, Int?, Int)])
  func iops(kind: DatabaseStorageConfig.Kind, gibibytes: Int, iops: Int?, billed: Int) {
    var storage = DatabaseStorageConfig()
    (storage.kind, storage.allocatedGiB, storage.iops) = (kind, gibibytes, iops)
    #expect(storage.billedIOPS == billed)
  }
}
