import Engine
import Units

/// What AWS leaves open about the ways from a table's changes to those who follow them.
public struct TableStreamConfig: Hashable, Sendable {
  /// Bytes of an item's key attributes, which every record of the table's stream has; 1 B to 3 KB, default 32 B.
  public var keySize: Size
  /// From a write to the moment at which its record can be read from the table's stream, ns.
  public var propagationDelay: Distribution
  /// The way to a stream of Kinesis.
  public var capture: ChangeCaptureConfig

  /// The defaults.
  public init() {
    keySize = Size(bytes: 32)
    propagationDelay = Self.fittedDelay
    capture = ChangeCaptureConfig()
  }

  /// Fitted: with looks every 250 ms at an idle shard it gives waits of 114, 223, 327 and 539 ms at the 10th, 50th,
  /// 90th and 99th percentile, where 118, 213, 341 and 552 ms were measured (L. van Donkersgoed, Serverless Messaging:
  /// Latency Compared, 2022).
  public static let fittedDelay = Distribution.empirical(
    zip([0, 0.5, 0.9, 0.99, 1], [70.0, 85, 110, 350, 600]).map { probability, milliseconds in
      QuantilePoint(probability: probability, value: milliseconds * 1e6)
    })
}

/// `KinesisStreamSpecification`, and what AWS leaves open about it.
public struct ChangeCaptureConfig: Hashable, Sendable {
  /// From a write to its first put into the stream, ns.
  public var delay: Distribution
  /// From a put that the stream refused to the next one of the record, ns; at least 1 ms.
  public var retryDelay: Distribution
  /// Share of the records that are put twice, 0 to 1; default 0. AWS says that it happens, not how often.
  public var duplicates: Double
  /// Bytes of a change record over those of the item; an update adds the item as it was before. 1 to 100, default 4.
  public var expansion: Double

  /// The defaults.
  public init() {
    delay = TableStreamConfig.fittedDelay
    retryDelay = .constant(1e9)
    duplicates = 0
    expansion = 4
  }
}

extension SystemConfig {
  /// The tables that have a stream, in the scenario's order.
  var tablesWithStream: [TableConfig] {
    resources.compactMap { resource in
      if case .table(let table) = resource, table.streamViewType != nil { return table }
      return nil
    }
  }

  /// The tables whose changes go to a stream of Kinesis, in the scenario's order.
  var capturedTables: [TableConfig] {
    resources.compactMap { resource in
      if case .table(let table) = resource, table.kinesisStream != nil { return table }
      return nil
    }
  }
}
