import Engine

/// What a client of a database or proxy asks it for. Clients are drivers and proxies, each with a row of its own at the
/// server; the tag of a call's caller says which of the client's connections it is about.
enum SessionRequest: BitwiseCopyable {
  /// Opens a connection to an endpoint. Refused as `throttled` without a free slot, `unavailable` while no node takes
  /// connections.
  case connect(client: UInt16, endpoint: DatabaseEndpoint)
  /// Executes a query of the database on an open connection; `site` is that of the proxy's own call to the database.
  /// `unavailable` says that the connection is lost, any other outcome leaves it open.
  case execute(client: UInt16, query: UInt32, site: UInt32)
  /// Closes a connection; always answered at once.
  case disconnect(client: UInt16)
}

/// Which session of a server stands for which connection of each client.
///
/// Clients number their connections densely, so a table a client answers at once.
struct SessionLinks {
  private var rows: [[UInt32]]

  /// No sessions, for so many clients.
  init(clients: Int) { rows = Array(repeating: [], count: clients) }

  /// The session of a client's connection; `.max` for none.
  func session(client: UInt16, connection: UInt32) -> UInt32 {
    let row = rows[Int(client)]
    return Int(connection) < row.count ? row[Int(connection)] : .max
  }

  /// Sets or, with `.max`, forgets a session.
  mutating func set(_ session: UInt32, client: UInt16, connection: UInt32) {
    while rows[Int(client)].count <= Int(connection) { rows[Int(client)].append(.max) }
    rows[Int(client)][Int(connection)] = session
  }
}
