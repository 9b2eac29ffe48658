import Services

/// Warm throughput, which rises and never falls.
extension Decoding {
  /// Warm throughput; nil if the scenario leaves it out, or it is wrong.
  func warmThroughput(_ node: YAMLNode?) -> WarmThroughput? {
    guard let node, let fields = self.fields(node, Shapes.warmThroughput),
      let reads = fields["readUnitsPerSecond"].flatMap({ integer($0, 1...1_000_000) }),
      let writes = fields["writeUnitsPerSecond"].flatMap({ integer($0, 1...1_000_000) })
    else { return nil }
    throughputClaims.append(ThroughputClaim(place: node.place, reads: reads, writes: writes, isProvisioned: false))
    return WarmThroughput(readUnitsPerSecond: reads, writeUnitsPerSecond: writes)
  }

  /// Notes warm throughput below what the table or index has without asking for any, which AWS refuses (inferred from
  /// threads about its answers: not less than a new table's on demand, or than what is provisioned).
  func checkWarmThroughput(_ node: YAMLNode?, _ warm: WarmThroughput?, _ mode: CapacityMode, _ limits: TableLimits) {
    guard let node, let warm else { return }
    let least = Self.leastWarmThroughput(mode, limits)
    refuseColder(node.place, warm, than: least, "what is there without asking")
  }

  /// Notes changes that ask for less warm throughput than there was before.
  func checkWarmThroughput(of changes: [(change: CapacityChange, place: ScenarioError.Place)], _ config: TableConfig) {
    var reached: [String: WarmThroughput] = [:]
    reached[""] = config.warmThroughput ?? Self.leastWarmThroughput(config.capacity, config.limits)
    for (index, mode) in config.globalIndexes {
      reached[index.name] = index.warmThroughput ?? Self.leastWarmThroughput(mode, config.limits)
    }
    for (change, place) in changes {
      guard let warm = change.warmThroughput, let least = reached[change.index ?? ""] else { continue }
      if refuseColder(place, warm, than: least, "what it had before") { reached[change.index ?? ""] = warm }
    }
  }

  private static func leastWarmThroughput(_ mode: CapacityMode, _ limits: TableLimits) -> WarmThroughput {
    switch mode {
    case .onDemand: limits.newWarmThroughput
    case .provisioned(let units):
      WarmThroughput(readUnitsPerSecond: units.readCapacityUnits, writeUnitsPerSecond: units.writeCapacityUnits)
    }
  }

  /// Returns whether it is sound.
  @discardableResult private func refuseColder(
    _ place: ScenarioError.Place, _ warm: WarmThroughput, than least: WarmThroughput, _ what: String
  ) -> Bool {
    let isSound =
      warm.readUnitsPerSecond >= least.readUnitsPerSecond && warm.writeUnitsPerSecond >= least.writeUnitsPerSecond
    if !isSound {
      fault(
        place, found: "warm throughput of \(warm.readUnitsPerSecond) reads and \(warm.writeUnitsPerSecond) writes",
        wanted: "at least \(least.readUnitsPerSecond) and \(least.writeUnitsPerSecond), \(what)",
        advice: "it never falls; leave it out or ask for more")
    }
    return isSound
  }
}
