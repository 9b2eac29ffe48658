import Engine
import Units

/// Measured durations of Lambda's init phase and of the first handler call, by runtime, architecture and package type.
///
/// Source: maxday/lambda-perf (Apache-2.0), about ten cold starts a day of a function that does next to nothing,
/// us-east-1. Most rows are of 2026; runtimes that were dropped from the measurements before have the span of their own.
/// An own function adds its own start-up code to it. Init does not get shorter with memory in these measurements, so one
/// memory size, 1,024 MB, serves all. The first call does: memory buys CPU, and during init Lambda gives CPU away.
/// The bands between the quantiles are taken as uniform, which errs towards long inits above the 99th percentile.
public enum ColdStarts {
  /// Who measured, for the assumptions of a run; of the rows of 2026, `provenance` tells the others too.
  public static let source =
    "maxday/lambda-perf (Apache-2.0): hello-world functions at 1,024 MB, 2026-01-02 to 2026-08-22"
  /// Last day of the measurements of 2026.
  public static let asOf = "2026-08-22"

  /// One measured combination.
  struct Row: Sendable {
    let runtime: String
    let architecture: FunctionConfig.Architecture
    let packageType: FunctionConfig.PackageType
    /// Init at the probabilities 0, 0.5, 0.9, 0.95, 0.99 and 1.
    let microseconds: [Int64]
    /// CPU time of the first call on one vCPU, microseconds.
    let firstCall: Int64
  }

  /// Runtime identifiers in ascending order: AWS's own, and `<language>-provided.<system>` on the OS-only runtimes.
  public static let runtimes: [String] = {
    var names: [String] = []
    for row in rows where names.last != row.runtime { names.append(row.runtime) }
    return names
  }()

  /// Duration of the init phase in ns; nil if the combination was not measured.
  public static func distribution(
    runtime: String, architecture: FunctionConfig.Architecture, packageType: FunctionConfig.PackageType
  ) -> Distribution? {
    row(runtime, architecture, packageType).map { .quantiles(probabilities, microseconds: $0.microseconds) }
  }

  /// CPU time in ns on one vCPU (1,769 MB) by which the first call of an environment exceeds a warm one; a constant, 0
  /// or more; nil if the combination was not measured.
  ///
  /// It is b of the fit a + b * 1,769 / MB to the mean handler durations of the cold invocations at 128, 256, 512 and
  /// 1,024 MB (least squares, b at least 0), so a function of m MB has b * 1,769 / min(m, 1,769) on top of its handler.
  /// Every row gives the measured difference between 128 and 1,024 MB within 6 % or 2 ms. Small functions are slower
  /// than in proportion, so at 1,024 MB the level errs high: by 21 to 42 ms for java25, 8 to 22 ms for .NET, up to 14 ms
  /// for others.
  public static func firstCall(
    runtime: String, architecture: FunctionConfig.Architecture, packageType: FunctionConfig.PackageType
  ) -> Distribution? {
    row(runtime, architecture, packageType).map { .constant(Double(Time.microseconds($0.firstCall).nanoseconds)) }
  }

  /// Who measured a combination's init and first call, and until when; nil if nobody did.
  public static func provenance(
    runtime: String, architecture: FunctionConfig.Architecture, packageType: FunctionConfig.PackageType
  ) -> Provenance? {
    guard row(runtime, architecture, packageType) != nil else { return nil }
    let span = otherSpans.first { $0.runtimes.contains(runtime) }
    guard let span else { return Provenance(.measured, source: source, asOf: asOf) }
    return Provenance(
      .measured,
      source: "maxday/lambda-perf (Apache-2.0): hello-world functions at 1,024 MB, \(span.first) to \(span.last)",
      asOf: span.last)
  }

  /// Runtimes that were not measured over all of 2026.
  private static let otherSpans: [(first: String, last: String, runtimes: [String])] = [
    ("2026-03-06", "2026-08-22", ["dotnet10", "dotnet10-aot-provided.al2023"]),
    ("2025-09-13", "2025-10-18", ["swift6.1-provided.al2"]),
    ("2025-01-01", "2025-12-06", ["dotnet6", "dotnet8-aot-provided.al2", "nodejs16.x", "nodejs18.x", "python3.8"]),
    ("2023-11-21", "2024-02-08", ["go1.x", "java8", "nodejs14.x", "python3.7", "ruby2.7"]),
  ]

  private static func row(
    _ runtime: String, _ architecture: FunctionConfig.Architecture, _ packageType: FunctionConfig.PackageType
  ) -> Row? {
    rows.first { $0.runtime == runtime && $0.architecture == architecture && $0.packageType == packageType }
  }

  private static let probabilities = [0, 0.5, 0.9, 0.95, 0.99, 1]
}

extension Distribution {
  /// A table of quantiles in ns from one in microseconds.
  static func quantiles(_ probabilities: [Double], microseconds: [Int64]) -> Distribution {
    .empirical(
      zip(probabilities, microseconds).map {
        QuantilePoint(probability: $0, value: Double(Time.microseconds($1).nanoseconds))
      })
  }
}
