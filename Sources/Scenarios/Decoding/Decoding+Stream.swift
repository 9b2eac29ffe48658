import Engine
import Services
import Units

/// Streams.
extension Decoding {
  /// A stream; nil if it has faults.
  func stream(_ name: String, _ node: YAMLNode) -> StreamConfig? {
    guard let fields = self.fields(node, Shapes.stream) else { return nil }
    let before = faults.count
    _ = fields["type"]
    var config = StreamConfig(name: name)
    if let node = fields["shardCount"] {
      config.shardCount = integer(node, 1...20_000) ?? config.shardCount
    } else {
      assume(name, "shardCount", "1", .documented, "CloudFormation AWS::Kinesis::Stream", "2026-10")
    }
    if let node = fields["retentionPeriod"] {
      config.retentionPeriod = time(node, .hours(24)...Time.days(365)) ?? config.retentionPeriod
      if config.retentionPeriod.nanoseconds % Time.hours(1).nanoseconds != 0 {
        fault(node.place, found: node.summary, wanted: "whole hours")
      }
    } else {
      assume(name, "retentionPeriod", "24 h", .documented, "CloudFormation AWS::Kinesis::Stream", "2026-10")
    }
    if let node = fields["putLatency"] {
      config.putLatency = timeDistribution(node) ?? config.putLatency
    } else {
      assume(name, "putLatency", "0 s", .unknown, "a stated choice: AWS does not publish it", "2026-11")
    }
    if config.retentionPeriod > .days(7) {
      assume(
        name, "longTermRetention", "bytes beyond 7 d are billed as if the stream had run like this for so long",
        .inferred, "Kinesis bills stored bytes by the month; a run is shorter than the retention", "2026-11")
    }
    assume(
      name, "shardLimits", "write 1 MB/s and 1000 records/s; read 2 MB/s, 5 times a second, 10 MB or 10000 at once",
      .documented, "Kinesis quotas: shards with shared throughput", "2026-10")
    return faults.count == before ? config : nil
  }
}
