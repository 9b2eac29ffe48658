import Engine
import Units

/// An event that the caller has handed in and that has not ended.
struct AsynchronousEvent: BitwiseCopyable {
  /// Why an event waits.
  enum Cause: UInt8, BitwiseCopyable {
    /// It has not been tried yet.
    case arrival
    /// The function failed on it.
    case error
    /// The function refused it, or a system error kept it away.
    case throttle
  }

  /// Why an event is given up, as Lambda's invocation records put it where they do.
  enum DropReason: UInt8, BitwiseCopyable {
    /// The function failed, and there are no retries left.
    case retriesExhausted
    /// The next attempt would come after the maximum age.
    case eventAgeExceeded
    /// The function's reserved concurrency is 0.
    case reservedConcurrencyZero
  }

  /// Where the event is. One timer or one call stands behind each state, so that none can be stale.
  enum State: BitwiseCopyable {
    /// The slot is free.
    case free
    /// In the queue; its timer ends with an attempt.
    case queued(after: Cause)
    /// In the queue; its timer ends with its drop.
    case dropping(DropReason)
    /// With the function.
    case invoked(CallID)
  }

  var state: State
  /// When it was accepted.
  let arrival: Time
  /// Attempts that ended in function errors.
  var errors: UInt8
  /// ns to wait after the next throttled attempt. A function error sets it back to the first wait.
  var backoff: Double

  init(arrival: Time) {
    state = .free
    self.arrival = arrival
    errors = 0
    backoff = LambdaRules.eventBackoffMin
  }

  static var blank: AsynchronousEvent { AsynchronousEvent(arrival: .zero) }
}

extension LambdaRules {
  /// First and longest wait in ns after throttled attempts of an event: 1 s and 5 min (documented:
  /// invocation-async-error-handling).
  static var eventBackoffMin: Double { 1e9 }
  static var eventBackoffMax: Double { 300e9 }

  /// Wait before the given retry after a function error: 1 min before the first, 2 min before the second (documented:
  /// invocation-async-error-handling).
  @inline(__always) static func eventErrorWait(retry: UInt8) -> Time { .minutes(Int64(retry)) }
}
