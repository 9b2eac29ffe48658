import Experiments

/// What a comparison was made from: the manifest of each design, and what they share.
public struct ComparisonManifest: Hashable, Sendable {
  /// Version of windtunnel, such as `0.1.0`.
  public var toolVersion: String
  /// One entry a design, in the order of the comparison.
  public var designs: [Manifest]

  /// A manifest of the given parts; at least two designs.
  public init(toolVersion: String, designs: [Manifest]) {
    self.toolVersion = toolVersion
    self.designs = designs
  }

  /// `manifest.json`; what the result knows comes from there, so that the two cannot disagree.
  func json(_ comparison: Comparison) -> JSON {
    precondition(designs.count == comparison.names.count, "every design has a manifest")
    let made: [(String, JSON)] = [
      ("formatVersion", .integer(1)),
      ("tool", Manifest.tool(toolVersion)),
      ("baseline", .string(comparison.names[comparison.baseline])),
      ("seed", .unsigned(comparison.seed)),
      ("replications", .integer(Int64(comparison.replications))),
    ]
    let designs: [(String, JSON)] = [
      (
        "designs",
        .array(
          zip(comparison.names.indices, self.designs).map { index, manifest in
            .object(
              [("name", .string(comparison.names[index]))] + manifest.made + [
                ("digest", .string(comparison.results[index].digest))
              ])
          })
      )
    ]
    return .object(made + ControlText(comparison).members + designs)
  }
}
