import Engine
import Units

/// An application framework whose cold starts under load are published, so that a function need not be an empty one.
///
/// Source: AWS's sample applications (API Gateway, Lambda, DynamoDB; MIT-0) under 100 requests a second for ten minutes,
/// functions of 1,024 MB: medians, 90th and 99th percentiles of init (or restore) plus the first call. What a cold
/// request takes is then
///
///     init + firstCall * 1,769 / MB + a warm call,    or with SnapStart
///     restore * SnapshotCache.factor + restoredFirstCall * 1,769 / MB + a warm call,
///
/// with MB at most 1,769, and has those percentiles at 1,024 MB within 3 %. Init is the whole of it: it replaces the
/// table of `ColdStarts`, and restore that of `Restores`.
///
/// Only the sums are published; how they divide is inferred. Inits and restores carry all the spread, first calls are
/// constants beyond the published warm median. The least init is taken as far below the median, by ratio, as the 99th
/// percentile is above it, but no less than half the median.
///
/// - Java runtimes: a first call of 1,660 ms at 1,024 MB, which is what a plain Java 21 function with the DynamoDB client
///   takes after a first restore (V. Kazulkin, AWS SnapStart part 17, 2024-03-08: 2,270 ms) less the median restore.
/// - Native images and .NET: the median init is that of an empty function, the rest is first call. This errs towards
///   the first call, so towards too much effect of memory.
/// - With SnapStart: `restore` is such that a simulated load test has the published percentiles, with the median at most
///   that of an empty Java 17 function (622 ms from a cold cache): less where the published spread leaves no room for
///   the cache's warm-up. The number of restores that a load test sees follows from simulating it on one function: 96
///   restores for Spring Boot, 78 Micronaut, 56 Quarkus, 67 .NET 8, about those of Little's law, rate times cold
///   latency. (The samples divide the load over four functions; .NET 8 counted 432 restores in all, 108 each.) Half as
///   many or twice as many move the percentiles by up to 3 %, for Quarkus 6 %.
public enum Framework: String, CaseIterable, Sendable {
  /// Spring Boot on Java 17, with Spring Cloud Function.
  case springBoot
  /// Micronaut on Java 17.
  case micronaut
  /// Quarkus on Java 17.
  case quarkus
  /// Dagger, dependency injection only, on Java 11; no SnapStart measured.
  case dagger
  /// Spring Boot as a GraalVM native image; SnapStart does not support its runtime.
  case springBootNative
  /// Micronaut as a GraalVM native image; SnapStart does not support its runtime.
  case micronautNative
  /// Quarkus as a GraalVM native image; SnapStart does not support its runtime.
  case quarkusNative
  /// A .NET 8 function with the AWS SDK, without ASP.NET.
  case dotnet8
  /// The same compiled ahead of time, on an OS-only runtime that SnapStart does not support.
  case dotnet8Native

  /// The runtime it was measured on, a row of `ColdStarts`.
  public var runtime: String {
    switch self {
    case .springBoot, .micronaut, .quarkus: "java17"
    case .dagger: "java11"
    case .springBootNative, .micronautNative, .quarkusNative: "graalvm-java17-provided.al2"
    case .dotnet8: "dotnet8"
    case .dotnet8Native: "dotnet8-aot-provided.al2023"
    }
  }

  /// Duration in ns of the whole init phase, runtime and application; memory does not shorten it.
  public func initDuration(on architecture: FunctionConfig.Architecture) -> Distribution {
    .quantiles(Self.probabilities, microseconds: row(architecture).initDuration)
  }

  /// CPU time in ns on one vCPU by which the first call without SnapStart exceeds a warm one; a constant.
  public func firstCall(on architecture: FunctionConfig.Architecture) -> Distribution {
    .constant(Double(Time.microseconds(row(architecture).firstCall).nanoseconds))
  }

  /// Duration in ns of a restore from a cold snapshot cache, to be multiplied by `SnapshotCache.factor`; nil where
  /// SnapStart was not measured.
  public func restore(on architecture: FunctionConfig.Architecture) -> Distribution? {
    row(architecture).snapStart.map { .quantiles(Self.probabilities, microseconds: $0.restore) }
  }

  /// CPU time in ns on one vCPU by which the first call after a restore exceeds a warm one; a constant; nil where
  /// SnapStart was not measured.
  public func restoredFirstCall(on architecture: FunctionConfig.Architecture) -> Distribution? {
    row(architecture).snapStart.map { .constant(Double(Time.microseconds($0.firstCall).nanoseconds)) }
  }

  /// Whose load test, how its sums were divided, and of when.
  ///
  /// The sums are measured, their parts inferred. Only .NET was measured on arm64; there all others are as on x86_64.
  public func provenance(on architecture: FunctionConfig.Architecture) -> Provenance {
    let other = architecture == row(architecture).architecture ? "" : "; arm64 as x86_64"
    switch self {
    case .springBoot, .micronaut, .quarkus, .dagger, .springBootNative, .micronautNative, .quarkusNative:
      return Provenance(
        .inferred,
        source: "aws-samples/serverless-java-frameworks-samples@1352ab4 (MIT-0): 100 requests/s, 1,024 MB; "
          + "sums of init or restore and first call are measured, their parts inferred\(other)",
        asOf: "2024-01-10")
    case .dotnet8, .dotnet8Native:
      return Provenance(
        .inferred,
        source: "aws-samples/serverless-dotnet-demo@27fc574 (MIT-0): 100 requests/s, 1,024 MB; "
          + "sums of init or restore and first call are measured, their parts inferred\(other)",
        asOf: "2025-04-30")
    }
  }

  private func row(_ architecture: FunctionConfig.Architecture) -> Row {
    let rows = Self.rows.filter { $0.framework == self }
    guard let row = rows.first(where: { $0.architecture == architecture }) ?? rows.first else {
      preconditionFailure("Every framework has a row.")
    }
    return row
  }

  static let probabilities = [0, 0.5, 0.9, 0.99, 1]
}
