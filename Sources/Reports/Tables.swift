import Billing
import Engine
import Experiments
import Services
import Statistics
import Units

/// The CSV files: one tidy table each, units in the column names, an empty cell where a figure is missing.
enum Tables {
  /// A row a source, outcome and statistic: mean and percentiles of all answers, then of the successes alone. Those of
  /// `summary.json` are means over the replications with half-widths; the others come from all replications' latencies
  /// together and have none.
  static func latency(_ result: ExperimentResult) -> String {
    var table = CSV(header: ["traffic", "statistic", "latency_ms", "half_width_ms", "outcome"])
    for traffic in result.traffic {
      for (outcome, figures, histogram) in [
        ("all", traffic.latencyMs, traffic.histogram),
        ("success", traffic.successLatencyMs, traffic.successHistogram),
      ] {
        table.append([traffic.name, "mean"] + cells(figures["mean"]) + [outcome])
        for (statistic, figure, probability) in percentiles {
          let values =
            figure.map { cells(figures[$0]) } ?? [number(histogram.quantile(probability) / 1e6), nil]
          table.append([traffic.name, statistic] + values + [outcome])
        }
      }
    }
    return table.text
  }

  /// Rows of `latency.csv`: statistic, the figure of `LatencySummary` that it is, and its probability.
  static let percentiles: [(statistic: String, figure: String?, probability: Double)] = {
    var rows: [(statistic: String, figure: String?, probability: Double)] = []
    for percent in 0..<100 {
      let name = "p\(percent)"
      rows.append((name, LatencySummary.names.contains(name) ? name : nil, Double(percent) / 100))
    }
    rows += [("p99.5", nil, 0.995), ("p99.9", "p999", 0.999), ("p99.99", nil, 0.9999), ("p100", "max", 1)]
    return rows
  }()

  /// A row a series and period, series by series; `time_s` is the period's start within the recorded span.
  static func timeSeries(_ result: ExperimentResult) -> String {
    var table = CSV(header: [
      "time_s", "period_s", "resource", "namespace", "metric", "statistic", "unit", "mean", "half_width",
    ])
    let period = NumberText.shortest(result.period.inSeconds)
    for series in result.series {
      let key = series.key
      for index in series.mean.indices {
        let start = NumberText.shortest((result.period * Int64(index)).inSeconds)
        table.append([
          start, period, key.resource, key.namespace, key.name, key.statistic.rawValue, key.unit,
          number(series.mean[index]), halfWidth(series.halfWidth[index]),
        ])
      }
    }
    return table.text
  }

  /// A row a bill line; the charges sum to the mean total up to the rounding of each mean to the cent.
  static func bill(_ result: ExperimentResult) -> String {
    var table = CSV(header: [
      "service", "key", "description", "unit", "tier_from", "unit_price_usd", "quantity_month", "charged_usd",
      "charged_half_width_usd", "free_tier", "verified",
    ])
    for cost in result.cost.lines {
      let line = cost.line
      table.append([
        line.service, line.key, line.description, line.unit, line.tierFrom.description, line.unitPrice.description,
        cost.meanQuantity, cost.charged.mean.description, cost.charged.halfWidth?.description,
        line.isFreeTier.description, line.verified.description,
      ])
    }
    return table.text
  }

  /// A row an assumption.
  static func assumptions(_ result: ExperimentResult) -> String {
    var table = CSV(header: ["subject", "parameter", "value", "grade", "source", "as_of"])
    for assumption in result.scenario.assumptions {
      table.append([
        assumption.subject, assumption.parameter, assumption.value, assumption.grade.rawValue, assumption.source,
        assumption.asOf,
      ])
    }
    return table.text
  }

  /// All figures of `summary.json` that have a mean, one a row.
  static func summary(_ result: ExperimentResult) -> String {
    var table = CSV(header: ["metric", "name", "statistic", "mean", "half_width"])
    for traffic in result.traffic {
      table.append(["traffic", traffic.name, "requests"] + cells(traffic.requests))
      table.append(["traffic", traffic.name, "errors"] + cells(traffic.errors))
      table.append(["traffic", traffic.name, "error_rate"] + cells(traffic.errorRate))
      for figure in traffic.latencyMs.figures {
        table.append(["traffic", traffic.name, "latency_\(figure.name)_ms"] + cells(figure.interval))
      }
      for figure in traffic.successLatencyMs.figures {
        table.append(["traffic", traffic.name, "success_latency_\(figure.name)_ms"] + cells(figure.interval))
      }
      for figure in traffic.client { table.append(["traffic", traffic.name, figure.name] + cells(figure.interval)) }
    }
    for resource in result.resources {
      for figure in resource.figures {
        table.append(["resource", resource.name, figure.name] + cells(figure.interval))
      }
      if let cost = result.cost.perResource.first(where: { $0.name == resource.name })?.cost {
        table.append(["cost", resource.name, "monthly_usd"] + cells(cost.inCents))
      }
    }
    table.append(["cost", "total", "monthly_usd"] + cells(result.cost.total))
    for objective in result.objectives {
      table.append(["objective", objective.text, "observed"] + cells(objective.observed))
      table.append(["objective", objective.text, "met", objective.met ? "1" : "0", nil])
    }
    return table.text
  }

  private static func cells(_ interval: Interval) -> [String?] {
    [number(interval.mean), interval.halfWidth.flatMap { halfWidth($0) }]
  }

  private static func cells(_ estimate: MoneyEstimate) -> [String?] {
    [estimate.mean.description, estimate.halfWidth?.description]
  }

  /// Whole numbers as they are, others to seven digits: far beyond what any interval supports.
  private static func number(_ value: Double) -> String? {
    NumberText.shortest(value, digits: value == value.rounded() ? 12 : 7)
  }

  /// Three digits: what a half-width of a sample of replications is good for.
  private static func halfWidth(_ value: Double) -> String? { NumberText.shortest(value, digits: 3) }
}
