import Engine
import Foundation
import Services
import Testing
import Units

/// Traffic sources in a system.
@Suite("Traffic in a system")
struct TrafficStoryTests {
  @Test("each user thinks, sends one request, and thinks again after its answer")
  func users() throws {
    var story = Story([function("f", [wait(900)])], at: [])
    story.traffic[0].arrivals = .users(count: 2, thinkTime: .constant(1e9))
    story.duration = .ms(10_050)
    let result = try story.run()
    // Sent at 1.0, 3.0, 4.9, 6.8 and 8.7 s, answered after 1.0 s at first and then after 0.9 s; the next at 10.6 s.
    #expect(result.traffic[0].started == 10 && result.traffic[0].completed == 10)
    #expect(result.latencyMs == 2 * (1_000 + 4 * 900))
    #expect(result.figure("coldStarts", of: "f") == 2)
  }

  @Test("no more requests are in flight than there are users, however slow the answers", arguments: [1, 3, 20])
  func usersInFlight(count: Int) throws {
    var story = Story([function("f", timeout: .seconds(900), [.wait(.exponential(mean: 30e9))])], at: [])
    story.traffic[0].arrivals = .users(count: count, thinkTime: .exponential(mean: 2e9))
    let result = try story.run()
    let inFlight = result.series.first { $0.key.name == "InFlight" && $0.key.statistic == .maximum }
    #expect(inFlight?.key.resource == "traffic")
    #expect(inFlight?.values.max() == Double(count))
    #expect(result.figure("peakConcurrency", of: "f") == Double(count))
    #expect(result.traffic[0].inProgress <= Int64(count))
  }

  @Test("a trace sends each of its arrivals to the target that it names")
  func targets() throws {
    let path = NSTemporaryDirectory() + "/windtunnel-story-\(#line).csv"
    try "time_s,target\n1,a\n2.5,b\n2.5,a\n4,b\n7,b\n".write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    var story = Story([function("f", [wait(10)]), function("g", [wait(20)])], at: [])
    story.traffic = [
      TrafficConfig(
        name: "trace", targets: [TrafficTarget(resource: "f"), TrafficTarget(resource: "g")],
        arrivals: .replay(
          ReplayConfig(path: path, layout: .arrivals, interval: .seconds(1), columns: ["a", "b"])))
    ]
    let result = try story.run()
    #expect(result.figure("invocations", of: "f") == 2 && result.figure("invocations", of: "g") == 3)
    #expect(result.segmentsMs == ["f init": 100, "f handler": 20, "g init": 100, "g handler": 60])
  }

  @Test("a request without an answer at the end is in progress; one at the very end has not begun")
  func inProgress() throws {
    var story = Story([function("f", [wait(500)])], at: [.zero, .ms(900), .ms(999), .seconds(1)])
    story.duration = .seconds(1)
    let result = try story.run()
    #expect(result.traffic[0].started == 3)
    #expect(result.traffic[0].completed == 1)
    #expect(result.traffic[0].inProgress == 2)
  }

  @Test("the warm-up is not recorded, but what it left behind is there")
  func warmUp() throws {
    var story = Story([function("f", [wait(500)])], at: [.zero, .ms(1_000), .ms(5_700), .ms(7_000)])
    story.warmUp = .seconds(6)
    story.duration = .seconds(10)
    let result = try story.run()
    // The third began in the warm-up and is answered after it.
    #expect(result.traffic[0].started == 1 && result.traffic[0].completed == 2)
    #expect(result.figure("coldStarts", of: "f") == 0)
    #expect(result.figure("invocations", of: "f") == 1)
    #expect(result.figure("meanConcurrency", of: "f") == 0.07)
    #expect(result.figure("meanEnvironments", of: "f") == 1)
  }

  @Test("a source that sends nothing has no latency")
  func silence() throws {
    let result = try Story([function("f", [])], at: []).run()
    #expect(result.traffic[0].started == 0 && result.traffic[0].outcomes.isEmpty)
    #expect(result.traffic[0].latency.mean.isNaN)
    #expect(result.figure("coldStartProbability", of: "f").isNaN)
  }
}
