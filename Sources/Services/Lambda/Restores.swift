import Engine
import Units

/// Durations of SnapStart's restore from a cold snapshot cache, and of the first call after it.
///
/// Measured for Java 11, 17 and 21 by maxday/lambda-perf (Apache-2.0): REPORT lines' Restore Duration of hello-world
/// functions, about ten a day, zip on x86_64, 2023-11-21 to 2024-12-31. So few restores find the snapshot in no cache
/// near by: `SnapshotCache` makes later ones shorter. In 2025, until the measurements ended in October, medians were
/// 9 to 23 % longer. Restores at 128 MB take 14 to 20 % longer than at 256 MB, above that memory matters little.
///
/// All else is inferred, and `provenance` says how: a restore fetches a microVM's memory, whatever runs in it.
/// Bands between quantiles are uniform, as in `ColdStarts`.
public enum Restores {
  /// One measured combination.
  struct Row: Sendable {
    let runtime: String
    let memorySize: Int
    /// At the probabilities 0, 0.5, 0.9, 0.95, 0.99 and 1.
    let microseconds: [Int64]
  }

  /// Duration of a restore in ns from a cold snapshot cache; nil if SnapStart does not support the runtime.
  ///
  /// `memorySize` in MB; of the measured sizes (128, 256, 512 and 1,024 MB for Java and Python, only 1,024 MB for .NET)
  /// the nearest by ratio counts, the smaller of two as near.
  public static func distribution(
    runtime: String, architecture: FunctionConfig.Architecture, memorySize: Int
  ) -> Distribution? {
    switch origin(of: runtime) {
    case nil: nil
    case .dotnet: Framework.dotnet8.restore(on: architecture)
    case .measured(let name), .likeJava(let name):
      rows.filter { $0.runtime == name }.min {
        distance($0.memorySize, memorySize) < distance($1.memorySize, memorySize)
      }
      .map { .quantiles(probabilities, microseconds: $0.microseconds) }
    }
  }

  /// CPU time in ns on one vCPU by which the first call after a restore exceeds a warm one, for a function that does
  /// next to nothing; a constant; nil if SnapStart does not support the runtime.
  ///
  /// For Java fitted to the handler durations of the same REPORT lines, as `ColdStarts.firstCall` is (b of
  /// a + b * 1,769 / MB over four memory sizes). For Python and .NET the one without SnapStart, zip: nothing in an empty
  /// function runs before the snapshot that a first call would need (inferred, errs towards slow).
  public static func firstCall(runtime: String, architecture: FunctionConfig.Architecture) -> Distribution? {
    switch origin(of: runtime) {
    case nil: nil
    case .dotnet: ColdStarts.firstCall(runtime: runtime, architecture: architecture, packageType: .zip)
    case .likeJava(let name) where runtime.hasPrefix("java"): firstCalls[name].map(constant)
    case .likeJava: ColdStarts.firstCall(runtime: runtime, architecture: architecture, packageType: .zip)
    case .measured(let name): firstCalls[name].map(constant)
    }
  }

  /// Origin of a runtime's restores on an architecture; nil if SnapStart does not support the runtime.
  public static func provenance(runtime: String, architecture: FunctionConfig.Architecture) -> Provenance? {
    switch origin(of: runtime) {
    case nil: return nil
    case .measured where architecture == .x86: return Provenance(.measured, source: source, asOf: asOf)
    case .measured:
      return Provenance(
        .inferred, source: "\(source); arm64 as x86_64: load tests of .NET with SnapStart have equal medians",
        asOf: asOf)
    case .likeJava(let name):
      return Provenance(.inferred, source: "as \(name), whose snapshot is the nearest: \(source)", asOf: asOf)
    case .dotnet: return Framework.dotnet8.provenance(on: architecture)
    }
  }

  /// Who measured.
  public static let source =
    "maxday/lambda-perf (Apache-2.0): SnapStart, hello-world zip functions on x86_64, 2023-11-21 to 2024-12-31"
  /// Last day of the measurements.
  public static let asOf = "2024-12-31"

  /// Where a runtime's figures come from.
  private enum Origin {
    /// Its own rows.
    case measured(String)
    /// The rows of another runtime with a snapshot of about the same size.
    case likeJava(String)
    /// A load test of .NET 8.
    case dotnet
  }

  /// SnapStart supports Java from 11, Python from 3.12 and .NET from 8 (documented: dg/snapstart, autumn 2026).
  private static func origin(of runtime: String) -> Origin? {
    switch runtime {
    case "java11", "java17", "java21": .measured(runtime)
    case "java25": .likeJava("java21")
    case "python3.12", "python3.13", "python3.14": .likeJava("java11")
    case "dotnet8", "dotnet10": .dotnet
    default: nil  // over text: runtimes without SnapStart
    }
  }

  /// How far apart two sizes are: the larger over the smaller.
  private static func distance(_ a: Int, _ b: Int) -> Double { Double(max(a, b)) / Double(min(a, b)) }

  private static func constant(microseconds: Int64) -> Distribution {
    .constant(Double(Time.microseconds(microseconds).nanoseconds))
  }

  private static let probabilities = [0, 0.5, 0.9, 0.95, 0.99, 1]

  /// Microseconds of CPU on one vCPU.
  private static let firstCalls: [String: Int64] = ["java11": 3_239, "java17": 2_208, "java21": 8_796]

  /// Least, 50th, 90th, 95th and 99th percentile and greatest, in microseconds.
  static let rows: [Row] = [
    row("java11", 128, 195_310, 643_150, 766_620, 821_310, 1_005_250, 3_593_540),
    row("java11", 256, 154_360, 560_900, 681_510, 733_240, 897_670, 1_338_510),
    row("java11", 512, 128_370, 547_760, 662_930, 711_190, 901_610, 2_165_170),
    row("java11", 1_024, 134_260, 566_910, 687_640, 748_450, 904_620, 1_776_990),
    row("java17", 128, 185_290, 657_270, 790_010, 852_340, 1_025_220, 2_548_950),
    row("java17", 256, 162_190, 575_980, 694_220, 744_840, 918_800, 1_509_170),
    row("java17", 512, 148_400, 573_750, 700_070, 764_360, 972_590, 2_895_110),
    row("java17", 1_024, 161_500, 621_780, 759_050, 822_410, 971_270, 1_808_210),
    row("java21", 128, 244_220, 709_520, 853_560, 915_930, 1_091_320, 2_023_640),
    row("java21", 256, 163_460, 593_640, 712_770, 771_670, 953_900, 1_910_100),
    row("java21", 512, 147_240, 584_850, 710_870, 777_030, 937_420, 1_329_130),
    row("java21", 1_024, 178_230, 610_580, 742_330, 800_590, 991_740, 1_507_620),
  ]

  private static func row(
    _ runtime: String, _ memorySize: Int, _ least: Int64, _ p50: Int64, _ p90: Int64, _ p95: Int64, _ p99: Int64,
    _ greatest: Int64
  ) -> Row {
    Row(runtime: runtime, memorySize: memorySize, microseconds: [least, p50, p90, p95, p99, greatest])
  }
}
