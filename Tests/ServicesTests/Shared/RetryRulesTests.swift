import Engine
import Testing
import Units

@testable import Services

/// The pauses and the quota of each profile, attempt by attempt.
@Suite("Retry rules")
struct RetryRulesTests {
  /// One SDK client and the calls that go through it.
  struct Calls {
    let rules: RetryRules
    var client: RetryClient
    var stream = RandomStream(seed: 1, replication: 0, component: "test", purpose: "backoff")

    init(_ profile: RetryProfile, callee: ComponentKind = .lambda, jitter: RetryConfig.Jitter = .none) {
      var config = RetryConfig(profile)
      config.jitter = jitter
      rules = RetryRules(config, callee: callee)
      client = RetryClient(capacity: rules.quota.capacity, at: .zero)
    }

    /// What follows from each of the results of one call, in words.
    mutating func call(_ results: AttemptResult...) -> [String] {
      var progress = RetryProgress()
      return results.map { result in
        switch decide(result, &progress) {
        case .finish: "finish"
        case .retry(let pause): pause.description
        case .exhausted: "exhausted"
        case .overQuota: "over quota"
        }
      }
    }

    mutating func decide(_ result: AttemptResult, _ progress: inout RetryProgress) -> RetryDecision {
      withUnsafeMutablePointer(to: &client) {
        rules.decide(result, &progress, client: rules.usesClient ? $0 : nil, at: .zero, &stream)
      }
    }
  }

  @Test("pauses without jitter, by profile, service and kind of error")
  func pauses() {
    let rows: [(RetryProfile, ComponentKind, AttemptResult, [String])] = [
      (.standard2026, .lambda, .transient, ["50 ms", "100 ms", "exhausted"]),
      (.standard2026, .lambda, .timedOut, ["50 ms", "100 ms", "exhausted"]),
      (.standard2026, .lambda, .throttled, ["1 s", "2 s", "exhausted"]),
      (.standard2026, .httpApi, .transient, ["50 ms", "100 ms", "exhausted"]),
      (.standard2026, .table, .transient, ["25 ms", "50 ms", "100 ms", "exhausted"]),
      (.standard2026, .table, .throttled, ["1 s", "2 s", "4 s", "exhausted"]),
      (.standardPre2026, .lambda, .transient, ["1 s", "2 s", "exhausted"]),
      (.standardPre2026, .table, .throttled, ["1 s", "2 s", "exhausted"]),
      (.legacyPre2026, .lambda, .throttled, ["1 s", "2 s", "4 s", "8 s", "exhausted"]),
      (.adaptive, .lambda, .throttled, ["1 s", "2 s", "exhausted"]),
      (.adaptive, .table, .transient, ["25 ms", "50 ms", "100 ms", "exhausted"]),
      (.oneAttempt, .lambda, .throttled, ["exhausted"]),
    ]
    for (profile, callee, result, expected) in rows {
      var calls = Calls(profile, callee: callee)
      var progress = RetryProgress()
      for step in expected {
        switch calls.decide(result, &progress) {
        case .retry(let pause): #expect(pause.description == step, "\(profile) \(callee) \(result)")
        case .exhausted: #expect(step == "exhausted", "\(profile) \(callee) \(result)")
        case .finish, .overQuota: Issue.record("\(profile) \(callee) \(result)")
        }
      }
    }
  }

  @Test("legacy calls of DynamoDB: ten attempts, 50 ms to 12.8 s, and no jitter even where it is asked for")
  func legacyDynamoDB() {
    var calls = Calls(.legacyPre2026, callee: .table, jitter: .full)
    var progress = RetryProgress()
    for retry in 0..<9 {
      guard case .retry(let pause) = calls.decide(.throttled, &progress) else {
        Issue.record("retry \(retry) is made")
        return
      }
      #expect(pause == .milliseconds(50 << Int64(retry)))
    }
    guard case .exhausted = calls.decide(.throttled, &progress) else {
      Issue.record("the tenth attempt is the last")
      return
    }
  }

