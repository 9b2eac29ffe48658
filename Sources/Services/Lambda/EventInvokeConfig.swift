import Engine
import Units

/// What Lambda does with asynchronous events of a function.
public struct EventInvokeConfig: Hashable, Sendable {
  /// `MaximumRetryAttempts` after function errors, 0 to 2; default 2.
  public var maximumRetryAttempts: Int
  /// `MaximumEventAgeInSeconds`, 60 s to 6 h; default 6 h.
  public var maximumEventAge: Time
  /// Time that an event spends in the internal queue before its first attempt, ns. Default 0 here; scenarios have a
  /// default of unknown grade.
  public var queueLatency: Distribution
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
    onSuccess = nil
    onFailure = nil
    deadLetterQueue = nil
  }

  /// The queues and functions that events end in.
  var targets: [String] { [onSuccess, onFailure, deadLetterQueue].compactMap { $0 } }
}
