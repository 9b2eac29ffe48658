/// A comparison of a table's two capacity modes that a scenario asks for: at which utilisation provisioned capacity
/// becomes cheaper than on demand.
public struct BreakEvenPlan: Hashable, Sendable {
  /// Name of the table.
  public var table: String
  /// Mean consumption as a share of the provisioned units, above 0 and at most 1, ascending; each is simulated.
  public var utilizations: [Double]
  /// The variant of the file that gets the comparison; nil for each of them, and for the scenario as written.
  public var variant: String?

  /// Steps of a scenario that gives none, in per cent: closer where list prices of equal units meet, at 29 %.
  public static let defaultPercentages = [10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100]

  /// A comparison at the default utilisations.
  public init(table: String) {
    self.table = table
    utilizations = Self.defaultPercentages.map { Double($0) / 100 }
    variant = nil
  }
}
