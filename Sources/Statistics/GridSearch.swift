/// A search over a grid of levels: a coarse grid first, then finer steps around the best feasible point and along the
/// border of the feasible region, all in one race.
///
/// Each round opens the neighbours of the leader at the current stride, along every axis and along the diagonals of
/// every two, for at a constraint's border the way down often leads across two axes. The race then goes on among leader
/// and neighbours; replications of points that were met before are used again. If the leader stays the stride halves.
/// A point is dropped for good, so the search ends. It finds the best of the points that it opened with the confidence
/// of the rules; a cheaper point that no step leads to, behind a hill, it does not find.
public struct GridSearch: Sendable {
  /// One axis of the grid.
  public struct Axis: Hashable, Sendable {
    /// Number of levels, at least 1.
    public var levels: Int
    /// Whether levels between coarse ones may be left out at first; otherwise all are simulated.
    public var isRefined: Bool

    /// An axis of so many levels.
    public init(levels: Int, isRefined: Bool) {
      precondition(levels >= 1, "an axis has at least one level")
      self.levels = levels
      self.isRefined = isRefined
    }
  }

  /// Why the search went no further.
  public enum End: Hashable, Sendable {
    /// Every point of the grid was simulated.
    case exhausted
    /// The finest neighbours of the leader were raced.
    case finest
    /// No neighbour's objective differs by the zone or more.
    case flat
    /// So many points were opened as the search may open.
    case pointsMax
  }

  /// The axes in order.
  public let axes: [Axis]
  /// Most points that are opened.
  public let pointsMax: Int
  /// Points in the order in which they were opened, a level for each axis; places as in `selection`.
  public private(set) var points: [[Int]] = []
  /// The race.
  public private(set) var selection: Selection
  /// Rounds so far: the number of points that each opened, the coarse grid's first.
  public private(set) var rounds: [Int] = []
  private var known: [[Int]: Int] = [:]
  private var strides: [Int]

  /// A search that has not begun. `rules.candidatesMax` becomes the size of the whole grid: which points are opened
  /// depends on what was observed, and only so does the confidence survive that.
  public init(_ axes: [Axis], rules: SelectionRules, pointsMax: Int = 2_000) {
    precondition(!axes.isEmpty, "a grid has at least one axis")
    self.axes = axes
    var rules = rules
    rules.candidatesMax = Self.size(of: axes)
    selection = Selection(rules)
    strides = Self.coarseStrides(axes)
    self.pointsMax = max(pointsMax, Self.coarsePoints(axes).count)
  }

  /// Points of the whole grid, at most 2^53: beyond that nobody counts.
  public static func size(of axes: [Axis]) -> Int {
    axes.reduce(1) { size, axis in
      let (product, overflow) = size.multipliedReportingOverflow(by: axis.levels)
      return overflow ? 1 << 53 : min(product, 1 << 53)
    }
  }

  /// How many points the coarse grid has, at most 2^53.
  public static func coarseSize(of axes: [Axis]) -> Int {
    size(of: zip(axes, coarseStrides(axes)).map { Axis(levels: coarseLevels($0, $1).count, isRefined: false) })
  }

  /// A power of two for each axis: about 9 coarse levels on a single refined axis, 5 on two, 3 on more.
  private static func coarseStrides(_ axes: [Axis]) -> [Int] {
    let refined = axes.filter(\.isRefined).count
    let gaps = refined <= 1 ? 8 : refined == 2 ? 4 : 2
    return axes.map { axis in
      guard axis.isRefined else { return 1 }
      var stride = 1
      while stride * gaps < axis.levels - 1 { stride *= 2 }
      return stride
    }
  }

  /// The levels at a stride, and the last one.
  private static func coarseLevels(_ axis: Axis, _ stride: Int) -> [Int] {
    var levels = Array(Swift.stride(from: 0, to: axis.levels, by: stride))
    if let last = levels.last, last != axis.levels - 1 { levels.append(axis.levels - 1) }
    return levels
  }

  /// The coarse grid, the last axis running fastest.
  private static func coarsePoints(_ axes: [Axis]) -> [[Int]] {
    zip(axes, coarseStrides(axes)).reduce([[]]) { points, axis in
      points.flatMap { point in coarseLevels(axis.0, axis.1).map { point + [$0] } }
    }
  }

  /// Searches to the end; `observe` gets points with their replications and answers as for `Selection.decide`.
  public mutating func run(
    observe: ([(point: [Int], replication: Int)]) async throws -> [[Double]]
  ) async throws -> (outcome: Selection.Outcome, end: End) {
    open(Self.coarsePoints(axes))
    var outcome = try await decide(observe)
    while points.count < Self.size(of: axes) {
      let leader = selection.leader
      let wasFinest = strides.allSatisfy { $0 == 1 }
      strides = strides.map { max(1, $0 / 2) }
      // At one stride the leader walks until it stays.
      var center = leader
      while true {
        let around = neighbours(of: center)
        let new = around.filter { known[$0] == nil }
        if new.isEmpty { break }
        guard points.count + new.count <= pointsMax else { return (outcome, .pointsMax) }
        open(new)
        outcome = try await decide(observe)
        if selection.leader == center { break }
        center = selection.leader
      }
      if wasFinest { break }
      if case .selected = outcome, isFlat(around: center) { return (outcome, .flat) }
    }
    return (outcome, points.count == Self.size(of: axes) ? .exhausted : .finest)
  }

  private mutating func open(_ new: [[Int]]) {
    for point in new {
      known[point] = selection.open()
      points.append(point)
    }
    rounds.append(new.count)
  }

  private mutating func decide(
    _ observe: ([(point: [Int], replication: Int)]) async throws -> [[Double]]
  ) async throws -> Selection.Outcome {
    let points = self.points
    return try await selection.decide { wanted in
      try await observe(wanted.map { (points[$0.candidate], $0.replication) })
    }
  }

  /// Points a stride away along the refined axes and along the diagonals of two, clamped to the grid.
  private func neighbours(of place: Int) -> [[Int]] {
    let center = points[place]
    let moving = axes.indices.filter { axes[$0].isRefined }
    var found: [[Int]] = []
    func add(_ moves: [(axis: Int, sign: Int)]) {
      var point = center
      for move in moves {
        point[move.axis] = min(max(point[move.axis] + move.sign * strides[move.axis], 0), axes[move.axis].levels - 1)
      }
      if point != center, !found.contains(point) { found.append(point) }
    }
    for axis in moving {
      for sign in [-1, 1] { add([(axis, sign)]) }
    }
    for (position, one) in moving.enumerated() {
      for other in moving.dropFirst(position + 1) {
        for (a, b) in [(-1, -1), (-1, 1), (1, -1), (1, 1)] { add([(one, a), (other, b)]) }
      }
    }
    return found
  }

  /// Whether no neighbour's mean differs by the zone or more.
  private func isFlat(around place: Int) -> Bool {
    guard let zone = selection.zone else { return false }
    let mean = selection.candidates[place].mean(0)
    return neighbours(of: place).allSatisfy { point in
      known[point].map { abs(selection.candidates[$0].mean(0) - mean) < zone } ?? false
    }
  }

  /// Axes on which a point lies at an end of its range, which has more than one level: nil inside, else whether it is
  /// the upper end.
  public func borders(of place: Int) -> [Bool?] {
    zip(axes, points[place]).map { axis, level in
      guard axis.isRefined, axis.levels > 1 else { return nil }
      return level == 0 ? false : level == axis.levels - 1 ? true : nil
    }
  }
}
