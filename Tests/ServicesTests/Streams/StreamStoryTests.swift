import Engine
import Services
import Testing
import Units

/// Streams in whole systems: traffic puts records, and mappings invoke functions with them.
@Suite("Stream")
struct StreamStoryTests {
  private func target(_ entries: Int = 1, keys: Int = 1, poison: Double = 0, bytes: Int64 = 1) -> TrafficTarget {
    TrafficTarget(
      resource: "s", payload: Size(bytes: bytes), message: MessageConfig(entries: entries, keys: keys, poison: poison))
  }

  private func mapping(
    _ name: String = "m", to function: String = "f",
    _ configure: (inout EventSourceMappingConfig, inout EventSourceMappingConfig.StreamSource) -> Void = { _, _ in }
  ) -> ResourceConfig {
    var config = EventSourceMappingConfig(name: name, stream: "s", functionName: function)
    var source = EventSourceMappingConfig.StreamSource(stream: "s")
    configure(&config, &source)
    config.source = .stream(source)
    return .eventSourceMapping(config)
  }

  @Test("a shard takes 1,000 records at once, and refuses the 1,001st", arguments: [(999, 0), (1_000, 0), (1_001, 1)])
  func recordLimit(count: Int, refused: Int) throws {
    let result = try Story([.stream(StreamConfig(name: "s"))], target: target(), at: [.zero], count: count).run()
    #expect(result.figure("incomingRecords", of: "s") == Double(count - refused))
    #expect(result.figure("refusedRecords", of: "s") == Double(refused))
    #expect(result.requests(.throttled) == Int64(refused))
    #expect(result.usage("Storage-ShardHour", of: "s") == 1_000_000)
    #expect(result.usage("PutRequestPayloadUnits", of: "s") == Int64(count - refused))
    #expect(result.usage.count == 2)
  }

  @Test(
    "a record costs a payload unit for every 25 KB",
    arguments: [(1, 1), (25_600, 1), (25_601, 2), (51_200, 2), (51_201, 3)])
  func payloadUnits(bytes: Int64, units: Int64) throws {
    let result = try Story([.stream(StreamConfig(name: "s"))], target: target(bytes: bytes), at: [.zero]).run()
    #expect(result.usage("PutRequestPayloadUnits", of: "s") == units)
  }

  @Test("retention beyond 24 h costs by the shard, beyond 7 d by the byte too")
  func retention() throws {
    var config = StreamConfig(name: "s")
    config.shardCount = 2
    for (hours, extended, old) in [(24, nil, nil), (25, 2_000_000, nil), (168, 2_000_000, nil)]
      as [(Int64, Int64?, Int64?)]
    {
      config.retentionPeriod = .hours(hours)
      let result = try Story([.stream(config)], target: target(bytes: 1 << 19), at: [.zero]).run()
      #expect(result.usage("Extended-ShardHour", of: "s") == extended)
      #expect(result.usage("LongTermRetention-ByteHrs", of: "s") == old)
    }
    config.retentionPeriod = .hours(170)
    // Half a MB for two hours beyond the seven days.
    let result = try Story([.stream(config)], target: target(bytes: 1 << 19), at: [.zero]).run()
    #expect(result.usage("LongTermRetention-ByteHrs", of: "s") == 3_600_000)
  }

  @Test("records flow back evenly: of 1,000 a second, one every ms")
  func refill() throws {
    for (nanoseconds, refused) in [(999_999, 1), (1_000_000, 0)] as [(Int64, Double)] {
      var story = Story([.stream(StreamConfig(name: "s"))], target: target(), at: [])
      story.traffic[0].arrivals = .spikes([
        Spike(at: .zero, count: 1_000, over: .zero), Spike(at: Time(nanoseconds: nanoseconds), count: 1, over: .zero),
      ])
      #expect(try story.run().figure("refusedRecords", of: "s") == refused)
    }
  }

  @Test("a shard takes 1 MB at once, and refuses the next byte", arguments: [(511, 0), (512, 0), (513, 1)])
  func byteLimit(count: Int, refused: Int) throws {
    let result = try Story(
      [.stream(StreamConfig(name: "s"))], target: target(bytes: 2_048), at: [.zero], count: count
    ).run()
    #expect(result.figure("refusedRecords", of: "s") == Double(refused))
    #expect(result.figure("incomingBytes", of: "s") == Double(2_048 * (count - refused)))
  }

