/// What Morris screening finds: how far each parameter moves the output, and whether it always moves it alike.
///
/// An elementary effect is the change of the output by one step, divided by the length of the step as a share of the
/// range: the unit is that of the output over a whole range.
///
/// Noise does not bias `mean`, but it adds to `spread`, and the absolute effect of a parameter without any is not 0 but
/// about `noiseFloor`: read an absolute effect near it as none.
public struct MorrisEffects: Hashable, Sendable {
  /// The effects of one parameter.
  public struct Parameter: Hashable, Sendable {
    /// Morris's mu: the mean effect; effects of both signs cancel.
    public let mean: Interval
    /// Morris's mu*: the mean absolute effect (Campolongo, Cariboni & Saltelli, *Environmental Modelling & Software* 22,
    /// 2007, page 1509); its interval is Student's over trajectories.
    public let absolute: Interval
    /// Morris's sigma: the standard deviation of the effects, large where the parameter interacts or bends; nil for one
    /// trajectory.
    public let spread: Double?
  }

  /// The effects in the order of the parameters.
  public let parameters: [Parameter]
  /// The mean absolute effect that noise alone would show, in the unit of the output; 0 without noise.
  public let noiseFloor: Double
  /// How many trajectories were used: those all of whose runs have an output.
  public let trajectories: Int

  /// What came out of an analysis.
  public enum Outcome: Hashable, Sendable {
    /// The effects.
    case effects(MorrisEffects)
    /// All outputs are equal: no parameter has an effect.
    case constant
    /// No trajectory has all its outputs.
    case tooFewPoints
  }

  /// The effects on `outputs`, one for each point of `design` in its order; NaN where a run failed, which leaves out its
  /// trajectory. `noise` is the variance of one output's mean if it is independent between points, 0 or more.
  public static func analysis(
    outputs: [Double], design: MorrisDesign, noise: Double = 0, confidence: Double = 0.95
  ) -> Outcome {
    precondition(outputs.count == design.count, "a Morris design has an output for each point")
    precondition(noise >= 0 && noise.isFinite, "a variance of noise is finite and never negative")
    let length = design.parameters + 1
    var effects = [[Double]](repeating: [], count: design.parameters)
    var used: [Double] = []
    for (index, steps) in design.trajectories.enumerated() {
      let path = Array(outputs[index * length..<(index + 1) * length])
      guard path.allSatisfy(\.isFinite) else { continue }
      used += path
      for (place, step) in steps.enumerated() {
        let change = path[place + 1] - path[place]
        effects[step.parameter].append((step.up ? change : -change) / design.delta)
      }
    }
    guard let first = used.first else { return .tooFewPoints }
    if used.allSatisfy({ $0 == first }) { return .constant }
    let parameters = effects.map { effects in
      var running = RunningInterval()
      for effect in effects { running.add(effect) }
      return Parameter(
        mean: running.interval(confidence: confidence),
        absolute: Interval.mean(of: effects.map(abs), confidence: confidence),
        spread: running.variance?.squareRoot())
    }
    // The difference of two noisy outputs has a variance of 2 noise; a normal value's mean absolute is sqrt(2/pi) sigma.
    let floor = 2 * (noise / .pi).squareRoot() / design.delta
    return .effects(MorrisEffects(parameters: parameters, noiseFloor: floor, trajectories: used.count / length))
  }
}
