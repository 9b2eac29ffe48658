import Engine
import Foundation
import Scenarios
import Services
import Testing
import Units

/// What must hold in every run of every shipped scenario, and of the benchmark that has everything on, shortened so that
/// all of them take seconds.
@Suite("Conservation")
struct ConservationTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let folder = root.appendingPathComponent("scenarios")

  /// Every kind of resource, source and failure at once.
  private static let everything = root.appendingPathComponent("Tests/Benchmarks/everything.yaml").path

  static let shipped: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  static let all = shipped + ["everything"]

  /// Long enough for some thousand requests; a scenario that is not named here runs for a minute.
  private static let durations = [
    "aurora-failover.yaml": "4 min", "aurora-serverless.yaml": "450 min", "azure-day.yaml": "90 min",
    "busy-month.yaml": "8 min", "cheapest-batches.yaml": "2 min", "cheapest-memory.yaml": "10 min",
    "cold-start-vs-snapstart.yaml": "1 h",
    "dax-or-not.yaml": "2 min", "dynamodb-modes.yaml": "30 min", "lambda-pool.yaml": "1 h",
    "queue-worker.yaml": "6 min", "reference-kernel.yaml": "2 s", "serverless-api.yaml": "150 s",
    "table-stream.yaml": "6 min",
  ]

  /// Scenarios whose requests each reach one function, which calls a table once at most.
  private static let chains = [
    "azure-day.yaml", "busy-month.yaml", "lambda-pool.yaml", "reference-kernel.yaml", "serverless-api.yaml",
  ]

  private func load(_ name: String) throws -> SystemConfig {
    if name == "everything" {
      return try Scenario.load(path: Self.everything, overrides: [Override(path: "duration", value: "5 s")]).system
    }
    let duration = Self.durations[name] ?? "60 s"
    let path = Self.folder.appendingPathComponent(name).path
    return try Scenario.load(
      path: path,
      overrides: [Override(path: "duration", value: duration), Override(path: "warmUp", value: "0 s")]
    ).system
  }

  @Test("there are scenarios to look at")
  func found() {
    #expect(Self.shipped.count >= 4)
  }

  @Test(
    "requests started are requests completed and in progress, and each completed one is counted once",
    arguments: all)
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
    arguments: all)
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

  @Test("usage is what the figures say", arguments: all)
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
        // The init of the snapshot is on the bill beside the invocations.
        let published = function.snapStart == nil ? 0 : figure("publishMilliseconds")
        #expect(
          durations.reduce(0) { $0 + Double($1.amount) }
            == (figure("billedMilliseconds") + published) * Double(function.memorySize))
        let reserved = function.reservedConcurrentExecutions == nil ? 0 : figure("throttlesReserved")
        #expect(figure("throttles") == figure("throttlesConcurrency") + figure("throttlesRate") + reserved)
        #expect(figure("peakConcurrency") <= Double(config.account.concurrentExecutions))
      case .httpApi:
        #expect(usage("HttpRequest") == figure("requests") - figure("throttles"))
      case .table:
        #expect(usage("ReadRequestUnits") == 2 * figure("readRequestUnits"))
        #expect(usage("WriteRequestUnits") == figure("writeRequestUnits"))
        #expect(figure("throttles") == figure("readThrottles") + figure("writeThrottles"))
      case .queue: #expect(usage("Requests") == figure("billedRequests"))
      case .stream, .eventSourceMapping, .daxCluster, .cacheCluster, .dbInstance, .auroraCluster, .dbProxy, .topic,
        .vpc:
        break
      }
    }
  }

  @Test("nothing is lost: what came in went out or is still there", arguments: all)
  func nothingIsLost(name: String) throws {
    let config = try load(name)
    try #require(config.warmUp == .zero)
    let result = try simulate(config, seed: 1, replication: 0)
    for (resource, found) in zip(config.resources, result.resources) {
      let books = Books(found)
      switch resource {
      case .function:
        // Of functions with asynchronous events.
        if found.figures.contains(where: { $0.name == "asyncEventsReceived" }) {
          #expect(
            books["asyncEventsReceived"]
              == books["asyncEventsSucceeded"] + books["asyncEventsDropped"] + books["eventsInProgress"])
        }
      case .httpApi, .table, .daxCluster, .cacheCluster, .dbInstance, .auroraCluster, .dbProxy, .topic, .vpc: break
      case .queue:
        let present = books["visibleAtEnd"] + books["inFlightAtEnd"] + books["delayedAtEnd"]
        #expect(
          books["sent"] + books["arrivedByRedrive"]
            == books["deleted"] + books["redriven"] + books["expired"] + present)
        let readers = config.mappings(of: found.name).map { mapping in
          Books(result.resources.first { $0.name == mapping.name })
        }
        #expect(books["received"] == readers.reduce(0) { $0 + $1["polledEvents"] })
        #expect(books["deleted"] == readers.reduce(0) { $0 + $1["deletedEvents"] })
      case .stream:
        // Every mapping reads every record.
        for mapping in config.mappings(of: found.name) {
          let reader = Books(result.resources.first { $0.name == mapping.name })
          #expect(
            books["incomingRecords"]
              == reader["processedEvents"] + reader["droppedEvents"] + reader["lostEvents"]
              + reader["finalEventsBehind"])
          #expect(reader["polledEvents"] <= books["incomingRecords"])
        }
      case .eventSourceMapping(let mapping):
        let handed = books["peakConcurrentBatches"] * Double(mapping.batchSize)
        let left: Double
        switch mapping.source {
        case .queue:
          // An attempt with a message deletes it, deletes it in vain, names it or fails.
          left =
            books["invokedEvents"] - books["deletedEvents"] - books["staleDeletes"] - books["reportedItemFailures"]
            - books["failedInvokeEvents"]
        case .stream:
          // A throttled attempt has not reached the function, and counts as failed.
          let throttled = books["throttledBatches"] * Double(mapping.batchSize)
          left = books["invokedEvents"] - books["processedEvents"] - books["failedInvokeEvents"]
          #expect(left <= 0 && left >= -throttled)
          #expect(
            books["droppedEvents"] >= books["onFailureDeliveredEvents"] + books["onFailureFailedEvents"])
          continue
        }
        // What is left is with the function.
        #expect(left >= 0 && left <= handed)
        let function = Books(result.resources.first { $0.name == mapping.functionName })
        #expect(books["throttledBatches"] <= function["throttles"])
        // An invocation counts when its handler begins, so at the end some batches may wait for an environment.
        let waiting = function["peakConcurrency"]
        #expect(books["batches"] <= function["invocations"] + function["throttles"] + waiting)
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

  @Test("two runs are equal, with and without the lane; two replications are not", arguments: all)
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

/// The figures of one resource by name; no number for one that is not there, which equals nothing.
private struct Books {
  private let figures: [Figure]

  init(_ resource: ResourceResult?) { figures = resource?.figures ?? [] }

  subscript(name: String) -> Double { figures.first { $0.name == name }?.value ?? .nan }
}

extension SystemConfig {
  /// The mappings that read a queue or a stream.
  fileprivate func mappings(of source: String) -> [EventSourceMappingConfig] {
    resources.compactMap { resource in
      if case .eventSourceMapping(let mapping) = resource, mapping.sourceName == source { return mapping }
      return nil
    }
  }
}
