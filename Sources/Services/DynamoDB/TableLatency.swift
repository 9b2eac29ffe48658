import Engine
import Units

/// Default latencies of table operations as a client in the same Region sees them, ns.
///
/// Writes are quantiles that Alex DeBrie measured from Lambda (dynamodb-performance-testing, 2020). AWS publishes no
/// distribution, only "single-digit milliseconds" on average; reads are inferred from that: a median between the
/// service's stated averages and the measured write, with the writes' spread.
public enum TableLatency {
  /// The default of an operation.
  public static func distribution(of kind: TableOperation.Kind) -> Distribution {
    switch kind {
    case .putItem, .updateItem, .deleteItem: quantiles(5.47, 7.55, 11.3, 13.2, 16.2, 29)
    case .batchWriteItem: quantiles(7.96, 10.2, 16, 18, 27.6, 76.4)
    case .transactWriteItems: quantiles(19.4, 25.3, 30.7, 36.4, 92.5, 218)
    case .getItem: quantiles(1.6, 3, 5, 6.3, 9.5, 25)
    case .query: quantiles(2, 4, 6.7, 8.4, 13, 35)
    case .batchGetItem, .scan: quantiles(3, 6, 10, 12.6, 20, 60)
    case .transactGetItems: quantiles(6, 10, 16, 19, 32, 90)
    }
  }

  /// How sure the default of an operation is.
  public static func grade(of kind: TableOperation.Kind) -> Assumption.Grade {
    switch kind {
    case .putItem, .batchWriteItem, .transactWriteItems: .measured
    case .updateItem, .deleteItem, .getItem, .query, .batchGetItem, .scan, .transactGetItems: .inferred
    }
  }

  private static func quantiles(
    _ minimum: Double, _ p50: Double, _ p90: Double, _ p95: Double, _ p99: Double, _ maximum: Double
  ) -> Distribution {
    .empirical(
      zip([0, 0.5, 0.9, 0.95, 0.99, 1], [minimum, p50, p90, p95, p99, maximum]).map { probability, milliseconds in
        QuantilePoint(probability: probability, value: milliseconds * 1e6)
      })
  }
}
