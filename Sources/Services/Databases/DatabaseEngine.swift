/// The database engines of RDS and Aurora that a scenario can name, as `Engine` in CloudFormation.
public enum DatabaseEngine: String, Hashable, Sendable, CaseIterable {
  case mysql
  case mariadb
  case postgres
  case auroraMySQL = "aurora-mysql"
  case auroraPostgreSQL = "aurora-postgresql"

  /// The protocol that an engine speaks, as `EngineFamily` of a proxy.
  public enum Family: String, Hashable, Sendable, CaseIterable {
    case mysql = "MYSQL"
    case postgreSQL = "POSTGRESQL"
  }

  /// The engine's protocol. MariaDB speaks MySQL's.
  public var family: Family {
    switch self {
    case .mysql, .mariadb, .auroraMySQL: .mysql
    case .postgres, .auroraPostgreSQL: .postgreSQL
    }
  }

  /// Whether the engine runs on Aurora's storage.
  public var isAurora: Bool {
    switch self {
    case .auroraMySQL, .auroraPostgreSQL: true
    case .mysql, .mariadb, .postgres: false
    }
  }
}

/// Which nodes of a database a connection leads to.
public enum DatabaseEndpoint: String, Hashable, Sendable, CaseIterable, BitwiseCopyable {
  /// The primary instance, which takes reads and writes; the default.
  case writer
  /// One of the readers, in turn; the writer where there is none.
  case reader
}
