import Engine
import Services
import Testing
import Units

@testable import Scenarios

/// Databases in scenarios: what arrives, what is refused, what is assumed.
@Suite("Databases in scenarios")
struct DatabaseTests {
  private func scenario(_ keys: String, type: String = "dbInstance") -> String {
    """
    scenario: Databases
    region: us-east-1
    duration: 1 h
    traffic:
      clerks:
        target: orders
        query: { cpu: 2 ms }
        arrivals: { poisson: { rate: 1 / s } }
    resources:
      orders: { type: \(type), \(keys) }

    """
  }

  private func database(_ text: String, _ name: String = "orders") throws -> DatabaseConfig {
    for resource in try Scenario.decode(text, path: "x").system.resources {
      switch resource {
      case .dbInstance(let config) where config.name == name: return config
      case .auroraCluster(let config) where config.name == name: return config
      case _: continue
      }
    }
    throw Missing()
  }
  private struct Missing: Error {}

  @Test("all keys arrive")
  func everything() throws {
    let config = try database(Examples.databases)
    #expect(config.engine == .postgres && config.deployment == .multiAZInstance && config.readers == 1)
    #expect(config.capacity == .provisioned(try #require(DatabaseInstanceClass.named("db.r6g.large"))))
    var storage = DatabaseStorageConfig()
    (storage.allocatedGiB, storage.maximumGiB, storage.iops) = (500, 1_000, 13_000)
    storage.used = .gigabytes(80)
    (storage.readLatency, storage.writeLatency) = (.constant(1e6), .constant(2e6))
    #expect(config.storage == storage)
    var sessions = DatabaseSessionConfig()
    (sessions.maxConnections, sessions.reserved, sessions.memory) = (500, 5, .megabytes(12))
    (sessions.openingCPU, sessions.openingLatency) = (.constant(8e6), .constant(20e6))
    (sessions.roundTrip, sessions.idleTimeout) = (.constant(0.7e6), .hours(1))
    #expect(config.sessions == sessions && config.threads == 4 && config.bufferCacheHitRatio == 0.95)
    let ledger = try database(Examples.databases, "ledger")
    #expect(ledger.deployment == .multiAZCluster && ledger.readers == 2)
    #expect(ledger.storage.kind == .io1 && ledger.storage.iops == 2_000)
  }

