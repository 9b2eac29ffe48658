import Engine
import Services
import Testing
import Units

@testable import Scenarios

/// How callers connect, in scenarios: what arrives, what is refused, what is assumed.
@Suite("Connections in scenarios")
struct ConnectionTests {
  /// A function and a source that ask a database, with settings of either, if any.
  private func scenario(function: String = "", source: String = "") -> String {
    """
    scenario: Connected
    region: us-east-1
    duration: 1 h
    traffic:
      clerks:
        target: orders
        query: { cpu: 2 ms }
        arrivals: { poisson: { rate: 1 / s } }
        \(source.isEmpty ? "" : "connections: \(source)")
      shoppers: { target: shop, arrivals: { poisson: { rate: 1 / s } } }
    resources:
      shop:
        type: function
        \(function.isEmpty ? "" : "connections: \(function)")
        handler: [ { call: orders, query: { cpu: 1 ms } } ]
      orders: { type: dbInstance, engine: postgres, dbInstanceClass: db.r6g.large }
      archive: { type: dbInstance, engine: postgres, dbInstanceClass: db.r6g.large }
    """
  }

  private func plans(_ text: String) throws -> [DatabaseClientPlan] {
    try Scenario.decode(text, path: "x").system.databaseClients
  }

  @Test("all keys arrive")
  func everything() throws {
    let plans = try plans(Examples.connections)
    let source = try #require(plans.first { !$0.isFunction }).connection
    #expect(source.poolSize == 20 && source.acquireTimeout == .seconds(5) && source.idleTimeout == .minutes(10))
    #expect(source.maxLifetime == .minutes(30) && source.connectTimeout == .seconds(10))
    #expect(source.retryPause == .milliseconds(500) && source.authentication == .secretsManager)
    #expect(source.secretLatency == .logNormal(median: 20e6, p99: 90e6))
    let function = try #require(plans.first { $0.isFunction }).connection
    #expect(function.opening == .initialisation && function.authentication == .iam && function.reconnects)
    #expect(function.tokenLatency == .constant(2e6) && function.tokenCheckLatency == .exponential(mean: 20e6))
    #expect(function.dnsTimeToLive == .seconds(30) && function.poolSize == 1)
  }

  @Test("who says nothing has one connection an environment, or ten a source, and no limits")
  func defaults() throws {
    let plans = try plans(scenario())
    #expect(plans.count == 2)
    #expect(plans.map(\.owner) == ["clerks", "shop"] && plans.map(\.connection.poolSize) == [10, 1])
    var expected = ConnectionConfig(target: "orders")
    #expect(plans[1].connection == expected)
    expected.poolSize = 10
    #expect(plans[0].connection == expected)
    // Settings that leave the pool's size out have the same.
    let stated = try self.plans(scenario(function: "{ orders: {} }", source: "{ orders: {} }"))
    #expect(stated == plans)
  }

  @Test("two queries of one caller share a driver, one at the reader's endpoint has its own")
  func shared() throws {
    let text = scenario()
      .replacingOccurrences(
        of: "handler: [ ",
        with: "handler: [ { call: orders, query: { cpu: 3 ms } }, "
          + "{ call: orders, query: { cpu: 3 ms, endpoint: reader } }, "
      )
      .replacingOccurrences(of: "orders: { type: dbInstance,", with: "orders: { type: dbInstance, readers: 1,")
    #expect(try plans(text).map(\.endpoint) == [.writer, .writer, .reader])
  }

  @Test(
    "each fault of a function is found at its place",
    arguments: [
      ("{ shop: {} }", "14:20", "the name of a database or proxy"),
      ("{ ordres: {} }", "14:20", "did you mean `orders`?"),
      ("{ archive: {} }", "14:20", "which `shop` never asks"),
      ("{}", "14:18", "at least one"),
      ("{ orders: { poolSize: 0 } }", "14:40", "1 to 10000"),
      ("{ orders: { poolSize: 10001 } }", "14:40", "1 to 10000"),
      ("{ orders: { idleTimeout: 0 s } }", "14:43", "a time above 0"),
      ("{ orders: { acquireTimeout: 0 s } }", "14:46", "leave it out for none"),
      ("{ orders: { maxLifetime: 0 s } }", "14:43", "a time above 0"),
      ("{ orders: { connectTimeout: 0 s } }", "14:46", "leave it out for the default"),
      ("{ orders: { retryPause: 0 s } }", "14:42", "a time above 0"),
      ("{ orders: { open: later } }", "14:36", "init, firstUse"),
      ("{ orders: { authentication: kerberos } }", "14:46", "password"),
      ("{ orders: { secretLatency: 1 ms } }", "14:45", "authentication: secretsManager"),
      ("{ orders: { authentication: secretsManager, tokenLatency: 1 ms } }", "14:76", "authentication: iam"),
      ("{ orders: { authentication: password, tokenCheckLatency: 1 ms } }", "14:75", "authentication: iam"),
      ("{ orders: { reconnect: yes } }", "14:41", "true or false"),
      ("{ orders: { pool: 3 } }", "14:30", "did you mean `poolSize`?"),
    ] as [(String, String, String)])
  func faults(settings: String, place: String, fragment: String) {
    let found = Examples.faults(of: scenario(function: settings))
    #expect(found.count == 1, "\(found)")
    #expect(found.first?.hasPrefix("x.yaml:\(place): ") == true, "\(found)")
    #expect(found.first?.contains(fragment) == true, "\(found)")
  }

  @Test("a limit of 1 ns is one, and `init` is for functions only")
  func edges() {
    #expect(Examples.faults(of: scenario(function: "{ orders: { idleTimeout: 1 ns, poolSize: 10000 } }")).isEmpty)
    #expect(Examples.faults(of: scenario(function: "{ orders: { open: init } }")).isEmpty)
    let found = Examples.faults(of: scenario(source: "{ orders: { open: init } }"))
    #expect(found.count == 1 && found[0].contains("`open` of a traffic source"), "\(found)")
  }

  @Test("a handler with faults has only its own, not those of whom it would ask")
  func faultyHandler() {
    let text = scenario(function: "{ orders: {} }").replacingOccurrences(of: "cpu: 1 ms", with: "cpu: soon")
    #expect(Examples.faults(of: text).count == 1)
  }

  @Test("what a run takes for granted is assumed, and what is stated is not")
  func assumptions() throws {
    func assumed(_ text: String, _ subject: String) throws -> Set<String> {
      Set(
        try Scenario.decode(text, path: "x").assumptions.filter { $0.subject == subject }.map(\.parameter)
          .filter { $0.hasPrefix("connections.orders.") }.map { String($0.dropFirst(19)) })
    }
    let all: Set = ["poolSize", "connectTimeout", "retryPause", "authentication", "reconnect", "dnsTimeToLive"]
    #expect(try assumed(scenario(), "clerks") == all)
    #expect(try assumed(scenario(), "shop") == all.union(["open"]))
    let iam = scenario(function: "{ orders: { authentication: iam, poolSize: 1 } }")
    #expect(
      try assumed(iam, "shop")
        == all.union(["open", "tokenLatency", "tokenCheckLatency"]).subtracting(["poolSize", "authentication"]))
    let secret = scenario(function: "{ orders: { authentication: secretsManager, secretLatency: 1 ms, open: init } }")
    #expect(try assumed(secret, "shop") == all.subtracting(["authentication"]))
  }
}
