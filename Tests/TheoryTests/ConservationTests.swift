import Engine
import Services
import Testing
import Units

/// What no system may break, tried on systems put together at random.
///
/// Nothing here is left to chance: a law that fails once is broken.
@Suite("Conservation laws in random systems")
struct ConservationTests {
  static let systems = 0..<120

  @Test("every request is answered or in progress, and its time is put down to segments to the nanosecond")
  func requests() throws {
    var failures = 0
    for number in Self.systems {
      for traffic in try simulate(RandomSystem.make(number), seed: 3, replication: 0).traffic {
        #expect(traffic.started == traffic.completed + traffic.inProgress, "system \(number), \(traffic.name)")
        #expect(traffic.outcomes.reduce(0) { $0 + $1.count } == traffic.completed, "system \(number)")
        let failed = traffic.outcomes.filter { $0.name != Outcome.success.name }.reduce(0) { $0 + $1.count }
        #expect(failed == traffic.errors, "system \(number)")
        #expect(traffic.breakdown.counts.reduce(0, +) == traffic.completed, "system \(number)")
        #expect(traffic.breakdown.sums.reduce(0, +) == traffic.latency.sum, "system \(number), \(traffic.name)")
        failures += Int(traffic.errors)
      }
    }
    #expect(failures > 5_000, "the systems are tight enough to fail")
  }

