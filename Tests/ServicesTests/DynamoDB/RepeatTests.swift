import Engine
import Services
import Testing
import Units

/// An attempt after a throttled one is about the same items.
@Suite("Repeated operations of a table")
struct RepeatTests {
  private static let kinds: [TableOperation] = [
    operation(.putItem, bytes: 10 * 1_024),
    // Something to draw besides the key, which takes the longer way.
    operation(.putItem, bytes: 10 * 1_024) { $0.newItems = 0.5 },
    operation(.batchWriteItem, bytes: 10 * 1_024, items: 1),
  ]

  /// 200 writes of 10 units a second for a minute, six in ten of them of one item, by callers that try again often.
  private func hotItem(_ operation: TableOperation, through function: Bool) throws -> RunResult {
    var config = table("t", milliseconds: 5)
    config.keys = KeyDistribution(count: 1_000_000, law: .hot(keys: 1, share: 0.6))
    config.limits.splitsForHeat = false
    var retry = RetryConfig()
    retry.maxAttempts = 20
    retry.backoff = .milliseconds(100)
    retry.maxBackoff = .seconds(1)
    var resources: [ResourceConfig] = [.table(config)]
    var target = TrafficTarget(resource: "t", operation: operation)
    if function {
      var step = CallStep(target: "t", operation: operation)
      step.retry = retry
      resources.append(.function(Self.function(step)))
      target = TrafficTarget(resource: "f")
    }
    var account = AccountConfig()
    account.concurrentExecutions = 100_000
    account.scalingBurst = 100_000
    var story = Story(resources, target: target, at: [], account: account)
    story.duration = .seconds(60)
    story.traffic[0].arrivals = .poisson(ratePerSecond: 200)
    if !function {
      var client = ClientConfig()
      client.retry = retry
      story.traffic[0].client = client
    }
    return try story.run()
  }

  private static func function(_ step: CallStep) -> FunctionConfig {
    var config = FunctionConfig(name: "f", handler: [.call(step)])
    config.timeout = .seconds(60)
    config.initDuration = .constant(0)
    return config
  }

  /// 1,200 units a second are asked of the item and 200 of its partition's other items: 1,000 a second are admitted and
  /// a second's more at first, 6,100 writes. Of the 4,800 others on average three in four lie elsewhere, and all pass:
  /// 3,600. So 9,700 of 12,000 are; were keys drawn anew, 11,600 would be. The others' number has a standard deviation
  /// of 50 and a false alarm a probability below 1 in a million.
  @Test("a hot item stays hot when its callers try again", arguments: kinds, [false, true])
  func hotItem(operation: TableOperation, through function: Bool) throws {
    let result = try hotItem(operation, through: function)
    let admitted = result.figure("requests", of: "t")
    #expect(admitted > 9_300 && admitted < 9_980)
    #expect(result.figure("throttles", of: "t") > 2_000)
    #expect(result.figure("writeRequestUnits", of: "t") == 10 * admitted)
  }

  @Test("a batch that was throttled as a whole comes back with the items that it had")
  func batch() throws {
    var config = table("t", milliseconds: 5)
    config.keys = KeyDistribution(count: 1_000)
    config.capacity = onDemand(writes: 4)
    // The first batch takes all 4 units of the second. The next two are throttled at once and try again after 1 s:
    // one is admitted, and the other after another second, for the waits do not grow.
    let batch = operation(.batchWriteItem, bytes: 1, items: 4)
    var story = Story(
      [.table(config)], target: TrafficTarget(resource: "t", operation: batch), at: [.zero], count: 3)
    var client = ClientConfig()
    client.retry.maxAttempts = 4
    client.retry.backoff = .seconds(1)
    client.retry.multiplier = 1
    client.retry.jitter = .none
    story.traffic[0].client = client
    story.duration = .seconds(10)
    let result = try story.run()
    #expect(result.figure("writeRequestUnits", of: "t") == 12)
    #expect(result.figure("itemsCreated", of: "t") == 12)
    #expect(result.figure("unprocessedItems", of: "t") == 0)
    #expect(result.figure("throttles", of: "t") == 4 * (2 + 1))
    #expect(result.requests(.success) == 3)
    #expect(result.latencyMs == 3 * 5 + 1_000 + 2_000)
  }
}
