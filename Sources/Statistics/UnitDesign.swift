/// Where to run an experiment: points of the unit cube, one row a point and one column a parameter.
///
/// Each coordinate lies from 0 up to but not including 1 and stands for a place in its parameter's range. Random
/// numbers come from the caller as `unit`, numbers strictly between 0 and 1 drawn in a fixed order (row by row or
/// column by column, as each method says), so that the same stream gives the same design on every machine.
public enum UnitDesign {
  /// How many points a full grid of so many `levels` a parameter has; nil if no whole number can count them.
  ///
  /// A parameter without a level makes it 0, no parameter at all makes it 1.
  public static func gridCount(levels: [Int]) -> Int? {
    var count = 1
    for level in levels {
      precondition(level >= 0, "a count of levels is never negative")
      let (product, overflow) = count.multipliedReportingOverflow(by: level)
      if overflow && !levels.contains(0) { return nil }
      count = overflow ? 0 : product
    }
    return count
  }

  /// The levels, counted from 0, of point `index` of a full grid: the last parameter varies fastest.
  ///
  /// A grid of any size so costs no memory. `index` lies from 0 to `gridCount` less one.
  public static func gridPoint(_ index: Int, levels: [Int]) -> [Int] {
    precondition(index >= 0, "points are counted from 0")
    var rest = index
    var point = levels
    for parameter in levels.indices.reversed() {
      precondition(levels[parameter] > 0, "every parameter of a grid has a level")
      (rest, point[parameter]) = rest.quotientAndRemainder(dividingBy: levels[parameter])
    }
    precondition(rest == 0, "a point of a grid lies inside it")
    return point
  }

  /// A full grid: every combination of so many `levels` a parameter, counted from 0, the last parameter fastest.
  ///
  /// Throws if there is no parameter, one without a level, or more points than a whole number can count.
  public static func grid(levels: [Int]) throws(DesignFault) -> [[Int]] {
    if levels.isEmpty { throw .noDimensions }
    if let parameter = levels.firstIndex(where: { $0 < 1 }) { throw .noLevels(parameter: parameter) }
    guard let count = gridCount(levels: levels) else { throw .tooManyPoints(method: "a grid", limit: Int.max) }
    return (0..<count).map { gridPoint($0, levels: levels) }
  }

  /// Independent uniform points, drawn row by row. Throws without a point or a dimension.
  public static func random(
    points: Int, dimensions: Int, unit: () -> Double
  ) throws(DesignFault) -> [[Double]] {
    try check(points: points, dimensions: dimensions)
    return (0..<points).map { _ in (0..<dimensions).map { _ in unit() } }
  }

  /// A Latin hypercube: each parameter's range is cut into as many cells as there are points, and every cell of every
  /// parameter holds exactly one point. Throws without a point or a dimension.
  ///
  /// Drawn column by column, for each first the order of its cells and then the places in them; `centred` puts each
  /// point into the middle of its cell. A place keeps 2^-21 of a cell off the borders, so that no rounding moves it to
  /// the next. Source: McKay, Beckman & Conover, *Technometrics* 21, 1979, page 239.
  public static func latinHypercube(
    points: Int, dimensions: Int, centred: Bool = false, unit: () -> Double
  ) throws(DesignFault) -> [[Double]] {
    try check(points: points, dimensions: dimensions)
    guard points <= 1 << 30 else { throw .tooManyPoints(method: "a Latin hypercube", limit: 1 << 30) }
    var rows = [[Double]](repeating: [Double](repeating: 0, count: dimensions), count: points)
    for column in 0..<dimensions {
      let cells = shuffled(points, unit: unit)
      for row in 0..<points {
        let place = centred ? 0.5 : ((unit() * 0x1p20).rounded(.down) + 0.5) * 0x1p-20
        rows[row][column] = (Double(cells[row]) + place) / Double(points)
      }
    }
    return rows
  }

  /// The whole numbers from 0 to `count` - 1 in an order that `unit` decides, each order equally likely (Fisher & Yates).
  static func shuffled(_ count: Int, unit: () -> Double) -> [Int] {
    var order = Array(0..<count)
    for place in order.indices.reversed() where place > 0 {
      order.swapAt(place, index(below: place + 1, unit: unit))
    }
    return order
  }

  /// A whole number from 0 to `count` - 1, each equally likely but for `count` parts in 2^53.
  static func index(below count: Int, unit: () -> Double) -> Int {
    min(count - 1, Int(unit() * Double(count)))
  }

  static func check(points: Int, dimensions: Int) throws(DesignFault) {
    if dimensions < 1 { throw .noDimensions }
    if points < 1 { throw .noPoints }
  }
}
