import Foundation
import Services
import Testing
import Units

@Suite("Connection limits of databases")
struct ConnectionLimitTests {
  private func limit(_ engine: DatabaseEngine, _ name: String) throws -> Int {
    let type = try #require(DatabaseInstanceClass.named(name), "\(name)")
    return DatabaseConfig(name: "db", engine: engine, capacity: .provisioned(type)).connectionLimit
  }

  private func limit(_ engine: DatabaseEngine, _ least: Int, _ most: Int) -> Int {
    DatabaseConfig(
      name: "db", engine: engine, capacity: .serverless(ServerlessCapacityConfig(minimum: least, maximum: most))
    ).connectionLimit
  }

  @Test(
    "documented results of RDS' formulas, within 3 % of each",
    arguments: [
      ("db.t3.small", 150), ("db.t3.medium", 312), ("db.t3.large", 630), ("db.m5.large", 630),
    ])
  func mysql(name: String, documented: Int) throws {
    let limit = try limit(.mysql, name)
    #expect(abs(limit - documented) * 100 <= documented * 3, "\(limit)")
  }

  @Test("db.t3.micro has 64 of MySQL, between the 60 and the 66 that sources name")
  func micro() throws { #expect(try limit(.mysql, "db.t3.micro") == 64) }

  @Test("RDS' formulas have their caps: 5,000 of PostgreSQL, 12,000 of MariaDB, 100,000 of MySQL")
  func caps() throws {
    // 0.97 x 16 GiB - 224 MiB = 16,429,592,084 B.
    #expect(try limit(.postgres, "db.r6g.large") == 16_429_592_084 / 9_531_392)
    #expect(try limit(.mariadb, "db.r6g.large") == 16_429_592_084 / 25_165_760)
    #expect(try limit(.mysql, "db.r6g.large") == 16_429_592_084 / 12_582_880)
    #expect(try limit(.postgres, "db.r6g.xlarge") == 3_472 && limit(.postgres, "db.r6g.2xlarge") == 5_000)
    #expect(try limit(.mariadb, "db.r6i.16xlarge") == 12_000 && limit(.mariadb, "db.r6g.4xlarge") < 12_000)
    #expect(try limit(.mysql, "db.x2iedn.16xlarge") == 100_000)
  }

  @Test("what the scenario says goes before any default")
  func said() throws {
    let type = try #require(DatabaseInstanceClass.named("db.r6g.large"))
    var config = DatabaseConfig(name: "db", engine: .postgres, capacity: .provisioned(type))
    config.sessions.maxConnections = 77
    #expect(config.connectionLimit == 77 && config.defaultConnectionLimit == 1_723)
  }

  @Test("Aurora's documented defaults by class")
  func aurora() throws {
    for (name, mysql) in [
      ("db.t3.small", 45), ("db.t3.medium", 90), ("db.t4g.large", 135), ("db.r6g.large", 1_000),
      ("db.r6g.2xlarge", 3_000), ("db.r6g.12xlarge", 6_000), ("db.r6i.24xlarge", 7_000), ("db.r8g.48xlarge", 8_000),
      ("db.x2g.large", 2_000), ("db.x2g.12xlarge", 7_000),
    ] {
      #expect(try limit(.auroraMySQL, name) == mysql, "\(name)")
    }
    for (name, postgres) in [
      ("db.t3.medium", 420), ("db.t4g.medium", 405), ("db.t3.large", 844), ("db.r5.large", 1_600),
      ("db.r6g.large", 1_722), ("db.r6g.xlarge", 3_479), ("db.r6g.2xlarge", 5_000), ("db.x2g.16xlarge", 5_000),
    ] {
      #expect(try limit(.auroraPostgreSQL, name) == postgres, "\(name)")
    }
    // Not in the table: by the formula, which is within 0.3 % of the rows of the same memory.
    #expect(try limit(.auroraPostgreSQL, "db.r7g.large") == 1_723)
    #expect(try limit(.auroraPostgreSQL, "db.r7g.xlarge") == 3_472)
  }

  @Test("every row of Aurora's table", .enabled(if: DataFile.rows("aurora_max_connections.csv") != nil))
  func auroraTable() throws {
    var compared = 0
    for row in try #require(DataFile.rows("aurora_max_connections.csv")) {
      guard DatabaseInstanceClass.named(row[0]) != nil else { continue }
      if let mysql = Int(row[1]) {
        #expect(try limit(.auroraMySQL, row[0]) == mysql, "\(row[0])")
        compared += 1
      }
      if let postgres = Int(row[2]) {
        #expect(try limit(.auroraPostgreSQL, row[0]) == postgres, "\(row[0])")
        compared += 1
      }
    }
    #expect(compared > 60)
  }

  @Test("Aurora Serverless v2 takes them from its maximum, documented points and what is between them")
  func serverless() {
    // Half ACUs.
    for (most, mysql, postgres) in [
      (2, 90, 189), (8, 135, 823), (16, 1_000, 1_669), (32, 2_000, 3_360), (64, 3_000, 5_000), (512, 6_000, 5_000),
    ] {
      #expect(limit(.auroraMySQL, 2, most) == mysql && limit(.auroraPostgreSQL, 2, most) == postgres, "\(most)")
    }
    // Halfway between 823 and 1,669; at 16.5 ACUs 211 / 2 more than at 16; the cap at 24 ACUs, not below.
    #expect(limit(.auroraPostgreSQL, 2, 12) == 1_246)
    #expect(limit(.auroraPostgreSQL, 2, 33) == 3_465 && limit(.auroraPostgreSQL, 2, 34) == 3_571)
    #expect(limit(.auroraPostgreSQL, 2, 47) == 4_945 && limit(.auroraPostgreSQL, 2, 48) == 5_000)
    #expect(limit(.auroraMySQL, 2, 15) == 135 && limit(.auroraMySQL, 2, 17) == 1_000)
  }

  @Test("with a minimum of 0 or 0.5 ACU Aurora PostgreSQL stops at 2,000, Aurora MySQL does not")
  func lowMinimum() {
    for (least, postgres) in [(0, 2_000), (1, 2_000), (2, 5_000)] {
      #expect(limit(.auroraPostgreSQL, least, 64) == postgres)
      #expect(limit(.auroraMySQL, least, 64) == 3_000)
    }
    #expect(limit(.auroraPostgreSQL, 1, 8) == 823)
  }

  @Test(
    "every row of Serverless' table", .enabled(if: DataFile.rows("aurora_serverless_v2_max_connections.csv") != nil))
  func serverlessTable() throws {
    let rows = try #require(DataFile.rows("aurora_serverless_v2_max_connections.csv"))
    #expect(rows.count == 9)
    for row in rows {
      let most = try #require(Int(row[0])) * 2
      #expect(limit(.auroraMySQL, 2, most) == Int(row[1]), "\(row[0])")
      #expect(limit(.auroraPostgreSQL, 2, most) == Int(row[2]), "\(row[0])")
    }
  }
}
