/// Why a proxy refuses or fails a request, each with what the client is told (documented: Troubleshooting for RDS Proxy).
public enum ProxyError: String, Hashable, Sendable, CaseIterable {
  /// As many client connections as the proxy takes are open.
  case clientLimit
  /// Client connections come faster than the proxy takes them.
  case connectionRate
  /// They are authenticated by IAM faster than the proxy does it.
  case iamRate
  /// No database connection was to be had within the borrow timeout.
  case borrowTimeout
  /// The database connection was lost under a transaction. The text is the database's or the driver's.
  case transactionLost

  /// What a client of the MySQL family is told; nil where it is not the proxy that words it.
  public var mySQLText: String? {
    switch self {
    case .clientLimit: "ERROR 1040 (HY000): Number simultaneous connections exceeded"
    case .connectionRate: "ERROR 1040 (HY000): Connections rate limit exceeded"
    case .iamRate: "ERROR 1040 (HY000): IAM authentication rate limit exceeded"
    case .borrowTimeout: "ERROR 9501 (HY000): Timed-out waiting to acquire database connection"
    case .transactionLost: nil
    }
  }

  /// What a client of PostgreSQL is told; nil where it is not the proxy that words it.
  public var postgreSQLText: String? {
    switch self {
    case .clientLimit: "The maximum number of client connections to the proxy exceeded"
    case .connectionRate: "Rate of connection to proxy exceeded"
    case .iamRate: "IAM authentication rate limit exceeded"
    case .borrowTimeout: "Timed-out waiting to acquire database connection"
    case .transactionLost: nil
    }
  }
}
