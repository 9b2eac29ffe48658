import Engine
import Services
import Testing
import Units

@testable import Scenarios

/// Streams and the mappings that read them, from the text of a scenario to its run.
@Suite("Streams in scenarios")
struct StreamTests {
  private static let text = """
    scenario: Clicks
    region: us-east-1
    duration: 10 min
    traffic:
      clicks: { target: clicks, entries: 10, partitionKeys: 500, payload: 1 KB, arrivals: { poisson: { rate: 20 / s } } }
    resources:
      clicks:
        type: stream
        shardCount: 2
      reader:
        type: eventSourceMapping
        eventSource: clicks
        functionName: work
      work:
        type: function
        handler: [ { wait: 20 ms } ]

    """

  private func text(_ line: String, becomes replacement: String) -> String {
    precondition(Self.text.contains(line), "the scenario contains what a test replaces")
    return Self.text.replacing(line, with: replacement)
  }

  @Test("defaults are AWS's, and each is an assumption with its grade")
  func defaults() throws {
    let scenario = try Scenario.decode(Self.text, path: "x.yaml")
    guard case .stream(let stream) = scenario.system.resources[0],
      case .eventSourceMapping(let mapping) = scenario.system.resources[1], case .stream(let source) = mapping.source
    else {
      Issue.record("a stream, and a mapping that reads it")
      return
    }
    #expect(stream.retentionPeriod == .hours(24) && stream.shardCount == 2)
    #expect(mapping.batchSize == 100 && mapping.maximumBatchingWindow == .zero && !mapping.reportsBatchItemFailures)
    #expect(source == EventSourceMappingConfig.StreamSource(stream: "clicks"))
    let grade = { (parameter: String) in
      scenario.assumptions.first { ["clicks", "reader"].contains($0.subject) && $0.parameter == parameter }?.grade
    }
    for parameter in [
      "retentionPeriod", "shardLimits", "batchSize", "maximumBatchingWindow", "parallelizationFactor",
      "bisectBatchOnFunctionError", "maximumRetryAttempts", "maximumRecordAge", "pollingInterval",
    ] { #expect(grade(parameter) == .documented, "\(parameter)") }
    for parameter in ["putLatency", "retryDelay"] { #expect(grade(parameter) == .unknown, "\(parameter)") }
    // What the scenario says is no assumption.
    #expect(grade("shardCount") == nil)
  }

  @Test("every key reaches the config")
  func keys() throws {
    let scenario = try Scenario.decode(Examples.messages, path: "x.yaml")
    let configs = scenario.system.resources
    guard let reader = configs.first(where: { $0.name == "clickReader" }),
      case .eventSourceMapping(let mapping) = reader, case .stream(let source) = mapping.source,
      let clicks = configs.first(where: { $0.name == "clicks" }), case .stream(let stream) = clicks
    else {
      Issue.record("a stream, and a mapping that reads it")
      return
    }
    #expect(stream.shardCount == 4 && stream.retentionPeriod == .hours(48) && stream.putLatency != .constant(0))
    #expect(mapping.functionName == "work" && mapping.batchSize == 500 && mapping.reportsBatchItemFailures)
    #expect(mapping.maximumBatchingWindow == .seconds(5))
    var wanted = EventSourceMappingConfig.StreamSource(stream: "clicks")
    wanted.parallelizationFactor = 10
    wanted.bisectsBatchOnFunctionError = true
    wanted.maximumRetryAttempts = 3
    wanted.maximumRecordAge = .hours(1)
    wanted.onFailure = "jobs"
    wanted.pollingInterval = .milliseconds(250)
    wanted.retryDelay = .exponential(mean: 2e9)
    #expect(source == wanted)
  }

  @Test(
    "values at and beyond AWS's limits",
    arguments: [
      ("shardCount", "1", "20000", "0", "20001"), ("retentionPeriod", "24 h", "365 d", "23 h", "366 d"),
      ("retentionPeriod", "25 h", "2 d", "90000.5 s", "1441 min"),
      ("parallelizationFactor", "1", "10", "0", "11"), ("maximumRetryAttempts", "0", "10000", "-1", "10001"),
      ("maximumRecordAge", "60 s", "7 d", "59 s", "604801 s"), ("maximumRecordAge", "61 s", "1 h", "60.5 s", "0"),
      ("batchSize", "1", "10000", "0", "10001"), ("maximumBatchingWindow", "0 s", "300 s", "0.5 s", "301 s"),
      ("pollingInterval", "1 ms", "1 min", "999 us", "61 s"),
    ])
  func limits(key: String, low: String, high: String, below: String, above: String) {
    let anchor = ["shardCount", "retentionPeriod"].contains(key) ? "    type: stream\n" : "    functionName: work\n"
    func faults(_ value: String) -> [String] {
      let clean = key == "shardCount" ? text("    shardCount: 2\n", becomes: "") : Self.text
      return Examples.faults(of: clean.replacing(anchor, with: anchor + "    \(key): \(value)\n"))
    }
    for value in [low, high] { #expect(faults(value) == [], "\(key): \(value)") }
    for value in [below, above] { #expect(faults(value).count == 1, "\(key): \(value)") }
  }

  @Test("a destination is a queue, a source is a stream, and nobody calls a mapping")
  func references() {
    let anchor = "    functionName: work\n"
    for name in ["work", "clicks", "nobody", "reader"] {
      #expect(Examples.faults(of: text(anchor, becomes: anchor + "    onFailure: \(name)\n")).count == 1)
    }
    #expect(Examples.faults(of: text("eventSource: clicks", becomes: "eventSource: work")).count == 1)
    #expect(Examples.faults(of: text("target: clicks,", becomes: "target: reader,")).count == 1)
  }

  @Test("ten minutes of clicks: all are processed, in batches once a second and after each batch")
  func run() throws {
    let scenario = try Scenario.decode(Self.text, path: "x.yaml")
    let result = try simulate(scenario.system, seed: scenario.seed, replication: 0)
    let figures = { (resource: String) in
      Dictionary(
        uniqueKeysWithValues: (result.resources.first { $0.name == resource }?.figures ?? []).map {
          ($0.name, $0.value)
        })
    }
    let put = try #require(figures("clicks")["incomingRecords"])
    let reader = figures("reader")
    let processed = try #require(reader["processedEvents"])
    let behind = try #require(reader["finalEventsBehind"])
    // 20 puts of 10 in 600 s are 120,000, with a standard deviation of 1,095: within five of them but once in 10^6.
    #expect(abs(put - 120_000) < 5_500)
    #expect(put == processed + behind)
    #expect(behind < 1_000)
    let age = try #require(reader["p99IteratorAgeMs"])
    #expect(age <= 1_020)
    #expect(reader["batches"] == figures("work")["invocations"])
    // Two shards all the time, and 1 KB is one payload unit.
    let used = { (key: String) in
      result.usage.first { $0.resource == "clicks" && $0.meter.key == key }.map { Double($0.amount) }
    }
    #expect(used("Storage-ShardHour") == 1_200_000.0)
    #expect(used("PutRequestPayloadUnits") == put)
    #expect(result.usage.allSatisfy { ["work", "clicks"].contains($0.resource) })
  }
}
