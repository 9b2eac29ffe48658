import Engine
import Units

/// An RDS Proxy in front of a database.
public struct DBProxyConfig: Hashable, Sendable {
  /// The resource's name in the scenario.
  public var name: String
  /// Name of the database behind it.
  public var database: String
  /// `MaxConnectionsPercent` of the database's connection limit, 1 to 100; default 100.
  public var maxConnectionsPercent: Int
  /// `MaxIdleConnectionsPercent`, 0 to `maxConnectionsPercent`; default half of that.
  public var maxIdleConnectionsPercent: Int
  /// `ConnectionBorrowTimeout`, 0 s to 3,600 s; default 120 s.
  public var borrowTimeout: Time
  /// `IdleClientTimeout`, 1 s to 28,800 s; default 1,800 s.
  public var idleClientTimeout: Time
  /// Longest life of a client connection; 24 h (documented, fixed).
  public var clientLifetime: Time
  /// A database connection above `maxIdleConnectionsPercent` that is unused for so long is closed; 5 min (documented).
  public var idleConnectionTimeout: Time
  /// A database connection that is unused for so long is closed; 24 h (documented).
  public var unusedConnectionTimeout: Time
  /// `InitQuery`, which each new database connection executes; nil for none.
  public var initQuery: DatabaseQuery?
  /// Causes that do not pin: `EXCLUDE_VARIABLE_SETS` in `SessionPinningFilters`, and those that AWS is not sure of.
  public var unpinned: Set<PinCause>
  /// Database connections that the proxy keeps for itself; default 5 (unknown).
  public var reservedConnections: Int
  /// Client connections at once; default 20,000 (unknown: AWS does not publish it).
  public var clientLimit: Int
  /// New client connections a second, of which one second's worth may come at once; nil for no limit (unknown: AWS
  /// does not publish it).
  public var connectionRate: Int?
  /// New client connections a second that authenticate by IAM; nil for no limit of their own (unknown: AWS names the
  /// error, not the limit).
  public var iamAuthenticationRate: Int?
  /// Pause after a failed attempt to connect to the database while somebody waits; default 1 s (unknown).
  public var retryPause: Time
  /// Time that the proxy adds to a request, ns, both ways together.
  public var overhead: Distribution
  /// Time to open a client connection, ns.
  public var clientOpening: Distribution
  /// Whether there is a `READ_ONLY` endpoint besides the default one; it leads to the readers.
  public var hasReadOnlyEndpoint: Bool

  /// A proxy with the service's defaults.
  public init(name: String, database: String) {
    self.name = name
    self.database = database
    maxConnectionsPercent = 100
    maxIdleConnectionsPercent = 50
    borrowTimeout = .seconds(120)
    idleClientTimeout = .seconds(1_800)
    clientLifetime = .hours(24)
    idleConnectionTimeout = .minutes(5)
    unusedConnectionTimeout = .hours(24)
    initQuery = nil
    unpinned = [.extendedProtocol]
    reservedConnections = 5
    clientLimit = 20_000
    connectionRate = nil
    iamAuthenticationRate = nil
    retryPause = .seconds(1)
    overhead = .logNormal(median: 1e6, p99: 3e6) ?? .constant(1e6)
    clientOpening = .constant(30e6)
    hasReadOnlyEndpoint = false
  }
}

/// `SessionPinningFilters` of a proxy's target group.
public enum SessionPinningFilter: String, Hashable, Sendable, CaseIterable {
  /// Setting session variables does not pin; MySQL family only.
  case excludeVariableSets = "EXCLUDE_VARIABLE_SETS"
}
