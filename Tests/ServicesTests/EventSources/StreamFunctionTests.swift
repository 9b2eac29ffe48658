import Engine
import Services
import Testing
import Units

/// A stream's mapping and everything that a real function may do to its batches.
@Suite("Streams and functions that fail")
struct StreamFunctionTests {
  /// A stream `s` of one shard, its mapping `m`, and `f` with one environment that starts in no time. Records are put at
  /// given moments, `true` for poison, all of one key.
  private func run(
    _ handler: [Step], puts: [(ms: Double, isPoisoned: Bool)], duration: Time = .seconds(100),
    busy: Double? = nil,
    configure: (inout EventSourceMappingConfig, inout EventSourceMappingConfig.StreamSource, inout FunctionConfig) ->
      Void = { _, _, _ in }
  ) throws -> RunResult {
    var f = function("f", timeout: .seconds(60), handler)
    f.initDuration = .constant(0)
    var mapping = EventSourceMappingConfig(name: "m", stream: "s", functionName: "f")
    var source = EventSourceMappingConfig.StreamSource(stream: "s")
    configure(&mapping, &source, &f)
    mapping.source = .stream(source)
    var traffic = puts.enumerated().map { index, put in
      TrafficConfig(
        name: "put\(index)",
        target: TrafficTarget(
          resource: "s", message: MessageConfig(entries: 1, keys: 1, poison: put.isPoisoned ? 1 : 0)),
        arrivals: .spikes([Spike(at: .ms(put.ms), count: 1, over: .zero)]))
    }
    if let busy {
      traffic.append(
        TrafficConfig(
          name: "caller", target: TrafficTarget(resource: "f"),
          arrivals: .spikes([Spike(at: .ms(busy), count: 1, over: .zero)])))
    }
    let config = SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000), duration: duration,
      invocationLog: InvocationLogConfig(sample: 1),
      resources: [
        .stream(StreamConfig(name: "s")), .queue(QueueConfig(name: "failures")), .function(f),
        .eventSourceMapping(mapping),
      ], traffic: traffic)
    let result = try simulate(config, seed: 1, replication: 0)
    #expect(try simulate(config, seed: 1, replication: 0, lane: false).digest == result.digest)
    let m = { result.figure($0, of: "m") }
    #expect(
      result.figure("incomingRecords", of: "s")
        == m("processedEvents") + m("droppedEvents") + m("lostEvents") + m("finalEventsBehind"))
    return result
  }

  /// When invocations ended, in ms, those with an error below 0.
  private func ends(_ result: RunResult) -> [Int64] {
    result.log.map { line in
      let ms = line.milliseconds - 1_780_272_000_000
      return line.message.contains("Status: error") ? -ms : ms
    }
  }

  private let four: [(ms: Double, isPoisoned: Bool)] = [(300, false), (301, false), (302, false), (303, true)]

  @Test("bisecting through the function: a poisoned batch fails after its work, until the bad record is alone")
  func bisect() throws {
    let result = try run([wait(50)], puts: four) { mapping, source, _ in
      source.bisectsBatchOnFunctionError = true
      source.maximumRetryAttempts = 0
      source.onFailure = "failures"
    }
    // Four at 1 s fail; 1 s later the first two are well, the others fail at once after them; again 1 s later.
    #expect(ends(result) == [-1_050, 2_100, -2_150, 3_200, -3_250])
    #expect(result.figure("errors", of: "f") == 3 && result.figure("failedBatches", of: "m") == 3)
    #expect(result.figure("processedEvents", of: "m") == 3 && result.figure("droppedEvents", of: "m") == 1)
    #expect(result.figure("onFailureDeliveredEvents", of: "m") == 1)
    #expect(result.figure("sent", of: "failures") == 1)
  }

  @Test("partial answers: the batch is good up to the poison, which is dropped after its retries")
  func partialPoison() throws {
    let puts: [(ms: Double, isPoisoned: Bool)] = [(300, false), (301, true), (302, false)]
    let result = try run([.forEachRecord([wait(10)])], puts: puts) { mapping, source, _ in
      mapping.reportsBatchItemFailures = true
      source.maximumRetryAttempts = 1
      source.bisectsBatchOnFunctionError = true
    }
    // The function never throws; it works on the poison too.
    #expect(result.figure("errors", of: "f") == 0)
    #expect(result.figure("processedEvents", of: "m") == 2 && result.figure("droppedEvents", of: "m") == 1)
    #expect(ends(result).first == 1_030)
  }

  @Test("partial answers of records that fail by themselves: all are processed in the end, in order, none is dropped")
  func partialFailures() throws {
    let puts = (0..<20).map { (ms: 300 + Double($0), isPoisoned: false) }
    let result = try run(
      [.forEachRecord([wait(10), .fail(probability: 0.3)])], puts: puts, duration: .seconds(1_000)
    ) { mapping, _, _ in mapping.reportsBatchItemFailures = true }
    #expect(result.figure("processedEvents", of: "m") == 20)
    #expect(result.figure("droppedEvents", of: "m") == 0 && result.figure("finalEventsBehind", of: "m") == 0)
    #expect(result.figure("errors", of: "f") == 0)
    #expect(result.figure("invocations", of: "f") > 2)
    // Without partial answers the same function makes slower progress: one record in a row must not fail.
    let whole = try run(
      [.forEachRecord([wait(10), .fail(probability: 0.3)])], puts: puts, duration: .seconds(20)
    ) { _, _, _ in }
    #expect(whole.figure("processedEvents", of: "m") == 0 && whole.figure("errors", of: "f") > 5)
  }

  @Test("a crash fails the batch, and the environment that takes it next runs init first")
  func crash() throws {
    let result = try run([wait(50), .crash(probability: 1)], puts: [(300, false)], duration: .seconds(100)) {
      mapping, source, f in
      f.initDuration = .constant(100e6)
      source.maximumRetryAttempts = 2
    }
    #expect(ends(result) == [-1_150, -2_300, -3_450])
    #expect(result.figure("crashes", of: "f") == 3 && result.figure("droppedEvents", of: "m") == 1)
  }

  @Test("while the function is throttled nothing is lost, and the iterator age grows")
  func throttled() throws {
    // Somebody else holds the one execution from 0.5 s to 20.5 s; the records were put at 0.3 s and 10.3 s.
    let result = try run(
      [wait(20_000)], puts: [(300, false), (10_300, false)], duration: .seconds(60), busy: 500
    ) { _, source, f in
      f.reservedConcurrentExecutions = 1
      source.maximumRetryAttempts = 0
    }
    let throttles = result.figure("throttledBatches", of: "m")
    #expect(throttles > 10 && result.figure("throttles", of: "f") == throttles)
    #expect(result.figure("droppedEvents", of: "m") == 0)
    #expect(result.figure("invocations", of: "f") == 3, "the caller's, and each record's, for retries keep their batch")
    #expect(result.figure("processedEvents", of: "m") == 1)
    // The first goes at about 21 s, when it is 20.7 s old; the second 20 s later, 31 s old.
    #expect(abs(result.figure("maxIteratorAgeMs", of: "m") - 31_000) < 1_500)
  }
}
