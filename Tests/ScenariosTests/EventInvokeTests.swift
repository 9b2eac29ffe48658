import Engine
import Scenarios
import Services
import Testing
import Units

/// Asynchronous invocation in scenarios.
@Suite("Decoding asynchronous invocation")
struct EventInvokeTests {
  /// A scenario whose traffic sends events to `f`, with more keys of `f` and more resources.
  private func text(_ keys: String = "", _ resources: String = "", type: String = "event") -> String {
    """
    scenario: Events
    region: us-east-1
    duration: 1 h
    traffic:
      users: { target: f, invocationType: \(type), arrivals: { poisson: { rate: 1 / s } } }
    resources:
      f: { type: function, handler: []\(keys.isEmpty ? "" : ", " + keys) }
      g: { type: function, handler: [ { call: h, invocationType: event } ] }
      h: { type: function, handler: [] }
      q: { type: queue }
      t: { type: table }\(resources.isEmpty ? "" : "\n  " + resources)

    """
  }

  private func config(_ keys: String, type: String = "event") throws -> EventInvokeConfig {
    guard case .function(let f) = try Scenario.decode(text(keys, type: type), path: "x").system.resources[0] else {
      Issue.record("f is a function")
      return EventInvokeConfig()
    }
    return f.eventInvoke
  }

  @Test("every key arrives in its config")
  func keys() throws {
    let config = try config(
      """
      deadLetterQueue: q, eventInvokeConfig: { maximumRetryAttempts: 1, maximumEventAge: 90 s, queueLatency: 7 ms,
      throttleBackoff: { multiplier: 1.5, jitter: full }, onSuccess: q, onFailure: g }
      """.replacing("\n", with: " "))
    var expected = EventInvokeConfig()
    expected.maximumRetryAttempts = 1
    expected.maximumEventAge = .seconds(90)
    expected.queueLatency = .constant(7e6)
    expected.backoffMultiplier = 1.5
    expected.backoffJitter = .full
    expected.onSuccess = "q"
    expected.onFailure = "g"
    expected.deadLetterQueue = "q"
    #expect(config == expected)
  }

  @Test("defaults are AWS's, but for a queue latency and jitter")
  func defaults() throws {
    var expected = EventInvokeConfig()
    #expect(expected.maximumRetryAttempts == 2 && expected.maximumEventAge == .hours(6))
    #expect(expected.backoffMultiplier == 2 && expected.backoffJitter == .none)
    expected.queueLatency = EventInvokeConfig.scenarioQueueLatency
    expected.backoffJitter = .full
    #expect(try config("") == expected)
    #expect(try config("eventInvokeConfig: { }") == expected)
    #expect(expected.queueLatency == .logNormal(median: 30e6, p99: 150e6))
  }

