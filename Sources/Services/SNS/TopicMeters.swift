import Engine
import Units

/// What SNS meters of standard topics, and how it rounds. Deliveries to functions and queues are free.
enum TopicMeters {
  /// Publishes, in chunks of 64 KB.
  static let requests = Meter(service: "SNS", key: "Requests-Tier1", kind: .consumed)

  /// Requests that a publish or a batch is billed as: one for each started 64 KB, at least one (documented: SNS pricing).
  @inline(__always) static func requests(bytes: Int64) -> Int64 { max(1, (bytes &+ 65_535) &>> 16) }

  /// Usage lines of a topic that was published to so many times.
  static func usage(of topic: String, requests: Int64) -> [UsageLine] {
    requests > 0 ? [UsageLine(meter: Self.requests, resource: topic, amount: requests)] : []
  }
}