  @Test("a put stores what its shards take: it is throttled only if they take nothing")
  func partialPut() throws {
    let result = try Story([.stream(StreamConfig(name: "s"))], target: target(400), at: [.zero], count: 4).run()
    // 400, 400, 200 of 400, none.
    #expect(result.figure("incomingRecords", of: "s") == 1_000)
    #expect(result.figure("refusedRecords", of: "s") == 600)
    #expect(result.requests(.success) == 3 && result.requests(.throttled) == 1)
  }

  @Test("each shard has limits of its own, and keys spread evenly over the shards")
  func shards() throws {
    var config = StreamConfig(name: "s")
    config.shardCount = 4
    // 4,000 records over 4 shards: with many keys each gets 1,000, give or take 27, its standard deviation. What one
    // of them refuses is what it gets above 1,000; over all that is more than 200 once in 10^8 runs.
    let many = try Story([.stream(config)], target: target(500, keys: 1_000_000), at: [.zero], count: 8).run()
    #expect(many.figure("refusedRecords", of: "s") < 200)
    let one = try Story([.stream(config)], target: target(500, keys: 1), at: [.zero], count: 8).run()
    #expect(one.figure("incomingRecords", of: "s") == 1_000)
  }

  @Test("a put takes its latency, a refused one none")
  func latency() throws {
    var config = StreamConfig(name: "s")
    config.putLatency = .constant(7e6)
    let result = try Story([.stream(config)], target: target(), at: [.zero], count: 1_002).run()
    #expect(result.latencyMs == 7_000 && result.segmentsMs == ["s put": 7_000])
    #expect(result.requests(.throttled) == 2)
  }

  @Test("a record's way: put at 300 ms, seen at 1 s, then a start of 100 ms and 50 ms of work")
  func way() throws {
    let story = Story(
      [.stream(StreamConfig(name: "s")), .function(function("f", [wait(50)])), mapping()], target: target(3),
      at: [.milliseconds(300)])
    let result = try story.run()
    #expect(result.figure("invocations", of: "f") == 1)
    #expect(result.figure("batches", of: "m") == 1 && result.figure("meanBatchSize", of: "m") == 3)
    #expect(result.figure("meanIteratorAgeMs", of: "m") == 700)
    #expect(result.figure("meanPutToProcessedMs", of: "m") == 850)
    #expect(result.figure("finalEventsBehind", of: "m") == 0)
    let series = try #require(result.series.first { $0.key.name == "IteratorAge" && $0.key.statistic == .maximum })
    #expect(series.key.resource == "f" && series.key.namespace == "AWS/Lambda")
    #expect(series.values[0] == 700)
  }

  @Test("two mappings read one stream each at its own pace, and each has an iterator age if they share a function")
  func twoMappings() throws {
    let story = Story(
      [
        .stream(StreamConfig(name: "s")), .function(function("f", [wait(50)])),
        .function(function("g", [.fail(probability: 1)])), mapping(), mapping("n", to: "g"), mapping("o"),
      ], target: target(5), at: [.milliseconds(300), .seconds(10)])
    let result = try story.run()
    for name in ["m", "o"] {
      #expect(result.figure("processedEvents", of: name) == 10)
      #expect(result.figure("batches", of: name) == 2)
    }
    #expect(result.figure("processedEvents", of: "n") == 0)
    #expect(result.figure("polledEvents", of: "n") == 5)
    #expect(result.figure("finalEventsBehind", of: "n") == 10)
    let ages = Set(result.series.filter { $0.key.name == "IteratorAge" }.map(\.key.resource))
    #expect(ages == ["m", "o", "g"])
    for resource in ages {
      #expect(result.series.filter { $0.key.name == "IteratorAge" && $0.key.resource == resource }.count == 4)
    }
  }

