import Engine
import Units

/// How a caller connects to a database or proxy: the settings of its driver and its connection pool.
///
/// Each execution environment of a function has a pool of its own; a traffic source has one.
public struct ConnectionConfig: Hashable, Sendable {
  /// When an environment opens its first connection.
  public enum Opening: String, Hashable, Sendable, CaseIterable {
    /// In the init phase, or after the restore.
    case initialisation = "init"
    /// When the handler asks first; the default.
    case firstUse
  }

  /// How the client proves who it is.
  public enum Authentication: String, Hashable, Sendable, CaseIterable {
    /// A password that the client knows; the default.
    case password
    /// A password that each environment fetches from Secrets Manager before its first connection.
    case secretsManager
    /// A token that the client signs, and that the server has checked.
    case iam
  }

  /// Name of the database or proxy.
  public var target: String
  /// Default firstUse.
  public var opening: Opening
  /// Connections of one pool, 1 to 10,000; default 1 for an environment, 10 for a traffic source.
  public var poolSize: Int
  /// How long a request waits for a connection of the pool before it fails, above 0; default `.never`.
  public var acquireTimeout: Time
  /// The client closes a connection that it has not used for so long, above 0, `.never` for none, when it runs; a frozen
  /// environment does so at its next use. Default `.never`.
  public var idleTimeout: Time
  /// A connection that has been open for so long, above 0, is closed when it is given back; default `.never`.
  public var maxLifetime: Time
  /// How long a client tries to open one connection, above 0; default 30 s (inferred: HikariCP waits for 30 s and
  /// Connector/Python for 10 s, other drivers in between).
  public var connectTimeout: Time
  /// Pause after an attempt that found nobody who takes connections, above 0; default 1 s (unknown: a stated choice).
  public var retryPause: Time
  /// Default password.
  public var authentication: Authentication
  /// Time in ns to fetch the secret, once an environment; default log-normal with a median of 30 ms and a p99 of 150 ms
  /// (inferred: a new HTTPS connection and one request; AWS publishes no figure). Meaningful with secretsManager.
  public var secretLatency: Distribution
  /// Time in ns in which the client signs a token; default 1 ms (inferred: no request, one signature). Meaningful with
  /// iam.
  public var tokenLatency: Distribution
  /// Time in ns that the server takes longer to check a token than a password; default log-normal with a median of 10 ms
  /// and a p99 of 50 ms (unknown: AWS publishes no figure). Meaningful with iam.
  public var tokenCheckLatency: Distribution
  /// Whether a request whose connection turns out to be lost opens another one and goes once more; default false.
  public var reconnects: Bool
  /// How long a client's resolver keeps an address: after a failover it cannot reach the new writer for a time that is
  /// uniform up to this. Default 5 s (inferred: the TTL of RDS endpoints).
  public var dnsTimeToLive: Time

  /// Defaults of a function's environments.
  public init(target: String) {
    self.target = target
    opening = .firstUse
    poolSize = 1
    acquireTimeout = .never
    idleTimeout = .never
    maxLifetime = .never
    connectTimeout = .seconds(30)
    retryPause = .seconds(1)
    authentication = .password
    secretLatency = .logNormal(median: 30e6, p99: 150e6) ?? .constant(30e6)
    tokenLatency = .constant(1e6)
    tokenCheckLatency = .logNormal(median: 10e6, p99: 50e6) ?? .constant(10e6)
    reconnects = false
    dnsTimeToLive = .seconds(5)
  }

  /// Connections of a traffic source's pool by default (unknown: a stated choice, the default of HikariCP).
  public static let sourcePoolSize = 10

  /// New connections a second that RDS recommends to stay below with IAM authentication (documented: RDS user guide, IAM
  /// database authentication).
  public static let iamConnectionsPerSecond = 200
}
