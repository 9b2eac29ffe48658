import Billing
import Engine
import Services
import Testing
import Units

/// Bills of databases and of what stands around them: usage comes out of the simulation, prices out of the book.
@Suite("The bill of a database")
struct DatabaseBillTests {
  private func type(_ name: String) throws -> DatabaseInstanceClass { try #require(DatabaseInstanceClass.named(name)) }

  private func run(_ resources: [ResourceConfig], hours: Int64 = 2) throws -> RunResult {
    let target = TrafficTarget(resource: "nobody")
    let config = SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000), duration: .hours(hours),
      account: AccountConfig(), resources: resources + [.function(FunctionConfig(name: "nobody", handler: []))],
      traffic: [
        TrafficConfig(
          name: "nobody", target: target, arrivals: .spikes([Spike(at: .seconds(1), count: 1, over: .zero)]))
      ])
    return try simulate(config, seed: 1, replication: 0)
  }

  /// Charged lines of a run of two hours, by key; of functions none.
  private func lines(_ resources: [ResourceConfig], month: Month = .hours730) throws -> [String: String] {
    let run = try run(resources)
    let bill = try bill(
      usage: run.usage.filter { $0.meter.service != "Lambda" }, runDuration: run.duration,
      prices: PriceBook.bundled(region: "us-east-1"), options: BillingOptions(freeTier: false, month: month))
    return Dictionary(uniqueKeysWithValues: bill.lines.map { ($0.key, $0.charged.description) })
  }

  private func instance(_ name: String, _ engine: DatabaseEngine = .postgres) throws -> DatabaseConfig {
    DatabaseConfig(name: "db", engine: engine, capacity: .provisioned(try type(name)))
  }

  @Test("db.t4g.micro of PostgreSQL with 20 GB of gp3: 11.68 and 2.30, 13.98 a month")
  func micro() throws {
    #expect(
      try lines([.dbInstance(instance("db.t4g.micro"))])
        == ["PostgreSQL-db.t4g.micro": "11.68", "GP3-Storage": "2.30"])
  }

  @Test("a standby doubles instance, storage and IOPS; a replica beside it counts alone")
  func standby() throws {
    var config = try instance("db.r6g.large")
    config.deployment = .multiAZInstance
    config.storage.allocatedGiB = 400
    config.storage.iops = 13_000
    // 0.45 x 730; 400 x 0.23; 1,000 IOPS above the baseline x 0.04.
    #expect(
      try lines([.dbInstance(config)])
        == [
          "PostgreSQL-db.r6g.large-MultiAZ": "328.50", "Multi-AZ-GP3-Storage": "92.00", "Multi-AZ-GP3-PIOPS": "40.00",
        ])
    config.readers = 1
    config.storage.iops = nil
    #expect(
      try lines([.dbInstance(config)])
        == [
          "PostgreSQL-db.r6g.large-MultiAZ": "328.50", "Multi-AZ-GP3-Storage": "92.00",
          "PostgreSQL-db.r6g.large": "164.25", "GP3-Storage": "46.00",
        ])
  }

  @Test("io1 bills every IOPS: 100 GB and 1,200 IOPS are 12.50 and 120.00")
  func provisionedIOPS() throws {
    var config = try instance("db.t3.large", .mysql)
    config.storage.kind = .io1
    config.storage.allocatedGiB = 100
    config.storage.iops = 1_200
    #expect(
      try lines([.dbInstance(config)])
        == ["MySQL-db.t3.large": "99.28", "PIOPS-Storage": "12.50", "PIOPS": "120.00"])
  }

  @Test("a Multi-AZ DB cluster is three nodes with storage of their own")
  func cluster() throws {
    var config = try instance("db.r6gd.large", .mysql)
    config.deployment = .multiAZCluster
    config.readers = 2
    // 3 x 0.215 x 1.143 x 730 = 538.19..; 3 x 20 x 0.115.
    #expect(
      try lines([.dbInstance(config)]) == ["MySQL-db.r6gd.large": "538.18", "GP3-Storage": "6.90"])
  }

  @Test("Aurora bills each instance and one volume; I/O-Optimized instances cost 30 % more, and no I/O")
  func aurora() throws {
    var config = try instance("db.r6g.large", .auroraMySQL)
    config.readers = 1
    config.storage.used = .gigabytes(100)
    #expect(try lines([.auroraCluster(config)]) == ["db.r6g.large": "379.60", "StorageUsage": "10.00"])
    config.storage.kind = .auroraIOOptimized
    // 2 x 0.26 x 1.3 x 730; 100 x 0.225.
    #expect(
      try lines([.auroraCluster(config)])
        == ["db.r6g.large-IO-Optimized": "493.48", "IO-OptimizedStorageUsage": "22.50"])
  }

  @Test("RDS Proxy bills 2 vCPUs at least: 21.60 in 720 hours, 21.90 in 730; 4 vCPUs are 43.20")
  func proxy() throws {
    let proxy = ResourceConfig.dbProxy(DBProxyConfig(name: "proxy", database: "db"))
    for (name, month, charge) in [
      ("db.t2.micro", .days(30), "21.60"), ("db.t4g.micro", .hours730, "21.90"), ("db.r6g.xlarge", .days(30), "43.20"),
    ] as [(String, Month, String)] {
      let run = try run([.dbInstance(instance(name)), proxy])
      let bill = try bill(
        usage: run.usage.filter { $0.meter.service == "RDSProxy" && $0.resource == "proxy" }, runDuration: run.duration,
        prices: PriceBook.bundled(region: "us-east-1"), options: BillingOptions(freeTier: false, month: month))
      #expect(bill.total.description == charge, "\(name)")
    }
  }

  @Test("RDS Proxy bills every instance of an Aurora cluster, of RDS none of the replicas")
  func proxiedReaders() throws {
    let proxy = ResourceConfig.dbProxy(DBProxyConfig(name: "proxy", database: "db"))
    var config = try instance("db.r6g.large", .auroraMySQL)
    config.readers = 2
    #expect(try lines([.auroraCluster(config), proxy])["USE1-RDS:ProxyUsage"] == "65.70")
    config = try instance("db.r6g.large", .mysql)
    config.readers = 2
    #expect(try lines([.dbInstance(config), proxy])["USE1-RDS:ProxyUsage"] == "21.90")
  }

  @Test("NAT gateways, public addresses and endpoints in two zones are paid for by the hour")
  func network() throws {
    var config = VPCConfig(name: "network")
    config.natGateways = 1
    config.interfaceEndpoints = [.lambda]
    config.gatewayEndpoints = [.dynamodb]
    #expect(
      try lines([.vpc(config)])
        == ["NatGateway-Hours": "32.85", "PublicIPv4": "3.65", "VpcEndpoint-Hours": "14.60"])
  }

  @Test("a class without a price is an error that names it, no line of zero")
  func missing() throws {
    let run = try run([.dbInstance(instance("db.r8g.large"))])
    #expect(
      throws: BillingError.missingPrices(
        [SKU(service: "RDS", key: "PostgreSQL-db.r8g.large")], region: "us-east-1")
    ) {
      try bill(usage: run.usage, runDuration: run.duration, prices: PriceBook.bundled(region: "us-east-1"))
    }
  }
}
