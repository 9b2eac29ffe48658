import Scenarios
import Services
import Testing

/// Faults and assumptions of RDS Proxy.
@Suite("Faults of proxies")
struct ProxyFaultTests {
  private func text(_ keys: String, query: String = "{ cpu: 1 ms }", database: String = "engine: mysql") -> String {
    """
    scenario: Proxied
    region: us-east-1
    duration: 1 h
    traffic:
      clerks: { target: proxy, query: \(query), arrivals: { poisson: { rate: 1 / s } } }
    resources:
      db: { type: dbInstance, \(database), dbInstanceClass: db.r6g.large, maxConnections: 100 }
      proxy: { type: dbProxy, database: db\(keys.isEmpty ? "" : ", " + keys) }
    """
  }

  @Test(
    "each fault is found at its place",
    arguments: [
      ("maxConnectionsPercent: 0", "8:64", "1 to 100"),
      ("maxConnectionsPercent: 101", "8:64", "1 to 100"),
      ("maxConnectionsPercent: 5", "8:64", "raise maxConnectionsPercent"),
      ("reservedConnections: 100", "8:62", "keeps for itself"),
      ("maxIdleConnectionsPercent: 101", "8:68", "0 to 100"),
      ("maxConnectionsPercent: 50, maxIdleConnectionsPercent: 51", "8:95", "at most maxConnectionsPercent"),
      ("connectionBorrowTimeout: 3601 s", "8:66", "3601"),
      ("idleClientTimeout: 0 s", "8:60", "1 s"),
      ("idleClientTimeout: 28801 s", "8:60", "28801"),
      ("sessionPinningFilters: [ALL]", "8:65", "EXCLUDE_VARIABLE_SETS"),
      ("extendedProtocolPins: true", "8:63", "a PostgreSQL database"),
      ("readOnlyEndpoint: true", "8:59", "without readers"),
      ("initQuery: { cpu: 1 ms, pinCause: lock }", "8:65", "no such key in an init query"),
      ("clientConnectionLimit: 0", "8:64", "1 to 10000000"),
      ("clientConnectionRate: 0.5 / s", "8:63", "a whole rate"),
      ("retryPause: 0 s", "8:53", "1 ms"),
    ] as [(String, String, String)])
  func keys(keys: String, place: String, fragment: String) {
    let faults = Examples.faults(of: text(keys))
    #expect(faults.count == 1, "\(faults)")
    #expect(faults.first?.hasPrefix("x.yaml:\(place): ") == true, "\(faults)")
    #expect(faults.first?.contains(fragment) == true, "\(faults)")
  }

  @Test(
    "values at the edges are sound",
    arguments: [
      "", "maxConnectionsPercent: 6", "maxConnectionsPercent: 50, maxIdleConnectionsPercent: 50",
      "connectionBorrowTimeout: 0 s", "connectionBorrowTimeout: 3600 s", "idleClientTimeout: 28800 s",
      "reservedConnections: 99", "initQuery: { cpu: 1 ms }",
    ])
  func edges(keys: String) { #expect(Examples.faults(of: text(keys)) == []) }

  @Test("readers are asked through a READ_ONLY endpoint only")
  func readers() {
    let faults = Examples.faults(of: text("", query: "{ cpu: 1 ms, endpoint: reader }"))
    #expect(faults.count == 1, "\(faults)")
    #expect(faults.first?.hasPrefix("x.yaml:5:58: ") == true, "\(faults)")
    #expect(faults.first?.contains("readOnlyEndpoint: true") == true, "\(faults)")
    let sound = text(
      "readOnlyEndpoint: true", query: "{ cpu: 1 ms, endpoint: reader }", database: "engine: mysql, readers: 1")
    #expect(Examples.faults(of: sound) == [])
  }

  @Test("filters of variables are for the MySQL family")
  func filters() {
    let keys = "sessionPinningFilters: [EXCLUDE_VARIABLE_SETS]"
    #expect(Examples.faults(of: text(keys)) == [])
    let faults = Examples.faults(of: text(keys, database: "engine: postgres"))
    #expect(faults.count == 1, "\(faults)")
    #expect(faults.first?.contains("MySQL family") == true, "\(faults)")
  }

  @Test("an account has 20 proxies", arguments: [20, 21])
  func quota(count: Int) {
    let more = (1..<count).map { "\n  p\($0): { type: dbProxy, database: db }" }.joined()
    let faults = Examples.faults(of: text("") + more)
    #expect(faults.count == (count > 20 ? 1 : 0), "\(faults)")
  }

  @Test("a function that a statement invokes cannot ask the proxy in front of that statement")
  func cycle() {
    let scenario = """
      scenario: Cycle
      region: us-east-1
      duration: 1 h
      traffic:
        clerks: { target: audit, arrivals: { poisson: { rate: 1 / s } } }
      resources:
        audit: { type: function, handler: [{ call: proxy, query: { cpu: 1 ms } }] }
        db: { type: auroraCluster, engine: aurora-mysql, dbInstanceClass: db.r6g.large }
        proxy: { type: dbProxy, database: db, initQuery: { cpu: 1 ms, invokes: { function: audit } } }
      """
    let faults = Examples.faults(of: scenario)
    #expect(faults.count == 1, "\(faults)")
    #expect(faults.first?.contains("cycle") == true, "\(faults)")
  }
}
