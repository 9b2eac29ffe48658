/// What is known of the resources before any of them is decoded, so that references can be checked where they stand.
struct ResourceIndex {
  /// The kind of a resource, as far as callers need to know it.
  enum Target {
    case function
    case table
    /// With its route keys.
    case httpApi([String])
    case queue
    case stream
    /// An event source mapping, which nobody calls.
    case mapping
    /// A cache in front of a table, with the name that it gives for it.
    case cache(table: String)
    /// A DB instance or an Aurora cluster.
    case database
    case dbProxy
    case topic
    case vpc
    /// Its type is missing or wrong, which is a fault elsewhere.
    case unknown

    /// Whether queries can be asked of it.
    var isDatabase: Bool {
      switch self {
      case .database, .dbProxy, .unknown: true
      case .function, .table, .httpApi, .queue, .stream, .mapping, .cache, .topic, .vpc: false
      }
    }
  }

  /// A call from one resource to another.
  struct Edge {
    let from: String
    let to: String
    let place: ScenarioError.Place
  }

  /// Names in the scenario's order.
  let names: [String]
  private let targets: [String: Target]

  /// The resources below `resources:`.
  init(_ node: YAMLNode?) {
    var names: [String] = []
    var targets: [String: Target] = [:]
    for entry in node?.entries ?? [] {
      names.append(entry.key)
      switch entry.value.child("type")?.scalarText {
      case "function": targets[entry.key] = .function
      case "table": targets[entry.key] = .table
      case "queue": targets[entry.key] = .queue
      case "stream": targets[entry.key] = .stream
      case "daxCluster", "cacheCluster":
        targets[entry.key] = .cache(table: entry.value.child("table")?.scalarText ?? entry.key)
      case "dbInstance", "auroraCluster": targets[entry.key] = .database
      case "dbProxy": targets[entry.key] = .dbProxy
      case "topic": targets[entry.key] = .topic
      case "vpc": targets[entry.key] = .vpc
      case "eventSourceMapping": targets[entry.key] = .mapping
      case "httpApi": targets[entry.key] = .httpApi((entry.value.child("routes")?.entries ?? []).map(\.key))
      default: targets[entry.key] = .unknown  // over text
      }
    }
    self.names = names
    self.targets = targets
  }

  /// Whether any resource is a function.
  var hasFunctions: Bool {
    targets.values.contains { target in
      if case .function = target { return true }
      return false
    }
  }

  /// Whether any resource is an API.
  var hasAPIs: Bool {
    targets.values.contains { target in
      if case .httpApi = target { return true }
      return false
    }
  }

  /// The resource of that name; nil if there is none.
  subscript(name: String) -> Target? { targets[name] }

  /// The calls that close a cycle, each with the names along it: `a -> b -> a`. Every cycle contains one of them.
  func cycles(of edges: [Edge]) -> [(edge: Edge, path: String)] {
    var found: [(edge: Edge, path: String)] = []
    var finished: Set<String> = []
    let callsByName = Dictionary(grouping: edges, by: \.from)
    for start in names where !finished.contains(start) {
      // Depth first without recursion: each level of the stack remembers which of its calls comes next.
      var stack: [(name: String, next: Int)] = [(start, 0)]
      var depths = [start: 0]
      while let top = stack.last {
        let calls = callsByName[top.name] ?? []
        guard top.next < calls.count else {
          finished.insert(top.name)
          depths[top.name] = nil
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let edge = calls[top.next]
        if let first = depths[edge.to] {
          let path = (stack[first...].map(\.name) + [edge.to]).joined(separator: " -> ")
          found.append((edge, path))
        } else if !finished.contains(edge.to) {
          depths[edge.to] = stack.count
          stack.append((edge.to, 0))
        }
      }
    }
    return found
  }
}

extension YAMLNode {
  /// The keys of a mapping; nil for anything else.
  var entries: [Entry]? {
    if case .mapping(let entries) = content { return entries }
    return nil
  }

  /// The value of a key of a mapping.
  func child(_ key: String) -> YAMLNode? { entries?.first { $0.key == key }?.value }
}
