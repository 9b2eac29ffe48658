import Engine
import Services
import Testing
import Units

/// What takes exactly as long as its limit has exceeded it, the first time and every time after it.
@Suite("Limits that are reached exactly")
struct ReachedLimitTests {
  /// Overlapping work: the limit's timer is armed once, for the first of it, and later again for the others.
  private let moments = (0..<20).map { Time.ms(Double(300 * $0)) }

  @Test("an invocation that lasts exactly as long as the timeout has timed out", arguments: [true, false])
  func timeout(isReached: Bool) throws {
    let f = function("f", timeout: .seconds(1), [.wait(.constant(isReached ? 1e9 : 1e9 - 1))])
    let result = try Story([f], at: moments).run()
    #expect(result.requests(isReached ? .timedOut : .success) == 20)
  }

  @Test("a caller gives up on an answer that comes exactly at its time limit", arguments: [true, false])
  func patience(isReached: Bool) throws {
    let limit = Time(nanoseconds: isReached ? 1_000_000_000 : 1_000_000_001)
    let result = try Story(
      [
        .function(function("f", timeout: .seconds(9), [read("t", timeout: limit)])),
        .table(table("t", milliseconds: 1_000)),
      ],
      target: TrafficTarget(resource: "f"), at: moments
    ).run()
    #expect(result.requests(isReached ? .failed : .success) == 20)
  }

  @Test("an API gives up on an answer that comes exactly at its integration timeout", arguments: [true, false])
  func integration(isReached: Bool) throws {
    var api = HTTPAPIConfig(name: "api", routes: [HTTPAPIConfig.Route(key: "GET /", target: "f")])
    api.overhead = .constant(5e6)
    api.integrationTimeout = Time(nanoseconds: isReached ? 1_100_000_000 : 1_100_000_001)
    let f = function("f", timeout: .seconds(9), [wait(1_000)])
    let result = try Story(
      [.httpApi(api), .function(f)], target: TrafficTarget(resource: "api", route: "GET /"),
      at: (0..<5).map { Time.ms(Double(300 * $0)) }
    ).run()
    // Environments are all busy within the first 1.1 s: four requests wait for an init of 100 ms, the fifth does not.
    #expect(result.requests(isReached ? .timedOut : .success) == (isReached ? 4 : 5))
  }

  @Test("the caller's limit comes first when the callee's timeout ends at the same instant")
  func both() throws {
    let a = function("a", timeout: .seconds(9), [call("b", timeout: .ms(1_100), onError: .continue), wait(10)])
    let b = function("b", timeout: .seconds(1), [wait(5_000)])
    let result = try Story([a, b], at: [.zero]).run()
    #expect(result.requests(.success) == 1)
    #expect(result.latencyMs == 100 + 1_100 + 10)
    #expect(result.figure("timeouts", of: "b") == 1)
    #expect(result.figure("billedMilliseconds", of: "b") == 1_100)
  }
}
