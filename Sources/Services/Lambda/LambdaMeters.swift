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

  /// Largest buffered response, and the part of a streamed one that is neither slowed down nor metered.
  static let bufferedResponse = Size.megabytes(6)
  /// Largest streamed response.
  static let streamedResponse = Size.megabytes(200)
  /// Bytes a second of the rest of a streamed response (documented: configuration-response-streaming, 2 MBps).
  static let streamingRate = Size.megabytes(2)
  /// MB of /tmp that are free.
  static let freeStorage = 512

  /// Bytes of one response beyond the first 6 MB; 0 of a buffered one.
  static func streamedBytes(of function: FunctionConfig) -> Int64 {
    guard function.invokeMode == .responseStream else { return 0 }
    return max(0, function.responseSize.bytes - bufferedResponse.bytes)
  }

  /// How long they take, rounded up to whole ns.
  static func streamingTime(of function: FunctionConfig) -> Time {
    let nanoseconds = Int128(streamedBytes(of: function)) * 1_000_000_000
    return Time(nanoseconds: Int64((nanoseconds + Int128(streamingRate.bytes) - 1) / Int128(streamingRate.bytes)))
  }

  /// Whether a runtime is Java's, whose snapshots cost nothing and are deleted when unused.
  static func isJava(_ runtime: String) -> Bool { runtime.hasPrefix("java") }
}

/// What Lambda meters: requests, and GB-seconds in whole MB-milliseconds, by architecture.
enum LambdaMeters {
  static func requests(_ architecture: FunctionConfig.Architecture) -> Meter {
    Meter(
      service: "Lambda", key: architecture == .arm64 ? "Request-ARM" : "Request", unitsPerPriced: 1, kind: .consumed)
  }

  /// 1 GB-second is 1,024 MB x 1,000 ms.
  static func duration(_ architecture: FunctionConfig.Architecture, _ kind: Meter.Kind = .consumed) -> Meter {
    Meter(
      service: "Lambda", key: architecture == .arm64 ? "Lambda-GB-Second-ARM" : "Lambda-GB-Second",
      unitsPerPriced: 1_024_000, kind: kind)
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

  /// MB of /tmp beyond the free ones, times billed ms.
  static let storage = Meter(
    service: "Lambda", key: "Lambda-Storage-GB-Second", unitsPerPriced: 1_024_000, kind: .consumed)

  /// Bytes of streamed responses beyond 6 MB each; 1 GB is 1,024 MB.
  static let streamedBytes = Meter(
    service: "Lambda", key: "Streaming-Response-Bytes", unitsPerPriced: 1 << 30, kind: .consumed)

  /// MB of a published snapshot, all the time. The month of a bill is longer than the 3 h that are always charged.
  static let snapshotCache = Meter(
    service: "Lambda", key: "SnapStart-Cache", unitsPerPriced: 1_024, kind: .standing)

  /// MB restored.
  static let restores = Meter(service: "Lambda", key: "SnapStart-Restore", unitsPerPriced: 1_024, kind: .consumed)
}
