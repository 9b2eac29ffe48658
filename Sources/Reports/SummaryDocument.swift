import Billing
import Experiments
import Statistics

/// `summary.json`: every figure of the result but the time series. Format version 1.
enum SummaryDocument {
  static func json(_ result: ExperimentResult) -> JSON {
    let breakEven = result.breakEven.map { [("breakEven", BreakEvenTables.json($0))] } ?? []
    return .object(
      [
        ("formatVersion", .integer(1)),
        ("scenario", .string(result.scenario.name)),
        ("seed", .unsigned(result.seed)),
        ("replications", .integer(Int64(result.replications))),
        ("durationSeconds", .number(result.scenario.system.duration.inSeconds)),
        ("events", .unsigned(result.events)),
        ("digest", .string(result.digest)),
        ("traffic", .object(result.traffic.map { ($0.name, traffic($0)) })),
        ("resources", .object(result.resources.map { ($0.name, resource($0)) })),
        ("cost", cost(result.cost)),
        ("objectives", .array(result.objectives.map(objective))),
      ] + ControlText(result).members + breakEven)
  }

  private static func traffic(_ traffic: TrafficSummary) -> JSON {
    let client = traffic.client.map { ($0.name, interval($0.interval)) }
    return .object(
      [
        ("requests", interval(traffic.requests)),
        ("errors", interval(traffic.errors)),
        ("errorRate", interval(traffic.errorRate)),
        ("latencyMs", .object(traffic.latencyMs.figures.map { ($0.name, interval($0.interval)) })),
        (
          "successLatencyMs",
          .object(traffic.successLatencyMs.figures.map { ($0.name, interval($0.interval)) })
        ),
        ("outcomes", .object(traffic.outcomes.map { ($0.name, .integer($0.count)) })),
      ] + (client.isEmpty ? [] : [("client", .object(client))]))
  }

  private static func resource(_ resource: ResourceSummary) -> JSON {
    .object([("type", .string(resource.typeName))] + resource.figures.map { ($0.name, interval($0.interval)) })
  }

  private static func cost(_ cost: CostSummary) -> JSON {
    .object([
      ("currency", .string("USD")),
      ("monthly", money(cost.total)),
      ("lines", .array(cost.lines.map(line))),
      ("perResource", .object(cost.perResource.map { ($0.name, money($0.cost.inCents)) })),
      ("month", .string(cost.bill.month.description)),
      ("freeTier", .bool(cost.bill.freeTier)),
      ("scaledFromSeconds", .number(cost.bill.scaledFrom.inSeconds)),
      ("notes", .array(cost.bill.notes.map(JSON.string))),
    ])
  }

  private static func line(_ line: CostLine) -> JSON {
    .object([
      ("service", .string(line.line.service)),
      ("key", .string(line.line.key)),
      ("description", .string(line.line.description)),
      ("unit", .string(line.line.unit)),
      ("tierFrom", .string(line.line.tierFrom.description)),
      ("quantity", .string(line.meanQuantity)),
      ("unitPrice", .string(line.line.unitPrice.description)),
      ("charged", money(line.charged)),
      ("freeTier", .bool(line.line.isFreeTier)),
      ("verified", .bool(line.line.verified)),
    ])
  }

  private static func objective(_ outcome: ObjectiveOutcome) -> JSON {
    .object([
      ("text", .string(outcome.text)),
      ("observed", interval(outcome.observed)),
      ("bound", .number(outcome.bound)),
      ("unit", .string(outcome.unit)),
      ("met", .bool(outcome.met)),
      ("certain", .bool(outcome.certain)),
    ])
  }

  private static func interval(_ interval: Interval) -> JSON {
    .object([("mean", .number(interval.mean)), ("halfWidth", interval.halfWidth.map(JSON.number) ?? .null)])
  }

  private static func money(_ estimate: MoneyEstimate) -> JSON {
    .object([
      ("mean", .string(estimate.mean.description)),
      ("halfWidth", estimate.halfWidth.map { .string($0.description) } ?? .null),
    ])
  }
}
