import Scenarios

/// What a compared figure is about.
public enum FigureScope: Hashable, Sendable {
  /// A traffic source.
  case traffic(String)
  /// All resources of a type together, by the word after `type:`.
  case type(String)
  /// The month's bill.
  case bill
  /// One resource.
  case resource(name: String, type: String)
}

/// The unit of a compared figure.
public enum FigureUnit: String, Hashable, Sendable {
  /// Milliseconds.
  case milliseconds = "ms"
  /// A share of 0 to 1.
  case share
  /// US dollars.
  case dollars = "USD"
  /// A count, a level, or what the figure's name says.
  case count

  /// The unit of a resource's figure by the last word of its name; a count where that says nothing.
  public init(ofFigure name: String) {
    switch Objective.Dimension(ofFigure: name) {
    case .time: self = .milliseconds
    case .share: self = .share
    case .number: self = .count
    }
  }
}

/// The name of a compared figure: what it is about, which figure, and its unit.
public struct FigureKey: Hashable, Sendable {
  /// What it is about.
  public var scope: FigureScope
  /// As in `summary.json`: `errorRate`, `coldStarts`; `monthlyCost` for dollars. Of a traffic source `p99` is the
  /// successes', `answeredP99` that of all answers.
  public var name: String
  /// The unit of its values.
  public var unit: FigureUnit

  /// A key of the given parts.
  public init(scope: FigureScope, name: String, unit: FigureUnit) {
    self.scope = scope
    self.name = name
    self.unit = unit
  }

  /// Names of a source's latency figures over all answers, in the order of `LatencySummary.names`.
  static let answered = LatencySummary.names.map { name in "answered" + name.prefix(1).uppercased() + name.dropFirst() }

  /// Whether it is a source's latency over all answers, failures included.
  public var isOfAllAnswers: Bool {
    guard case .traffic = scope else { return false }
    return Self.answered.contains(name)
  }

  /// Whether less of it is better; otherwise nobody can say what is better, as with requests or environments.
  ///
  /// Response times of successes, errors and money are less when better; those of all answers are not judged, for
  /// they fall when more requests are refused. Of a resource's figure the words of its name decide, so
  /// that a service which is new here is judged too: `clientErrors` by its `errors`.
  public var isBetterLower: Bool {
    switch scope {
    case .bill: true
    case .traffic: name != "requests" && name != "attempts" && !isOfAllAnswers
    case .type, .resource:
      unit == .dollars || Self.unwantedNames.contains(name.lastPart)
        || !Self.words(of: name.lastPart).isDisjoint(with: Self.unwanted)
    }
  }

  /// Whether its values, where they are whole, are numbers of events such as throttles: neither levels and their peaks,
  /// nor amounts in a unit.
  var countsEvents: Bool {
    unit == .count && Self.words(of: name.lastPart).isDisjoint(with: Self.levels)
  }

  private static let levels: Set<String> = [
    "peak", "mean", "min", "max", "final", "environments", "concurrency", "partitions", "entries", "milliseconds",
    "bytes", "units", "hours", "credits",
  ]

  private static let unwanted: Set<String> = [
    "errors", "failures", "failed", "throttles", "throttled", "timeouts", "retries", "cold", "latency", "duration",
    "init", "time", "age", "waiting", "rejected", "dropped", "expired", "dead", "spillover",
    "refused", "lost", "aborted", "abandoned", "unreachable", "outage", "downtime", "failovers", "borrow", "acquire",
    "waits", "reconnects", "resume", "pins", "pinned",
  ]

  /// Figures whose words alone do not say it.
  private static let unwantedNames: Set<String> = ["tooManyConnections", "outOfMemory", "firstQueryAfterFailoverMs"]

  /// The words of a lowerCamelCase name, in lower case.
  private static func words(of name: String) -> Set<String> {
    var words: [String] = [""]
    for character in name {
      if character.isUppercase, !words[words.count - 1].isEmpty { words.append("") }
      words[words.count - 1] += character.lowercased()
    }
    return Set(words)
  }
}

extension String {
  /// The name of a figure without the driver that it is of, where a function has several: `connectionsLost` of
  /// `orders.reader.connectionsLost`.
  var lastPart: String { split(separator: ".").last.map(String.init) ?? self }
}

extension FigureKey {
  /// The figure's name in tables of sweeps, and where a plan asks for it: `shoppers.p99`, `worker.coldStarts`,
  /// `cost.monthly`, `function.throttles` of all functions together.
  ///
  /// A resource that has the name of a type, and a figure of both, would be the type's: resources are asked for first.
  public var path: String {
    switch scope {
    case .traffic(let source): source + "." + name
    case .type(let type): type + "." + name
    case .bill: "cost.monthly"
    case .resource(let resource, _): resource + "." + name
    }
  }
}
