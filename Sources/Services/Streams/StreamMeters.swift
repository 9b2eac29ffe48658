import Engine
import Units

/// What Kinesis meters of a provisioned stream. No prices.
enum StreamMeters {
  /// PUT payload units of one record: 25 KB each, at least one (documented: Kinesis pricing).
  @inline(__always) static func payloadUnits(bytes: Int64) -> Int64 { max(1, (bytes &+ 25_599) / 25_600) }

  /// How long records are kept without an extra charge.
  static let includedRetention = Time.hours(24)
  /// How long they are kept at the price of extended retention; what is older is charged by its bytes.
  static let extendedRetention = Time.days(7)

  /// Open shards all the time, in shard-milliseconds; priced by the hour.
  static let shards = Meter(service: "Kinesis", key: "Storage-ShardHour", unitsPerPriced: 1, kind: .standing)
  static let payload = Meter(
    service: "Kinesis", key: "PutRequestPayloadUnits", unitsPerPriced: 1, kind: .consumed)
  /// The same shards, if records are kept for more than 24 h.
  static let extended = Meter(service: "Kinesis", key: "Extended-ShardHour", unitsPerPriced: 1, kind: .standing)
  /// Bytes older than seven days, in MB-milliseconds; priced by the GB-month.
  static let longTerm = Meter(
    service: "Kinesis", key: "LongTermRetention-ByteHrs", unitsPerPriced: 1_024, kind: .standing)
}
