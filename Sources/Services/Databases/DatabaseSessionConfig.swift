import Engine
import Units

/// What connections cost a database, and how many it takes.
public struct DatabaseSessionConfig: Hashable, Sendable {
  /// `max_connections` of the parameter group; nil for the default of engine and class.
  public var maxConnections: Int?
  /// Connections of those that clients cannot have: superuser_reserved_connections of PostgreSQL, 3 (documented).
  ///
  /// MySQL holds its extra connection for administrators on top of max_connections, so 0.
  public var reserved: Int
  /// Memory of one connection.
  ///
  /// Default 5 MB with PostgreSQL (inferred: AWS's Database Blog measures 1.5 MB of an idle one that has done nothing
  /// and 14.5 MB of one that has), 1 MB with MySQL (inferred: a thread's stack and buffers). Scenarios take 10 MB with
  /// Aurora Serverless (documented by AWS's guidance for sizing it: 100 connections for half an ACU).
  public var memory: Size
  /// CPU time in ns of the database for opening one: process or thread, TLS, authentication. Default 5 ms to 15 ms with
  /// PostgreSQL, 2 ms to 5 ms with MySQL (inferred).
  public var openingCPU: Distribution
  /// Round trips for opening one besides that CPU time, ns: TCP, TLS, authentication, session set-up. Default 15 ms to
  /// 25 ms (inferred).
  public var openingLatency: Distribution
  /// One round trip of a statement between client and database, ns. Default 0.5 ms (inferred).
  public var roundTrip: Distribution
  /// A connection without a statement for so long is closed: `wait_timeout`, 28,800 s by default;
  /// `idle_session_timeout`, `.never` by default.
  public var idleTimeout: Time

  /// Defaults of an engine family.
  public init(_ family: DatabaseEngine.Family = .postgreSQL) {
    maxConnections = nil
    openingLatency = .uniform(low: 15e6, high: 25e6)
    roundTrip = .constant(0.5e6)
    switch family {
    case .mysql:
      reserved = 0
      memory = .megabytes(1)
      openingCPU = .uniform(low: 2e6, high: 5e6)
      idleTimeout = .seconds(28_800)
    case .postgreSQL:
      reserved = 3
      memory = .megabytes(5)
      openingCPU = .uniform(low: 5e6, high: 15e6)
      idleTimeout = .never
    }
  }
}
