import Engine
import Services
import Testing
import Units

/// Secrets that are stored for databases.
@Suite("Secrets of databases")
struct SecretTests {
  private func secrets(_ authentication: ConnectionConfig.Authentication, proxy: Bool, calls target: String) throws
    -> [String: Int64]
  {
    var f = function("f", [query(target, milliseconds: 5)])
    f.connections = [ConnectionConfig(target: target)]
    f.connections[0].authentication = authentication
    var resources: [ResourceConfig] = [.function(f), .dbInstance(database("db"))]
    if proxy { resources.append(.dbProxy(DBProxyConfig(name: "proxy", database: "db"))) }
    let result = try Story(resources, target: TrafficTarget(resource: "f"), at: [.zero]).run()
    let lines = result.usage.filter { $0.meter.service == "SecretsManager" && $0.meter.key == "Secrets" }
    for line in lines { #expect(line.meter.kind == .standing && line.meter.unitsPerPriced == 1) }
    return Dictionary(lines.map { ($0.resource, Int64($0.amount)) }, uniquingKeysWith: +)
  }

  @Test("a proxy has a secret, and a database whose own clients fetch their password has one")
  func holders() throws {
    let span: Int64 = 1_000_000
    #expect(try secrets(.password, proxy: false, calls: "db") == [:])
    #expect(try secrets(.iam, proxy: false, calls: "db") == [:])
    #expect(try secrets(.secretsManager, proxy: false, calls: "db") == ["db": span])
    #expect(try secrets(.password, proxy: true, calls: "proxy") == ["proxy": span])
    #expect(try secrets(.secretsManager, proxy: true, calls: "proxy") == ["proxy": span])
    #expect(try secrets(.secretsManager, proxy: true, calls: "db") == ["db": span, "proxy": span])
  }
}
