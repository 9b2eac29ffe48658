import Engine
import Services
import Testing
import Units

/// A token bucket that is offered more than it earns admits what it earns, and once the burst that it holds.
///
/// The bounds are conservation of tokens, not chance: they hold for every seed.
@Suite("Token buckets in the long run")
struct BucketTests {
  private static let start = CivilTime(secondsSince1970: 1_780_272_000)

  /// Tokens of a span, plus at most the bucket's burst, minus what the empty bucket keeps at the end.
  private func expectAdmitted(_ admitted: Double, rate: Double, burst: Double, seconds: Double) {
    #expect(admitted <= rate * seconds + burst)
    #expect(admitted >= rate * seconds + burst - 3)
  }

  @Test("a table admits its maximum throughput", arguments: [(consistent: true, units: 1.0), (false, 0.5)])
  func table(consistent: Bool, units: Double) throws {
    var table = TableConfig(name: "t")
    table.capacity = .onDemand(OnDemandThroughput(maxReadRequestUnits: 50))
    let read = TableOperation(kind: .getItem, itemSize: .kilobytes(4), consistentRead: consistent)
    let config = SystemConfig(
      region: "us-east-1", start: Self.start, duration: .seconds(200), period: .seconds(200), account: .boundless,
      resources: [.table(table)],
      traffic: [
        TrafficConfig(
          name: "readers", target: TrafficTarget(resource: "t", operation: read),
          arrivals: .poisson(ratePerSecond: 150 / units))
      ])
    let run = try simulate(config, seed: 71, replication: 0)
    let used = try run.figure("readRequestUnits", of: "t")
    expectAdmitted(used, rate: 50, burst: 50, seconds: 200)
    #expect(try Double(run.traffic[0].started) == used / units + run.figure("readThrottles", of: "t"))
    // Units count when a read is admitted, requests when it is answered.
    let unanswered = try used / units - run.figure("requests", of: "t")
    #expect(try unanswered >= 0 && unanswered <= run.figure("peakInFlight", of: "t"))
  }

  @Test("a table below its maximum throughput admits everything")
  func idleTable() throws {
    var table = TableConfig(name: "t")
    table.capacity = .onDemand(OnDemandThroughput(maxWriteRequestUnits: 100))
    let write = TableOperation(kind: .putItem, itemSize: .kilobytes(2))
    let config = SystemConfig(
      region: "us-east-1", start: Self.start, duration: .seconds(200), period: .seconds(200), account: .boundless,
      resources: [.table(table)],
      traffic: [
        TrafficConfig(
          name: "writers", target: TrafficTarget(resource: "t", operation: write),
          arrivals: .poisson(ratePerSecond: 25))
      ])
    let run = try simulate(config, seed: 72, replication: 0)
    #expect(try run.figure("throttles", of: "t") == 0)
    #expect(try run.figure("writeRequestUnits", of: "t") == 2 * Double(run.traffic[0].started))
  }

  @Test("a function starts environments at its scaling rate")
  func scaling() throws {
    var config = SystemConfig.oneFunction(
      service: .constant(.seconds(1_000)), arrivals: .poisson(ratePerSecond: 50), duration: .seconds(200))
    config.account.scalingRate = 10
    config.account.scalingBurst = 40
    let run = try simulate(config, seed: 73, replication: 0)
    let started = try run.figure("coldStarts", of: "f")
    expectAdmitted(started, rate: 10, burst: 40, seconds: 200)
    #expect(try run.figure("throttlesRate", of: "f") == Double(run.traffic[0].started) - started)
    #expect(try run.figure("throttlesConcurrency", of: "f") == 0)
  }

  @Test("an API admits the account's rate")
  func api() throws {
    var config = SystemConfig.oneFunction(
      service: .constant(.seconds(0.01)), arrivals: .poisson(ratePerSecond: 120), duration: .seconds(200))
    config.account.apiRateLimit = 40
    config.account.apiBurstLimit = 20
    config.resources.append(
      .httpApi(HTTPAPIConfig(name: "api", routes: [HTTPAPIConfig.Route(key: "GET /", target: "f")])))
    config.traffic[0].targets = [TrafficTarget(resource: "api", route: "GET /")]
    let run = try simulate(config, seed: 74, replication: 0)
    let (requests, throttles) = try (run.figure("requests", of: "api"), run.figure("throttles", of: "api"))
    #expect(requests == Double(run.traffic[0].started))
    expectAdmitted(requests - throttles, rate: 40, burst: 20, seconds: 200)
  }
}
