import Engine
import Statistics
import Testing
import Units

/// Queues on the engine's verbs: no service of the model makes anybody wait in line, so a station of the tests does.
@Suite("Queues")
struct WaitingTests {
  private func results(_ station: Station, seed: UInt64) -> [StationResult] {
    (0..<20).map { replication in
      station.simulate(seed: seed, replication: replication, warmUp: .seconds(500), duration: .seconds(8_000))
    }
  }

  private func interval(_ results: [StationResult], _ number: (StationResult) -> Double) -> Interval {
    Interval.mean(of: results.map(number), confidence: 0.999)
  }

  @Test(
    "exponential service: mean wait and its tail are Erlang's C",
    arguments: [(servers: 1, rate: 0.7), (servers: 3, rate: 2.1), (servers: 10, rate: 7)])
  func exponential(servers: Int, rate: Double) throws {
    let station = Station(
      servers: servers, arrivalRate: rate, service: .exponential(mean: .seconds(1)), threshold: .seconds(1))
    let found = results(station, seed: 61)
    let wait = try #require(QueueingTheory.meanWaitMMc(arrivalRate: rate, serviceMean: 1, servers: servers))
    let tail = try #require(
      QueueingTheory.waitTailMMc(longerThan: 1, arrivalRate: rate, serviceMean: 1, servers: servers))
    check(interval(found, \.meanWait), holds: wait, resolution: 0.15, "wait")
    check(interval(found, \.tail), holds: tail, resolution: 0.2, "tail")
    check(interval(found, \.meanQueue), holds: rate * wait, resolution: 0.15, "queue")
    check(interval(found, \.meanBusy), holds: rate, resolution: 0.02, "busy")
  }

  @Test("one server: the mean wait is Pollaczek and Khinchine's", arguments: Service.allCases)
  func oneServer(service: Service) throws {
    let station = Station(
      servers: 1, arrivalRate: 0.5, service: service.distribution(mean: .seconds(1)), threshold: .zero)
    let found = results(station, seed: 62)
    let wait = try #require(
      QueueingTheory.meanWaitMG1(arrivalRate: 0.5, serviceMean: 1, serviceVariance: service.squaredVariation))
    check(interval(found, \.meanWait), holds: wait, resolution: 0.2, "wait")
    check(interval(found, \.tail), holds: 0.5, resolution: 0.05, "share that waits at all")
  }
}
