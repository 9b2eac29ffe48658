import Units

/// A DB instance class: what one node has.
public struct DatabaseInstanceClass: Hashable, Sendable {
  /// The name, as `db.r6g.large`.
  public let name: String
  /// vCPUs, 1 or more.
  public let vCPUs: Int
  /// Memory in MiB.
  public let memoryMiB: Int

  /// The classes that a scenario can name.
  public static let all: [DatabaseInstanceClass] = [
    DatabaseInstanceClass(name: "db.t4g.micro", vCPUs: 2, memoryMiB: 1_024),
    DatabaseInstanceClass(name: "db.t4g.medium", vCPUs: 2, memoryMiB: 4_096),
    DatabaseInstanceClass(name: "db.r6g.large", vCPUs: 2, memoryMiB: 16_384),
    DatabaseInstanceClass(name: "db.r6g.xlarge", vCPUs: 4, memoryMiB: 32_768),
  ]

  /// The class of that name; nil if there is none.
  public static func named(_ name: String) -> DatabaseInstanceClass? { all.first { $0.name == name } }
}
