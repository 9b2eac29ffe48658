import Units

// How the AWS SDKs repeat failed calls, as data: one row a profile and service, with its source. `RetryRules` makes of a
// row, or of numbers that a scenario gives itself, what a caller follows.

/// A retry mode of the AWS SDKs at one time.
public enum RetryProfile: String, Hashable, Sendable, CaseIterable {
  /// Standard mode, version 2.1: the SDKs' default since 2026-11-10.
  case standard2026
  /// Standard mode before: botocore's until 1.43, and that of the other SDKs until 2026-11.
  case standardPre2026
  /// Legacy mode: boto3's default until botocore 1.44. It has no retry quota and no longest pause.
  case legacyPre2026
  /// Adaptive mode: `standard2026`'s attempts, pauses and quota, and a client-side limit on the rate of sending, which
  /// may hold back first attempts too.
  case adaptive
  /// One attempt.
  case oneAttempt = "none"
}

/// One row: what a profile does about calls of one service.
public struct RetryProfileRow: Hashable, Sendable {
  /// Whose calls the row is about.
  public enum Service: Hashable, Sendable {
    /// All services that have no row of their own.
    case other
    /// DynamoDB.
    case dynamoDB
  }

  /// The token bucket of one SDK client: a retry must be paid for.
  public struct Quota: Hashable, Sendable {
    /// Tokens of a fresh client, and the most that it can hold.
    public var capacity: Int
    /// Price of a retry after a transient error: a 5xx, a lost connection.
    public var transientCost: Int
    /// Price of a retry after the client's own time limit.
    public var timeoutCost: Int
    /// Price of a retry after a refusal for lack of capacity.
    public var throttlingCost: Int
    /// Tokens earned by a call that is answered at its first attempt. One that needed retries earns its last price.
    public var credit: Int
  }

  /// The profile.
  public var profile: RetryProfile
  /// The service called.
  public var service: Service
  /// Attempts including the first.
  public var maxAttempts: Int
  /// Pause before the first retry after a transient error or a time limit; each further pause is twice as long.
  public var transientBase: Time
  /// Pause before the first retry after a refusal for lack of capacity; each further pause is twice as long.
  public var throttlingBase: Time
  /// Longest pause; nil for no limit.
  public var maxBackoff: Time?
  /// Whether a pause is drawn uniformly from 0 to its length.
  public var isJittered: Bool
  /// What retries cost; nil if they cost nothing.
  public var quota: Quota?
  /// Whether the client limits its own rate of sending, as `RateLimiter` does.
  public var limitsRate: Bool
  /// Who says so.
  public var source: String
  /// Date of the source, ISO 8601 (year or month).
  public var asOf: String
  /// How sure it is.
  public var grade: Assumption.Grade

  /// The row of a profile for a service.
  public static func row(_ profile: RetryProfile, _ service: Service) -> RetryProfileRow {
    let own = all.first { $0.profile == profile && $0.service == service }
    guard let row = own ?? all.first(where: { $0.profile == profile && $0.service == .other }) else {
      preconditionFailure("every profile has a row for services without one of their own")
    }
    return row
  }

