/// Why a design cannot be laid out: more was asked for than its method gives.
public enum DesignFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// A design without a parameter.
  case noDimensions
  /// A design without a point.
  case noPoints
  /// A parameter of a grid, counted from 0, has no level.
  case noLevels(parameter: Int)
  /// More parameters than the sequence has dimensions for.
  case tooManyDimensions(method: String, asked: Int, limit: Int)
  /// More points than the method can tell apart, or than a whole number can count.
  case tooManyPoints(method: String, limit: Int)
  /// The levels of a Morris design are an even number from 2 on.
  case unevenLevels(asked: Int)

  /// What is wrong and what would be right, as a sentence without a full stop.
  public var description: String {
    switch self {
    case .noDimensions: "a design needs at least one parameter"
    case .noPoints: "a design needs at least one point"
    case .noLevels(let parameter): "parameter \(parameter + 1) of the grid has no level"
    case .tooManyDimensions(let method, let asked, let limit):
      "\(method) has at most \(limit) dimensions and \(asked) are needed"
    case .tooManyPoints(let method, let limit): "\(method) has at most \(limit) points"
    case .unevenLevels(let asked): "a Morris design has an even number of levels from 2 on, not \(asked)"
    }
  }
}
