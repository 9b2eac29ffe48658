import Engine
import Services
import Testing
import Units

/// What leaves a VPC, by which way, and what is metered of it.
@Suite("Ways out of a VPC")
struct NetworkStoryTests {
  private func run(_ vpc: VPCConfig, _ resources: [ResourceConfig], count: Int = 1) throws -> RunResult {
    var story = Story(
      [.vpc(vpc)] + resources, target: TrafficTarget(resource: resources[0].name), at: [.seconds(1)], count: count)
    story.duration = .hours(1)
    return try story.run()
  }

  private func items(_ kind: TableOperation.Kind, bytes: Int64, items: Int) -> Step {
    .call(
      CallStep(
        target: "items", operation: TableOperation(kind: kind, itemSize: Size(bytes: bytes), items: items)))
  }

  @Test(
    "a table's items are counted as they are sent or come back, and a deletion's not at all",
    arguments: [
      (.getItem, 1, 1_300.0), (.query, 4, 2_200), (.putItem, 1, 1_300), (.batchWriteItem, 3, 1_900),
      (.deleteItem, 1, 1_000),
    ] as [(TableOperation.Kind, Int, Double)])
  func tables(kind: TableOperation.Kind, count: Int, bytes: Double) throws {
    let f = inside(function("f", [items(kind, bytes: 300, items: count)]))
    let result = try run(network(natGateways: 1), [.function(f), .table(table("items", milliseconds: 5))], count: 3)
    #expect(result.figure("natBytes", of: "network") == 3 * bytes)
    #expect(result.usage("NatGateway-Bytes", of: "network") == 3 * Int64(bytes))
    #expect(result.latencyMs == 3 * 105)
  }

  @Test("requests and responses go opposite ways through a NAT gateway")
  func directions() throws {
    let f = inside(function("f", [items(.query, bytes: 300, items: 4), items(.putItem, bytes: 50, items: 1)]))
    let result = try run(network(natGateways: 1), [.function(f), .table(table("items", milliseconds: 5))])
    func sum(_ metric: String) -> Double {
      result.series.first { $0.key.resource == "network" && $0.key.name == metric }?.values.reduce(0, +) ?? .nan
    }
    #expect(sum("BytesOutToDestination") == 500 + 550)
    #expect(sum("BytesInFromDestination") == 1_700 + 500)
  }

  @Test("calls of functions, APIs, queues, streams and topics count what the scenario says of them")
  func otherServices() throws {
    var callee = function("g", [])
    callee.responseSize = Size(bytes: 70)
    var (synchronous, asynchronous) = (CallStep(target: "g"), CallStep(target: "g"))
    synchronous.payload = Size(bytes: 30)
    asynchronous.payload = Size(bytes: 40)
    asynchronous.invocationType = .event
    var (send, put, publish) = (CallStep(target: "queue"), CallStep(target: "stream"), CallStep(target: "topic"))
    send.payload = Size(bytes: 10)
    send.message.entries = 5
    put.payload = Size(bytes: 20)
    put.message.entries = 6
    publish.payload = Size(bytes: 80)
    var request = CallStep(target: "api", route: "GET /")
    request.payload = Size(bytes: 90)
    let others: [ResourceConfig] = [
      .function(callee), .queue(QueueConfig(name: "queue")), .stream(StreamConfig(name: "stream")),
      .topic(TopicConfig(name: "topic")),
      .httpApi(HTTPAPIConfig(name: "api", routes: [.init(key: "GET /", target: "g")])),
    ]
    for (step, bytes) in [
      (synchronous, 1_100.0), (asynchronous, 1_040), (send, 1_050), (put, 1_120), (publish, 1_080), (request, 1_160),
    ] {
      let result = try run(network(natGateways: 1), [.function(inside(function("f", [.call(step)])))] + others)
      #expect(result.figure("natBytes", of: "network") == bytes, "\(step.target)")
    }
  }

  @Test("what stands in the VPC is reached without a gateway")
  func databases() throws {
    let f = inside(function("f", [query("db", milliseconds: 5)]))
    let result = try run(network(natGateways: 1), [.function(f), .dbInstance(database("db"))])
    #expect(result.figure("natBytes", of: "network") == 0)
    #expect(result.latencyMs == 146)
  }

  @Test("a free endpoint is taken before one with a price, and that before the NAT gateway")
  func preference() throws {
    let f = inside(function("f", [items(.getItem, bytes: 300, items: 1)]))
    let all: [ResourceConfig] = [.function(f), .table(table("items", milliseconds: 5))]
    for (gateways, endpoints, natBytes, endpointBytes) in [
      ([], [], 1_300.0, 0.0), ([], [.dynamodb], 0, 1_300), ([.dynamodb], [.dynamodb], 0, 0),
      ([.dynamodb], [], 0, 0), ([], [.sqs], 1_300, 0),
    ] as [(Set<VPCEndpointService>, Set<VPCEndpointService>, Double, Double)] {
      let result = try run(network(natGateways: 1, gateways: gateways, endpoints: endpoints), all)
      #expect(result.figure("natBytes", of: "network") == natBytes)
      #expect(result.figure("endpointBytes", of: "network") == endpointBytes)
    }
  }

  @Test("each attempt is counted, also one that is given up")
  func attempts() throws {
    var step = callStep(
      "items", TableOperation(kind: .getItem, itemSize: Size(bytes: 300)), timeout: .ms(2), attempts: 3,
      backoff: .ms(1), onError: .continue)
    step.retry.multiplier = 1
    let result = try run(
      network(natGateways: 1),
      [.function(inside(function("f", [.call(step)]))), .table(table("items", milliseconds: 5))])
    #expect(result.figure("natBytes", of: "network") == 3 * 1_300)
    #expect(result.latencyMs == 100 + 2 + 1 + 2 + 1 + 2)
  }

  @Test("gateways, their addresses and endpoints are billed by the hour, used or not")
  func standing() throws {
    var vpc = network(natGateways: 2, gateways: [.dynamodb], endpoints: [.sqs, .lambda])
    vpc.endpointZones = 3
    let result = try run(vpc, [.function(inside(function("f", [])))])
    let hour: Int64 = 3_600_000
    #expect(result.usage("NatGateway-Hours", of: "network") == 2 * hour)
    #expect(result.usage("PublicIPv4", of: "network") == 2 * hour)
    #expect(result.usage("VpcEndpoint-Hours", of: "network") == 6 * hour)
    #expect(result.usage("VpcEndpoint-Bytes", of: "network") == nil)
    let plain = try run(network(gateways: [.dynamodb]), [.function(inside(function("f", [])))])
    #expect(!plain.usage.contains { $0.resource == "network" })
  }

  @Test("a function outside of the VPC and a function in it take the same time, but for a penalty that is stated")
  func coldStart() throws {
    let plain = function("f", [wait(5)])
    var vpc = network()
    #expect(try run(vpc, [.function(plain)]).latencyMs == 105)
    #expect(try run(vpc, [.function(inside(plain))]).latencyMs == 105)
    vpc.coldStartPenalty = .constant(240e6)
    let result = try run(vpc, [.function(inside(plain))])
    #expect(result.segmentsMs == ["f placement": 240, "f init": 100, "f handler": 5])
    #expect(result.figure("billedMilliseconds", of: "f") == 105)
  }
}
