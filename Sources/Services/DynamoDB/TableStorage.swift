import Engine
import Units

/// What happens to a table's stored items by itself.
@frozen
public enum TableStorageEvent: BitwiseCopyable, Sendable {
  /// Expired items are deleted.
  case expire
}

/// The items that a table holds, and what is kept of them elsewhere.
struct TableStorage: ~Copyable {
  private let config: TableConfig

  init(_ config: TableConfig, streams: StreamFactory, pool: SamplerPool, run: inout Run<Event>) {
    self.config = config
  }

  /// Items were written that did not exist before; `bytes` of all of them.
  @inline(__always) mutating func created(items: Int64, bytes: Int64, _ run: inout Run<Event>) {}

  /// Items that exist were written; `bytes` by which they all grew, below 0 if they shrank.
  @inline(__always) mutating func changed(items: Int64, bytes: Int64, _ run: inout Run<Event>) {}

  /// Items were deleted; `bytes` of all of them.
  @inline(__always) mutating func deleted(items: Int64, bytes: Int64, _ run: inout Run<Event>) {}

  /// What storage used over the recorded span of `span`.
  func usage(_ recorder: borrowing Recorder, duration span: Time) -> [UsageLine] {
    [
      UsageLine(
        meter: TableMeters.storage(config.tableClass), resource: config.name,
        amount: Int128(config.storageSize.blocks(of: .megabytes(1))) * Int128(span.nanoseconds / 1_000_000))
    ]
  }
}
