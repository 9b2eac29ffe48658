import Engine
import Foundation
import Scenarios
import Services
import Testing
import Units

/// What must hold in every run of every shipped scenario, shortened so that all of them take seconds.
@Suite("Conservation")
struct ConservationTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("scenarios")

  static let shipped: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  /// Long enough for some thousand requests; a scenario that is not named here runs for a minute.
  private static let durations = [
    "azure-day.yaml": "90 min", "busy-month.yaml": "8 min", "lambda-pool.yaml": "1 h",
    "queue-worker.yaml": "6 min", "reference-kernel.yaml": "2 s", "serverless-api.yaml": "150 s",
  ]

  /// Scenarios whose requests each reach one function, which calls a table once at most.
  private static let chains = [
    "azure-day.yaml", "busy-month.yaml", "lambda-pool.yaml", "reference-kernel.yaml", "serverless-api.yaml",
  ]

  private func load(_ name: String) throws -> SystemConfig {
    let duration = Self.durations[name] ?? "60 s"
    let path = Self.folder.appendingPathComponent(name).path
    return try Scenario.load(path: path, overrides: [Override(path: "duration", value: duration)]).system
  }

  @Test("there are scenarios to look at")
  func found() {
    #expect(Self.shipped.count >= 4)
  }

  @Test(
    "requests started are requests completed and in progress, and each completed one is counted once",
    arguments: shipped)
  func requests(name: String) throws {
    let result = try simulate(load(name), seed: 1, replication: 0)
    for source in result.traffic {
      #expect(source.started > 1_000)
      #expect(source.started == source.completed + source.inProgress)
      #expect(source.completed == source.latency.count)
      #expect(source.completed == source.outcomes.reduce(0) { $0 + $1.count })
      #expect(source.errors == source.outcomes.filter { $0.name != "success" }.reduce(0) { $0 + $1.count })
      #expect(source.breakdown.counts.reduce(0, +) == source.completed)
      // To the nanosecond: every part of every latency has a segment.
      #expect(source.breakdown.sums.reduce(0, +) == source.latency.sum)
    }
  }

  @Test(
    "Little's law, exactly: requests in flight, integrated, are the latencies and the ages of those left",
    arguments: shipped)
  func littlesLaw(name: String) throws {
    let config = try load(name)
    let result = try simulate(config, seed: 1, replication: 0)
    for source in result.traffic {
      let key = { (series: MetricSeries) in
        series.key.resource == source.name && series.key.name == "InFlight" && series.key.statistic == .average
      }
      let means = try #require(result.series.first(where: key)).values
      var integral = 0.0
      for (row, mean) in means.enumerated() {
        let begin = config.period * Int64(row)
        integral += mean * Double(min(config.period, config.duration - begin).nanoseconds)
      }
      let ages = integral - Double(source.latency.sum)
      #expect(ages >= -1e-9 * integral)
      #expect(ages <= Double(source.inProgress) * Double(config.duration.nanoseconds) + 1e-9 * integral)
    }
  }

  @Test("usage is what the figures say", arguments: shipped)
  func usage(name: String) throws {
    let config = try load(name)
    let result = try simulate(config, seed: 1, replication: 0)
    for (resource, found) in zip(config.resources, result.resources) {
      let figure = { (name: String) in found.figures.first { $0.name == name }?.value ?? .nan }
      let usage = { (part: String) in
        result.usage.first { $0.resource == found.name && $0.meter.key.contains(part) }.map { Double($0.amount) } ?? 0
      }
      #expect(resource.name == found.name)
      switch resource {
      case .function(let function):
        #expect(usage("Request") == figure("invocations"))
        let durations = result.usage.filter { $0.resource == found.name && $0.meter.key.contains("GB-Second") }
        #expect(
          durations.reduce(0) { $0 + Double($1.amount) } == figure("billedMilliseconds") * Double(function.memorySize))
        let reserved = function.reservedConcurrentExecutions == nil ? 0 : figure("throttlesReserved")
        #expect(figure("throttles") == figure("throttlesConcurrency") + figure("throttlesRate") + reserved)
        #expect(figure("peakConcurrency") <= Double(config.account.concurrentExecutions))
      case .httpApi:
        #expect(usage("HttpRequest") == figure("requests") - figure("throttles"))
      case .table:
        #expect(usage("ReadRequestUnits") == 2 * figure("readRequestUnits"))
        #expect(usage("WriteRequestUnits") == figure("writeRequestUnits"))
        #expect(figure("throttles") == figure("readThrottles") + figure("writeThrottles"))
      case .queue, .stream, .eventSourceMapping: break
      }
    }
  }

  @Test("every attempt reaches the table, is served or throttled", arguments: chains)
  func attempts(name: String) throws {
    let config = try load(name)
    let result = try simulate(config, seed: 1, replication: 0)
    let sum = { (type: String, names: [String]) in
      result.resources.filter { $0.typeName == type }.flatMap(\.figures).filter { names.contains($0.name) }
        .reduce(0) { $0 + $1.value }
    }
    let calls = config.resources.contains { if case .table = $0 { true } else { false } }
    guard calls else { return }
    // Each invocation calls the table once, and again at each retry. Those in progress may not have come to it yet.
    let attempts = sum("table", ["requests", "throttles"])
    let wanted = sum("function", ["invocations", "retries"])
    let inProgress = Double(result.traffic.reduce(0) { $0 + $1.inProgress })
    #expect(attempts <= wanted)
    #expect(attempts >= wanted - inProgress)
  }

  @Test("every request reaches its function, is served or refused", arguments: chains)
  func invocations(name: String) throws {
    let result = try simulate(load(name), seed: 1, replication: 0)
    let sum = { (type: String, names: [String]) in
      result.resources.filter { $0.typeName == type }.flatMap(\.figures).filter { names.contains($0.name) }
        .reduce(0) { $0 + $1.value }
    }
    let started = Double(result.traffic.reduce(0) { $0 + $1.started })
    let inProgress = Double(result.traffic.reduce(0) { $0 + $1.inProgress })
    let admitted = started - sum("httpApi", ["throttles"])
    let reached = sum("function", ["invocations", "throttles"])
    #expect(reached <= admitted)
    #expect(reached >= admitted - inProgress)
  }

  @Test("two runs are equal, with and without the lane; two replications are not", arguments: shipped)
  func digests(name: String) throws {
    let config = try load(name)
    let first = try simulate(config, seed: 1, replication: 0)
    let again = try simulate(config, seed: 1, replication: 0)
    let slow = try simulate(config, seed: 1, replication: 0, lane: false)
    let other = try simulate(config, seed: 1, replication: 1)
    #expect(first.digest == again.digest)
    #expect(first.digest == slow.digest && first.events == slow.events)
    #expect(first.digest != other.digest)
  }
}
