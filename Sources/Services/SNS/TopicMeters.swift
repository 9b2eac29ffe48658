import Engine
import Units

/// What SNS meters of standard topics. Deliveries to functions and queues are free.
enum TopicMeters {
  /// Publishes, in chunks of 64 KB.
  static let requests = Meter(service: "SNS", key: "Requests-Tier1", kind: .consumed)

  /// Requests that a message is billed as: one for each started 64 KB, at least one.
  static func chunks(_ message: Size) -> Int64 { max(1, message.blocks(of: .kilobytes(64))) }

  /// Usage lines of a topic that was published to so many times.
  static func usage(of topic: String, requests: Int64) -> [UsageLine] {
    requests > 0 ? [UsageLine(meter: Self.requests, resource: topic, amount: requests)] : []
  }
}