  @Test("every attempt of a client is a request's first one or a retry; attempts in vain are errors or retries")
  func attempts() throws {
    var retries = 0.0
    for number in Self.systems {
      let config = RandomSystem.make(number)
      let run = try simulate(config, seed: 3, replication: 0)
      for (source, traffic) in zip(config.traffic, run.traffic) where source.client != nil {
        let sum = { try run.values($0, .sum, of: traffic.name).reduce(0, +) }
        // A request in progress may be waiting for its next attempt, which is counted when it is sent.
        let wanted = try Double(traffic.started) + sum("Retries")
        let attempts = try sum("Attempts")
        #expect(attempts <= wanted && attempts >= wanted - Double(traffic.inProgress), "system \(number)")
        #expect(try sum("RetriesExhausted") + sum("RetryQuotaExceeded") <= Double(traffic.errors), "system \(number)")
        #expect(try sum("Abandoned") <= attempts, "system \(number)")
        if source.client?.timeout == nil { #expect(try sum("Abandoned") == 0) }
        retries += try sum("Retries")
      }
    }
    #expect(retries > 5_000, "clients have something to retry")
  }

  @Test("figures of every resource agree with each other")
  func resources() throws {
    var (provisionedRuns, reservedThrottles) = (0.0, 0.0)
    for number in Self.systems {
      let config = RandomSystem.make(number)
      let run = try simulate(config, seed: 3, replication: 0)
      var concurrency = 0.0
      for resource in config.resources {
        let figure = { try run.figure($0, of: resource.name) }
        let name: Comment = "system \(number), \(resource.name)"
        switch resource {
        case .function(let function):
          let invocations = try figure("invocations")
          let reserved = function.reservedConcurrentExecutions == nil ? 0 : try figure("throttlesReserved")
          #expect(
            try figure("throttles") == figure("throttlesConcurrency") + figure("throttlesRate") + reserved, name)
          let reasons = run.series.filter { $0.key.resource == function.name && $0.key.name.hasPrefix("Throttles.") }
          #expect(try figure("throttles") == reasons.reduce(0) { $0 + $1.values.reduce(0, +) }, name)
          if let limit = function.reservedConcurrentExecutions {
            #expect(try figure("peakConcurrency") <= Double(limit), name)
          }
          if let provisioned = function.provisionedConcurrency {
            #expect(try figure("provisionedInvocations") <= invocations, name)
            #expect(try provisioned.concurrentExecutions == 0 || figure("provisionedUtilization") <= 1, name)
            let used = run.usage.filter { $0.resource == function.name && $0.meter.key.contains("GB-Second") }
            #expect(
              try used.reduce(0) { $0 + Double($1.amount) }
                == figure("billedMilliseconds") * Double(function.memorySize), name)
            provisionedRuns += try figure("provisionedInvocations")
          }
          reservedThrottles += reserved
          // Provisioned environments are there without a cold start, and replaced when their process has ended.
          let standing = try function.provisionedConcurrency.map {
            try Double($0.concurrentExecutions) + figure("timeouts")
          }
          #expect(try figure("coldStarts") + (standing ?? 0) >= figure("peakEnvironments"), name)
          #expect(try figure("peakEnvironments") >= figure("peakConcurrency"), name)
          #expect(try figure("meanEnvironments") >= figure("meanConcurrency"), name)
          #expect(try figure("errors") <= invocations && figure("timeouts") <= figure("errors"), name)
          #expect(try figure("peakConcurrency") <= Double(config.account.concurrentExecutions), name)
          let longest = try run.values("Duration", .maximum, of: function.name).filter { !$0.isNaN }.max() ?? 0
          #expect(longest <= function.timeout.inMilliseconds, name)
          let series = try run.values("Invocations", .sum, of: function.name).reduce(0, +)
          #expect(series == invocations, name)
          concurrency += try figure("meanConcurrency")
        case .httpApi(let api):
          let longest = try run.values("IntegrationLatency", .maximum, of: api.name).filter { !$0.isNaN }.max() ?? 0
          #expect(longest <= api.integrationTimeout.inMilliseconds, name)
          #expect(try figure("throttles") == figure("clientErrors"), name)
          #expect(try figure("timeouts") <= figure("serverErrors"), name)
        case .table:
          #expect(try figure("throttles") == figure("readThrottles") + figure("writeThrottles"), name)
          let used = run.usage.filter { $0.resource == resource.name && $0.meter.key.contains("Request") }
          let units = used.reduce(0) { $0 + Double($1.amount) / Double($1.meter.unitsPerPriced) }
          #expect(try units == figure("readRequestUnits") + figure("writeRequestUnits"), name)
        case .daxCluster, .cacheCluster, .dbInstance, .auroraCluster, .dbProxy, .topic, .vpc: break
        case .queue, .stream, .eventSourceMapping: Issue.record("random systems have no messages")
        }
      }
      #expect(concurrency <= Double(config.account.concurrentExecutions), "system \(number)")
    }
    #expect(provisionedRuns > 1_000 && reservedThrottles > 100, "the systems use both")
  }

  @Test("the lane changes nothing, and neither does the width of a row")
  func lane() throws {
    for number in Self.systems {
      var config = RandomSystem.make(number)
      let lane = try simulate(config, seed: 3, replication: 0)
      let heap = try simulate(config, seed: 3, replication: 0, lane: false)
      #expect(lane.digest == heap.digest && lane.events == heap.events, "system \(number)")
      config.period = config.duration
      let one = try simulate(config, seed: 3, replication: 0)
      #expect(one.events == lane.events, "system \(number)")
      #expect(one.usage == lane.usage, "system \(number)")
      #expect(one.traffic.map(\.latency) == lane.traffic.map(\.latency), "system \(number)")
    }
  }

  @Test("a warm-up hides the beginning and changes nothing after it")
  func warmUp() throws {
    for number in Self.systems where number % 3 == 0 {
      var config = RandomSystem.make(number)
      config.period = .seconds(1)
      let whole = try simulate(config, seed: 3, replication: 0)
      config.warmUp = .seconds(7)
      config.duration = config.duration - .seconds(7)
      let late = try simulate(config, seed: 3, replication: 0)
      #expect(whole.events == late.events, "system \(number)")
      for (all, tail) in zip(whole.series, late.series) {
        #expect(all.values.dropFirst(7).map(\.bitPattern) == tail.values.map(\.bitPattern), "\(number) \(all.key)")
      }
    }
  }
}
