import Engine
import Units

/// What Lambda does with asynchronous events of a function: the fields of CloudFormation's
/// `AWS::Lambda::EventInvokeConfig`, and what it does not let anybody set.
public struct EventInvokeConfig: Hashable, Sendable {
  /// `MaximumRetryAttempts` after function errors, 0 to 2; default 2.
  public var maximumRetryAttempts: Int
  /// `MaximumEventAgeInSeconds`, 60 s to 6 h; default 6 h. An event exactly so old is still tried, an older one is
  /// dropped.
  public var maximumEventAge: Time
  /// Time that an event spends in the internal queue before its first attempt, ns. Default 0 here; scenarios have a
  /// default of unknown grade, `scenarioQueueLatency`.
  public var queueLatency: Distribution
  /// Growth of the wait from one throttled attempt to the next, 1 to 1,000; default 2, of unknown grade. The first wait
  /// is 1 s, the longest 5 min.
  public var backoffMultiplier: Double
  /// How the waits after throttled attempts are spread; default none, of unknown grade. Without it events that were
  /// refused together come back together.
  public var backoffJitter: RetryConfig.Jitter
  /// `DestinationConfig.OnSuccess`: queue or function; nil for none.
  public var onSuccess: String?
  /// `DestinationConfig.OnFailure`: queue or function; nil for none.
  public var onFailure: String?
  /// `DeadLetterConfig`: queue; nil for none.
  public var deadLetterQueue: String?

  /// Lambda's defaults.
  public init() {
    maximumRetryAttempts = 2
    maximumEventAge = .hours(6)
    queueLatency = .constant(0)
    backoffMultiplier = 2
    backoffJitter = .none
    onSuccess = nil
    onFailure = nil
    deadLetterQueue = nil
  }

  /// The queue latency of a scenario that names none, ns: log-normal with median 30 ms and p99 150 ms. AWS publishes
  /// nothing; tens of milliseconds are a stated choice of November 2026.
  public static let scenarioQueueLatency =
    Distribution.logNormal(median: 30e6, p99: 150e6) ?? .constant(30e6)

  /// The queues and functions that events end in.
  var targets: [String] { [onSuccess, onFailure, deadLetterQueue].compactMap { $0 } }
}
