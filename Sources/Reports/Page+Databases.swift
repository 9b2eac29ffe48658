import Engine
import Experiments

/// Databases and proxies report dozens of series; drawn is what people watch of them in CloudWatch.
extension Page {
  /// The charts of a database or proxy; nil for any other resource.
  func databaseCharts(_ resource: ResourceSummary) -> [HTML]? {
    switch resource.typeName {
    case "dbInstance", "auroraCluster": charts(ofDatabase: resource)
    case "dbProxy": charts(ofProxy: resource)
    default: nil  // over String
    }
  }

  private func charts(ofDatabase resource: ResourceSummary) -> [HTML] {
    let own = series(of: resource)
    // Each node has series of its own: the first under the cluster's name, the others under `orders/reader-1`.
    let nodes = result.series.filter {
      $0.key.resource == resource.name || $0.key.resource.hasPrefix(resource.name + "/")
    }
    func ofNodes(_ title: String, _ metric: String, _ statistic: MetricStatistic, _ unit: String, _ noun: String)
      -> HTML
    {
      let drawn = nodes.filter { $0.key.name == metric && $0.key.statistic == statistic }
      return drawn.isEmpty
        ? .empty
        : chart(
          "\(resource.name): \(title)", Array(drawn.prefix(Self.chartLimit)), yTitle: unit,
          name: { drawn.count == 1 ? noun : $0.key.resource })
    }
    let capacity = own.filter { $0.key.name == "ServerlessDatabaseCapacity" }
    let capacityChart: HTML =
      capacity.isEmpty
      ? .empty
      : chart(
        "\(resource.name): capacity, mean of all nodes", capacity, yTitle: "ACU",
        name: { $0.key.statistic == .maximum ? "Maximum" : "Average" })
    return [
      ofNodes("connections", "DatabaseConnections", .maximum, "count", "Maximum"),
      ofNodes("CPU utilization", "CPUUtilization", .average, "%", "Average"),
      capacityChart,
      latencyChart(resource.name, own.filter { $0.key.name == "QueryLatency" }, title: "query latency"),
      countChart(resource.name, own.filter { Self.isEvent($0, of: Self.databaseEvents) }),
    ]
  }

  private func charts(ofProxy resource: ResourceSummary) -> [HTML] {
    let own = series(of: resource)
    let levels = [
      ("ClientConnections", "Clients"), ("DatabaseConnections", "To the database"),
      ("DatabaseConnectionsCurrentlyBorrowed", "Borrowed"), ("DatabaseConnectionsCurrentlySessionPinned", "Pinned"),
    ]
    let drawn = levels.compactMap { metric, _ in
      own.first { $0.key.name == metric && $0.key.statistic == .maximum }
    }
    let connections: HTML =
      drawn.isEmpty
      ? .empty
      : chart(
        "\(resource.name): connections, maximum", drawn, yTitle: "count",
        name: { series in levels.first { $0.0 == series.key.name }?.1 ?? series.key.name })
    return [
      connections,
      latencyChart(
        resource.name, own.filter { $0.key.name == "DatabaseConnectionsBorrowLatency" }, title: "borrow latency"),
      latencyChart(resource.name, own.filter { $0.key.name == "QueryResponseLatency" }, title: "query latency"),
      countChart(resource.name, own.filter { Self.isEvent($0, of: Self.proxyEvents) }),
    ]
  }

  private static let databaseEvents: Set<String> = [
    "Queries", "ConnectionAttempts", "ConnectionErrors", "AbortedClients", "Failovers", "LostSessions", "Pauses",
    "Resumes", "StorageFullErrors",
  ]

  private static let proxyEvents: Set<String> = [
    "QueryRequests", "BorrowWaits", "BorrowTimeouts", "ClientLimitExceeded", "ConnectionRateExceeded",
    "IAMAuthenticationRateExceeded", "DatabaseConnectionRequests", "DatabaseConnectionsSetupFailed",
    "DatabaseConnectionsLost", "SessionsPinned", "TransactionsLost",
  ]

  /// Whether a series counts one of these events, or a kind of one: `ConnectionErrors.outOfMemory`.
  private static func isEvent(_ series: SeriesSummary, of names: Set<String>) -> Bool {
    series.key.statistic == .sum && names.contains(series.key.name.split(separator: ".").first.map(String.init) ?? "")
  }
}
