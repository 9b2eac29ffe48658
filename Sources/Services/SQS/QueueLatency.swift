import Engine
import Units

/// Default latencies of a queue, ns.
public enum QueueLatency {
  /// Time of a send as its sender sees it: log-normal, median 7 ms, p99 30 ms. AWS publishes none; a stated choice.
  public static let send = Distribution.logNormal(median: 7e6, p99: 30e6) ?? .constant(7e6)

  /// Time from the end of a send to a waiting poller.
  ///
  /// Quantiles that Luc van Donkersgoed measured from SQS to Lambda (bitesizedserverless.com, September 2022, eu-west-1,
  /// 1,024 invocations): p10, p50, p90 and p99. The ends are inferred: the minimum by the slope from p10 to p50, the
  /// maximum is the p99, so that the tail above it errs to the short side.
  public static func delivery(isFifo: Bool) -> Distribution {
    let quantiles = isFifo ? (20.3, 21.9, 28.1, 61.2, 645.0) : (13.1, 13.7, 16.2, 33.8, 105.0)
    return .empirical(
      [
        (0, quantiles.0), (0.1, quantiles.1), (0.5, quantiles.2), (0.9, quantiles.3), (0.99, quantiles.4),
        (1, quantiles.4),
      ].map { QuantilePoint(probability: $0.0, value: $0.1 * 1e6) })
  }
}
