import Engine
import Units

/// What one request asks of a database: a statement with autocommit, or a transaction of several.
public struct DatabaseQuery: Hashable, Sendable {
  /// CPU time of one statement in ns on one of the database's vCPUs.
  public var cpu: Distribution
  /// Pages that one statement reads; each is read from storage if the buffer cache has not got it. Default 0.
  public var reads: Distribution
  /// Writes to storage of one statement. Default 0.
  public var writes: Distribution
  /// Statements of the transaction, one after another, 1 to 10,000; default 1.
  public var statements: Int
  /// Time of the client between two statements of a transaction, ns, on top of the round trip. Default 0.
  public var pause: Distribution
  /// Default writer.
  public var endpoint: DatabaseEndpoint
  /// What makes a proxy pin the session; nil for nothing.
  public var pinCause: PinCause?
  /// Share of the requests that do so, 0 to 1; default 1, meaningful with a cause.
  public var pinShare: Double
  /// Bytes that the database grows by with one statement; default 0.
  public var growth: Size
  /// A function that each statement invokes; nil for none.
  public var invocation: DatabaseInvocation?

  /// One statement of the given CPU time.
  public init(cpu: Distribution) {
    self.cpu = cpu
    reads = .constant(0)
    writes = .constant(0)
    statements = 1
    pause = .constant(0)
    endpoint = .writer
    pinCause = nil
    pinShare = 1
    growth = Size(bytes: 0)
    invocation = nil
  }
}

/// A statement that invokes a function: `lambda_sync` and `lambda_async` of Aurora MySQL, `aws_lambda.invoke` of
/// PostgreSQL.
public struct DatabaseInvocation: Hashable, Sendable {
  /// Name of the function.
  public var function: String
  /// Whether the statement waits for the function; default requestResponse, as in PostgreSQL.
  public var type: InvocationType
  /// Invocations one after another for each statement, as by a trigger on each row; 1 to 10,000, default 1.
  public var times: Int

  /// One invocation that the statement waits for.
  public init(function: String) {
    self.function = function
    type = .requestResponse
    times = 1
  }
}

/// What makes RDS Proxy pin a session to its database connection (documented: Avoiding pinning an RDS Proxy).
public enum PinCause: String, Hashable, Sendable, CaseIterable, BitwiseCopyable {
  /// Any engine: the text of a statement above 16 KB.
  case largeStatement
  /// MySQL family: a session variable outside of the tracked ones; PostgreSQL: SET or set_config.
  case setVariable
  /// PREPARE, and in the MySQL family the binary protocol's prepared statements, too.
  case preparedStatement
  /// Temporary tables, sequences or views.
  case temporaryObject
  /// MySQL family: LOCK TABLE, FLUSH TABLES WITH READ LOCK, GET_LOCK; PostgreSQL: session advisory locks.
  case lock
  /// PostgreSQL: declared cursors.
  case cursor
  /// PostgreSQL: LISTEN.
  case listen
  /// PostgreSQL: nextval or setval.
  case sequence
  /// PostgreSQL: the extended query protocol, which was listed as a cause until 2023.
  case extendedProtocol
}

extension PinCause {
  /// Whether RDS Proxy knows the cause for engines of a family (documented: Avoiding pinning an RDS Proxy; the extended
  /// protocol until 2023).
  public func pins(_ family: DatabaseEngine.Family) -> Bool {
    switch self {
    case .largeStatement, .setVariable, .preparedStatement, .temporaryObject, .lock: true
    case .cursor, .listen, .sequence, .extendedProtocol: family == .postgreSQL
    }
  }
}

extension DatabaseEngine {
  /// Whether statements can invoke functions: in Aurora, and in RDS for PostgreSQL with the extension aws_lambda
  /// (documented: Invoking a Lambda function from Aurora MySQL, from Aurora PostgreSQL, from RDS for PostgreSQL).
  public var invokesFunctions: Bool {
    switch self {
    case .auroraMySQL, .auroraPostgreSQL, .postgres: true
    case .mysql, .mariadb: false
    }
  }
}
