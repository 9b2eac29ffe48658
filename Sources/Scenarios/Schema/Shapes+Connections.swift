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
      .optional(
        "acquireTimeout", .time, "How long a request waits for a connection of the pool, above 0; default for ever."),
      .optional(
        "idleTimeout", .time, "The client closes a connection that is unused for so long, above 0; default never."),
      .optional(
        "maxLifetime", .time, "A connection this old, above 0, is closed when it is given back; default never."),
      .defaulted("connectTimeout", .time, "30 s", "How long a client tries to open a connection, above 0."),
      .defaulted("retryPause", .time, "1 s", "Pause before the next attempt while no node takes connections, above 0."),
      .defaulted(
        "authentication", .choice(ConnectionConfig.Authentication.allCases.map(\.rawValue)), "password",
        "How the client proves who it is."),
      .optional(
        "secretLatency", .shape("timeDistribution"),
        "Time to fetch the secret, once an environment; default median 30 ms, p99 150 ms. With secretsManager."),
      .optional(
        "tokenLatency", .shape("timeDistribution"), "Time in which the client signs a token; default 1 ms. With iam."),
      .optional(
        "tokenCheckLatency", .shape("timeDistribution"),
        "Time that a token's check takes longer than a password's; default median 10 ms, p99 50 ms. With iam."),
      .defaulted("reconnect", .boolean, "false", "Whether a request on a lost connection opens another, once."),
      .defaulted("dnsTimeToLive", .time, "5 s", "How long a resolver keeps an address."),
    ])
}
