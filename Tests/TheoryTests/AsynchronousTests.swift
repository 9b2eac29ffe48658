import Engine
import Services
import Testing
import Units

/// What no queue of asynchronous events may break, tried on the random systems with most of their calls of functions
/// turned into events.
///
/// Nothing here is left to chance: a law that fails once is broken.
@Suite("Conservation laws of asynchronous events")
struct AsynchronousTests {
  /// A random system whose calls of functions are events, as are its traffic's, with tight settings and destinations.
  /// Functions send what they drop only to functions after them, so nothing goes round.
  private func system(_ number: Int) -> SystemConfig {
    var stream = RandomStream(seed: 1, replication: number, component: "random events", purpose: "shape")
    func below(_ n: Int) -> Int { Int(stream.nextIndex(below: UInt64(n))) }
    var config = RandomSystem.make(number)
    let functions = config.resources.count { $0.typeName == "function" }
    for index in config.resources.indices {
      guard case .function(var function) = config.resources[index] else { continue }
      function.handler = function.handler.map(asynchronous)
      function.eventInvoke.maximumRetryAttempts = below(3)
      function.eventInvoke.maximumEventAge = .milliseconds(Int64(500 + below(90_000)))
      function.eventInvoke.queueLatency = .exponential(mean: 40e6)
      function.eventInvoke.backoffMultiplier = 1 + Double(below(3))
      function.eventInvoke.backoffJitter = below(2) == 0 ? .none : .full
      if below(8) == 0 { function.reservedConcurrentExecutions = 0 }
      function.eventInvoke.deadLetterQueue = below(2) == 0 ? "dead" : nil
      function.eventInvoke.onSuccess = below(3) == 0 ? "done" : nil
      if index + 1 < functions && below(2) == 0 {
        function.eventInvoke.onFailure = "f\(index + 1 + below(functions - index - 1))"
      }
      config.resources[index] = .function(function)
    }
    config.resources += ["dead", "done"].map { .queue(QueueConfig(name: $0)) }
    for source in config.traffic.indices {
      for target in config.traffic[source].targets.indices {
        if config.traffic[source].targets[target].resource.hasPrefix("f") {
          config.traffic[source].targets[target].invocationType = .event
        }
      }
    }
    config.duration = .seconds(Int64(60 + below(120)))
    return config
  }

  private func asynchronous(_ step: Step) -> Step {
    switch step {
    case .call(var call):
      if call.target.hasPrefix("f") { call.invocationType = .event }
      return .call(call)
    case .parallel(let branches): return .parallel(branches.map { $0.map(asynchronous) })
    case .choose(let choices):
      return .choose(choices.map { Step.Choice(weight: $0.weight, steps: $0.steps.map(asynchronous)) })
    case .repeat(let times, let steps): return .repeat(times: times, steps.map(asynchronous))
    case .forEachRecord(let steps): return .forEachRecord(steps.map(asynchronous))
    case .compute, .wait, .fail, .crash: return step
    }
  }

  @Test("events received = succeeded + dropped + in progress, attempts and deliveries add up, and so does the lane")
  func events() throws {
    var dropped = 0.0
    var retries = (errors: 0.0, throttles: 0.0)
    for number in 0..<120 {
      let config = system(number)
      let run = try simulate(config, seed: 3, replication: 0)
      let heap = try simulate(config, seed: 3, replication: 0, lane: false)
      #expect(run.digest == heap.digest && run.events == heap.events, "system \(number)")
      for source in run.traffic {
        #expect(source.started == source.completed + source.inProgress, "system \(number)")
        #expect(source.breakdown.sums.reduce(0, +) == source.latency.sum, "system \(number)")
      }
      let routed = config.traffic.contains { $0.targets.contains { $0.resource == "api" } }
      for function in config.asynchronousFunctions {
        let figure = { try run.figure($0, of: function.name) }
        let name: Comment = "system \(number), \(function.name)"
        let ended = try figure("asyncEventsSucceeded") + figure("asyncEventsDropped")
        #expect(try figure("asyncEventsReceived") == ended + figure("eventsInProgress"), name)
        let reasons = try figure("asyncEventsDroppedRetries") + figure("asyncEventsDroppedAge")
        #expect(try figure("asyncEventsDropped") == reasons + figure("asyncEventsDroppedConcurrency"), name)
        let (errors, throttles) = try (figure("asyncRetriesError"), figure("asyncRetriesThrottle"))
        #expect(try figure("asyncRetries") == errors + throttles, name)
        let mostRetries = try Double(function.eventInvoke.maximumRetryAttempts) * figure("asyncEventsReceived")
        #expect(errors <= mostRetries, name)
        let deliveries =
          try (function.eventInvoke.onFailure == nil ? 0 : figure("asyncEventsDropped"))
          + (function.eventInvoke.onSuccess == nil ? 0 : figure("asyncEventsSucceeded"))
        #expect(try figure("destinationDeliveries") == deliveries, name)
        let deadLetters = try function.eventInvoke.deadLetterQueue == nil ? 0 : figure("asyncEventsDropped")
        #expect(try figure("deadLettersSent") == deadLetters, name)
        #expect(try figure("peakAsyncEventsQueued") <= figure("asyncEventsReceived"), name)
        // Where nobody waits for the function, all that reaches it are attempts at events: first ones and retries.
        if !routed {
          let attempts = try figure("invocations") + figure("throttles")
          let firstAttempts = try figure("asyncEventsReceived")
          #expect(attempts <= firstAttempts + errors + throttles, name)
          #expect(attempts >= errors + throttles, name)
        }
        dropped += try figure("asyncEventsDropped")
        retries.errors += errors
        retries.throttles += throttles
      }
    }
    #expect(dropped > 1_000 && retries.errors > 1_000 && retries.throttles > 1_000, "the systems are tight enough")
  }

  @Test("what one function drops or hands on reaches the next one")
  func handedOn() throws {
    for number in 0..<120 {
      let config = system(number)
      let run = try simulate(config, seed: 3, replication: 0)
      // Events of destinations, of traffic, and of handlers: the first two are known exactly.
      for receiver in config.asynchronousFunctions {
        var known = 0.0
        for sender in config.asynchronousFunctions where sender.eventInvoke.onFailure == receiver.name {
          known += try run.figure("asyncEventsDropped", of: sender.name)
        }
        for (source, result) in zip(config.traffic, run.traffic) where source.targets[0].resource == receiver.name {
          known += Double(result.started)
        }
        #expect(try run.figure("asyncEventsReceived", of: receiver.name) >= known, "system \(number)")
      }
    }
  }
}
