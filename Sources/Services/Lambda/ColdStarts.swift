import Engine
import Units

/// Measured durations of Lambda's init phase, by runtime, architecture and package type.
///
/// Source: maxday/lambda-perf (Apache-2.0), about ten cold starts a day of a function that does next to nothing,
/// 1,024 MB, us-east-1, 2026-01-02 to 2026-08-22. An own function adds its own start-up code to it. Init does not get
/// shorter with memory in these measurements, so one memory size serves all.
/// The bands between the quantiles are taken as uniform, which errs towards long inits above the 99th percentile.
public enum ColdStarts {
  /// Who measured, for the assumptions of a run.
  public static let source =
    "maxday/lambda-perf (Apache-2.0): hello-world functions at 1,024 MB, 2026-01-02 to 2026-08-22"
  /// Last day of the measurements.
  public static let asOf = "2026-08-22"

  /// One measured combination.
  struct Row: Sendable {
    let runtime: String
    let architecture: FunctionConfig.Architecture
    let packageType: FunctionConfig.PackageType
    /// At the probabilities 0, 0.5, 0.9, 0.95, 0.99 and 1.
    let microseconds: [Int64]
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
    let row = rows.first {
      $0.runtime == runtime && $0.architecture == architecture && $0.packageType == packageType
    }
    guard let row else { return nil }
    return .empirical(
      zip(probabilities, row.microseconds).map {
        QuantilePoint(probability: $0, value: Double(Time.microseconds($1).nanoseconds))
      })
  }

  private static let probabilities = [0, 0.5, 0.9, 0.95, 0.99, 1]
}
