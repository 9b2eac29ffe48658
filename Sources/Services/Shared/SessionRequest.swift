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
/// Clients number their connections densely, so a table a client answers at once. Every request asks here, so the tables
/// are plain memory.
struct SessionLinks: ~Copyable {
  private struct Row: BitwiseCopyable {
    var sessions: UnsafeMutablePointer<UInt32>
    var capacity: UInt32
  }

  private let rows: UnsafeMutablePointer<Row>
  private let clients: Int

  /// No sessions, for so many clients.
  init(clients: Int) {
    self.clients = clients
    rows = .allocate(capacity: clients)
    for client in 0..<clients {
      (rows + client).initialize(to: Row(sessions: .allocate(capacity: 0), capacity: 0))
    }
  }

  deinit {
    for client in 0..<clients { rows[client].sessions.deallocate() }
    rows.deallocate()
  }

  /// The session of a client's connection; `.max` for none.
  @inline(__always) func session(client: UInt16, connection: UInt32) -> UInt32 {
    let row = rows + Int(client)
    return connection < row.pointee.capacity ? row.pointee.sessions[Int(connection)] : .max
  }

  /// Sets or, with `.max`, forgets a session.
  mutating func set(_ session: UInt32, client: UInt16, connection: UInt32) {
    precondition(Int(client) < clients, "a client has a row")
    if connection >= rows[Int(client)].capacity { grow(rows + Int(client), beyond: connection) }
    rows[Int(client)].sessions[Int(connection)] = session
  }

  private mutating func grow(_ row: UnsafeMutablePointer<Row>, beyond connection: UInt32) {
    precondition(connection < .max / 2, "connections are numbered below 2^31 - 1")
    let (old, count) = (row.pointee.sessions, Int(row.pointee.capacity))
    let capacity = max(64, 2 * Int(connection) + 2)
    let new = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity)
    new.update(from: old, count: count)
    (new + count).update(repeating: .max, count: capacity - count)
    old.deallocate()
    row.pointee = Row(sessions: new, capacity: UInt32(capacity))
  }
}
