import Engine
import Units

/// One SDK client, as far as it remembers anything between calls: its retry quota and its rate limiter.
struct RetryClient: BitwiseCopyable {
  /// What is left of the quota.
  private(set) var tokens: Int32
  /// Who uses the client; another owner begins with a fresh one. 0 is nobody.
  fileprivate var owner: UInt32
  var limiter: RateLimiter

  /// A fresh client whose quota has so many tokens; 0 for none.
  init(capacity: Int32, owner: UInt32 = 0, at now: Time) {
    tokens = capacity
    self.owner = owner
    limiter = RateLimiter(at: now)
  }

  /// Pays for a retry, if there are tokens enough.
  mutating func pay(_ cost: Int32) -> Bool {
    guard tokens >= cost else { return false }
    tokens &-= cost
    return true
  }

  /// Takes tokens back, up to the capacity.
  mutating func earn(_ amount: Int32, capacity: Int32) { tokens = min(tokens &+ amount, capacity) }
}

/// The clients of many owners: a row each, in it one client a kind. Rows are made when they are first used.
struct RetryClients: ~Copyable {
  /// Clients of one owner.
  let width: Int
  private var base: UnsafeMutablePointer<RetryClient>
  private var rows: Int

  /// No rows; nothing is allocated while nobody uses a client.
  init(width: Int) {
    self.width = width
    base = .allocate(capacity: 0)
    rows = 0
  }

  deinit { base.deallocate() }

  /// The client of a row, a fresh one if the row had another owner; valid until the next client is asked for.
  mutating func client(
    _ kind: UInt32, row: UInt32, owner: UInt32, capacity: Int32, at now: Time
  ) -> UnsafeMutablePointer<RetryClient> {
    if Int(row) >= rows { grow(to: Int(row) + 1) }
    let client = base + (Int(row) &* width &+ Int(kind))
    if client.pointee.owner != owner { client.pointee = RetryClient(capacity: capacity, owner: owner, at: now) }
    return client
  }

  /// The process that owned a row has ended: the next one begins with fresh clients.
  mutating func forget(row: UInt32) {
    guard Int(row) < rows else { return }
    for kind in 0..<width { base[Int(row) &* width &+ kind].owner = 0 }
  }

  private mutating func grow(to least: Int) {
    let count = max(least, 2 * rows, 64)
    let larger = UnsafeMutablePointer<RetryClient>.allocate(capacity: count * width)
    larger.update(from: base, count: rows * width)
    (larger + rows * width).initialize(
      repeating: RetryClient(capacity: 0, at: .zero), count: (count - rows) * width)
    base.deallocate()
    base = larger
    rows = count
  }
}

/// Which calls of one owner go through the same client: those to one resource, under one profile.
///
/// Code that calls several tables through one SDK client shares its quota among them; here each has its own, so retries
/// last longer than there.
struct RetryClientKey: Equatable {
  private let resource: String
  private let profile: RetryProfile?

  init(_ resource: String, _ profile: RetryProfile?) {
    self.resource = resource
    self.profile = profile
  }
}

extension [RetryClientKey] {
  /// The number of the key's client, a new one for a new key.
  mutating func index(of key: RetryClientKey) -> UInt32 {
    if let index = firstIndex(of: key) { return UInt32(index) }
    append(key)
    return UInt32(count - 1)
  }
}