  @Test("no pause is longer than 20 s in standard mode; legacy mode has no cap")
  func cap() {
    for (profile, last) in [(RetryProfile.standard2026, Time.seconds(20)), (.legacyPre2026, .seconds(64))] {
      var config = RetryConfig(profile)
      config.maxAttempts = 8
      config.jitter = .none
      let rules = RetryRules(config, callee: .lambda)
      var client = RetryClient(capacity: rules.quota.capacity, at: .zero)
      var stream = RandomStream(seed: 1, replication: 0, component: "test", purpose: "backoff")
      var progress = RetryProgress()
      var pauses: [Time] = []
      for _ in 0..<7 {
        let decision = withUnsafeMutablePointer(to: &client) {
          rules.decide(.throttled, &progress, client: rules.usesClient ? $0 : nil, at: .zero, &stream)
        }
        if case .retry(let pause) = decision { pauses.append(pause) }
      }
      #expect(pauses.count == 7 && pauses.last == last)
      #expect(pauses.prefix(5) == [.seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(16)])
    }
  }

  @Test("a retry costs 14 or 5 since 2026, and 5 or, after a time limit, 10 before")
  func costs() {
    let rows: [(RetryProfile, AttemptResult, Int32)] = [
      (.standard2026, .transient, 14), (.standard2026, .timedOut, 14), (.standard2026, .throttled, 5),
      (.standardPre2026, .transient, 5), (.standardPre2026, .timedOut, 10), (.standardPre2026, .throttled, 5),
      (.adaptive, .transient, 14), (.adaptive, .throttled, 5),
    ]
    for (profile, result, cost) in rows {
      var calls = Calls(profile)
      _ = calls.call(result)
      #expect(calls.client.tokens == 500 - cost, "\(profile) \(result)")
    }
  }

  @Test("a success after retries gives back the last price alone; one without retries gives 1; never above 500")
  func refund() {
    var calls = Calls(.standard2026)
    #expect(calls.call(.accepted) == ["finish"] && calls.client.tokens == 500)
    #expect(calls.call(.transient, .accepted) == ["50 ms", "finish"] && calls.client.tokens == 500)
    #expect(calls.call(.transient, .throttled, .accepted) == ["50 ms", "2 s", "finish"])
    #expect(calls.client.tokens == 500 - 14)
    #expect(calls.call(.throttled, .transient, .transient) == ["1 s", "100 ms", "exhausted"])
    #expect(calls.client.tokens == 500 - 14 - 5 - 14)
    #expect(calls.call(.accepted) == ["finish"] && calls.client.tokens == 468)
    for _ in 0..<40 { _ = calls.call(.accepted) }
    #expect(calls.client.tokens == 500)
  }

  @Test("an error that nobody repeats moves no token")
  func rejected() {
    var calls = Calls(.standard2026)
    _ = calls.call(.transient)
    #expect(calls.call(.rejected) == ["finish"] && calls.client.tokens == 486)
  }

