import Engine
import Units

/// SNS's rules of rounding and what it meters. No prices.
enum TopicMeters {
  /// Every 64 KB of a publish or of a batch count as a request, at least one (documented: SNS pricing). Deliveries to
  /// functions and queues are free.
  @inline(__always) static func requests(bytes: Int64) -> Int64 { max(1, (bytes &+ 65_535) &>> 16) }

  /// What a topic with so many requests used.
  static func usage(of topic: String, requests: Int64) -> [UsageLine] {
    let meter = Meter(service: "SNS", key: "Requests-Tier1", unitsPerPriced: 1, kind: .consumed)
    return [UsageLine(meter: meter, resource: topic, amount: requests)].filter { $0.amount > 0 }
  }
}
