import Engine
import Services
import Statistics
import Testing
import Units

/// A limit on concurrent executions turns invocations away: Erlang's and Engset's loss systems.
@Suite("Loss systems")
struct LossTests {
  /// Concurrent executions and offered load, from a single server to a large group in overload.
  static let groups: [(servers: Int, load: Double)] = [(1, 0.5), (5, 3), (20, 24)]

  @Test("the throttled share is Erlang's B, whatever the service", arguments: groups, Service.allCases)
  func erlangB(group: (servers: Int, load: Double), service: Service) throws {
    let config = SystemConfig.oneFunction(
      service: service.distribution(mean: .seconds(1)), arrivals: .poisson(ratePerSecond: group.load),
      duration: .seconds(Int64(6_000 / group.load)), warmUp: .seconds(60), concurrentExecutions: group.servers)
    let runs = try replicate(config, seed: 41, count: 20)
    let blocked = QueueingTheory.erlangB(servers: group.servers, load: group.load)
    let throttled = try runs.interval { run in
      let throttles = try run.figure("throttles", of: "f")
      #expect(throttles == Double(run.traffic[0].errors), "every throttle is an error, and nothing else is")
      return try throttles / (throttles + run.figure("invocations", of: "f"))
    }
    check(throttled, holds: blocked, resolution: 0.1)
    check(try runs.interval("meanConcurrency", of: "f"), holds: group.load * (1 - blocked), resolution: 0.05)
    for run in runs { #expect(try run.figure("peakConcurrency", of: "f") <= Double(group.servers)) }
  }

  @Test("throttled closed-loop users meet Engset's loss", arguments: [Service.deterministic, .hyperexponential])
  func engset(service: Service) throws {
    // Twelve users think for 2 s and work for 1 s, four at a time. A refused user thinks again, so an arrival sees the
    // system of the eleven others.
    let (users, servers, ratio) = (12, 4, 0.5)
    var weights = [1.0]
    for busy in 1...servers {
      weights.append(weights[busy - 1] * ratio * Double(users - 1 - busy + 1) / Double(busy))
    }
    let blocked = weights[servers] / weights.reduce(0, +)
    let config = SystemConfig.oneFunction(
      service: service.distribution(mean: .seconds(1)),
      arrivals: .users(count: users, thinkTime: .exponential(mean: .seconds(2))), duration: .seconds(2_000),
      warmUp: .seconds(60), concurrentExecutions: servers)
    let throttled = try replicate(config, seed: 42, count: 20).interval { run in
      let throttles = try run.figure("throttles", of: "f")
      return try throttles / (throttles + run.figure("invocations", of: "f"))
    }
    check(throttled, holds: blocked, resolution: 0.1)
  }
}