  @Test("the bucket gives its last token, and not one more")
  func lastToken() {
    var exact = Calls(.standard2026)
    for _ in 0..<100 { #expect(exact.call(.throttled) == ["1 s"]) }
    #expect(exact.client.tokens == 0)
    #expect(exact.call(.throttled) == ["over quota"])
    // 35 transient retries leave 10 tokens: too few for another, enough for two after throttling.
    var mixed = Calls(.standard2026)
    for _ in 0..<35 { _ = mixed.call(.transient) }
    #expect(mixed.client.tokens == 10)
    #expect(mixed.call(.transient) == ["over quota"] && mixed.client.tokens == 10)
    #expect(mixed.call(.throttled, .throttled) == ["1 s", "2 s"] && mixed.client.tokens == 0)
    // Four clean answers are not enough for one more, five are.
    for _ in 0..<4 { _ = mixed.call(.accepted) }
    #expect(mixed.call(.throttled) == ["over quota"])
    _ = mixed.call(.accepted)
    #expect(mixed.call(.throttled) == ["1 s"])
  }

  @Test("attempts are counted before tokens: the last attempt costs nothing")
  func order() {
    var calls = Calls(.standard2026)
    #expect(calls.call(.throttled, .throttled, .throttled) == ["1 s", "2 s", "exhausted"])
    #expect(calls.client.tokens == 490)
  }

  @Test("full jitter is even between 0 and the pause")
  func jitter() {
    var calls = Calls(.legacyPre2026, jitter: .full)
    var sum = 0.0
    for _ in 0..<10_000 {
      var progress = RetryProgress()
      guard case .retry(let pause) = calls.decide(.throttled, &progress) else { continue }
      #expect(pause >= .zero && pause < .seconds(1))
      sum += pause.inSeconds
    }
    // 4.9 standard errors of a uniform mean: one seed in a million raises a false alarm.
    #expect(abs(sum / 10_000 - 0.5) < 4.9 * (1.0 / 12).squareRoot() / 100)
  }

  /// Tokens that one call moves on average if each attempt fails with probability p, with 3 attempts of cost c: 1 for
  /// p^0, nothing for one failure, -c for two and a success, -2 c for three.
  private func drift(_ p: Double, _ cost: Double) -> Double {
    (1 - p) - cost * p * p * (1 - p) - 2 * cost * p * p * p
  }

  @Test("the quota of 2026 drains above 21.5 % transient errors or 32.1 % throttling, and holds below")
  func drainThreshold() {
    for (result, cost, threshold) in [(AttemptResult.transient, 14.0, 0.215), (.throttled, 5, 0.321)] {
      #expect(drift(threshold - 0.001, cost) > 0 && drift(threshold + 0.001, cost) < 0)
      for (p, drains) in [(threshold - 0.04, false), (threshold + 0.04, true)] {
        var calls = Calls(.standard2026)
        var stream = RandomStream(seed: 3, replication: 0, component: "test", purpose: "failures")
        var refused = 0
        for number in 0..<50_000 {
          var progress = RetryProgress()
          attempts: while true {
            switch calls.decide(stream.nextUnit() < p ? result : .accepted, &progress) {
            case .retry: continue
            case .finish, .exhausted: break attempts
            case .overQuota:
              refused += number < 25_000 ? 0 : 1
              break attempts
            }
          }
        }
        // Below, the drift is at least 0.17 tokens a call with a variance below 14, so the 500 tokens are lost with
        // probability exp(-2 x 0.17 x 500 / 14) = 5e-6 from any full bucket, some 0.01 a seed. Above, the drift of
        // -0.17 empties it within some 3,000 calls, and then keeps refusing more than a tenth of the calls.
        #expect(drains ? refused > 500 : refused == 0, "\(result) at \(p): \(refused)")
      }
    }
  }

  @Test("what an outcome means depends on who answered")
  func results() {
    #expect(AttemptResult(.failed, of: .lambda) == .accepted)
    #expect(AttemptResult(.timedOut, of: .lambda) == .accepted)
    #expect(AttemptResult(.failed, of: .httpApi) == .transient)
    #expect(AttemptResult(.timedOut, of: .httpApi) == .transient)
    for callee in [ComponentKind.lambda, .httpApi, .table] {
      #expect(AttemptResult(.success, of: callee) == .accepted)
      #expect(AttemptResult(.throttled, of: callee) == .throttled)
      #expect(AttemptResult(.unavailable, of: callee) == .transient)
      #expect(AttemptResult(.abandoned, of: callee) == .timedOut)
    }
  }

  @Test("every profile has a row for every service, with a source and a date")
  func rows() {
    for profile in RetryProfile.allCases {
      for service in [RetryProfileRow.Service.other, .dynamoDB] {
        let row = RetryProfileRow.row(profile, service)
        #expect(row.profile == profile && !row.source.isEmpty && row.asOf >= "2026")
      }
    }
    #expect(
      RetryProfileRow.row(.standard2026, .other).description
        == "3 attempts, 50 ms or throttled 1 s, doubling to 20 s, full jitter, quota 500 at 14, 14 or 5")
  }
}
