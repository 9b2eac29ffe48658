import Billing
import Engine
import Scenarios
import Statistics

/// The figures of several designs, paired replication by replication with those of the baseline.
///
/// A replication's figures are plain numbers until those of all designs are there; then they go into running means of
/// each design and of its differences, so that memory does not grow with the replications but for the two sums of each
/// ratio.
struct PairedFigures {
  private let designs: Int
  private let baseline: Int
  private var entries: [Entry] = []
  private var places: [FigureKey: Int] = [:]
  /// Sources with a failed request: only of those are all answers something else than the successes.
  private var failing: Set<String> = []
  private var rows: [[(key: FigureKey, observation: Observation)]] = []
  private var replications = 0

  fileprivate struct Entry {
    let key: FigureKey
    /// Of each design; nil until the design reports the figure.
    var own: [RunningInterval?]
    /// Of each design less the baseline, over the replications in which both have a value.
    var difference: [RunningInterval]
    /// Sum of the differences' magnitudes; nil where one of the values is no count.
    var discordance: [Double?]
    /// The same of a figure that is a ratio; nil for one that is not.
    var ratios: PairedRatios?
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
    var values: [[Observation?]] = entries.map { _ in [Observation?](repeating: nil, count: designs) }
    for (design, row) in rows.enumerated() {
      for (key, observation) in row {
        let place = places[key] ?? entries.count
        if place == entries.count {
          places[key] = place
          entries.append(
            Entry(
              key: key, own: [RunningInterval?](repeating: nil, count: designs),
              difference: [RunningInterval](repeating: RunningInterval(), count: designs),
              discordance: [Double?](repeating: key.countsEvents ? 0 : nil, count: designs)))
          values.append([Observation?](repeating: nil, count: designs))
        }
        values[place][design] = observation
      }
    }
    for place in entries.indices { entries[place].add(values[place], replication: replications, baseline: baseline) }
    rows.removeAll(keepingCapacity: true)
    replications += 1
  }

  /// The figures so far: traffic, types, bill, then resources, each in the order in which it first came.
  func compared() -> [ComparedFigure] {
    precondition(rows.isEmpty, "every replication is there of all designs")
    let told = entries.filter { entry in
      guard case .traffic(let source) = entry.key.scope, entry.key.isOfAllAnswers else { return true }
      return failing.contains(source)
    }
    let figures = told.map { entry in
      let ratios = entry.ratios?.cells(
        replications: replications, baseline: baseline, isBetterLower: entry.key.isBetterLower)
      return ComparedFigure(key: entry.key, cells: ratios ?? entry.cells(baseline: baseline))
    }
    return figures.enumerated().sorted { a, b in
      (a.element.key.scope.rank, a.offset) < (b.element.key.scope.rank, b.offset)
    }.map(\.element)
  }
}

extension PairedFigures.Entry {
  /// A NaN, a figure without a value in this replication, has no say.
  fileprivate mutating func add(_ observations: [Observation?], replication: Int, baseline: Int) {
    if observations.contains(where: { $0?.ratio != nil }) {
      ratios = ratios ?? PairedRatios(designs: observations.count)
      for (design, observation) in observations.enumerated() {
        guard let ratio = observation?.ratio else { continue }
        ratios?.add(ratio, design: design, replication: replication)
      }
      return
    }
    let values = observations.map { $0?.value }
    for design in values.indices {
      guard let value = values[design] else { continue }
      var running = own[design] ?? RunningInterval()
      if !value.isNaN { running.add(value) }
      own[design] = running
      guard let base = values[baseline], !base.isNaN, !value.isNaN else { continue }
      difference[design].add(value - base)
      let areCounts = DiscordantEvents.isCount(value) && DiscordantEvents.isCount(base)
      discordance[design] = areCounts ? discordance[design].map { $0 + abs(value - base) } : nil
    }
  }

  /// One cell a design; nil where it lacks the figure.
  fileprivate func cells(baseline: Int) -> [ComparedCell?] {
    let base = own[baseline]
    return own.indices.map { design in
      own[design].map { running in
        let paired = difference[design]
        return ComparedCell(
          own: running.interval(),
          difference: paired.count == 0
            ? nil : paired.interval().notNarrower(than: (discordance[design] ?? 0).squareRoot() / Double(paired.count)),
          baseline: base?.interval().mean, isBetterLower: key.isBetterLower,
          varianceReduction: VarianceReduction.factor(
            a: base?.variance, b: running.variance, difference: paired.variance))
      }
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
