import Billing
import Engine
import Scenarios
import Statistics

/// The figures of several designs, paired replication by replication with those of the baseline.
///
/// A replication's figures are plain numbers until those of all designs are there; then they go into running means of
/// each design and of its differences, so that memory does not grow with the replications.
struct PairedFigures {
  private let designs: Int
  private let baseline: Int
  private var entries: [Entry] = []
  private var places: [FigureKey: Int] = [:]
  /// Sources with a failed request: only of those are all answers something else than the successes.
  private var failing: Set<String> = []
  private var rows: [[(key: FigureKey, value: Double)]] = []

  fileprivate struct Entry {
    let key: FigureKey
    /// Of each design; nil until the design reports the figure.
    var own: [RunningInterval?]
    /// Of each design less the baseline, over the replications in which both have a value.
    var difference: [RunningInterval]
  }

  /// No figure yet, of so many designs.
  init(designs: Int, baseline: Int) {
    precondition((0..<designs).contains(baseline), "the baseline is one of the designs")
    self.designs = designs
    self.baseline = baseline
  }

  /// Takes in the next replication of the next design; designs take turns.
  mutating func add(_ run: RunResult, _ bill: Bill) {
    for source in run.traffic where source.errors > 0 { failing.insert(source.name) }
    rows.append(RunFigures.figures(of: run, bill))
    guard rows.count == designs else { return }
    var values: [[Double?]] = entries.map { _ in [Double?](repeating: nil, count: designs) }
    for (design, row) in rows.enumerated() {
      for (key, value) in row {
        let place = places[key] ?? entries.count
        if place == entries.count {
          places[key] = place
          entries.append(
            Entry(
              key: key, own: [RunningInterval?](repeating: nil, count: designs),
              difference: [RunningInterval](repeating: RunningInterval(), count: designs)))
          values.append([Double?](repeating: nil, count: designs))
        }
        values[place][design] = value
      }
    }
    for place in entries.indices { entries[place].add(values[place], baseline: baseline) }
    rows.removeAll(keepingCapacity: true)
  }

  /// The figures so far: traffic, types, bill, then resources, each in the order in which it first came.
  func compared() -> [ComparedFigure] {
    precondition(rows.isEmpty, "every replication is there of all designs")
    let told = entries.filter { entry in
      guard case .traffic(let source) = entry.key.scope, entry.key.isOfAllAnswers else { return true }
      return failing.contains(source)
    }
    let figures = told.map { entry in
      let base = entry.own[baseline]?.interval()
      return ComparedFigure(
        key: entry.key,
        cells: entry.own.indices.map { design in
          entry.own[design].map { own in
            let difference = entry.difference[design]
            return ComparedCell(
              own: own.interval(), difference: difference.count == 0 ? nil : difference.interval(),
              baseline: base?.mean,
              isBetterLower: entry.key.isBetterLower)
          }
        })
    }
    return figures.enumerated().sorted { a, b in
      (a.element.key.scope.rank, a.offset) < (b.element.key.scope.rank, b.offset)
    }.map(\.element)
  }
}

extension PairedFigures.Entry {
  /// A NaN, a figure without a value in this replication, has no say.
  fileprivate mutating func add(_ values: [Double?], baseline: Int) {
    for design in values.indices {
      guard let value = values[design] else { continue }
      var running = own[design] ?? RunningInterval()
      if !value.isNaN { running.add(value) }
      own[design] = running
      if let base = values[baseline], !base.isNaN, !value.isNaN { difference[design].add(value - base) }
    }
  }
}

extension FigureScope {
  fileprivate var rank: Int {
    switch self {
    case .traffic: 0
    case .type: 1
    case .bill: 2
    case .resource: 3
    }
  }
}
