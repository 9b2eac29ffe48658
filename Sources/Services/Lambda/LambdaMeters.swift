import Engine
import Units

/// Lambda's rules of CPU and rounding. No prices.
enum LambdaRules {
  /// MB of memory that come with one vCPU (documented: configuration-memory).
  static let megabytesPerVCPU = 1_769.0

  /// How much longer a compute step takes than on one full vCPU: memory buys CPU in proportion, up to what the
  /// handler can use at once.
  static func computeScale(of function: FunctionConfig) -> Double {
    megabytesPerVCPU / min(Double(function.memorySize), megabytesPerVCPU * Double(function.parallelism))
  }

  /// Billed milliseconds of one invocation: its duration and its own init, rounded up together
  /// (documented REPORT lines; init is billed since 2025-08-01).
  @inline(__always) static func billedMilliseconds(duration: Int64, initialisation: Int64) -> Int64 {
    (duration &+ initialisation &+ 999_999) / 1_000_000
  }
}

/// What Lambda meters: requests, and GB-seconds in whole MB-milliseconds, by architecture.
enum LambdaMeters {
  static func requests(_ architecture: FunctionConfig.Architecture) -> Meter {
    Meter(
      service: "Lambda", key: architecture == .arm64 ? "Request-ARM" : "Request", unitsPerPriced: 1, kind: .consumed)
  }

  /// 1 GB-second is 1,024 MB x 1,000 ms.
  static func duration(_ architecture: FunctionConfig.Architecture) -> Meter {
    Meter(
      service: "Lambda", key: architecture == .arm64 ? "Lambda-GB-Second-ARM" : "Lambda-GB-Second",
      unitsPerPriced: 1_024_000, kind: .consumed)
  }

  /// Provisioned concurrency, from the moment it is asked for until it is given up.
  static func provisionedConcurrency(_ architecture: FunctionConfig.Architecture) -> Meter {
    Meter(
      service: "Lambda",
      key: architecture == .arm64 ? "Lambda-Provisioned-Concurrency-ARM" : "Lambda-Provisioned-Concurrency",
      unitsPerPriced: 1_024_000, kind: .consumed)
  }

  /// Duration of what ran on provisioned concurrency, in place of `duration`.
  static func provisionedDuration(_ architecture: FunctionConfig.Architecture) -> Meter {
    Meter(
      service: "Lambda",
      key: architecture == .arm64 ? "Lambda-Provisioned-GB-Second-ARM" : "Lambda-Provisioned-GB-Second",
      unitsPerPriced: 1_024_000, kind: .consumed)
  }
}
