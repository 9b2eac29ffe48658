import Engine
import Units

/// SQS's rules of rounding and what it meters. No prices.
enum QueueMeters {
  /// Messages of one receive or one batch of deletes (documented: SQS quotas).
  static let batchMax = 10

  /// Every 64 KB of a request's payload count as a request, at least one (documented: SQS pricing).
  @inline(__always) static func requests(bytes: Int64) -> Int64 { max(1, (bytes &+ 65_535) &>> 16) }

  /// Requests that delete so many messages, in batches.
  @inline(__always) static func deleteRequests(_ messages: Int64) -> Int64 { (messages &+ 9) / 10 }

  static func requests(isFifo: Bool) -> Meter {
    Meter(service: "SQS", key: isFifo ? "Requests-FIFO-RBP" : "Requests-RBP", unitsPerPriced: 1, kind: .consumed)
  }

  /// API calls a second of one action of a FIFO queue.
  static func callsPerSecond(isHighThroughput: Bool) -> Int64 { isHighThroughput ? 70_000 : 300 }
}
