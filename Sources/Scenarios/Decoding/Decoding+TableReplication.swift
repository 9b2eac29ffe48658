import Engine
import Services
import Units

/// Global tables.
extension Decoding {
  /// Replicas and how they follow.
  func decodeReplication(_ fields: Fields, _ config: inout TableConfig) {
    guard let node = fields["replicas"] else {
      for key in ["multiRegionConsistency", "globalTableWitness", "replication"] {
        if let node = fields[key] {
          fault(node.place, found: "\(key) without replicas", wanted: "replicas with it", advice: "leave it out")
        }
      }
      return
    }
    guard let items = list(node, wanted: "a list of Region codes") else { return }
    if items.isEmpty { fault(node.place, found: "no Regions", wanted: "at least one") }
    var replication = ReplicationConfig(regions: items.compactMap { region($0) })
    var seen: Set<String> = []
    for item in items {
      guard let region = item.scalarText, !seen.insert(region).inserted else { continue }
      fault(item.place, found: "`\(region)` more than once", wanted: "each Region once", advice: "leave it out")
    }
    if let node = fields["multiRegionConsistency"] {
      replication.consistency = choice(node, ReplicationConfig.Consistency.self) ?? .eventual
    } else {
      assume(
        config.name, "multiRegionConsistency", "eventual", .documented, "DynamoDB Developer Guide, global tables",
        "2026-04")
    }
    if let node = fields["globalTableWitness"] {
      replication.witness = region(node)
      if replication.consistency == .eventual {
        fault(
          node.place, found: "a witness with eventual consistency", wanted: "multiRegionConsistency: strong",
          advice: "leave it out")
      }
    }
    decodeReplication(fields["replication"], &replication, config.name)
    config.replication = replication
    assume(
      config.name, "replicas.price", "the scenario's Region", .inferred,
      "other Regions' provisioned writes cost 13 to 22 % more in eu-west-1, ap-southeast-1 and eu-central-1", "2026-01")
  }

  private func decodeReplication(_ node: YAMLNode?, _ replication: inout ReplicationConfig, _ name: String) {
    let fields = node.flatMap { self.fields($0, Shapes.replication) }
    let isStrong = replication.consistency == .strong
    if let node = fields?["latency"] {
      replication.latency = timeDistribution(node) ?? replication.latency
    } else if !isStrong {
      assume(
        name, "replication.latency", "uniform, 500 ms to 2500 ms", .documented,
        "DynamoDB Developer Guide: common within one geography", "2023-06")
    }
    if let node = fields?["roundTrip"] {
      replication.roundTrip = timeDistribution(node) ?? replication.roundTrip
    } else if isStrong {
      assume(
        name, "replication.roundTrip", "log-normal, median 15 ms, p99 30 ms", .inferred,
        "AWS publishes none; a round trip between near Regions of one set, twice that at the tail", "2026-11")
    }
    if let node = fields?["conflicts"] {
      replication.conflicts = share(node) ?? replication.conflicts
    } else if isStrong {
      assume(
        name, "replication.conflicts", "0 %", .unknown, "a stated choice: Regions write different items", "2026-11")
    }
  }

  /// Faults of global tables that show only when the Region and all requests are known.
  func checkReplicas(_ resources: [ResourceConfig], _ region: String?) {
    for case .table(let table) in resources {
      guard let replication = table.replication, let fields = tableNodes[table.name], let node = fields["replicas"]
      else { continue }
      let others = replication.regions + [replication.witness].compactMap { $0 }
      if let region, others.contains(region) {
        fault(
          node.place, found: "the scenario's own Region `\(region)`", wanted: "other Regions only",
          advice: "leave it out")
      } else if Set(others).count < others.count {
        fault(node.place, found: "a Region that is replica and witness", wanted: "each Region once")
      }
      if replication.consistency == .strong { checkStrong(table, node, others + [region].compactMap { $0 }) }
    }
  }

  /// Region sets of strong consistency (DynamoDB Developer Guide, as of 2026-04).
  private static let regionSets: [Set<String>] = [
    ["us-east-1", "us-east-2", "us-west-2"], ["eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"],
    ["ap-northeast-1", "ap-northeast-2", "ap-northeast-3"],
  ]

  private func checkStrong(_ table: TableConfig, _ node: YAMLNode, _ regions: [String]) {
    let fields = tableNodes[table.name]
    if regions.count != 3 || table.replication?.regions.isEmpty == true {
      fault(
        node.place, found: "\(regions.count) Regions with strong consistency",
        wanted: "three: two replicas, or one replica and a witness",
        advice: regions.count < 3 ? "add a replica or a `globalTableWitness`" : "leave out \(regions.count - 3)")
    } else if !Self.regionSets.contains(where: { $0.isSuperset(of: regions) }) {
      fault(
        node.place, found: regions.joined(separator: ", "),
        wanted: "Regions of one set: "
          + Self.regionSets.map { $0.sorted().joined(separator: ", ") }.joined(separator: "; or "))
    }
    if table.timeToLive != nil, let node = fields?["timeToLiveSpecification"] {
      fault(node.place, found: "a time to live", wanted: "none with strong consistency", advice: "leave it out")
    }
    if table.indexes.contains(where: { $0.kind == .local }) {
      fault(node.place, found: "a local secondary index", wanted: "none with strong consistency")
    }
    let kinds = (tableRequests[table.name] ?? []).filter { $0 == .transactGetItems || $0 == .transactWriteItems }
    for kind in kinds.sorted(by: { $0.rawValue < $1.rawValue }) {
      fault(
        node.place, found: "\(kind.rawValue) of `\(table.name)`", wanted: "no transactions with strong consistency",
        advice: "DynamoDB answers them with an error")
    }
  }
}
