import Units

/// A DB instance class: what one node has.
public struct DatabaseInstanceClass: Hashable, Sendable {
  /// A throughput, and whether the class has it for a part of the day only.
  public struct Bandwidth: Hashable, Sendable {
    /// Megabits (1,000,000 bits) a second, above 0.
    public let mbps: Int
    /// AWS writes `up to`: a class of this size bursts to it, and sustains less, which AWS does not list here.
    public let isBurst: Bool
  }

  /// The name, as `db.r6g.large`.
  public let name: String
  /// vCPUs, 1 or more.
  public let vCPUs: Int
  /// Memory in MiB.
  public let memoryMiB: Int
  /// To storage; nil where AWS lists none: t2, and the classes of the eighth generation.
  public let ebsBandwidth: Bandwidth?
  /// To clients; nil where AWS gives no number.
  public let networkBandwidth: Bandwidth?

  /// The letters and generation between the dots, as `r6g`.
  public var family: String { String(name.split(separator: ".")[1]) }
  /// What follows the family, as `large`.
  public var size: String { String(name.split(separator: ".")[2]) }

  /// The classes that a scenario can name, by family, within it from small to large.
  public static let all: [DatabaseInstanceClass] = DatabaseClassFamily.all.flatMap(\.classes)

  /// The class of that name; nil if there is none.
  public static func named(_ name: String) -> DatabaseInstanceClass? { all.first { $0.name == name } }
}

extension DatabaseInstanceClass {
  /// Whether an engine runs on the class (documented: supported DB engines for DB instance classes).
  ///
  /// RDS runs on all of them in some version. Aurora has no general-purpose classes, and of the burstable ones only the
  /// middle sizes.
  public func isOffered(for engine: DatabaseEngine) -> Bool {
    guard engine.isAurora else { return true }
    let isMySQL = engine.family == .mysql
    switch family {
    case "r5", "r6g", "r6i", "r7g", "r8g", "x2g": return true
    case "r6gd": return !isMySQL
    case "t2": return isMySQL && ["small", "medium"].contains(size)
    case "t3": return ["medium", "large"].contains(size) || isMySQL && size == "small"
    case "t4g": return ["medium", "large"].contains(size)
    default: return false  // over text
    }
  }

  /// Whether a Multi-AZ DB cluster runs on the class: those with local storage for it (documented: Multi-AZ DB clusters).
  public var isOfferedForClusters: Bool { ["m5d", "m6gd", "r5d", "r6gd", "x2iedn"].contains(family) }
}
