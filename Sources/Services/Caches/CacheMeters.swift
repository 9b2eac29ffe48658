import Engine

/// What DAX meters.
enum DAXMeters {
  /// Node-ms of a node type, priced by the node-hour; part of an hour counts as the part that it is.
  static func nodes(_ type: DAXNodeType) -> Meter {
    Meter(service: "DAX", key: "NodeUsage:\(type.rawValue)", unitsPerPriced: 1, kind: .standing)
  }

  /// vCPU-ms of surplus credits of T3 nodes, priced by the vCPU-hour.
  static let cpuCredits = Meter(service: "DAX", key: "CPUCredits:t3", unitsPerPriced: 3_600_000, kind: .consumed)
}

/// What ElastiCache meters.
enum CacheMeters {
  /// Node-ms of a node type, priced by the node-hour. Valkey has a price of its own.
  static func nodes(_ type: CacheNodeType, _ engine: CacheEngine) -> Meter {
    let suffix =
      switch engine {
      case .valkey: ":Valkey"
      case .redis, .memcached: ""
      }
    return Meter(
      service: "ElastiCache", key: "NodeUsage:\(type.rawValue)\(suffix)", unitsPerPriced: 1, kind: .standing)
  }
}
