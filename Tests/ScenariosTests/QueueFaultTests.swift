import Testing

@testable import Scenarios

/// What AWS refuses of queues and their mappings.
@Suite("Faults of queues and mappings")
struct QueueFaultTests {
  /// A fault that the example of messages has once a text is replaced.
  private func faults(_ text: String, _ replacement: String) -> [String] {
    let example = Examples.messages
    #expect(example.contains(text), "the example has \(text)")
    return Examples.faults(of: example.replacing(text, with: replacement, maxReplacements: 1)).map(\.description)
  }

  @Test(
    "each is listed with what is wanted",
    arguments: [
      ("visibilityTimeout: 60 s", "visibilityTimeout: 2 s", "a visibility timeout of 2 s below the 3 s of `work`"),
      ("visibilityTimeout: 60 s", "visibilityTimeout: 13 h", "0 s to 12 h"),
      ("visibilityTimeout: 60 s", "visibilityTimeout: 60.5 s", "whole seconds"),
      ("messageRetentionPeriod: 2 d", "messageRetentionPeriod: 59 s", "1 min to 14 d"),
      ("delay: 3 s", "delay: 901 s", "0 s to 15 min"),
      ("maxReceiveCount: 5", "maxReceiveCount: 0", "1 to 1000"),
      ("deadLetterTarget: dead", "deadLetterTarget: jobs", "another queue"),
      ("deadLetterTarget: dead", "deadLetterTarget: ordered", "the FIFO queue `ordered` as dead-letter queue"),
      ("deadLetterTarget: dead", "deadLetterTarget: clicks", "the name of a queue"),
      ("deadLetterTarget: dead", "deadLetterTarget: daed", "did you mean `dead`?"),
      ("fifoQueue: true", "fifoQueue: false", "fifoThroughputLimit of a standard queue"),
      ("maximumBatchingWindow: 5 s", "maximumBatchingWindow: 0 s", "1 s or more with more than 10"),
      ("maximumBatchingWindow: 5 s", "maximumBatchingWindow: 301 s", "0 s to 5 min"),
      ("batchSize: 100", "batchSize: 10001", "1 to 10000"),
      ("[reportBatchItemFailures]", "[bisect]", "reportBatchItemFailures"),
      ("maximumConcurrency: 50", "maximumConcurrency: 1", "2 to 1000"),
      ("maximumConcurrency: 50", "maximumConcurrency: 1001", "2 to 1000"),
      ("minimumPollers: 3", "minimumPollers: 31", "not less than the minimumPollers of 31"),
      ("minimumPollers: 3", "minimumPollers: 1", "2 to 200"),
      ("maximumPollers: 30", "maximumPollers: 10001", "2 to 10000"),
      ("provisionedPollerConfig:", "batchSize: 11\n    provisionedPollerConfig:", "at most 10 from a FIFO queue"),
      (
        "provisionedPollerConfig:", "maximumBatchingWindow: 1 s\n    provisionedPollerConfig:",
        "a batching window on a FIFO queue"
      ),
      (
        "provisionedPollerConfig:", "scalingConfig: { maximumConcurrency: 2 }\n    provisionedPollerConfig:",
        "one of the two"
      ),
      ("eventSource: jobs", "eventSource: work", "the name of a queue, a stream or a table"),
      ("eventSource: jobs", "eventSource: clicks", "no such key in a mapping from a stream"),
      ("onFailure: jobs", "onFailure: ordered", "the FIFO queue ordered, wanted a standard queue"),
      ("onFailure: jobs", "onFailure: work", "dropped batches are reported to a queue"),
      ("functionName: work", "functionName: jobs", "the name of a function"),
      ("functionName: work", "functionName: wrk", "did you mean `work`?"),
      ("payload: 2 KB", "payload: 103 KB", "at most 1 MB in one request to a queue"),
      ("concurrencyLimit: 1000", "concurrencyLimit: 3", "not less than the initialConcurrency of 4"),
    ])
  func listed(text: String, replacement: String, fault: String) {
    let found = faults(text, replacement)
    #expect(found.contains { $0.contains(fault) }, "\(found)")
  }

  @Test("the edges themselves are sound")
  func edges() {
    #expect(faults("visibilityTimeout: 60 s", "visibilityTimeout: 3 s") == [])
    #expect(faults("maximumBatchingWindow: 5 s", "maximumBatchingWindow: 1 s") == [])
    #expect(faults("payload: 2 KB", "payload: 102 KB") == [])
    #expect(faults("minimumPollers: 3", "minimumPollers: 30") == [])
    #expect(faults("provisionedPollerConfig:", "batchSize: 10\n    provisionedPollerConfig:") == [])
  }
}
