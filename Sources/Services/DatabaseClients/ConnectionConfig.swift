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
    /// A token that the client signs.
    case iam
  }

  /// Name of the database or proxy.
  public var target: String
  /// Default firstUse.
  public var opening: Opening
  /// Connections of one pool, 1 to 10,000; default 1 for an environment, 10 for a traffic source.
  public var poolSize: Int
  /// How long a request waits for a connection of the pool before it fails; default `.never`.
  public var acquireTimeout: Time
  /// The client closes a connection that it has not used for so long, `.never` for none, when it runs; a frozen
  /// environment does so at its next use.
  public var idleTimeout: Time
  /// Default password.
  public var authentication: Authentication
  /// Whether a request whose connection turns out to be lost opens another one and goes once more; default false.
  public var reconnects: Bool
  /// How long a client's resolver keeps an address: after a failover it cannot reach the new writer for a time that is
  /// uniform up to this. Default 5 s.
  public var dnsTimeToLive: Time

  /// Defaults of a function's environments.
  public init(target: String) {
    self.target = target
    opening = .firstUse
    poolSize = 1
    acquireTimeout = .never
    idleTimeout = .never
    authentication = .password
    reconnects = false
    dnsTimeToLive = .seconds(5)
  }
}
