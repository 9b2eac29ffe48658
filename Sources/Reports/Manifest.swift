import Experiments

/// What a run was made from: enough to repeat it and to prove that the repetition is the same.
///
/// It never holds the time of day, the machine or the number of threads: they do not change the result.
public struct Manifest: Hashable, Sendable {
  /// A file that went into the run.
  public struct InputFile: Hashable, Sendable {
    /// The path as it was given.
    public var path: String
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    public var sha256: String

    /// A file by its path and hash.
    public init(path: String, sha256: String) {
      self.path = path
      self.sha256 = sha256
    }
  }

  /// The price book that the bill was priced with.
  public struct Prices: Hashable, Sendable {
    /// AWS Region code.
    public var region: String
    /// Date of the price book, ISO 8601.
    public var date: String
    /// SHA-256 of the price book's bytes, 64 hexadecimal digits.
    public var sha256: String

    /// A price book by its region, date and hash.
    public init(region: String, date: String, sha256: String) {
      self.region = region
      self.date = date
      self.sha256 = sha256
    }
  }

  /// Version of windtunnel, such as `0.1.0`.
  public var toolVersion: String
  /// The scenario file.
  public var scenario: InputFile
  /// The variant of the scenario file; nil for the scenario that it writes out.
  public var variant: String?
  /// Changes made on the command line, `path=value` each, in order.
  public var settings: [String]
  /// The price book.
  public var prices: Prices
  /// Further files that the scenario reads, such as traces, in the scenario's order.
  public var inputs: [InputFile]

  /// A manifest of the given parts.
  public init(
    toolVersion: String, scenario: InputFile, variant: String? = nil, settings: [String] = [], prices: Prices,
    inputs: [InputFile] = []
  ) {
    self.toolVersion = toolVersion
    self.scenario = scenario
    self.variant = variant
    self.settings = settings
    self.prices = prices
    self.inputs = inputs
  }

  /// `manifest.json`; seed, replications and digest come from the result, so that they cannot disagree with it.
  func json(_ result: ExperimentResult) -> JSON {
    .object(
      [("formatVersion", .integer(1)), ("tool", Self.tool(toolVersion))] + made
        + [
          ("seed", .unsigned(result.seed)),
          ("replications", .integer(Int64(result.replications))),
          ("digest", .string(result.digest)),
        ] + ControlText(result).members)
  }

  /// Scenario, settings, prices and inputs: what a design of a comparison is made from.
  var made: [(String, JSON)] {
    [("scenario", Self.file(scenario))] + (variant.map { [("variant", .string($0))] } ?? []) + [
      ("settings", .array(settings.map(JSON.string))),
      (
        "prices",
        .object([
          ("region", .string(prices.region)), ("date", .string(prices.date)), ("sha256", .string(prices.sha256)),
        ])
      ),
      ("inputs", .array(inputs.map(Self.file))),
    ]
  }

  /// The program with its version.
  static func tool(_ version: String) -> JSON {
    .object([("name", .string("windtunnel")), ("version", .string(version))])
  }

  private static func file(_ file: InputFile) -> JSON {
    .object([("path", .string(file.path)), ("sha256", .string(file.sha256))])
  }
}
