import Services
import Testing

@testable import Scenarios

/// What a scenario asks of databases.
@Suite("Queries in scenarios")
struct DatabaseQueryTests {
  private static let scenario = """
    scenario: Queries
    region: us-east-1
    duration: 1 h
    traffic:
      clerks: { target: orders, query: { cpu: 2 ms, statements: 2 }, arrivals: { poisson: { rate: 1 / s } } }
      shoppers: { target: shop, arrivals: { poisson: { rate: 1 / s } } }
    resources:
      shop:
        type: function
        handler:
          - call: proxy
            query: { cpu: 1 ms }
      audit:
        type: function
        handler:
          - call: orders
            query: { cpu: 3 ms }
      orders: { type: dbInstance, engine: postgres, dbInstanceClass: db.r6g.large }
      proxy: { type: dbProxy, database: orders }

    """

  private func faults(_ changes: [(String, String)]) -> [String] {
    var text = Self.scenario
    for (old, new) in changes {
      #expect(text.contains(old), "the scenario has \(old)")
      text = text.replacing(old, with: new, maxReplacements: 1)
    }
    return Examples.faults(of: text).map(\.description)
  }

  @Test("the scenario itself has no faults")
  func sound() { #expect(faults([]) == []) }

  @Test(
    "impossible combinations are faults, with their place",
    arguments: [
      ("statements: 2", "pause: 1 ms", ":5:56:", "a pause in a request of one statement"),
      ("statements: 2", "pinShare: 1 %", ":5:59:", "`pinShare` without `pinCause`"),
      ("statements: 2", "reads: -1", ":5:56:", "-1"),
      ("statements: 2", "writes: -1", ":5:57:", "-1"),
      ("statements: 2", "statements: 0", ":5:61:", "1 to 10000"),
      ("statements: 2", "statements: 10001", ":5:61:", "1 to 10000"),
      ("statements: 2", "endpoint: reader", ":5:59:", "`orders`, which has no readers"),
      ("statements: 2", "writes: 1, endpoint: reader", ":5:57:", "`writes` at the reader endpoint"),
      ("statements: 2", "growth: 1 B, endpoint: reader", ":5:57:", "`growth` at the reader endpoint"),
      ("statements: 2", "invokes: { function: audt }", ":5:70:", "did you mean `audit`?"),
      ("statements: 2", "invokes: { function: orders }", ":5:70:", "the name of a function"),
      ("statements: 2", "invokes: { function: audit, times: 0 }", ":5:84:", "1 to 10000"),
    ])
  func listed(text: String, replacement: String, place: String, fragment: String) {
    let found = faults([(text, replacement)])
    #expect(found.contains { $0.contains(place) && $0.contains(fragment) }, "\(found)")
  }

  @Test("writes and growth of none are nothing to refuse of a reader, nor is the reader endpoint of Aurora")
  func readerEndpoint() {
    let readers = ("db.r6g.large }", "db.r6g.large, readers: 1 }")
    #expect(faults([("statements: 2", "writes: 0, growth: 0 B, endpoint: reader"), readers]) == [])
    #expect(
      faults([
        ("statements: 2", "endpoint: reader"), ("dbInstance, engine: postgres", "auroraCluster, engine: aurora-mysql"),
      ]) == [])
  }

  @Test("an engine knows its pin causes, through a proxy too", arguments: PinCause.allCases)
  func pinCauses(cause: PinCause) {
    let mysql = ("engine: postgres", "engine: mysql")
    for (text, replacement) in [
      ("statements: 2", "pinCause: \(cause.rawValue)"), ("cpu: 1 ms", "cpu: 1 ms, pinCause: \(cause.rawValue)"),
    ] {
      #expect(faults([(text, replacement)]) == [])
      let found = faults([(text, replacement), mysql])
      let isKnown: Set<PinCause> = [.largeStatement, .setVariable, .preparedStatement, .temporaryObject, .lock]
      #expect(found.isEmpty == isKnown.contains(cause), "\(found)")
      #expect(found.allSatisfy { $0.contains("`\(cause.rawValue)`, which pins no session of mysql") })
    }
  }

  @Test(
    "only some engines invoke functions",
    arguments: [
      ("dbInstance", "postgres", true), ("dbInstance", "mysql", false), ("dbInstance", "mariadb", false),
      ("auroraCluster", "aurora-mysql", true), ("auroraCluster", "aurora-postgresql", true),
    ])
  func invokers(type: String, engine: String, invokes: Bool) {
    let found = faults([
      ("statements: 2", "invokes: { function: shop }"), ("dbInstance, engine: postgres", "\(type), engine: \(engine)"),
    ])
    #expect(found.isEmpty == invokes, "\(found)")
    #expect(found.allSatisfy { $0.contains("`invokes` at \(engine)") })
  }

  @Test("a function that leads back to itself through a database is a fault, one that uses the database is none")
  func cycles() {
    #expect(faults([("cpu: 1 ms", "cpu: 1 ms, invokes: { function: audit }")]) == [])
    let loop = faults([
      ("cpu: 1 ms", "cpu: 1 ms, invokes: { function: audit }"),
      ("cpu: 3 ms", "cpu: 3 ms, invokes: { function: shop }"),
    ])
    #expect(loop.contains { $0.contains("the cycle shop -> audit -> shop") }, "\(loop)")
    let own = faults([("cpu: 3 ms", "cpu: 3 ms, invokes: { function: audit }")])
    #expect(own.contains { $0.contains("the cycle audit -> audit") }, "\(own)")
    let events = faults([
      ("cpu: 1 ms", "cpu: 1 ms, invokes: { function: audit }"),
      ("cpu: 3 ms", "cpu: 3 ms, invokes: { function: shop, invocationType: event }"),
    ])
    #expect(events.contains { $0.contains("the loop of events shop -> audit -> shop") }, "\(events)")
  }

  @Test("defaults in use are assumptions, and what is written down is none")
  func assumptions() throws {
    func noted(_ text: String) throws -> Set<String> {
      Set(try Scenario.decode(text, path: "x.yaml").assumptions.map { "\($0.subject).\($0.parameter) \($0.value)" })
    }
    let plain = try noted(Self.scenario)
    #expect(plain.contains("orders.query.reads 0") && plain.contains("proxy.query.writes 0"))
    #expect(plain.contains("orders.bufferCache 25 % of DBInstanceClassMemory"))
    #expect(plain.contains("orders.DBInstanceClassMemory 92 % of the instance's memory"))
    let pinning = try noted(Self.scenario.replacing("cpu: 1 ms", with: "cpu: 1 ms, pinCause: lock"))
    #expect(pinning.contains("proxy.query.pinShare 100 %") && !plain.contains("proxy.query.pinShare 100 %"))
    let stated = try noted(Self.scenario.replacing("cpu: 1 ms", with: "cpu: 1 ms, reads: 1, writes: 0"))
    #expect(!stated.contains("proxy.query.reads 0") && !stated.contains("proxy.query.writes 0"))
    let invoking = try noted(Self.scenario.replacing("cpu: 1 ms", with: "cpu: 1 ms, invokes: { function: audit }"))
    #expect(invoking.contains("proxy.query.invokes.invocationType requestResponse"))
  }
}
