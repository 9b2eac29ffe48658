import Engine
import Testing
import Units

@testable import Services

/// Pauses of Aurora Serverless v2, at their edges.
@Suite("Auto-pause of Aurora Serverless")
struct AutoPauseTests {
  typealias Script = [(at: Time, action: ClusterBench.Action)]

  private func bench(
    readers: Int = 0, follow: Bool = true, proxy: Bool = false, duration: Time = .seconds(1_000),
    period: Time = .seconds(1), initial: Int? = nil, resume: Distribution? = nil, _ script: Script
  ) throws -> ClusterBench {
    var config = ServerlessCapacityConfig(minimum: 0, maximum: 16)
    config.readersFollowWriter = follow
    config.initial = initial
    if let resume { config.resumeTime = resume }
    var bench = try ClusterBench(config, readers: readers, proxy: proxy, duration: duration, period: period)
    bench.play(script)
    return bench
  }

  private let nanosecond = Time(nanoseconds: 1)

  @Test("a connection 1 ns before the limit keeps a node awake")
  func justBefore() throws {
    let bench = try bench([(.seconds(300) - nanosecond, .connect(0))])
    #expect(bench.figure("pauses") == 0)
    #expect(bench.answers.map(\.at) == [.seconds(300) - nanosecond])
    #expect(bench.halfMilliseconds == 1_000_000)
  }

  @Test("at the limit the node is paused, and a connection then waits 15 s")
  func atTheLimit() throws {
    let bench = try bench([(.seconds(300), .connect(0)), (.seconds(310), .connect(1))])
    #expect(bench.figure("pauses") == 1)
    #expect(bench.figure("resumes") == 1)
    #expect(bench.figure("meanResumeMs") == 15_000)
    #expect(bench.figure("pausedShare") == 0.015)
    // Both are answered when the node is back, in their order.
    #expect(bench.answers.map(\.connection) == [0, 1])
    #expect(bench.answers.allSatisfy { $0.at == .seconds(315) && $0.outcome == .success })
    #expect(bench.halfMilliseconds == 985_000)
    #expect(bench.figure("minCapacityACU") == 0)
    let halves = bench.halves()
    #expect(halves[299] == 1 && halves[300] == 0 && halves[314] == 0 && halves[315] == 1)
  }

  @Test("the span begins anew when the last connection closes, and is billed to the half-ACU-millisecond")
  func afterTheLast() throws {
    // 700 s and 0.5 ms: the half millisecond is dropped once.
    let bench = try bench([
      (.seconds(10), .connect(0)), (.seconds(20), .connect(1)), (.seconds(30), .disconnect(1)),
      (.ms(400_000.5), .disconnect(0)),
    ])
    #expect(bench.figure("pauses") == 1)
    #expect(bench.halfMilliseconds == 700_000)
    #expect(bench.exactIntegral == 700_000_500_000)
  }

  @Test("after 24 h a resume takes 15 s, after 1 ns more 30 s", arguments: [(0, 15), (1, 30)])
  func deepPause(extra: Int64, seconds: Int64) throws {
    let at = Time.seconds(300) + .hours(24) + Time(nanoseconds: extra)
    let bench = try bench(duration: .hours(25), period: .minutes(1), [(at, .connect(0))])
    #expect(bench.answers.map(\.at) == [at + .seconds(seconds)])
  }

  @Test("a proxy keeps nodes awake, connections or not")
  func proxy() throws {
    let bench = try bench(proxy: true, [])
    #expect(bench.figure("pauses") == 0)
    #expect(bench.halfMilliseconds == 1_000_000)
  }

  @Test("a node that nobody resumes stays paused, and costs nothing")
  func forEver() throws {
    let bench = try bench(duration: .days(30), period: .hours(1), initial: 0, [])
    #expect(bench.history.isEmpty)
    #expect(bench.halfMilliseconds == 0)
    #expect(bench.figure("pausedShare") == 1)
  }

  @Test("a resumed node without connections pauses again")
  func again() throws {
    let bench = try bench([(.seconds(400), .connect(0)), (.seconds(420), .disconnect(0))])
    // Awake until 300 s, and from 415 s to 720 s.
    #expect(bench.halfMilliseconds == 300_000 + 305_000)
    #expect(bench.figure("pauses") == 2)
  }

  @Test("the time to resume is drawn")
  func drawn() throws {
    let bench = try bench(resume: .uniform(low: 12e9, high: 18e9), [(.seconds(400), .connect(0))])
    let at = try #require(bench.answers.first).at
    #expect(at >= .seconds(412) && at <= .seconds(418) && at != .seconds(415))
  }

  @Test("writer and followers pause and resume together; a reader's connection keeps them all awake")
  func followers() throws {
    let bench = try bench(
      readers: 1,
      [
        (.seconds(100), .open(node: 1)), (.seconds(200), .close(node: 1)), (.seconds(600), .resume(node: 1)),
      ])
    #expect(bench.figure("pauses") == 4)
    // Both until 500 s, and from 615 s to 915 s.
    #expect(bench.halfMilliseconds == 2 * (500_000 + 300_000))
  }

  @Test("a reader of its own pauses by itself, the writer only after it, and a reader takes the writer along")
  func independent() throws {
    // The reader has a connection until 200 s: it pauses at 500 s, the writer then too.
    let first = try bench(
      readers: 1, follow: false, duration: .seconds(600),
      [
        (.seconds(100), .open(node: 1)), (.seconds(200), .close(node: 1)),
      ])
    #expect(first.halfMilliseconds == 2 * 500_000)
    // The writer has a connection: the reader pauses alone at 300 s.
    let second = try bench(readers: 1, follow: false, duration: .seconds(600), [(.seconds(100), .connect(0))])
    #expect(second.halfMilliseconds == 600_000 + 300_000)
    #expect(second.figure("pausedShare") == 0.25)
    // Both pause at 300 s. A connection of the writer resumes it alone, one of the reader resumes both.
    let writer = try bench(readers: 1, follow: false, duration: .seconds(600), [(.seconds(400), .connect(0))])
    #expect(writer.halfMilliseconds == 2 * 300_000 + 185_000)
    let both = try bench(readers: 1, follow: false, duration: .seconds(600), [(.seconds(400), .resume(node: 1))])
    #expect(both.halfMilliseconds == 2 * 300_000 + 2 * 185_000)
  }

  @Test("a node that works for a session that has ended does not pause")
  func orphans() throws {
    // The query is endless.
    let bench = try bench([(.zero, .connect(0)), (.ms(1), .execute(0, query: 0)), (.ms(2), .disconnect(0))])
    #expect(bench.figure("pauses") == 0)
  }
}
