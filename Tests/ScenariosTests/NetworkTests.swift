import Scenarios
import Services
import Testing
import Units

/// VPCs and functions in them, as scenarios describe them.
@Suite("VPCs in scenarios")
struct NetworkTests {
  /// Line 9 has the VPC's keys, line 12 those of the function, line 14 its call.
  private func text(
    vpc: String = "natGateways: 0", function: String = "vpcConfig: { vpc: net, subnetIds: [a], securityGroupIds: [s] }",
    call: String = "wait: 1 ms", more: String = ""
  ) -> String {
    """
    scenario: Private
    region: us-east-1
    duration: 1 h
    traffic:
      users: { target: f, arrivals: { poisson: { rate: 1 / s } } }
    resources:
      net:
        type: vpc
        \(vpc)
      f:
        type: function
        \(function)
        handler:
          - \(call)
      items: { type: table }
      jobs: { type: queue }
      clicks: { type: stream }
      news: { type: topic, subscriptions: [jobs] }
      g: { type: function, handler: [] }
      api: { type: httpApi, routes: { GET /: g } }
      db: { type: dbInstance, engine: postgres, dbInstanceClass: db.r6g.large }
      proxy: { type: dbProxy, database: db }
      dax: { type: daxCluster, table: items, nodeType: dax.r5.large, replicationFactor: 1 }
      cache: { type: cacheCluster, table: items, engine: valkey, cacheNodeType: cache.m7g.large }
    \(more)
    """
  }

  private static let read = "operation: getItem, itemSize: 1 KB"

