/// One fault of a scenario: where it is, what was found, what is wanted, and what to do.
public struct ScenarioError: Error, Hashable, Sendable {
  /// Where a fault lies.
  public enum Place: Hashable, Sendable {
    /// The file as a whole.
    case file(String)
    /// A line and a column of a file, both counted from 1; columns count Unicode scalars.
    case position(file: String, line: Int, column: Int)
    /// The value of an override on the command line, by its path.
    case override(String)
  }

  /// Where the fault lies.
  public var place: Place
  /// What stands there.
  public var found: String
  /// What belongs there.
  public var wanted: String
  /// What to do about it; empty if that goes without saying.
  public var advice: String

  /// A fault.
  public init(place: Place, found: String, wanted: String, advice: String = "") {
    self.place = place
    self.found = found
    self.wanted = wanted
    self.advice = advice
  }
}

extension ScenarioError.Place: CustomStringConvertible {
  /// `api.yaml:12:3`, or `--set duration`; a file as a whole counts as its beginning.
  public var description: String {
    switch self {
    case .file(let name): "\(name):1:1"
    case .position(let file, let line, let column): "\(file):\(line):\(column)"
    case .override(let path): "--set \(path)"
    }
  }
}

extension ScenarioError: CustomStringConvertible {
  /// `api.yaml:12:3: found 64 MB, wanted 128 MB to 10240 MB; raise the memory`, on one line.
  public var description: String {
    let advice = advice.isEmpty ? "" : "; " + advice
    let text = "\(place): found \(found), wanted \(wanted)\(advice)"
    return String(text.map { $0.isNewline ? " " : $0 })
  }
}

/// Everything that is wrong with a scenario, in the order of the file; faults of overrides come last.
public struct ScenarioFaults: Error, Hashable, Sendable {
  /// At least one fault.
  public let errors: [ScenarioError]

  /// The faults, put in order; the same fault at the same place counts once.
  init(_ errors: [ScenarioError]) {
    var seen: Set<ScenarioError> = []
    let unique = errors.filter { seen.insert($0).inserted }
    self.errors = unique.enumerated().sorted { a, b in
      (a.element.place.rank, a.offset) < (b.element.place.rank, b.offset)
    }.map(\.element)
  }

  /// The faults in an order of the caller's.
  init(ordered errors: [ScenarioError]) { self.errors = errors }
}

extension ScenarioFaults: CustomStringConvertible {
  /// One fault a line.
  public var description: String { errors.map(\.description).joined(separator: "\n") }
}

extension ScenarioError.Place {
  /// The file that it lies in; nil on the command line.
  package var file: String? {
    switch self {
    case .file(let name), .position(let name, _, _): name
    case .override: nil
    }
  }

  /// Order of the places of one file: the file, then line by line, then the overrides.
  fileprivate var rank: Rank {
    switch self {
    case .file: Rank(line: 0, column: 0)
    case .position(_, let line, let column): Rank(line: line, column: column)
    case .override: Rank(line: .max, column: 0)
    }
  }

  fileprivate struct Rank: Comparable {
    var line: Int
    var column: Int
    static func < (a: Rank, b: Rank) -> Bool { (a.line, a.column) < (b.line, b.column) }
  }
}