  /// All rows. Not in them: `x-amz-retry-after`, by which a service may ask for a longer pause (nobody sends it here),
  /// the pauses of long polls without quota, and SDKs that differ from botocore.
  public static let all: [RetryProfileRow] = [
    RetryProfileRow(
      profile: .standard2026, service: .other, maxAttempts: 3, transientBase: .milliseconds(50),
      throttlingBase: .seconds(1), maxBackoff: .seconds(20), isJittered: true, quota: .of2026, limitsRate: false,
      source: guide, asOf: "2026-11", grade: .documented),
    RetryProfileRow(
      profile: .standard2026, service: .dynamoDB, maxAttempts: 4, transientBase: .milliseconds(25),
      throttlingBase: .seconds(1), maxBackoff: .seconds(20), isJittered: true, quota: .of2026, limitsRate: false,
      source: guide, asOf: "2026-11", grade: .documented),
    RetryProfileRow(
      profile: .standardPre2026, service: .other, maxAttempts: 3, transientBase: .seconds(1),
      throttlingBase: .seconds(1), maxBackoff: .seconds(20), isJittered: true, quota: .pre2026, limitsRate: false,
      source: "botocore 1.43 (Apache-2.0), retries/standard.py and quota.py", asOf: "2026", grade: .documented),
    RetryProfileRow(
      profile: .legacyPre2026, service: .other, maxAttempts: 5, transientBase: .seconds(1),
      throttlingBase: .seconds(1), maxBackoff: nil, isJittered: true, quota: nil, limitsRate: false, source: legacy,
      asOf: "2026", grade: .documented),
    RetryProfileRow(
      profile: .legacyPre2026, service: .dynamoDB, maxAttempts: 10, transientBase: .milliseconds(50),
      throttlingBase: .milliseconds(50), maxBackoff: nil, isJittered: false, quota: nil, limitsRate: false,
      source: legacy, asOf: "2026", grade: .documented),
    RetryProfileRow(
      profile: .adaptive, service: .other, maxAttempts: 3, transientBase: .milliseconds(50),
      throttlingBase: .seconds(1), maxBackoff: .seconds(20), isJittered: true, quota: .of2026, limitsRate: true,
      source: adaptive, asOf: "2026-11", grade: .documented),
    RetryProfileRow(
      profile: .adaptive, service: .dynamoDB, maxAttempts: 4, transientBase: .milliseconds(25),
      throttlingBase: .seconds(1), maxBackoff: .seconds(20), isJittered: true, quota: .of2026, limitsRate: true,
      source: adaptive, asOf: "2026-11", grade: .documented),
    RetryProfileRow(
      profile: .oneAttempt, service: .other, maxAttempts: 1, transientBase: .zero, throttlingBase: .zero,
      maxBackoff: .zero, isJittered: false, quota: nil, limitsRate: false, source: "by definition", asOf: "2026-11",
      grade: .documented),
  ]

  private static let guide =
    "AWS SDKs and Tools Reference Guide, retry behavior; botocore 1.44 (Apache-2.0), standard mode 2.1"
  private static let legacy = "botocore 1.43 (Apache-2.0), retryhandler.py and data/_retry.json"
  private static let adaptive =
    "AWS SDKs and Tools Reference Guide, retry behavior; botocore 1.44 (Apache-2.0), retries/adaptive.py"
}

extension RetryProfileRow.Quota {
  /// Standard mode 2.1: throttling is cheaper than a transient error, and a time limit is one.
  static let of2026 = RetryProfileRow.Quota(
    capacity: 500, transientCost: 14, timeoutCost: 14, throttlingCost: 5, credit: 1)
  /// Standard mode before 2.1: a time limit costs twice as much as anything else.
  static let pre2026 = RetryProfileRow.Quota(
    capacity: 500, transientCost: 5, timeoutCost: 10, throttlingCost: 5, credit: 1)
}

extension RetryProfileRow: CustomStringConvertible {
  /// The row's numbers: `3 attempts, 50 ms or throttled 1 s, doubling to 20 s, full jitter, quota 500 at 14, 14 or 5`.
  public var description: String {
    guard maxAttempts > 1 else { return "1 attempt" }
    var text = "\(maxAttempts) attempts, \(transientBase)"
    if throttlingBase != transientBase { text += " or throttled \(throttlingBase)" }
    text += maxBackoff.map { ", doubling to \($0)" } ?? ", doubling"
    text += isJittered ? ", full jitter" : ", no jitter"
    if let quota {
      text += ", quota \(quota.capacity) at \(quota.transientCost), \(quota.timeoutCost) or \(quota.throttlingCost)"
    }
    return limitsRate ? text + ", client-side rate limit" : text
  }
}
