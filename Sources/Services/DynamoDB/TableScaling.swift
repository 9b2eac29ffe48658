import Engine
import Units

/// What Application Auto Scaling does to a table by itself.
@frozen
public enum TableScalingEvent: BitwiseCopyable, Sendable {
  /// A minute of CloudWatch's is over.
  case alarmPeriod
}

/// Auto scaling of all dimensions of one table and its indexes.
struct TableScaling: ~Copyable {
  init(_ config: TableConfig, streams: StreamFactory, run: inout Run<Event>) {}
}
