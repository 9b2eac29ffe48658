import Statistics

/// Designs of a sweep that lay their points into the ranges of the parameters.
extension Decoding {
  /// The design of the one key that `fields` has; nil if there are faults.
  func sweepUnitDesign(_ fields: Fields, of parameters: [SweepParameter]) -> SweepDesign? {
    if let node = fields["latinHypercube"] { return sweepPoints(node).map { .latinHypercube(points: $0) } }
    if let node = fields["sobol"] {
      let limit = UnitDesign.sobolDimensions
      guard parameters.count <= limit else {
        fault(
          node.place, found: "\(parameters.count) parameters", wanted: "at most \(limit) for Sobol's sequence",
          advice: "take halton or latinHypercube")
        return nil
      }
      return sweepSequence(node).map { .sobol(points: $0.points, isShifted: $0.isShifted) }
    }
    if let node = fields["halton"] {
      return sweepSequence(node).map { .halton(points: $0.points, isShifted: $0.isShifted) }
    }
    if let node = fields["sobolIndices"] { return sweepIndices(node) }
    return fields["morris"].flatMap { sweepMorris($0) }
  }

  private func sweepSequence(_ node: YAMLNode) -> (points: Int, isShifted: Bool)? {
    guard let fields = self.fields(node, Shapes.sweepSequence),
      let points = fields["points"].flatMap({ integer($0, 1...SweepPlan.pointsMax) })
    else { return nil }
    guard let shift = fields["shift"] else { return (points, true) }
    guard let word = shift.scalarText, ["random", "none"].contains(word) else {
      return reject(shift, wanted: "random or none")
    }
    return (points, word == "random")
  }

  private func sweepIndices(_ node: YAMLNode) -> SweepDesign? {
    guard let fields = self.fields(node, Shapes.sweepIndices),
      let basePoints = fields["basePoints"].flatMap({ integer($0, 2...SweepPlan.pointsMax) })
    else { return nil }
    guard let node = fields["secondOrder"] else { return .sobolIndices(basePoints: basePoints, secondOrder: false) }
    return boolean(node).map { .sobolIndices(basePoints: basePoints, secondOrder: $0) }
  }

  private func sweepMorris(_ node: YAMLNode) -> SweepDesign? {
    guard let fields = self.fields(node, Shapes.sweepMorris),
      let trajectories = fields["trajectories"].flatMap({ integer($0, 2...SweepPlan.pointsMax) })
    else { return nil }
    guard let node = fields["levels"] else { return .morris(trajectories: trajectories, levels: 4) }
    guard let levels = integer(node, 2...1_000) else { return nil }
    guard levels.isMultiple(of: 2) else {
      return reject(node, wanted: "an even number of levels", advice: "4 is customary")
    }
    return .morris(trajectories: trajectories, levels: levels)
  }
}
