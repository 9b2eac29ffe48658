import CGSL

/// A parameter as a response surface sees it: a number coded to -1 .. 1, or one of several names.
public enum SurfaceFactor: Hashable, Sendable {
  /// A number whose `low` is coded -1 and whose `high` is coded 1; below and above go on.
  case number(name: String, low: Double, high: Double, scale: Scale)
  /// Names, given as values 0, 1, ..; the first one is what the others are compared with. At least two.
  case category(name: String, levels: [String])

  /// How a number is coded.
  public enum Scale: Hashable, Sendable, CaseIterable {
    /// Equal differences are equally far.
    case linear
    /// Equal ratios are equally far, for numbers above 0 such as memory.
    case logarithmic
  }

  /// The parameter's name.
  public var name: String {
    switch self {
    case .number(let name, _, _, _), .category(let name, _): name
    }
  }

  /// The names of the columns that the factor makes: its own, or `name=level` for each level but the first.
  var columns: [String] {
    switch self {
    case .number(let name, _, _, _): [name]
    case .category(let name, let levels): levels.dropFirst().map { "\(name)=\($0)" }
    }
  }

  /// The columns' values at `value`: the coded number, or 1 for the level and 0 for the others.
  func coded(_ value: Double) -> [Double] {
    switch self {
    case .number(_, let low, let high, .linear):
      return [(2 * value - low - high) / (high - low)]
    case .number(_, let low, let high, .logarithmic):
      precondition(value > 0, "a number on a logarithmic scale is above 0")
      return [2 * gsl_sf_log(value / low) / gsl_sf_log(high / low) - 1]
    case .category(_, let levels):
      precondition(levels.indices.contains(Int(value)), "a category's value is one of its levels")
      return levels.indices.dropFirst().map { Double($0) == value ? 1 : 0 }
    }
  }

  /// Whether a square of the factor says something new: not of a name.
  var bends: Bool {
    switch self {
    case .number: true
    case .category: false
    }
  }

  /// Traps unless the factor can be coded.
  func check() {
    switch self {
    case .number(_, let low, let high, let scale):
      precondition(low.isFinite && high.isFinite && low < high, "a factor's low end lies below its high end")
      precondition(scale == .linear || low > 0, "a number on a logarithmic scale is above 0")
    case .category(_, let levels):
      precondition(levels.count >= 2, "a category has at least two levels")
    }
  }
}

/// The shape of a response surface.
public enum SurfaceModel: String, Hashable, Sendable, CaseIterable {
  /// A constant and each factor.
  case linear
  /// Besides, the product of every two factors.
  case interactions
  /// Besides, the square of every number.
  case quadratic
}

/// One term of a response surface: nothing (the constant), a factor's column, or the product of two.
struct SurfaceTerm: Hashable, Sendable {
  let name: String
  /// Columns of all factors in a row, to be multiplied.
  let columns: [Int]

  /// The terms of `model` over `factors`: the constant, the factors, the products, the squares.
  static func terms(_ model: SurfaceModel, over factors: [SurfaceFactor]) -> [SurfaceTerm] {
    let columns = factors.enumerated().flatMap { factor, value in value.columns.map { (factor, $0, value.bends) } }
    var terms = [SurfaceTerm(name: "constant", columns: [])]
    terms += columns.indices.map { SurfaceTerm(name: columns[$0].1, columns: [$0]) }
    if model != .linear {
      for i in columns.indices {
        for j in columns.indices[(i + 1)...] where columns[i].0 != columns[j].0 {
          terms.append(SurfaceTerm(name: "\(columns[i].1) * \(columns[j].1)", columns: [i, j]))
        }
      }
    }
    if model == .quadratic {
      for i in columns.indices where columns[i].2 {
        terms.append(SurfaceTerm(name: "\(columns[i].1)^2", columns: [i, i]))
      }
    }
    return terms
  }

  /// The term at a point whose factors' columns are `coded`.
  func value(_ coded: [Double]) -> Double {
    columns.reduce(1) { $0 * coded[$1] }
  }
}