  @Test("every key reaches the config")
  func keys() throws {
    let scenario = try Scenario.decode(Examples.connections, path: "x.yaml")
    guard case .vpc(let vpc)? = scenario.system.resources.first(where: { $0.name == "network" }),
      case .function(let shop)? = scenario.system.resources.first(where: { $0.name == "shop" })
    else {
      Issue.record("a VPC and a function in it")
      return
    }
    var wanted = VPCConfig(name: "network")
    wanted.natGateways = 2
    wanted.gatewayEndpoints = [.dynamodb]
    wanted.interfaceEndpoints = [.sqs, .secretsManager]
    wanted.endpointZones = 3
    wanted.interfaceCreation = .constant(120e9)
    wanted.interfaceQuota = 400
    wanted.requestOverhead = .kilobytes(3)
    wanted.coldStartPenalty = .constant(100e6)
    #expect(vpc == wanted)
    #expect(
      shop.vpc
        == VPCAttachment(vpc: "network", subnets: ["a", "b"], securityGroups: ["web"], interfacesExist: false))
  }

  @Test("what is left out is assumed, with its source")
  func assumptions() throws {
    func assumed(_ vpc: String) throws -> [String: String] {
      let scenario = try Scenario.decode(text(vpc: vpc), path: "x.yaml")
      return Dictionary(
        scenario.assumptions.filter { $0.subject == "net" }.map { ($0.parameter, $0.value) },
        uniquingKeysWith: { first, _ in first })
    }
    let common = [
      "interfaceCreation": "90 s", "interfaceQuota": "500", "coldStartPenalty": "0 s", "interfacesExist": "true",
    ]
    #expect(try assumed("gatewayEndpoints: [dynamodb]") == common)
    #expect(try assumed("natGateways: 1") == common.merging(["requestOverhead": "2 KB"]) { $1 })
    #expect(
      try assumed("interfaceEndpoints: [sqs]")
        == common.merging(["requestOverhead": "2 KB", "endpointAvailabilityZones": "2"]) { $1 })
    let stated = "interfaceCreation: 1 s\n    interfaceQuota: 7\n    coldStartPenalty: 1 s"
    #expect(try assumed(stated) == ["interfacesExist": "true"])
  }

  @Test(
    "a call that has no way out of the VPC is a fault at the call, with the ways that there are",
    arguments: [
      ("{ call: items, \(read) }", "dynamodb", "gatewayEndpoints: [dynamodb]"),
      ("{ call: cache, \(read) }", "dynamodb", "gatewayEndpoints: [dynamodb]"),
      ("{ call: jobs }", "sqs", "interfaceEndpoints: [sqs]"),
      ("{ call: clicks }", "kinesis", "interfaceEndpoints: [kinesis]"),
      ("{ call: news }", "sns", "interfaceEndpoints: [sns]"),
      ("{ call: g }", "lambda", "interfaceEndpoints: [lambda]"),
      ("{ call: g, invocationType: event }", "lambda", "interfaceEndpoints: [lambda]"),
    ])
  func noWay(call: String, service: String, key: String) {
    let faults = Examples.faults(of: text(call: call))
    #expect(faults.count == 1 && faults[0].hasPrefix("x.yaml:14:17: "), "\(faults)")
    #expect(faults.first?.contains("endpoint for \(service) or a NAT gateway") == true, "\(faults)")
    #expect(faults.first?.contains("`\(key)`") == true, "\(faults)")
    // Each of the ways will do, and another service's will not.
    #expect(Examples.faults(of: text(vpc: "natGateways: 1", call: call)) == [])
    #expect(Examples.faults(of: text(vpc: key, call: call)) == [])
    #expect(Examples.faults(of: text(vpc: "interfaceEndpoints: [secretsManager]", call: call)).count == 1)
    // Outside of the VPC there is nothing to cross.
    #expect(Examples.faults(of: text(function: "timeout: 3 s", call: call)) == [])
  }

  @Test("an HTTP API has no endpoint: it takes a NAT gateway")
  func api() {
    let call = "{ call: api, route: GET / }"
    let all = "interfaceEndpoints: [lambda, sqs, sns, kinesis, dynamodb, secretsManager]"
    let faults = Examples.faults(of: text(vpc: all, call: call))
    #expect(
      faults.count == 1 && faults[0].hasPrefix("x.yaml:14:17: ") && faults[0].contains("natGateways"), "\(faults)")
    #expect(Examples.faults(of: text(vpc: "natGateways: 1", call: call)) == [])
  }

  @Test(
    "what stands in the VPC needs no way out",
    arguments: [
      "{ call: db, query: { cpu: 1 ms } }", "{ call: proxy, query: { cpu: 1 ms } }", "{ call: dax, \(read) }",
    ])
  func inside(call: String) throws {
    #expect(Examples.faults(of: text(call: call)) == [])
    // A function in no VPC is taken to reach it all the same, which is said.
    let scenario = try Scenario.decode(text(function: "timeout: 3 s", call: call), path: "x.yaml")
    let parameter = call.contains("db,") ? "publiclyAccessible" : "vpcConfig"
    #expect(scenario.assumptions.filter { $0.parameter == parameter }.count == 1)
    let attached = try Scenario.decode(text(call: call), path: "x.yaml")
    #expect(attached.assumptions.allSatisfy { $0.parameter != parameter })
  }

  @Test("drivers that fetch a password must reach Secrets Manager")
  func secrets() {
    func function(_ authentication: String) -> String {
      "vpcConfig: { vpc: net, subnetIds: [a], securityGroupIds: [s] }\n"
        + "    connections: { db: { authentication: \(authentication) } }"
    }
    let call = "{ call: db, query: { cpu: 1 ms } }"
    let faults = Examples.faults(of: text(function: function("secretsManager"), call: call))
    #expect(faults.count == 1 && faults[0].hasPrefix("x.yaml:12:16: "), "\(faults)")
    for vpc in ["natGateways: 1", "interfaceEndpoints: [secretsManager]"] {
      #expect(Examples.faults(of: text(vpc: vpc, function: function("secretsManager"), call: call)) == [])
    }
    for other in ["password", "iam"] { #expect(Examples.faults(of: text(function: function(other), call: call)) == []) }
  }

  @Test(
    "each fault of a VPC is found at its place",
    arguments: [
      ("natGateways: 7", "9:18", "0 to 6"), ("natGateways: -1", "9:18", "0 to 6"),
      ("gatewayEndpoints: [sqs]", "9:23", "interfaceEndpoints"),
      ("gatewayEndpoints: [dynamodb, dynamodb]", "9:34", "a second time"),
      ("gatewayEndpoints: dynamodb", "9:23", "a list"),
      ("interfaceEndpoints: [dynamo]", "9:26", "did you mean `dynamodb`?"),
      ("interfaceEndpoints: [executeApi]", "9:26", "secretsManager"),
      ("endpointAvailabilityZones: 2", "9:32", "without `interfaceEndpoints`"),
      ("interfaceCreation: soon", "9:24", "a time"), ("interfaceQuota: 0", "9:21", "1 to 5000"),
      ("interfaceQuota: 5001", "9:21", "1 to 5000"), ("requestOverhead: 1025 KB", "9:22", "1 MB"),
      ("coldStartPenalty: 3", "9:23", "a unit"), ("natGateway: 1", "9:5", "did you mean `natGateways`?"),
    ])
  func vpcFaults(lines: String, place: String, fragment: String) {
    let faults = Examples.faults(of: text(vpc: lines))
    #expect(faults.count == 1, "\(faults)")
    #expect(faults.first?.hasPrefix("x.yaml:\(place): ") == true, "\(faults)")
    #expect(faults.first?.contains(fragment) == true, "\(faults)")
  }

  @Test("endpoints in 1 to 6 zones", arguments: [(0, 1), (1, 0), (6, 0), (7, 1)])
  func zones(count: Int, faults: Int) {
    let lines = "interfaceEndpoints: [sqs]\n    endpointAvailabilityZones: \(count)"
    #expect(Examples.faults(of: text(vpc: lines)).count == faults)
  }

  @Test(
    "each fault of a function's place is found",
    arguments: [
      ("{ vpc: nets, subnetIds: [a], securityGroupIds: [s] }", "12:23", "did you mean `net`?"),
      ("{ vpc: items, subnetIds: [a], securityGroupIds: [s] }", "12:23", "the name of a VPC"),
      ("{ subnetIds: [a], securityGroupIds: [s] }", "12:16", "no `vpc`"),
      ("{ vpc: net, subnetIds: [], securityGroupIds: [s] }", "12:39", "1 to 16"),
      ("{ vpc: net, subnetIds: [a], securityGroupIds: [] }", "12:62", "1 to 5"),
      ("{ vpc: net, subnetIds: [a], securityGroupIds: [a, b, c, d, e, f] }", "12:62", "1 to 5"),
      ("{ vpc: net, subnetIds: [a, a], securityGroupIds: [s] }", "12:43", "a second time"),
      ("{ vpc: net, subnetIds: [a], securityGroupIds: [s], interfacesExist: no }", "12:84", "true or false"),
    ])
  func attachmentFaults(attachment: String, place: String, fragment: String) {
    let faults = Examples.faults(of: text(function: "vpcConfig: \(attachment)"))
    #expect(faults.count == 1, "\(faults)")
    #expect(faults.first?.hasPrefix("x.yaml:\(place): ") == true, "\(faults)")
    #expect(faults.first?.contains(fragment) == true, "\(faults)")
  }

  @Test("16 subnets and 5 security groups are as many as a function has", arguments: [(16, 0), (17, 1)])
  func subnets(count: Int, faults: Int) {
    let names = (1...count).map { "s\($0)" }.joined(separator: ", ")
    let function = "vpcConfig: { vpc: net, subnetIds: [\(names)], securityGroupIds: [a, b, c, d, e] }"
    #expect(Examples.faults(of: text(function: function)).count == faults)
  }

  @Test("functions together have at most as many interfaces as the VPC's quota", arguments: [(2, 0), (1, 1)])
  func quota(quota: Int, faults: Int) {
    let more = "  h: { type: function, vpcConfig: { vpc: net, subnetIds: [b], securityGroupIds: [s] }, handler: [] }"
    let same = "  i: { type: function, vpcConfig: { vpc: net, subnetIds: [b], securityGroupIds: [s] }, handler: [] }"
    let found = Examples.faults(of: text(vpc: "interfaceQuota: \(quota)", more: more + "\n" + same))
    #expect(found.count == faults && found.allSatisfy { $0.hasPrefix("x.yaml:25:") }, "\(found)")
  }

  @Test("provisioned environments at time zero need interfaces", arguments: [(0, 0), (1, 1)])
  func provisioned(count: Int, faults: Int) {
    let lines =
      "vpcConfig: { vpc: net, subnetIds: [a], securityGroupIds: [s], interfacesExist: false }\n"
      + "    provisionedConcurrencyConfig: { provisionedConcurrentExecutions: \(count) }"
    let found = Examples.faults(of: text(function: lines))
    #expect(found.count == faults && found.allSatisfy { $0.hasPrefix("x.yaml:12:16: ") }, "\(found)")
  }
}
