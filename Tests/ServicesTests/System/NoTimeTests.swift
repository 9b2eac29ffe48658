import Engine
import Services
import Testing
import Units

/// Work that takes no time ends nevertheless, without a deep stack or an instant that never ends.
@Suite("Work without time")
struct NoTimeTests {
  @Test(
    "a hundred thousand turns of branches and loops that take no time end at once",
    arguments: [
      .parallel([[], []]), .repeat(times: .constant(1), []), .parallel([[.repeat(times: .constant(2), [])], []]),
    ] as [Step])
  func turns(step: Step) throws {
    let result = try Story([function("f", [.repeat(times: .constant(100_000), [step]), wait(7)])], at: [.zero]).run()
    #expect(result.requests(.success) == 1)
    #expect(result.latencyMs == 100 + 7)
  }

  @Test("branches that fail at once fail their fork and whatever it stands in, and the steps behind do not run")
  func failures() throws {
    let fork = Step.parallel([[.fail(probability: 1)], []])
    for handler in [
      [fork, wait(7)], [.repeat(times: .constant(3), [fork]), wait(7)],
      [.parallel([[.repeat(times: .constant(3), [wait(1), fork])], []]), wait(7)],
    ] as [[Step]] {
      let result = try Story([function("f", handler)], at: [.zero]).run()
      #expect(result.requests(.failed) == 1)
      #expect(result.latencyMs <= 101)
    }
  }

  @Test("a fork goes on when its last branch ends, though others ended at once")
  func mixed() throws {
    let handler: [Step] = [.parallel([[], [wait(20)], [.repeat(times: .constant(2), [wait(5)])], []]), wait(3)]
    let result = try Story([function("f", handler)], at: [.zero]).run()
    #expect(result.latencyMs == 100 + 20 + 3)
    #expect(result.segmentsMs == ["f init": 100, "f handler": 23])
  }

  @Test("a loop turns a million times at most, however often it is drawn")
  func mostTurns() throws {
    let result = try Story(
      [function("f", [.repeat(times: .constant(1e15), []), .repeat(times: .constant(2), [wait(1)])])], at: [.zero]
    ).run()
    #expect(result.latencyMs == 102)
  }

  @Test("a user who is refused at once and does not think asks a thousand times a second")
  func users() throws {
    var story = Story([function("f", [wait(1_000)])], at: [])
    story.account.concurrentExecutions = 1
    story.duration = .seconds(1)
    story.traffic = [
      TrafficConfig(
        name: "traffic", target: TrafficTarget(resource: "f"), arrivals: .users(count: 2, thinkTime: .constant(0)))
    ]
    let result = try story.run()
    #expect(result.requests(.throttled) == 1_000)
    #expect(result.traffic[0].inProgress == 1)
  }

  @Test("a hundred thousand attempts without a pause end at one instant")
  func attempts() throws {
    var config = table("t", milliseconds: 1)
    config.capacity = .onDemand(OnDemandThroughput(maxReadRequestUnits: 1))
    let result = try Story(
      [.function(function("f", [read("t", attempts: 100_000, backoff: .zero)])), .table(config)],
      target: TrafficTarget(resource: "f"), at: [.zero], count: 2
    ).run()
    #expect(result.requests(.success) == 1 && result.requests(.failed) == 1)
    #expect(result.figure("retries", of: "f") == 99_999)
    #expect(result.latencyMs == 100 + 100 + 1)
  }
}
