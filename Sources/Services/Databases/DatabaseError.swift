/// What goes wrong between a client and a database, with the engine's own words for it.
public enum DatabaseError: String, Hashable, Sendable, CaseIterable, BitwiseCopyable {
  /// All slots that clients can have are taken: the connect fails at once.
  case tooManyConnections
  /// No memory is left for another connection: the connect fails at once.
  case outOfMemory
  /// The node is down: the connect fails.
  case unreachable
  /// The session is gone: the server closed it, or its node failed.
  case connectionLost
  /// A function that the statement invoked failed, or could not be invoked: the statement fails, the session stays.
  case functionFailed

  /// The error that the client sees: code, SQLSTATE where there is one, and message; `hasReservedSlots` says whether
  /// some slots are kept from clients. Sources: MySQL's error message reference; PostgreSQL's `errcodes.txt`,
  /// `postmaster.c`, `postinit.c` and libpq.
  public func text(of family: DatabaseEngine.Family, hasReservedSlots: Bool = true) -> String {
    switch (self, family) {
    case (.tooManyConnections, .mysql): "ERROR 1040 (08004): Too many connections"
    case (.tooManyConnections, .postgreSQL):
      hasReservedSlots
        ? "FATAL 53300: remaining connection slots are reserved for roles with the SUPERUSER attribute"
        : "FATAL 53300: sorry, too many clients already"
    case (.outOfMemory, .mysql): "ERROR 1135 (HY000): Can't create a new thread (errno 11)"
    case (.outOfMemory, .postgreSQL): "could not fork new process for connection: Cannot allocate memory"
    case (.unreachable, .mysql): "ERROR 2003 (HY000): Can't connect to MySQL server"
    case (.unreachable, .postgreSQL): "08001: connection to server failed"
    case (.connectionLost, .mysql): "ERROR 2013 (HY000): Lost connection to MySQL server"
    case (.connectionLost, .postgreSQL): "08006: server closed the connection unexpectedly"
    case (.functionFailed, .mysql): "ERROR 1873 (HY000): Lambda API returned error"
    case (.functionFailed, .postgreSQL): "38000: the function returned an error"
    }
  }

  /// The name of its figure.
  var figure: String {
    switch self {
    case .tooManyConnections: "tooManyConnections"
    case .outOfMemory: "outOfMemory"
    case .unreachable: "unreachableNodes"
    case .connectionLost: "connectionsLost"
    case .functionFailed: "functionFailures"
    }
  }
}
