import Engine
import Services
import Units

/// What is asked of databases.
extension Decoding {
  /// The query of a request to `database`, directly or through a proxy; nil if it has faults.
  func databaseQuery(_ node: YAMLNode?, of requester: Fields, _ database: String, _ index: ResourceIndex)
    -> DatabaseQuery?
  {
    guard let node else {
      fault(requester.place, found: "no `query`", wanted: "query: { cpu: .. }", advice: "say what is asked")
      return nil
    }
    guard let fields = self.fields(node, Shapes.query) else { return nil }
    let before = faults.count
    guard let cpu = fields["cpu"].flatMap({ timeDistribution($0) }) else { return nil }
    var query = DatabaseQuery(cpu: cpu)
    if let node = fields["reads"] { query.reads = numberDistribution(node) ?? query.reads }
    if let node = fields["writes"] { query.writes = numberDistribution(node) ?? query.writes }
    if let node = fields["statements"] { query.statements = integer(node, 1...10_000) ?? 1 }
    if let node = fields["pause"] { query.pause = timeDistribution(node) ?? query.pause }
    if let node = fields["endpoint"] { query.endpoint = choice(node, DatabaseEndpoint.self) ?? .writer }
    if let node = fields["pinCause"] { query.pinCause = choice(node, PinCause.self) }
    if let node = fields["pinShare"] { query.pinShare = share(node) ?? 1 }
    if let node = fields["growth"] { query.growth = size(node) ?? query.growth }
    if let node = fields["invokes"] { query.invocation = databaseInvocation(node, of: database, index) }
    queryReferences.append(
      QueryReference(target: database, query: query, place: fields["endpoint"]?.place ?? fields.place))
    return faults.count == before ? query : nil
  }

  private func databaseInvocation(_ node: YAMLNode, of database: String, _ index: ResourceIndex) -> DatabaseInvocation?
  {
    guard let fields = self.fields(node, Shapes.databaseInvocation) else { return nil }
    guard let name = fields["function"].flatMap({ text($0, wanted: "the name of a function") }) else { return nil }
    if let target = index[name], case .function = target {
    } else {
      let guess = self.guess(name, in: index.names)
      return reject(
        fields["function"] ?? node, wanted: "the name of a function",
        advice: guess.map { "did you mean `\($0)`?" } ?? "add the function or correct the name")
    }
    var invocation = DatabaseInvocation(function: name)
    if let node = fields["invocationType"] { invocation.type = choice(node, InvocationType.self) ?? .requestResponse }
    if let node = fields["times"] { invocation.times = integer(node, 1...10_000) ?? 1 }
    let edge = ResourceIndex.Edge(from: database, to: name, place: fields["function"]?.place ?? node.place)
    if invocation.type == .event { eventEdges.append(edge) } else { edges.append(edge) }
    return invocation
  }
}
