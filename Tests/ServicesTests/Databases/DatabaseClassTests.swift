import Foundation
import Services
import Testing
import Units

/// Instance classes against AWS's table, where a copy of its facts is beside the repository.
@Suite("DB instance classes")
struct DatabaseClassTests {
  @Test("some classes, by hand")
  func some() throws {
    let large = try #require(DatabaseInstanceClass.named("db.r6g.large"))
    #expect(large.vCPUs == 2 && large.memoryMiB == 16_384 && large.family == "r6g" && large.size == "large")
    #expect(large.ebsBandwidth?.mbps == 4_750 && large.ebsBandwidth?.isBurst == true)
    #expect(large.networkBandwidth?.mbps == 10_000 && large.networkBandwidth?.isBurst == true)
    let micro = try #require(DatabaseInstanceClass.named("db.t4g.micro"))
    #expect(micro.vCPUs == 2 && micro.memoryMiB == 1_024 && micro.ebsBandwidth?.mbps == 2_085)
    let old = try #require(DatabaseInstanceClass.named("db.t2.micro"))
    #expect(old.vCPUs == 1 && old.ebsBandwidth == nil && old.networkBandwidth == nil)
    let huge = try #require(DatabaseInstanceClass.named("db.r8g.48xlarge"))
    #expect(huge.vCPUs == 192 && huge.memoryMiB == 1_536 << 10)
    let wide = try #require(DatabaseInstanceClass.named("db.m7g.12xlarge"))
    #expect(wide.networkBandwidth?.mbps == 22_500 && wide.networkBandwidth?.isBurst == false)
    #expect(DatabaseInstanceClass.named("db.r6g.24xlarge") == nil)
    #expect(Set(DatabaseInstanceClass.all.map(\.name)).count == DatabaseInstanceClass.all.count)
  }

  @Test(
    "Aurora has no general-purpose classes and the middle burstable ones only",
    arguments: [
      ("db.r6g.large", true, true), ("db.m6g.large", false, false), ("db.t3.micro", false, false),
      ("db.t3.small", true, false), ("db.t3.medium", true, true), ("db.t3.xlarge", false, false),
      ("db.t4g.small", false, false), ("db.t4g.large", true, true), ("db.t2.medium", true, false),
      ("db.r6gd.large", false, true), ("db.r5b.large", false, false),
    ])
  func aurora(name: String, mysql: Bool, postgres: Bool) throws {
    let type = try #require(DatabaseInstanceClass.named(name))
    #expect(type.isOffered(for: .auroraMySQL) == mysql && type.isOffered(for: .auroraPostgreSQL) == postgres)
    #expect(type.isOffered(for: .mysql) && type.isOffered(for: .postgres) && type.isOffered(for: .mariadb))
  }

  @Test("all of a family's rows and no other", .enabled(if: Row.all != nil, "needs the table beside the repository"))
  func table() throws {
    let families = Set(DatabaseInstanceClass.all.map(\.family))
    // Rows with threads per core switched off are no classes of their own here.
    let rows = try #require(Row.all).filter { families.contains($0.family) && !$0.name.contains(".tpc") }
    #expect(rows.count == DatabaseInstanceClass.all.count && rows.count > 100)
    for row in rows {
      let type = try #require(DatabaseInstanceClass.named(row.name), "\(row.name)")
      #expect(type.vCPUs == row.vCPUs && type.memoryMiB == row.memoryGiB << 10, "\(row.name)")
      #expect(Row.text(type.ebsBandwidth, per: 1) == row.ebs, "\(row.name)")
      #expect(Row.text(type.networkBandwidth, per: 1_000) == row.network, "\(row.name)")
    }
  }
}

/// A row of the table of classes; bandwidths as numbers, below 0 for `Up to`.
private struct Row {
  let name: String
  let vCPUs: Int
  let memoryGiB: Int
  let ebs: Double?
  let network: Double?
  var family: String { String(name.split(separator: ".")[1]) }

  static func text(_ bandwidth: DatabaseInstanceClass.Bandwidth?, per unit: Double) -> Double? {
    bandwidth.map { Double($0.mbps) / unit * ($0.isBurst ? -1 : 1) }
  }

  private static func number(_ text: String) -> Double? {
    let plain = text.replacingOccurrences(of: ",", with: "")
    return plain.hasPrefix("Up to ") ? Double(plain.dropFirst(6)).map { -$0 } : Double(plain)
  }

  static let all: [Row]? = DataFile.rows("rds_instance_classes.csv")?.compactMap { fields in
    guard let vCPUs = Int(fields[1]), let memory = number(fields[2]), memory == memory.rounded() else { return nil }
    return Row(
      name: fields[0], vCPUs: vCPUs, memoryGiB: Int(memory), ebs: number(fields[3]), network: number(fields[4]))
  }
}

/// Tables of facts beside the repository.
enum DataFile {
  /// The fields of the rows below the header, comments left out; nil when the file is not there.
  static func rows(_ name: String) -> [[String]]? {
    var root = URL(filePath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let file = root.appending(path: "../shared/data/\(name)").standardized
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
    return text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }.dropFirst().map { line in
      // Commas inside of quotes belong to numbers.
      var fields = [""]
      var isQuoted = false
      for character in line {
        switch character {
        case "\"": isQuoted.toggle()
        case "," where !isQuoted: fields.append("")
        case _: fields[fields.count - 1].append(character)
        }
      }
      return fields
    }
  }
}
