import Statistics

/// What a sweep's points came to: the mean of each figure over a point's replications, and how noisy it is.
///
/// Two numbers a point and figure are kept, so that 100,000 points of 20 figures take 32 MB.
public struct PointMeans: Sendable {
  /// One figure at all points.
  public struct Figure: Hashable, Sendable {
    /// As in `FigureKey.path`.
    public let name: String
    /// As `FigureUnit` writes it.
    public let unit: String
    /// The mean at each point in the order of the plan; NaN where the point failed or has no such value.
    public fileprivate(set) var means: [Double]
    /// The squared standard error of each mean; NaN where it has fewer than two values.
    fileprivate var squaredErrors: [Double]
    /// The noise within the points that have a mean.
    public fileprivate(set) var pureError = PureError()

    /// The variance of a point's mean on average over the points; 0 where no point has two values.
    public var noise: Double {
      let known = squaredErrors.filter(\.isFinite)
      return known.isEmpty ? 0 : known.reduce(0, +) / Double(known.count)
    }
  }

  /// The figures in the order in which they first came.
  public private(set) var figures: [Figure] = []
  /// How many points came.
  public private(set) var count = 0
  private var places: [String: Int] = [:]
  private let wanted: String?

  /// No point yet; of all figures, or only of the one named.
  public init(only figure: String? = nil) { wanted = figure }

  /// Takes in the next point; a point that failed has no values.
  public mutating func add(_ outcome: PointOutcome) {
    for index in figures.indices {
      figures[index].means.append(.nan)
      figures[index].squaredErrors.append(.nan)
    }
    count += 1
    var intervals: [Int: RunningInterval] = [:]
    var values: [Int: [Double]] = [:]
    for replication in outcome.figures {
      for figure in replication where wanted == nil || wanted == figure.name {
        let place = place(of: figure)
        guard figure.value.isFinite else { continue }
        intervals[place, default: RunningInterval()].add(figure.value)
        values[place, default: []].append(figure.value)
      }
    }
    for index in figures.indices {
      guard let interval = intervals[index] else { continue }
      figures[index].means[count - 1] = interval.mean
      figures[index].pureError.add(values[index] ?? [])
      if let variance = interval.variance {
        figures[index].squaredErrors[count - 1] = variance / Double(interval.count)
      }
    }
  }

  private mutating func place(of figure: PointFigure) -> Int {
    if let place = places[figure.name] { return place }
    let none = [Double](repeating: .nan, count: count)
    figures.append(Figure(name: figure.name, unit: figure.unit, means: none, squaredErrors: none))
    places[figure.name] = figures.count - 1
    return figures.count - 1
  }
}
