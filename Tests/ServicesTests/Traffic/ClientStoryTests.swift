import Engine
import Services
import Testing
import Units

/// A traffic source's client: what it retries and abandons, and how that is counted.
@Suite("The client of a traffic source")
struct ClientStoryTests {
  /// One execution at a time.
  private static let narrow = AccountConfig(concurrentExecutions: 1)

  private static let getItem = TableOperation(kind: .getItem, itemSize: Size(bytes: 1), consistentRead: true)

  /// The story with a client whose pauses have no jitter.
  private func story(
    _ story: Story, _ profile: RetryProfile, timeout: Time? = nil, instances: Int? = nil
  ) -> Story {
    var story = story
    var client = ClientConfig()
    client.retry = RetryConfig(profile)
    client.retry.jitter = .none
    client.timeout = timeout
    client.instances = instances
    story.traffic[0].client = client
    return story
  }

  /// A second request comes 1 s after one that takes 10.1 s of the only execution.
  private func contended(_ profile: RetryProfile) throws -> RunResult {
    try story(
      Story(
        [function("f", timeout: .seconds(60), [wait(10_000)])], at: [.zero, .seconds(1)], account: Self.narrow),
      profile
    ).run()
  }

  @Test("throttled requests: attempts at 1, 2 and 4 s are in vain; legacy mode tries until 16 s and gets through")
  func throttled() throws {
    let rows: [(profile: RetryProfile, attempts: Double, latency: Double, outcome: Outcome)] = [
      (.oneAttempt, 1, 0, .throttled), (.standard2026, 3, 3_000, .throttled), (.adaptive, 3, 3_000, .throttled),
      (.standardPre2026, 3, 3_000, .throttled), (.legacyPre2026, 5, 25_000, .success),
    ]
    for row in rows {
      let result = try contended(row.profile)
      #expect(result.latencyMs == 10_100 + row.latency, "\(row.profile)")
      #expect(result.requests(row.outcome) == (row.outcome == .success ? 2 : 1), "\(row.profile)")
      #expect(result.count("Attempts") == 1 + row.attempts)
      #expect(result.count("Retries") == row.attempts - 1)
      #expect(result.count("RetriesExhausted") == (row.outcome == .success ? 0 : 1))
      #expect(result.count("RetryQuotaExceeded") == 0 && result.count("Abandoned") == 0)
      #expect(result.figure("invocations", of: "f") + result.figure("throttles", of: "f") == 1 + row.attempts)
    }
    #expect(
      try contended(.legacyPre2026).segmentsMs == ["f init": 100, "f handler": 20_000, "traffic backoff": 15_000])
  }

  @Test("an attempt is abandoned after the time limit, works on and is billed; the next one finds its environment")
  func abandonedThenSuccess() throws {
    let rows: [(profile: RetryProfile, pause: Double)] = [
      (.standard2026, 50), (.standardPre2026, 1_000), (.legacyPre2026, 1_000),
    ]
    for row in rows {
      let result = try story(
        Story([function("f", [wait(200)])], at: [.zero]), row.profile, timeout: .ms(250)
      ).run()
      #expect(result.requests(.success) == 1 && result.traffic[0].completed == 1)
      #expect(result.latencyMs == 250 + row.pause + 200)
      #expect(
        result.segmentsMs == [
          "f init": 100, "traffic abandoned attempts": 150, "traffic backoff": row.pause, "f handler": 200,
        ])
      #expect(result.count("Attempts") == 2 && result.count("Abandoned") == 1 && result.count("Retries") == 1)
      #expect(result.figure("coldStarts", of: "f") == 1)
      #expect(result.figure("billedMilliseconds", of: "f") == 300 + 200)
    }
  }

  @Test("calls of DynamoDB: four attempts from 25 ms on, in legacy mode ten from 50 ms on")
  func dynamoDB() throws {
    let rows: [(profile: RetryProfile, attempts: Double, pauses: Double)] = [
      (.standard2026, 4, 175), (.standardPre2026, 3, 3_000), (.legacyPre2026, 10, 50 * 511), (.oneAttempt, 1, 0),
    ]
    for row in rows {
      let result = try story(
        Story(
          [.table(table("t", milliseconds: 60_000))], target: TrafficTarget(resource: "t", operation: Self.getItem),
          at: [.zero]),
        row.profile, timeout: .ms(50)
      ).run()
      #expect(result.requests(.abandoned) == 1)
      #expect(result.latencyMs == row.attempts * 50 + row.pauses, "\(row.profile)")
      #expect(result.figure("requests", of: "t") == row.attempts && result.count("Abandoned") == row.attempts)
      #expect(result.count("RetriesExhausted") == 1)
    }
  }

  @Test("an answer at the very instant of the time limit comes too late, a nanosecond before it does not")
  func sameInstant() throws {
    for (limit, outcome) in [(20.0, Outcome.abandoned), (20.000_001, .success)] {
      let result = try story(
        Story(
          [.table(table("t", milliseconds: 20))], target: TrafficTarget(resource: "t", operation: Self.getItem),
          at: [.zero]),
        .oneAttempt, timeout: .ms(limit)
      ).run()
      #expect(result.requests(outcome) == 1 && result.latencyMs == 20)
    }
  }

  @Test("500 tokens pay for 100 retries of throttled requests, whoever makes them")
  func quota() throws {
    let rows: [(requests: Int, overQuota: Double, exhausted: Double)] = [
      // 99 are throttled and retried at 1 s. The first of them pays with the last 5 tokens, and is refused at 3 s.
      (100, 98, 1), (101, 100, 0), (102, 101, 0),
    ]
    for row in rows {
      let result = try story(
        Story(
          [function("f", timeout: .seconds(900), [wait(60_000)])], at: [.zero], count: row.requests,
          account: Self.narrow),
        .standard2026
      ).run()
      #expect(result.count("Retries") == 100)
      #expect(result.count("Attempts") == Double(row.requests + 100))
      #expect(result.count("RetryQuotaExceeded") == row.overQuota && result.count("RetriesExhausted") == row.exhausted)
      #expect(result.requests(.throttled) == Int64(row.requests - 1))
    }
  }

  @Test("requests are spread over the instances, each of which has a quota of its own")
  func instances() throws {
    let crowd = Story(
      [function("f", timeout: .seconds(900), [wait(60_000)])], at: [.zero], count: 3_000, account: Self.narrow)
    // 300 requests an instance on average; that one of ten gets fewer than 101 has a probability below 1e-30.
    #expect(try story(crowd, .standard2026, instances: 10).run().count("Retries") == 1_000)
    #expect(try story(crowd, .standard2026, instances: 1).run().count("Retries") == 100)
  }

  @Test("each closed-loop user has a client of its own, unless they share instances")
  func users() throws {
    var closed = Story([function("f", [])], at: [], account: AccountConfig(concurrentExecutions: 0))
    closed.traffic[0].arrivals = .users(count: 2, thinkTime: .constant(1e9))
    // Always throttled: two retries a request, until each quota is used up by 100 of them.
    #expect(try story(closed, .standard2026).run().count("Retries") == 200)
    #expect(try story(closed, .standard2026, instances: 1).run().count("Retries") == 100)
    #expect(try story(closed, .legacyPre2026).run().count("RetryQuotaExceeded") == 0)
  }

  @Test("requests that back off or are called at the end are in progress; abandoned attempts are no requests")
  func inProgress() throws {
    var story = story(
      Story([function("f", timeout: .seconds(900), [wait(60_000)])], at: [.zero, .ms(8_500), .ms(9_600)]),
      .standardPre2026, timeout: .ms(700))
    story.duration = .seconds(10)
    let result = try story.run()
    // The first ends at 0.7 + 1 + 0.7 + 2 + 0.7 s, the second backs off, the third is called.
    #expect(result.traffic[0].started == 3 && result.traffic[0].completed == 1 && result.traffic[0].inProgress == 2)
    #expect(result.latencyMs == 5_100)
    #expect(result.figure("peakConcurrency", of: "f") == 5)
  }

  @Test("functions that throw or time out have answered: one attempt, and the answer is good for the quota")
  func functionErrors() throws {
    let result = try story(Story([function("f", [.fail(probability: 1)])], at: [.zero], count: 3), .standard2026).run()
    #expect(result.requests(.failed) == 3 && result.count("Attempts") == 3 && result.count("RetriesExhausted") == 0)
  }

  @Test("a client that neither retries nor gives up changes nothing but what is counted")
  func idle() throws {
    var story = Story([function("f", [.wait(.exponential(mean: 3e8)), .fail(probability: 0.2)])], at: [])
    story.traffic[0].arrivals = .poisson(ratePerSecond: 20)
    story.account = AccountConfig(concurrentExecutions: 8)
    let plain = try story.run()
    story.traffic[0].client = ClientConfig()
    let client = try story.run()
    #expect(plain.traffic[0].latency == client.traffic[0].latency && plain.traffic[0].errors > 1_000)
    #expect(plain.traffic[0].outcomes == client.traffic[0].outcomes && plain.usage == client.usage)
    #expect(client.count("Attempts") == Double(plain.traffic[0].started))
  }

  @Test("adaptive clients hold attempts back, first ones too, and are throttled less")
  func adaptive() throws {
    var limited = table("t", milliseconds: 5)
    limited.capacity = .onDemand(OnDemandThroughput(maxReadRequestUnits: 20))
    var overload = Story(
      [.table(limited)], target: TrafficTarget(resource: "t", operation: Self.getItem), at: [])
    overload.traffic[0].arrivals = .spikes([Spike(at: .zero, count: 6_000, over: .seconds(200))])
    let standard = try story(overload, .standard2026).run()
    let adaptive = try story(overload, .adaptive).run()
    // 30 requests a second for 20 units: a third is throttled at least while nobody waits.
    #expect(standard.figure("throttles", of: "t") > 1_500)
    #expect(adaptive.figure("throttles", of: "t") < 0.4 * standard.figure("throttles", of: "t"))
    #expect(adaptive.requests(.success) > standard.requests(.success))
    #expect(adaptive.segmentsMs["traffic backoff"] ?? 0 > 1e6)
    for result in [standard, adaptive] {
      #expect(result.count("Attempts") == 6_000 + result.count("Retries"))
      #expect(result.figure("requests", of: "t") + result.figure("throttles", of: "t") == result.count("Attempts"))
    }
  }
}

extension RunResult {
  /// What the first source counted over the whole run under a name; NaN if there is no such counter.
  func count(_ name: String) -> Double {
    series.first { $0.key.resource == traffic[0].name && $0.key.name == name && $0.key.statistic == .sum }?
      .values.reduce(0, +) ?? .nan
  }
}