  @Test("defaults are assumed of functions that somebody invokes asynchronously, and of no others")
  func assumptions() throws {
    func assumed(_ keys: String, type: String = "event") throws -> [String] {
      try Scenario.decode(text(keys, type: type), path: "x").assumptions
        .filter { $0.parameter.hasPrefix("eventInvokeConfig") }.map { "\($0.subject) \($0.parameter.dropFirst(18))" }
    }
    let all = [
      "maximumRetryAttempts", "maximumEventAge", "queueLatency", "throttleBackoff.multiplier", "throttleBackoff.jitter",
      "acceptLatency",
    ]
    // h is invoked by g's handler.
    let ofH = all.map { "h \($0)" }
    #expect(try assumed("") == all.map { "f \($0)" } + ofH)
    #expect(try assumed("", type: "requestResponse") == ofH)
    #expect(
      try assumed(
        "eventInvokeConfig: { maximumRetryAttempts: 0, queueLatency: 1 ms, throttleBackoff: { jitter: none } }")
        == ["f maximumEventAge", "f throttleBackoff.multiplier", "f acceptLatency"] + ofH)
    // A destination is invoked asynchronously too.
    #expect(
      try assumed("eventInvokeConfig: { onSuccess: g }") == (all.map { "f \($0)" } + all.map { "g \($0)" } + ofH))
    let grades = try Scenario.decode(text(), path: "x").assumptions.filter { $0.subject == "f" }
    #expect(grades.first { $0.parameter == "eventInvokeConfig.maximumEventAge" }?.grade == .documented)
    #expect(grades.first { $0.parameter == "eventInvokeConfig.queueLatency" }?.grade == .unknown)
  }

  @Test(
    "ranges: at the edge, and one beyond",
    arguments: [
      ("maximumRetryAttempts: 0", nil), ("maximumRetryAttempts: 2", nil), ("maximumRetryAttempts: 3", "0 to 2"),
      ("maximumRetryAttempts: -1", "0 to 2"), ("maximumEventAge: 60 s", nil), ("maximumEventAge: 6 h", nil),
      ("maximumEventAge: 59 s", "1 min to 6 h"), ("maximumEventAge: 21601 s", "1 min to 6 h"),
      ("maximumEventAge: 60500 ms", "whole seconds"), ("throttleBackoff: { multiplier: 1 }", nil),
      ("throttleBackoff: { multiplier: 1000 }", nil), ("throttleBackoff: { multiplier: 0.99 }", "1 to 1000"),
      ("throttleBackoff: { multiplier: 1001 }", "1 to 1000"), ("throttleBackoff: { jitter: half }", "none, full"),
      ("queueLatency: 30", "30 without a unit"), ("maximumEventAges: 60 s", "did you mean `maximumEventAge`?"),
    ] as [(String, String?)])
  func ranges(key: String, fragment: String?) {
    let faults = Examples.faults(of: text("eventInvokeConfig: { \(key) }"))
    #expect(faults.count == (fragment == nil ? 0 : 1))
    if let fragment { #expect(faults.first?.contains(fragment) == true, "\(faults)") }
  }

  @Test(
    "destinations are queues and functions, dead letters go to a queue",
    arguments: [
      ("eventInvokeConfig: { onFailure: q }", nil), ("eventInvokeConfig: { onSuccess: h }", nil),
      ("eventInvokeConfig: { onFailure: t }", "a queue or a function"),
      ("eventInvokeConfig: { onFailure: qq }", "did you mean `q`?"),
      ("eventInvokeConfig: { onSuccess: [q] }", "a queue or a function"), ("deadLetterQueue: q", nil),
      ("deadLetterQueue: h", "a function is named under `onFailure`"), ("deadLetterQueue: t", "a standard queue"),
      ("deadLetterQueue: nobody", "a standard queue"),
    ] as [(String, String?)])
  func destinations(key: String, fragment: String?) {
    let faults = Examples.faults(of: text(key))
    #expect(faults.count == (fragment == nil ? 0 : 1))
    if let fragment { #expect(faults.first?.contains(fragment) == true, "\(faults)") }
  }

  @Test("events that lead back to where they came from are refused, at the place that closes the loop")
  func loops() {
    let own = Examples.faults(of: text("eventInvokeConfig: { onFailure: f }"))
    #expect(own.count == 1 && own[0].contains("the loop of events f -> f") && own[0].contains("about 16"))
    // Through a destination, a call that waits, and an event of a handler.
    let long = Examples.faults(
      of: text(
        "eventInvokeConfig: { onSuccess: a }",
        "a: { type: function, handler: [ { call: b } ] }\n  "
          + "b: { type: function, handler: [ { call: f, invocationType: event } ] }"))
    #expect(long.count == 1 && long[0].contains("the loop of events f -> a -> b -> f"), "\(long)")
    // A handler that sends an event to its own function.
    let handler = Examples.faults(
      of: text("", "a: { type: function, handler: [ { call: a, invocationType: event } ] }"))
    #expect(handler.count == 1 && handler[0].contains("the loop of events a -> a"), "\(handler)")
    // A cycle of calls that wait is noted once, as such.
    let waiting = Examples.faults(
      of: text("eventInvokeConfig: { onFailure: f }", "a: { type: function, handler: [ { call: a } ] }"))
    #expect(waiting.count == 1 && waiting[0].contains("the cycle a -> a"), "\(waiting)")
  }

  @Test("two ways to one function are no loop")
  func diamond() {
    #expect(
      Examples.faults(of: text("eventInvokeConfig: { onSuccess: g, onFailure: h }, deadLetterQueue: q")).isEmpty)
  }
}
