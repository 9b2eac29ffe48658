import Services

extension Shapes {
  static let dbProxy = Shape(
    "dbProxy", "An RDS Proxy in front of a database; callers ask it what they would ask the database.",
    [
      .required("type", .choice(["dbProxy"]), "dbProxy"),
      .required("database", .text, "Name of the database behind it."),
      .defaulted(
        "maxConnectionsPercent", .integer(1...100), "100", "Of the database's connections, those that it may open."),
      .optional(
        "maxIdleConnectionsPercent", .integer(0...100),
        "Of the database's connections, those that stay open unused; default half of maxConnectionsPercent."),
      .defaulted(
        "connectionBorrowTimeout", .time, "120 s", "How long a request waits for a connection; 0 s to 3600 s."),
      .defaulted("idleClientTimeout", .time, "1800 s", "A client connection that is unused for so long is closed."),
      .optional("initQuery", .shape("query"), "What each new database connection executes first."),
      .optional(
        "sessionPinningFilters", .list(.choice(SessionPinningFilter.allCases.map(\.rawValue))),
        "What does not pin a session; MySQL family only."),
      .defaulted(
        "extendedProtocolPins", .boolean, "false", "Whether PostgreSQL's extended query protocol pins sessions."),
      .defaulted(
        "readOnlyEndpoint", .boolean, "false", "Whether there is a READ_ONLY endpoint, which leads to readers."),
      .defaulted(
        "reservedConnections", .integer(0...10_000), "5", "Connections of each node that the proxy keeps for itself."),
      .defaulted("clientConnectionLimit", .integer(1...10_000_000), "20000", "Client connections at once."),
      .optional("clientConnectionRate", .rate, "New client connections a second; default no limit."),
      .optional("iamAuthenticationRate", .rate, "The same of those that authenticate by IAM; default no limit."),
      .defaulted("retryPause", .time, "1 s", "Pause between attempts to reach the database; 1 ms to 60 s."),
      .optional("overhead", .shape("timeDistribution"), "Time that the proxy adds to a request."),
      .optional("clientOpening", .shape("timeDistribution"), "Time to open a client connection."),
    ])
}
