import Statistics
import Testing

@Suite("Morris screening")
struct MorrisTests {
  func effects(_ outcome: MorrisEffects.Outcome) throws -> MorrisEffects {
    struct NoEffects: Error { let outcome: MorrisEffects.Outcome }
    guard case .effects(let effects) = outcome else { throw NoEffects(outcome: outcome) }
    return effects
  }

  @Test("a trajectory moves each parameter once, by one step, inside the cube", arguments: [2, 4, 10])
  func trajectories(levels: Int) throws {
    let draws = try UnitDraws(seed: 1)
    let design = try MorrisDesign(trajectories: 50, parameters: 3, levels: levels, unit: draws.unit)
    #expect(design.count == 50 * 4)
    let points = design.points
    #expect(points.joined().allSatisfy { $0 >= 0 && $0 <= 1 })
    for (index, steps) in design.trajectories.enumerated() {
      #expect(steps.map(\.parameter).sorted() == [0, 1, 2])
      for (place, step) in steps.enumerated() {
        let (before, after) = (points[index * 4 + place], points[index * 4 + place + 1])
        for parameter in 0..<3 {
          let change = parameter == step.parameter ? (step.up ? design.delta : -design.delta) : 0
          #expect(abs(after[parameter] - before[parameter] - change) < 1e-12)
        }
      }
    }
  }

  /// A false alarm for one seed in ten thousand.
  @Test("every level is visited equally often, both ways and in every order")
  func levels() throws {
    let draws = try UnitDraws(seed: 2)
    let design = try MorrisDesign(trajectories: 4_000, parameters: 1, levels: 4, unit: draws.unit)
    var visits = [0, 0, 0, 0]
    for trajectory in 0..<4_000 { visits[Int((design.point(2 * trajectory)[0] * 3).rounded())] += 1 }
    #expect(GoodnessOfFit.chiSquare(observed: visits, expected: [1_000, 1_000, 1_000, 1_000]).pValue > 1e-4)
    let ups = design.trajectories.filter { $0[0].up }.count
    #expect(GoodnessOfFit.chiSquare(observed: [ups, 4_000 - ups], expected: [2_000, 2_000]).pValue > 1e-4)
  }

  @Test("levels are even and at least two, and there is a trajectory and a parameter")
  func faults() throws {
    for levels in [-2, 0, 1, 3] {
      #expect(throws: DesignFault.unevenLevels(asked: levels)) {
        try MorrisDesign(trajectories: 1, parameters: 1, levels: levels) { 0.5 }
      }
    }
    #expect(throws: DesignFault.noPoints) { try MorrisDesign(trajectories: 0, parameters: 1) { 0.5 } }
    #expect(throws: DesignFault.noDimensions) { try MorrisDesign(trajectories: 1, parameters: 0) { 0.5 } }
  }

  @Test("of a linear function each effect is its slope, without spread")
  func linear() throws {
    let draws = try UnitDraws(seed: 3)
    let design = try MorrisDesign(trajectories: 10, parameters: 3, unit: draws.unit)
    let found = try effects(
      MorrisEffects.analysis(outputs: design.points.map { 5 * $0[0] - 2 * $0[1] }, design: design))
    for (parameter, slope) in [5.0, -2, 0].enumerated() {
      #expect(abs(found.parameters[parameter].mean.mean - slope) < 1e-12)
      #expect(abs(found.parameters[parameter].absolute.mean - abs(slope)) < 1e-12)
      #expect(try #require(found.parameters[parameter].spread) < 1e-12)
    }
    #expect(found.trajectories == 10 && found.noiseFloor == 0)
  }

  /// The effect of one factor is the other's place, 0, 1/3, 2/3 or 1 alike: mean 1/2, deviation sqrt(5/36). Four
  /// standard errors of 2,000 trajectories.
  @Test("of a product the effects spread as the other factor does")
  func product() throws {
    let draws = try UnitDraws(seed: 4)
    let design = try MorrisDesign(trajectories: 2_000, parameters: 2, unit: draws.unit)
    let found = try effects(MorrisEffects.analysis(outputs: design.points.map { $0[0] * $0[1] }, design: design))
    for parameter in found.parameters {
      #expect(abs(parameter.mean.mean - 0.5) < 0.034)
      #expect(abs(try #require(parameter.spread) - (5.0 / 36).squareRoot()) < 0.02)
    }
  }

  @Test("effects of both signs cancel in the mean and not in the absolute mean")
  func signs() throws {
    let draws = try UnitDraws(seed: 5)
    let design = try MorrisDesign(trajectories: 500, parameters: 2, unit: draws.unit)
    let outputs = design.points.map { (2 * $0[0] - 1) * (2 * $0[1] - 1) }
    // An interval that misses for one seed in ten thousand.
    let found = try effects(
      MorrisEffects.analysis(outputs: outputs, design: design, confidence: 0.9999)
    ).parameters[0]
    // The effect is 2 (2 x - 1) at x = 0, 1/3, 2/3, 1: mean 0, absolute mean 4/3, deviation sqrt(20/9).
    #expect(abs(found.mean.mean) < 0.27)
    #expect(abs(found.absolute.mean - 4.0 / 3) < 0.12)
    #expect(found.absolute.excludes(0) && found.absolute.contains(4.0 / 3))
  }

  @Test("noise lifts the absolute effect of an idle parameter to the floor")
  func noise() throws {
    let draws = try UnitDraws(seed: 6)
    let design = try MorrisDesign(trajectories: 2_000, parameters: 2, unit: draws.unit)
    let outputs = design.points.map { 10 * $0[0] + draws.normal(deviation: 0.5) }
    let found = try effects(MorrisEffects.analysis(outputs: outputs, design: design, noise: 0.25))
    // Its deviation is 0.6 of itself, so four standard errors are 7 %.
    #expect(abs(found.parameters[1].absolute.mean / found.noiseFloor - 1) < 0.07)
    #expect(found.parameters[1].mean.mean < found.noiseFloor / 2)
  }

  @Test("equal outputs have no effects, and a failed run leaves out its trajectory")
  func nothing() throws {
    let draws = try UnitDraws(seed: 7)
    let design = try MorrisDesign(trajectories: 3, parameters: 2, unit: draws.unit)
    var outputs = [Double](repeating: 4, count: 9)
    #expect(MorrisEffects.analysis(outputs: outputs, design: design) == .constant)
    outputs = design.points.map { $0[0] }
    outputs[4] = .nan
    #expect(try effects(MorrisEffects.analysis(outputs: outputs, design: design)).trajectories == 2)
    #expect(
      MorrisEffects.analysis(outputs: outputs.map { _ in .nan }, design: design) == .tooFewPoints)
  }
}
