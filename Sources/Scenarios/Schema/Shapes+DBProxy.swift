import Services

extension Shapes {
  static let dbProxy = Shape(
    "dbProxy", "An RDS Proxy in front of a database; callers ask it what they would ask the database.",
    [
      .required("type", .choice(["dbProxy"]), "dbProxy"),
      .required("database", .text, "Name of the database behind it."),
      .defaulted(
        "maxConnectionsPercent", .integer(1...100), "100", "Of the database's connections, those that it may open."),
      .optional("maxIdleConnectionsPercent", .integer(0...100), "Of those, idle ones that stay open; default half."),
      .defaulted(
        "connectionBorrowTimeout", .time, "120 s", "How long a request waits for a connection; 0 s to 3600 s."),
      .defaulted("idleClientTimeout", .time, "1800 s", "A client connection that is unused for so long is closed."),
    ])
}
