import Engine
import Services
import Units

/// Resources.
extension Decoding {
  /// All resources in the scenario's order, and the calls between them; those with faults are left out.
  func resources(_ node: YAMLNode, _ index: ResourceIndex) -> [ResourceConfig] {
    guard let entries = named(node, wanted: "a mapping of resources by name") else { return [] }
    guard (1...Self.namesMax).contains(entries.count) else {
      fault(node.place, found: "\(entries.count) resources", wanted: "1 to \(Self.namesMax)")
      return []
    }
    var configs: [ResourceConfig] = []
    for entry in entries {
      checkName(entry)
      if let config = resource(entry, index) { configs.append(config) }
    }
    checkQueues(configs)
    checkTableStreams(configs)
    checkNetworks(configs)
    for cycle in index.cycles(of: edges) {
      fault(
        cycle.edge.place, found: "the cycle \(cycle.path)", wanted: "calls without a cycle",
        advice: "a request would never end; break one of its calls")
    }
    checkEvents(configs, index)
    return configs
  }

  /// Most resources, and most traffic sources.
  static let namesMax = 1_000

  /// Notes a fault if a name is not `[A-Za-z][A-Za-z0-9_-]{0,63}`.
  func checkName(_ entry: YAMLNode.Entry) {
    let bytes = Array(entry.key.utf8)
    func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
    let sound =
      (1...64).contains(bytes.count) && isLetter(bytes[0])
      && bytes.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == 45 || $0 == 95 }
    if !sound {
      fault(
        entry.keyPlace, found: "the name `\(YAMLNode.clip(entry.key))`",
        wanted: "a letter, then at most 63 letters, digits, _ and -")
    }
  }

  private func resource(_ entry: YAMLNode.Entry, _ index: ResourceIndex) -> ResourceConfig? {
    let types = Shapes.resourceTypes
    guard entry.value.entries != nil else { return reject(entry.value, wanted: "a mapping with a `type`") }
    guard let type = entry.value.child("type") else {
      fault(
        entry.value.place, found: "no `type`", wanted: "type: one of " + types.joined(separator: ", "), advice: "add it"
      )
      return nil
    }
    switch type.scalarText {
    case "function": return function(entry.key, entry.value, index).map { .function($0) }
    case "httpApi": return httpApi(entry.key, entry.value, index).map { .httpApi($0) }
    case "table": return table(entry.key, entry.value, index).map { .table($0) }
    case "daxCluster": return daxCluster(entry.key, entry.value, index).map { .daxCluster($0) }
    case "cacheCluster": return cacheCluster(entry.key, entry.value, index).map { .cacheCluster($0) }
    case "dbInstance": return dbInstance(entry.key, entry.value, index).map { .dbInstance($0) }
    case "auroraCluster": return auroraCluster(entry.key, entry.value, index).map { .auroraCluster($0) }
    case "dbProxy": return dbProxy(entry.key, entry.value, index).map { .dbProxy($0) }
    case "topic": return topic(entry.key, entry.value, index).map { .topic($0) }
    case "vpc": return vpc(entry.key, entry.value).map { .vpc($0) }
    case "queue": return queue(entry.key, entry.value, index).map { .queue($0) }
    case "stream": return stream(entry.key, entry.value).map { .stream($0) }
    case "eventSourceMapping": return mapping(entry.key, entry.value, index).map { .eventSourceMapping($0) }
    default:  // over text
      let guess = type.scalarText.flatMap { self.guess($0, in: types) }
      return reject(
        type, wanted: "one of " + types.joined(separator: ", "), advice: guess.map { "did you mean `\($0)`?" } ?? "")
    }
  }

  private func httpApi(_ name: String, _ node: YAMLNode, _ index: ResourceIndex) -> HTTPAPIConfig? {
    guard let fields = self.fields(node, Shapes.httpApi) else { return nil }
    let before = faults.count
    _ = fields["type"]
    var config = HTTPAPIConfig(name: name, routes: [])
    if let node = fields["routes"], let entries = named(node, wanted: "a mapping of route keys to functions") {
      if entries.isEmpty { fault(node.place, found: "no routes", wanted: "at least one") }
      for entry in entries {
        if let route = route(entry, of: name, index) { config.routes.append(route) }
      }
    }
    if let node = fields["integrationTimeout"] {
      config.integrationTimeout = time(node, .milliseconds(50)...Time.seconds(30)) ?? config.integrationTimeout
    } else {
      assume(name, "integrationTimeout", "30 s", .documented, "API Gateway quotas for HTTP APIs", "2026-10")
    }
    if let node = fields["overhead"] {
      config.overhead = timeDistribution(node) ?? config.overhead
    } else {
      assume(
        name, "overhead", "log-normal, median 3 ms, p99 10 ms", .inferred,
        "AWS's launch of HTTP APIs gives the p99; the median is inferred", "2020-03")
    }
    return faults.count == before ? config : nil
  }

  private func route(_ entry: YAMLNode.Entry, of api: String, _ index: ResourceIndex) -> HTTPAPIConfig.Route? {
    let words = entry.key.split(separator: " ", omittingEmptySubsequences: false)
    let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY"]
    let sound =
      entry.key == "$default"
      || words.count == 2 && methods.contains(String(words[0])) && words[1].first == "/" && entry.key.utf8.count <= 512
    if !sound {
      fault(
        entry.keyPlace, found: "the route `\(YAMLNode.clip(entry.key))`",
        wanted: "a method and a path, as in `GET /items`, or `$default`")
    }
    guard let target = text(entry.value, wanted: "the name of a function") else { return nil }
    switch index[target] {
    case .function:
      edges.append(ResourceIndex.Edge(from: api, to: target, place: entry.value.place))
      return sound ? HTTPAPIConfig.Route(key: entry.key, target: target) : nil
    case .table, .httpApi, .queue, .stream, .mapping, .cache, .database, .dbProxy, .topic, .vpc:
      return reject(entry.value, wanted: "the name of a function", advice: "a route leads to a function")
    case .unknown:
      return nil
    case nil:
      return reject(
        entry.value, wanted: "the name of a function",
        advice: meant(target, in: index.names) ?? "add the function or correct the name")
    }
  }
}
