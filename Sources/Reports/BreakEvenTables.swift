import Experiments
import Statistics

/// A break-even for machines: `breakeven.csv`, and its part of `summary.json` and `comparison.json`.
enum BreakEvenTables {
  /// A row a capacity and utilisation, of kind `point`, then the break-evens: kind `simulation` and `formula`.
  ///
  /// Capacity is `reads`, `writes` or `both`; shares are 0 to 1; money has cents. A break-even outside of the
  /// utilisations looked at is empty, and its kind says `below` or `above` them, or `unused`.
  static func csv(_ breakEven: BreakEven) -> String {
    var table = CSV(header: [
      "table", "capacity", "kind", "utilization", "utilization_half_width", "provisioned_units", "provisioned_usd",
      "provisioned_half_width_usd", "on_demand_usd", "on_demand_half_width_usd", "difference_usd",
      "difference_half_width_usd", "throttled_share", "throttled_half_width", "failed_share", "failed_half_width",
    ])
    for kind in CapacityKind.allCases {
      for point in breakEven.points {
        let money = [point.world.cost[kind], breakEven.onDemand.cost[kind], point.difference[kind]].map(\.inCents)
        table.append(
          [breakEven.table, kind.rawValue, "point", number(point.utilization), nil, units(kind, point)]
            + money.flatMap { [$0.mean.description, $0.halfWidth?.description] }
            + [point.world.throttled, point.world.failed].flatMap {
              [number($0.mean), $0.halfWidth.flatMap { NumberText.shortest($0, digits: 3) }]
            })
      }
    }
    for outcome in breakEven.outcomes {
      let blank = [String?](repeating: nil, count: 11)
      let (word, share) = simulated(outcome)
      table.append(
        [
          breakEven.table, outcome.kind.rawValue, word == "at" ? "simulation" : "simulation " + word,
          share.flatMap(number), outcome.halfWidth.flatMap { NumberText.shortest($0, digits: 3) },
        ] + blank)
      table.append(
        [breakEven.table, outcome.kind.rawValue, "formula", outcome.formula.flatMap(number), nil] + blank)
    }
    return table.text
  }

  /// The same as JSON; money as decimal strings.
  static func json(_ breakEven: BreakEven) -> JSON {
    .object([
      ("table", .string(breakEven.table)),
      ("onDemand", world(breakEven.onDemand)),
      (
        "points",
        .array(
          breakEven.points.map { point in
            .object([
              ("utilization", .number(point.utilization)),
              (
                "provisioned",
                .object(
                  point.units.map { units in
                    (
                      units.name,
                      .object([
                        ("readCapacityUnits", .integer(Int64(units.read))),
                        ("writeCapacityUnits", .integer(Int64(units.write))),
                      ])
                    )
                  })
              ),
              ("world", world(point.world)),
              ("difference", money(point.difference)),
            ])
          })
      ),
      ("breakEven", .object(breakEven.outcomes.map { ($0.kind.rawValue, outcome($0)) })),
    ])
  }

  private static func outcome(_ outcome: BreakEvenOutcome) -> JSON {
    let (word, share) = simulated(outcome)
    return .object([
      ("simulated", share.map(JSON.number) ?? .null),
      ("halfWidth", outcome.halfWidth.map(JSON.number) ?? .null),
      ("position", .string(word)),
      ("formula", outcome.formula.map(JSON.number) ?? .null),
    ])
  }

  private static func simulated(_ outcome: BreakEvenOutcome) -> (word: String, share: Double?) {
    switch outcome.simulated {
    case .at(let share): ("at", share)
    case .below: ("below", nil)
    case .above: ("above", nil)
    case .unused: ("unused", nil)
    }
  }

  private static func world(_ world: CapacityWorld) -> JSON {
    .object([
      ("monthlyCost", money(world.cost)),
      ("throttledShare", interval(world.throttled)),
      ("failedShare", interval(world.failed)),
    ])
  }

  private static func money(_ money: CapacityMoney) -> JSON {
    .object(
      CapacityKind.allCases.map { kind in
        let estimate = money[kind].inCents
        return (
          kind.rawValue,
          .object([
            ("mean", .string(estimate.mean.description)),
            ("halfWidth", estimate.halfWidth.map { .string($0.description) } ?? .null),
          ])
        )
      })
  }

  private static func interval(_ interval: Interval) -> JSON {
    .object([("mean", .number(interval.mean)), ("halfWidth", interval.halfWidth.map(JSON.number) ?? .null)])
  }

  private static func units(_ kind: CapacityKind, _ point: BreakEvenPoint) -> String? {
    switch kind {
    case .reads: point.readUnits.description
    case .writes: point.writeUnits.description
    case .both: nil
    }
  }

  private static func number(_ value: Double) -> String? { NumberText.shortest(value, digits: 7) }
}
