import Services

extension Shapes {
  /// How callers connect to databases.
  static let connectionShapes: [Shape] = [connection]

  static let connection = Shape(
    "connection", "How a caller connects to a database or proxy.",
    [
      .optional(
        "open", .choice(ConnectionConfig.Opening.allCases.map(\.rawValue)),
        "When an environment opens its first connection; default firstUse. Functions only."),
      .optional("poolSize", .integer(1...10_000), "Connections; default 1 for each environment, 10 for a source."),
      .optional("acquireTimeout", .time, "How long a request waits for a connection of the pool; default for ever."),
      .optional("idleTimeout", .time, "The client closes a connection that is unused for so long; default never."),
      .defaulted(
        "authentication", .choice(ConnectionConfig.Authentication.allCases.map(\.rawValue)), "password",
        "How the client proves who it is."),
      .defaulted("reconnect", .boolean, "false", "Whether a request on a lost connection opens another, once."),
      .defaulted("dnsTimeToLive", .time, "5 s", "How long a resolver keeps an address."),
    ])
}
