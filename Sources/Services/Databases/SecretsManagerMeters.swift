import Engine
import Units

/// What Secrets Manager meters. No prices.
enum SecretsManagerMeters {
  /// Secrets, over ms; priced by the month.
  static let secrets = Meter(service: "SecretsManager", key: "Secrets", kind: .standing)
  /// Calls of its API.
  static let requests = Meter(service: "SecretsManager", key: "APIRequests")
}

extension SystemConfig {
  /// The secrets that are stored over the recorded span: one of each proxy, which needs one for its database user
  /// (documented: RDS Proxy, planning), and one of each database whose own clients fetch their password.
  var secretUsage: [UsageLine] {
    let milliseconds = duration.nanoseconds / 1_000_000
    let clients = databaseClients.filter { $0.connection.authentication == .secretsManager }
    let holders = resources.filter { resource in
      switch resource {
      case .dbProxy: true
      case .dbInstance, .auroraCluster: clients.contains { $0.connection.target == resource.name }
      case .function, .httpApi, .table, .queue, .stream, .eventSourceMapping, .daxCluster, .cacheCluster, .topic, .vpc:
        false
      }
    }
    return holders.map { UsageLine(meter: SecretsManagerMeters.secrets, resource: $0.name, amount: milliseconds) }
  }
}
