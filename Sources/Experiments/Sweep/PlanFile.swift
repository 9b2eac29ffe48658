import Foundation
import Scenarios

/// `sweep.json`: a sweep with its points, complete in itself but for recorded traffic and prices.
///
/// The first line names the format, the second is the header, then comes a line a point: so a file of a million points
/// is read and written line by line. Shards carry the file's hash, and nothing else is needed to know whether they
/// belong together.
public struct PlanFile: Sendable {
  /// What all points share.
  public struct Header: Codable, Hashable, Sendable {
    /// A parameter's name and paths, and the unit that all of its values have; nil if they differ.
    public struct Parameter: Codable, Hashable, Sendable {
      /// As the plan names it.
      public var name: String
      /// Where its value goes.
      public var paths: [String]
      /// The unit of all values; empty for plain numbers, nil for texts and mixed units.
      public var unit: String?
      /// The values of a list in their order; nil for a range.
      public var values: [String]?
      /// True for a range in which equal ratios are equally far apart; nil otherwise.
      public var isLogarithmic: Bool?
    }

    /// A file by its path as given and the SHA-256 of its bytes.
    public struct Source: Codable, Hashable, Sendable {
      /// As given.
      public var path: String
      /// 64 hexadecimal digits.
      public var sha256: String
    }

    /// A value for all points.
    public struct Setting: Codable, Hashable, Sendable {
      /// Path in the scenario.
      public var path: String
      /// Value as the scenario writes it.
      public var value: String
    }

    /// A design for sensitivity: how its points hang together.
    public enum Sensitivity: Codable, Hashable, Sendable {
      /// As `SaltelliDesign` lays them out.
      case sobolIndices(basePoints: Int, secondOrder: Bool)
      /// As `MorrisDesign` lays them out.
      case morris(trajectories: Int, levels: Int)
    }

    /// The program's version: another one may simulate otherwise.
    public var toolVersion: String
    /// Title of the sweep.
    public var name: String
    /// What it is for; may be empty.
    public var description: String
    /// The plan's file.
    public var plan: Source
    /// The scenario's file.
    public var scenario: Source
    /// Its text.
    public var scenarioText: String
    /// The variant that is varied; nil for the scenario as written.
    public var variant: String?
    /// Values for all points.
    public var settings: [Setting]
    /// Options of `sweep plan` that changed something, as on its command line.
    public var arguments: [String]
    /// Files of recorded traffic that points read, by their paths from the scenario's folder.
    public var traffic: [Source]
    /// Prices: Region and hash of the book.
    public var prices: Source
    /// Independent runs of each point, at least 1.
    public var replications: Int
    /// Root seed.
    public var seed: UInt64
    /// `common` or `independent`.
    public var randomNumbers: String
    /// The kind of design: `grid`, `list`, `random`, ..
    public var design: String
    /// What varies, in the order of a point's values.
    public var parameters: [Parameter]
    /// Figures that are kept; empty for the default ones, `all` for all.
    public var figures: [String]
    /// What the analysis of a design for sensitivity has to know; nil for other designs.
    public var sensitivity: Sensitivity?
    /// How many points follow.
    public var points: Int
  }

  /// What all points share.
  public let header: Header
  /// The points in their order.
  public let points: DesignPoints
  /// SHA-256 of the file's bytes.
  public let hash: String

  /// Format of the file; another one is refused.
  public static let format = 1
  /// Name of the file in its folder.
  public static let fileName = "sweep.json"
}
