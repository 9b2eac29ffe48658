import Units

/// How a function is invoked, as Lambda's Invoke API names it.
public enum InvocationType: String, Hashable, Sendable, CaseIterable {
  /// The caller waits for the function; the default.
  case requestResponse
  /// The event is queued and the caller goes on at once; Lambda invokes the function, and again if it fails.
  case event
}

/// What a caller puts into a queue or a stream with one request.
public struct MessageConfig: Hashable, Sendable {
  /// Messages of one `SendMessageBatch` (1 to 10), or records of one `PutRecords` (1 to 500); default 1.
  public var entries: Int
  /// How many message group ids (FIFO queues) or partition keys (streams) there are, drawn uniformly for each entry;
  /// at least 1. Default 1,000.
  public var keys: Int
  /// Share of the entries that no consumer can process, 0 to 1; default 0.
  public var poison: Double

  /// One entry, 1,000 keys, no poison.
  public init(entries: Int = 1, keys: Int = 1_000, poison: Double = 0) {
    self.entries = entries
    self.keys = keys
    self.poison = poison
  }
}

/// Whose driver a request to a database goes through.
enum ConnectionOwner: Hashable {
  case function(String)
  case traffic(String)
  /// Nobody who connects to databases.
  case none
}

/// What one request of a traffic source or of a handler asks for, as `Directory` turns it into a site.
struct SiteRequest {
  var resource: String
  var route: String?
  var operation: TableOperation?
  var query: DatabaseQuery?
  /// Who asks a database or proxy.
  var owner = ConnectionOwner.none
  var payload = Size(bytes: 0)
  var invocationType = InvocationType.requestResponse
  var message = MessageConfig()
}
