import Engine
import Services
import Statistics
import Testing
import Units

/// A function without limits serves everyone at once: M/G/infinity, and its closed counterpart.
@Suite("Systems without waiting")
struct UnlimitedTests {
  @Test("mean concurrency is rate times mean service", arguments: Service.allCases)
  func meanConcurrency(service: Service) throws {
    let config = SystemConfig.oneFunction(
      service: service.distribution(mean: .seconds(2)), arrivals: .poisson(ratePerSecond: 5),
      duration: .seconds(2_000), warmUp: .seconds(100))
    let runs = try replicate(config, seed: 51, count: 10)
    let exact = QueueingTheory.meanBusyMGInfinity(arrivalRate: 5, serviceMean: 2)
    check(try runs.interval("meanConcurrency", of: "f"), holds: exact, resolution: 0.04)
    check(runs.interval { $0.traffic[0].latency.mean / 1e9 }, holds: 2, resolution: 0.06)
  }

  @Test("concurrency varies from second to second as theory says", arguments: [Service.deterministic, .exponential])
  func variance(service: Service) throws {
    // The covariance of M/G/infinity over a span t is load x (1 - E(t)), E the distribution of the residual service: for
    // a fixed service of D, 1 - t / D; for an exponential one, exp(-t / mean). Averages over a period of p have
    // 2 / p^2 times the integral of (p - t) x covariance.
    let (load, period, mean) = (10.0, 1.0, 2.0)
    let exact: Double
    switch service {
    case .deterministic: exact = load * (1 - period / (3 * mean))
    case .exponential, .hyperexponential:
      let ratio = period / mean
      exact = 2 * load / (ratio * ratio) * (ratio - 1 + Portable.exp(-ratio))
    }
    let config = SystemConfig.oneFunction(
      service: service.distribution(mean: .seconds(mean)), arrivals: .poisson(ratePerSecond: load / mean),
      duration: .seconds(2_000), warmUp: .seconds(100), period: .seconds(1))
    let spread = try replicate(config, seed: 52, count: 10).interval { run in
      let values = try run.values("ConcurrentExecutions", .average, of: "f")
      #expect(values.count == 2_000)
      return values.reduce(0) { $0 + ($1 - load) * ($1 - load) } / Double(values.count)
    }
    check(spread, holds: exact, resolution: 0.12)
  }

  @Test("peak concurrency is neither lower nor higher than chance allows")
  func peak() throws {
    // Fixed service: values a service time apart are independent Poisson, so a peak up to k has at most the chance
    // P(N <= k)^n over n such values. Arrivals lift k to k + 1 at rate x P(N = k), which bounds the chance of more than
    // k. Both are below 1 in 10,000 for each of ten runs.
    let (load, rate, seconds) = (10.0, 5.0, 2_000.0)
    let config = SystemConfig.oneFunction(
      service: .constant(.seconds(load / rate)), arrivals: .poisson(ratePerSecond: rate),
      duration: .seconds(Int64(seconds)), warmUp: .seconds(100))
    var (low, high) = (0, 10)
    while Portable.pow(1 - QueueingTheory.busyTailMGInfinity(moreThan: low, load: load), seconds * rate / load) < 1e-4 {
      low += 1
    }
    while QueueingTheory.busyTailMGInfinity(moreThan: high, load: load)
      + seconds * rate * QueueingTheory.busyShareMGInfinity(exactly: high, load: load) > 1e-4
    { high += 1 }
    #expect(low > 15 && high < 35, "the bounds say something")
    for run in try replicate(config, seed: 53, count: 10) {
      let peak = try run.figure("peakConcurrency", of: "f")
      #expect(peak >= Double(low) && peak <= Double(high), "\(low) to \(high)")
      #expect(try run.figure("peakEnvironments", of: "f") >= peak)
    }
  }

  @Test("closed-loop users make N / (Z + S) requests a second", arguments: Service.allCases)
  func closedLoop(service: Service) throws {
    let (users, think, work) = (60, 3.0, 0.5)
    let config = SystemConfig.oneFunction(
      service: service.distribution(mean: .seconds(work)),
      arrivals: .users(count: users, thinkTime: .exponential(mean: .seconds(think))), duration: .seconds(500),
      warmUp: .seconds(60))
    let runs = try replicate(config, seed: 54, count: 10)
    let throughput = Double(users) / (think + work)
    check(runs.interval { Double($0.traffic[0].completed) / 500 }, holds: throughput, resolution: 0.03)
    check(try runs.interval("meanConcurrency", of: "f"), holds: throughput * work, resolution: 0.08)
    for run in runs { #expect(try run.figure("peakConcurrency", of: "f") <= Double(users)) }
  }

  @Test("a user who thinks and works for fixed times makes a request every Z + S")
  func clockwork() throws {
    let config = SystemConfig.oneFunction(
      service: .constant(.seconds(0.5)), arrivals: .users(count: 7, thinkTime: .constant(.seconds(1.5))),
      duration: .seconds(200))
    let run = try simulate(config, seed: 1, replication: 0)
    // The first answers come after 2 s and the last ones at 200 s, which the span no longer contains.
    #expect(run.traffic[0].completed == 7 * 99)
    #expect(run.traffic[0].started == 7 * 100)
    #expect(try run.figure("meanConcurrency", of: "f") == 7 * 0.25)
  }
}