  @Test("a backlog drains at batch size over duration")
  func throughput() throws {
    // 1,000 records a second for 20 s, and 10 at once in 20 ms: 500 a second. The rest waits until 40 s.
    var story = Story(
      [
        .stream(StreamConfig(name: "s")), .function(function("f", [wait(20)])),
        mapping {
          $0.batchSize = 10
          _ = $1
        },
      ],
      target: target(100), at: (0..<200).map { .milliseconds(100 * $0) })
    story.duration = .seconds(60)
    let result = try story.run()
    #expect(result.figure("refusedRecords", of: "s") == 0)
    #expect(result.figure("processedEvents", of: "m") == 20_000)
    #expect(result.figure("batches", of: "m") == 2_000)
    // 2,000 batches of 20 ms and one start, one at a time.
    #expect(abs(result.figure("meanConcurrentBatches", of: "m") * 60 - 40.1) < 1e-6)
    #expect(result.figure("peakConcurrentBatches", of: "m") == 1)
    // Never without work: the last record, put at 19.9 s, is sent at 0.1 + 1,999 x 0.02 s.
    #expect(abs(result.figure("maxIteratorAgeMs", of: "m") - (40_080 - 19_900)) < 1e-6)
  }

  @Test("conservation and Little's law in random systems", arguments: 0..<12)
  func conservation(number: Int) throws {
    var config = StreamConfig(name: "s")
    config.shardCount = 1 + number % 3
    let steps: [Step] = [.wait(.exponential(mean: 60e6)), .fail(probability: 0.2)]
    var limited = function("f", steps)
    limited.timeout = .milliseconds(200)
    let story = Story(
      [
        .stream(config), .function(limited), .queue(QueueConfig(name: "q")),
        mapping { config, source in
          config.batchSize = 1 + 5 * (number % 4)
          config.maximumBatchingWindow = .seconds(Int64(number % 2))
          config.reportsBatchItemFailures = number % 3 == 0
          source.parallelizationFactor = 1 + number % 4
          source.bisectsBatchOnFunctionError = number % 2 == 0
          source.maximumRetryAttempts = 2
          source.retryDelay = .exponential(mean: 100e6)
          source.onFailure = "q"
        },
      ], target: target(4, keys: 100, poison: 0.01, bytes: 700), at: [],
      account: AccountConfig(concurrentExecutions: 2))
    var varied = story
    varied.duration = .seconds(300)
    varied.traffic[0].arrivals = .poisson(ratePerSecond: 4)
    let result = try varied.run(seed: UInt64(number))
    let figure = { (name: String) in result.figure(name, of: "m") }
    let put = result.figure("incomingRecords", of: "s")
    let gone = figure("processedEvents") + figure("droppedEvents") + figure("lostEvents")
    #expect(put > 3_000)
    #expect(figure("processedEvents") > 1_000)
    // A batch that is split gives every record more attempts; whole ones are given up now and then.
    #expect(number % 2 == 0 || figure("droppedEvents") > 0)
    #expect(put == gone + figure("finalEventsBehind"))
    #expect(put >= figure("polledEvents"))
    #expect(figure("onFailureDeliveredEvents") == figure("droppedEvents"))
    #expect(figure("throttledBatches") == result.figure("throttles", of: "f"))
    #expect(figure("batches") - figure("throttledBatches") >= result.figure("invocations", of: "f"))
    #expect(figure("peakConcurrentBatches") <= Double(config.shardCount * (1 + number % 4)))
  }

  @Test("Little's law: records behind, integrated, are the ages of those processed, if none is left")
  func littlesLaw() throws {
    var story = Story(
      [.stream(StreamConfig(name: "s")), .function(function("f", [.wait(.exponential(mean: 150e6))])), mapping()],
      target: target(3, keys: 100), at: [])
    story.traffic[0].arrivals = .spikes((0..<400).map { Spike(at: .milliseconds(400 * $0 + 7), count: 1, over: .zero) })
    let result = try story.run()
    #expect(result.figure("finalEventsBehind", of: "m") == 0)
    #expect(result.figure("processedEvents", of: "m") == 1_200)
    let ages = result.figure("meanPutToProcessedMs", of: "m") * 1_200 / 1_000
    #expect(abs(result.figure("meanEventsBehind", of: "m") * 1_000 - ages) < 1e-6 * ages)
  }
}
