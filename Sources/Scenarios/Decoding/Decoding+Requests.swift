import Services
import Units

/// What a traffic source or a handler asks of a resource.
extension Decoding {
  /// A request to a resource that exists, with exactly the keys that its kind wants.
  struct Request {
    var resource: String
    var route: String?
    var operation: TableOperation?
    var query: DatabaseQuery?
    var payload: Size
    var invocationType = InvocationType.requestResponse
    var message = MessageConfig()
  }

  /// Reads the request in `fields`; `targetKey` holds the resource's name.
  func request(_ fields: Fields, targetKey: String, _ index: ResourceIndex) -> Request? {
    guard let node = fields[targetKey], let name = text(node, wanted: "the name of a resource") else { return nil }
    let payload = fields["payload"].map { self.size($0) } ?? Size(bytes: 0)
    guard let target = index[name] else {
      return reject(
        node, wanted: "the name of a resource" + (index.names.isEmpty ? "" : ": " + listed(index.names)),
        advice: meant(name, in: index.names) ?? "add the resource or correct the name")
    }
    let before = faults.count
    if !target.isDatabase { refuse(fields, ["query"], of: "such a resource") }
    var request = Request(resource: name, payload: payload ?? Size(bytes: 0))
    switch target {
    case .function:
      refuse(fields, ["route"] + tableKeys + messageKeys, of: "a function")
      if let node = fields["invocationType"] {
        request.invocationType = choice(node, InvocationType.self) ?? request.invocationType
      }
      switch request.invocationType {
      case .requestResponse: check(fields["payload"], payload, atMost: .megabytes(6), of: "a function")
      case .event: check(fields["payload"], payload, atMost: .megabytes(1), of: "an asynchronous event")
      }
    case .httpApi(let routes):
      refuse(fields, tableKeys + messageKeys + ["invocationType"], of: "an HTTP API")
      check(fields["payload"], payload, atMost: .megabytes(10), of: "an HTTP API")
      request.route = route(fields, routes, api: name)
    case .table:
      refuse(fields, ["route", "payload", "invocationType"] + messageKeys, of: "a table")
      request.operation = operation(fields, table: name)
    case .cache(let table):
      refuse(fields, ["route", "payload", "invocationType"] + messageKeys, of: "a cache")
      request.operation = operation(fields, table: table)
    case .queue:
      refuse(fields, ["route", "invocationType", "partitionKeys"] + tableKeys, of: "a queue")
      request.message = message(fields, keys: "messageGroups", entriesMax: 10)
      check(fields["payload"], payload, atMost: .megabytes(1), of: "a message")
      if let payload, payload <= .megabytes(1), Int64(request.message.entries) * payload.bytes > 1 << 20 {
        fault(
          fields["entries"]?.place ?? fields.place, found: "\(request.message.entries) messages of \(payload)",
          wanted: "at most 1 MB in one request to a queue")
      }
    case .stream:
      refuse(fields, ["route", "invocationType", "messageGroups"] + tableKeys, of: "a stream")
      request.message = message(fields, keys: "partitionKeys", entriesMax: 500)
      check(fields["payload"], payload, atMost: .megabytes(10), of: "a record")
    case .database, .dbProxy:
      refuse(fields, ["route", "payload", "invocationType"] + tableKeys + messageKeys, of: "a database")
      request.query = databaseQuery(fields["query"], of: fields, name, index)
    case .topic:
      refuse(
        fields, ["route", "invocationType", "messageGroups", "partitionKeys", "poison"] + tableKeys, of: "a topic")
      request.message = topicMessage(fields, payload)
    case .vpc: return reject(node, wanted: "a resource that can be called", advice: "a VPC is not called")
    case .mapping:
      return reject(
        node, wanted: "a resource that can be called", advice: "an event source mapping calls, and is not called")
    case .unknown:
      return nil
    }
    return faults.count == before && payload != nil ? request : nil
  }

  private var tableKeys: [String] { Shapes.tableOperation.map(\.name) }
  private var messageKeys: [String] { ["entries", "messageGroups", "partitionKeys", "poison"] }

  private func message(_ fields: Fields, keys: String, entriesMax: Int) -> MessageConfig {
    var message = MessageConfig()
    if let node = fields["entries"] { message.entries = integer(node, 1...entriesMax) ?? message.entries }
    if let node = fields[keys] { message.keys = integer(node, 1...1_000_000_000) ?? message.keys }
    if let node = fields["poison"] { message.poison = share(node) ?? message.poison }
    return message
  }

  private func refuse(_ fields: Fields, _ keys: [String], of kind: String) {
    for entry in fields.entries where keys.contains(entry.key) {
      fault(
        entry.keyPlace, found: "`\(entry.key)`", wanted: "no such key in a request to \(kind)", advice: "leave it out")
    }
  }

  private func check(_ node: YAMLNode?, _ payload: Size?, atMost limit: Size, of kind: String) {
    guard let node, let payload, payload > limit else { return }
    fault(node.place, found: node.summary, wanted: "at most \(limit), the limit of \(kind)")
  }

  private func route(_ fields: Fields, _ routes: [String], api: String) -> String? {
    let wanted = "a route of `\(api)`: " + listed(routes)
    guard let node = fields["route"] else {
      fault(fields.place, found: "no `route`", wanted: wanted, advice: "add it")
      return nil
    }
    guard let route = text(node, wanted: wanted) else { return nil }
    if routes.contains(route) { return route }
    return reject(node, wanted: wanted, advice: meant(route, in: routes) ?? "")
  }
}