  @Test("what is left out has the engine's defaults, each with its source")
  func defaults() throws {
    let text = scenario("engine: mysql, dbInstanceClass: db.t3.medium")
    let config = try database(text)
    #expect(
      config
        == {
          var expected = DatabaseConfig(name: "orders", engine: .mysql, capacity: config.capacity)
          expected.sessions = DatabaseSessionConfig(.mysql)
          return expected
        }())
    #expect(config.sessions.reserved == 0 && config.sessions.idleTimeout == .seconds(28_800))
    #expect(config.connectionLimit == 312 && config.deployment == .singleAZ && config.storage.kind == .gp3)
    let postgres = try database(scenario("engine: postgres, dbInstanceClass: db.t3.medium"))
    #expect(postgres.sessions.reserved == 3 && postgres.sessions.idleTimeout == .never)
    let assumed = try Scenario.decode(text, path: "x").assumptions.filter { $0.subject == "orders" }
    let values = Dictionary(uniqueKeysWithValues: assumed.map { ($0.parameter, $0.value) })
    #expect(values["maxConnections"] == "312" && values["allocatedStorage"] == "20 GB")
    #expect(values["idleTimeout"] == "8 h" && values["connectionCpu"] == "uniform, 2 ms to 5 ms")
    for key in [
      "storageType", "storageUsed", "readLatency", "writeLatency", "reservedConnections", "memoryPerConnection",
      "connectionLatency", "roundTrip", "threads", "bufferCacheHitRatio",
    ] {
      #expect(values[key] != nil, "\(key)")
    }
    #expect(assumed.allSatisfy { !$0.source.isEmpty && $0.asOf.wholeMatch(of: /20\d\d-(0[1-9]|1[0-2])/) != nil })
    let said = try Scenario.decode(Examples.databases, path: "x").assumptions.filter { $0.subject == "orders" }
    // Parameters of AWS that no key changes are assumed in any case.
    let fixed = ["bufferCache", "DBInstanceClassMemory"]
    #expect(said.allSatisfy { values[$0.parameter] == nil || fixed.contains($0.parameter) }, "\(said)")
  }

  @Test(
    "instances at their edges",
    arguments: [
      ("engine: mysql, dbInstanceClass: db.r6g.large", ""),
      ("engine: aurora-mysql, dbInstanceClass: db.r6g.large", "type: auroraCluster"),
      ("engine: mysql, dbInstanceClass: db.r6g.lage", "did you mean `db.r6g.large`?"),
      ("engine: mysql, dbInstanceClass: db.r6g.large, multiAZ: false, deployment: singleAz", "both multiAZ"),
      ("engine: mysql, dbInstanceClass: db.r6g.large, deployment: aurora", "use type: auroraCluster"),
      ("engine: mysql, dbInstanceClass: db.r6gd.large, deployment: multiAzCluster", ""),
      ("engine: mysql, dbInstanceClass: db.r6gd.large, deployment: multiAzCluster, readers: 2", ""),
      ("engine: mysql, dbInstanceClass: db.r6gd.large, deployment: multiAzCluster, readers: 1", "the 2 readers"),
      ("engine: mysql, dbInstanceClass: db.r6g.large, deployment: multiAzCluster", "m5d, m6gd"),
      ("engine: mariadb, dbInstanceClass: db.r6gd.large, deployment: multiAzCluster", "mysql or postgres"),
      ("engine: mysql, dbInstanceClass: db.r6gd.large, deployment: multiAzCluster, storageType: gp2", "gp3 or io1"),
      ("engine: mysql, dbInstanceClass: db.r6g.large, readers: 15", ""),
      ("engine: mysql, dbInstanceClass: db.r6g.large, readers: 16", "0 to 15"),
      ("engine: mysql, dbInstanceClass: db.r6g.large, maxConnections: 100000", ""),
      ("engine: mysql, dbInstanceClass: db.r6g.large, maxConnections: 100001", "1 to 100000"),
      ("engine: postgres, dbInstanceClass: db.r6g.large, maxConnections: 5", "6 to 262143"),
      ("engine: postgres, dbInstanceClass: db.r6g.large, maxConnections: 6, reservedConnections: 5", ""),
      ("engine: postgres, dbInstanceClass: db.r6g.large, maxConnections: 6, reservedConnections: 6", "for clients"),
    ])
  func instances(keys: String, message: String) {
    let found = Examples.faults(of: scenario(keys))
    #expect(message.isEmpty ? found.isEmpty : found.contains { $0.contains(message) }, "\(found)")
  }

  @Test(
    "storage at its edges",
    arguments: [
      ("allocatedStorage: 20 GB", ""), ("allocatedStorage: 19 GB", "20 GB"),
      ("allocatedStorage: 65536 GB", ""), ("allocatedStorage: 65537 GB", "20 GB"),
      ("allocatedStorage: 20.5 GB", "whole GB"),
      ("storageType: aurora", "gp2, gp3, io1"),
      ("allocatedStorage: 399 GB, iops: 12000", "at least 400 GB"),
      ("allocatedStorage: 400 GB, iops: 12000", ""), ("allocatedStorage: 400 GB, iops: 11999", "12000 to 64000"),
      ("allocatedStorage: 400 GB, iops: 64000", ""), ("allocatedStorage: 400 GB, iops: 64001", "12000 to 64000"),
      ("storageType: gp2, allocatedStorage: 400 GB, iops: 12000", "io1, or gp3"),
      ("storageType: io1, allocatedStorage: 100 GB, iops: 1000", ""),
      ("storageType: io1, allocatedStorage: 99 GB, iops: 1000", "100 GB"),
      ("storageType: io1, allocatedStorage: 100 GB, iops: 999", "1000 to 5000"),
      ("storageType: io1, allocatedStorage: 100 GB, iops: 5000", ""),
      ("storageType: io1, allocatedStorage: 100 GB, iops: 5001", "1000 to 5000"),
      ("storageType: io1, allocatedStorage: 100 GB", "io1 without iops"),
      ("allocatedStorage: 100 GB, maxAllocatedStorage: 110 GB", ""),
      ("allocatedStorage: 100 GB, maxAllocatedStorage: 109 GB", "10 % above"),
      ("allocatedStorage: 100 GB, storageUsed: 100 GB", ""),
      ("allocatedStorage: 100 GB, storageUsed: 101 GB", "no more than allocatedStorage"),
    ])
  func storage(keys: String, message: String) {
    let found = Examples.faults(of: scenario("engine: mysql, dbInstanceClass: db.r6g.large, \(keys)"))
    #expect(message.isEmpty ? found.isEmpty : found.contains { $0.contains(message) }, "\(found)")
  }

  @Test(
    "Aurora clusters at their edges",
    arguments: [
      ("engine: aurora-mysql, dbInstanceClass: db.r6g.large, storageType: aurora-iopt1, readers: 15", ""),
      ("engine: aurora-mysql, dbInstanceClass: db.m6g.large", "Aurora has no general-purpose classes"),
      ("engine: aurora-postgresql, dbInstanceClass: db.t3.micro", "Aurora has no general-purpose classes"),
      ("engine: postgres, dbInstanceClass: db.r6g.large", "type: dbInstance"),
      ("engine: aurora-mysql, dbInstanceClass: db.r6g.large, storageType: gp3", "aurora, aurora-iopt1"),
      ("engine: aurora-mysql, dbInstanceClass: db.r6g.large, allocatedStorage: 100 GB", "unknown key"),
      ("engine: aurora-mysql, dbInstanceClass: db.r6g.large, maxConnections: 16000", ""),
      ("engine: aurora-mysql, dbInstanceClass: db.r6g.large, maxConnections: 16001", "1 to 16000"),
      ("engine: aurora-mysql, dbInstanceClass: db.r6g.large, storageUsed: 257 TB", "256 TB"),
    ])
  func clusters(keys: String, message: String) {
    let found = Examples.faults(of: scenario(keys, type: "auroraCluster"))
    #expect(message.isEmpty ? found.isEmpty : found.contains { $0.contains(message) }, "\(found)")
  }

  @Test("an Aurora cluster's limit is documented, an instance's inferred")
  func grades() throws {
    func grade(_ keys: String, _ type: String) throws -> Assumption.Grade? {
      try Scenario.decode(scenario(keys, type: type), path: "x").assumptions
        .first { $0.subject == "orders" && $0.parameter == "maxConnections" }?.grade
    }
    #expect(try grade("engine: aurora-mysql, dbInstanceClass: db.r6g.large", "auroraCluster") == .documented)
    #expect(try grade("engine: postgres, dbInstanceClass: db.r6g.large", "dbInstance") == .inferred)
  }
}
