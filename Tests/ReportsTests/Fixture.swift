import Engine
import Experiments
import Foundation
import Services
import Statistics
import Units

@testable import Billing
@testable import Reports
@testable import Scenarios

/// A made-up result with all parts filled, the same at every call.
struct Fixture {
  var name = "Serverless API"
  var description = "An HTTP API, two Java functions with SnapStart, an on-demand table"
  var sourceNames = ["shoppers", "batch"]
  var functionNames = ["listItems", "placeOrder"]
  var replications = 10
  /// Values of each series; periods of 5 min, or of 1 min where there are more than 20,000.
  var periods = 288
  /// Whether some requests fail, so that successes are shown apart.
  var hasFailures = true
  var assumptions = [
    Assumption(
      subject: "listItems", parameter: "idleExpiry", value: "uniform 5 min to 7 min", grade: .measured,
      source: "Cold starts of AWS Lambda, a blog's measurements (MIT)", asOf: "2021-01"),
    Assumption(
      subject: "", parameter: "account.concurrentExecutions", value: "1000", grade: .documented,
      source: "Lambda quotas", asOf: "2026-11-22"),
    Assumption(
      subject: "items", parameter: "latency", value: "logNormal 4 ms", grade: .unknown, source: "a choice",
      asOf: "2026-11"),
    Assumption(
      subject: "listItems", parameter: "environmentChoice", value: "newestIdle", grade: .inferred,
      source: "fits measured cold-start rates", asOf: "2026-11"),
  ]

  var period: Time { periods > 20_000 ? .minutes(1) : .minutes(5) }

  var manifest: Manifest {
    Manifest(
      toolVersion: "0.1.0",
      scenario: Manifest.InputFile(path: "scenarios/api.yaml", sha256: String(repeating: "ab", count: 32)),
      prices: Manifest.Prices(region: "us-east-1", date: "2026-11-22", sha256: String(repeating: "0f", count: 32)),
      inputs: [Manifest.InputFile(path: "traces/day.csv", sha256: String(repeating: "12", count: 32))])
  }

  var result: ExperimentResult {
    let system = SystemConfig(
      region: "us-east-1", start: Scenario.defaultStart, duration: period * Int64(periods), resources: [], traffic: [])
    let scenario = Scenario(
      name: name, description: description, system: system, seed: 1, replications: replications, objectives: [],
      billing: BillingOptions(), assumptions: assumptions, canonicalBytes: [], path: "scenarios/api.yaml")
    return ExperimentResult(
      scenario: scenario, replications: replications, seed: 18_446_744_073_709_551_615, digest: "0123456789abcdef",
      events: 12_345_678, traffic: sourceNames.enumerated().map(traffic), resources: resources, series: series,
      period: period, cost: cost, objectives: objectives)
  }

  func interval(_ mean: Double, _ halfWidth: Double) -> Interval {
    Interval(mean: mean, halfWidth: replications > 1 ? halfWidth : nil, count: replications)
  }

  func money(_ mean: String, _ halfWidth: String) -> MoneyEstimate {
    MoneyEstimate(mean: dollars(mean), halfWidth: replications > 1 ? dollars(halfWidth) : nil)
  }

  func dollars(_ text: String) -> Money { Money(amount: decimal(text)) }
  func decimal(_ text: String) -> Decimal { Decimal(string: text, locale: Locale(identifier: "en_US_POSIX")) ?? 0 }
}

extension Fixture {
  private func traffic(_ index: Int, _ name: String) -> TrafficSummary {
    var histogram = Histogram()
    var successes = Histogram()
    var breakdown = LatencyBreakdown(
      segments: [
        "api overhead", "listItems queue", "listItems init", "listItems compute", "items call", "items retry",
        "placeOrder init", "placeOrder compute", "network", "nothing",
      ],
      counts: [Int64](repeating: 0, count: LatencyBreakdown.bandCount),
      sums: [Int128](repeating: 0, count: LatencyBreakdown.bandCount * 10))
    var noise = Noise(state: UInt64(index) + 7)
    for request in 0..<20_000 {
      let isCold = noise.next() < 0.012
      let parts: [Double] = [
        1.1, noise.next() * (isCold ? 9 : 0.2), isCold ? 180 + 220 * noise.next() : 0, 6 + 14 * noise.next(),
        3 + 4 * noise.next() * noise.next(), noise.next() < 0.02 ? 25 : 0, isCold ? 40 : 0, 2 * noise.next(), 0.4, 0,
      ]
      let nanoseconds = parts.map { Int64($0 * 1e6) }
      let latency = nanoseconds.reduce(0, +)
      histogram.record(latency)
      if !hasFailures || request >= 8 { successes.record(latency) }
      let band = LatencyBreakdown.band(of: latency)
      breakdown.counts[band] += 1
      for (part, value) in nanoseconds.enumerated() { breakdown.sums[band * 10 + part] += Int128(value) }
    }
    let probabilities = ["p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999, "max": 1]
    func figures(_ histogram: Histogram) -> LatencySummary {
      LatencySummary(
        figures: LatencySummary.names.map { name in
          let value = probabilities[name].map { histogram.quantile($0) } ?? histogram.mean
          return (name: name, interval: interval(value / 1e6, value / 1e6 / 80))
        })
    }
    return TrafficSummary(
      name: name, requests: interval(1_036_800.5, 912.25), errors: interval(83.2, 9.5),
      errorRate: interval(0.0000802, 0.0000091), latencyMs: figures(histogram),
      successLatencyMs: figures(successes), histogram: histogram, successHistogram: successes,
      outcomes: [OutcomeCount(name: "success", count: 19_992), OutcomeCount(name: "timedOut", count: 8)],
      breakdown: breakdown)
  }

  private var resources: [ResourceSummary] {
    let functions = functionNames.map { name in
      ResourceSummary(
        name: name, typeName: "function",
        figures: [
          (name: "invocations", interval: interval(1_036_800.5, 912.25)),
          (name: "coldStarts", interval: interval(1_243.7, 21.9)),
          (name: "coldStartProbability", interval: interval(0.0011995, 0.0000211)),
          (name: "throttles", interval: interval(name == "placeOrder" ? 83.2 : 0, name == "placeOrder" ? 9.5 : 0)),
          (name: "meanConcurrency", interval: interval(2.412, 0.013)),
          (name: "maximumConcurrency", interval: interval(41.3, 2.6)),
          (name: "meanEnvironments", interval: interval(9.87, 0.11)),
          (name: "billedMilliseconds", interval: interval(18_345_678.9, 20_345.6)),
        ])
    }
    return functions + [
      ResourceSummary(
        name: "api", typeName: "httpApi",
        figures: [
          (name: "requests", interval: interval(1_036_800.5, 912.25)),
          (name: "throttles", interval: interval(0, 0)),
        ]),
      ResourceSummary(
        name: "items", typeName: "table",
        figures: [
          (name: "readRequests", interval: interval(1_036_800.5, 912.25)),
          (name: "meanLatencyMs", interval: interval(.nan, .nan)),
        ]),
    ]
  }

  private var series: [SeriesSummary] {
    var noise = Noise(state: 3)
    var series: [SeriesSummary] = []
    func add(
      _ resource: String, _ namespace: String, _ name: String, _ unit: String, _ statistic: MetricStatistic,
      _ value: (Double, Double) -> Double
    ) {
      var (mean, halfWidth): ([Double], [Double]) = ([], [])
      for index in 0..<periods {
        let day = Double(index) * period.inSeconds / 86_400
        let wave = 1 - 4 * abs((day - day.rounded(.down)) - 0.5) * 0.5 + 0.5
        let figure = value(wave, noise.next())
        mean.append(index == 7 ? .nan : figure)
        halfWidth.append(replications > 1 && index != 7 ? abs(figure) * 0.06 : .nan)
      }
      let key = MetricKey(resource: resource, namespace: namespace, name: name, unit: unit, statistic: statistic)
      series.append(SeriesSummary(key: key, mean: mean, halfWidth: halfWidth))
    }
    for name in sourceNames {
      add(name, "Windtunnel/Traffic", "Latency", "Milliseconds", .p50) { 14 + $0 + $1 }
      add(name, "Windtunnel/Traffic", "Latency", "Milliseconds", .p99) { 60 + 30 * $0 + ($1 > 0.99 ? 180 : 20 * $1) }
      add(name, "Windtunnel/Traffic", "Requests", "Count", .sum) { (3_600 * $0 + 90 * $1).rounded() }
      add(name, "Windtunnel/Traffic", "Errors", "Count", .sum) { _, noise in noise > 0.97 ? 12 : 0 }
    }
    for name in functionNames {
      add(name, "AWS/Lambda", "Invocations", "Count", .sum) { (3_600 * $0 + 90 * $1).rounded() }
      add(name, "AWS/Lambda", "Throttles", "Count", .sum) { _, _ in 0 }
      add(name, "AWS/Lambda", "ConcurrentExecutions", "Count", .maximum) { 20 * $0 + 8 * $1 }
      add(name, "AWS/Lambda", "ConcurrentExecutions", "Count", .average) { 2.4 * $0 + 0.2 * $1 }
      add(name, "Windtunnel/Lambda", "Environments", "Count", .average) { 10 * $0 + $1 }
    }
    return series
  }

  private var objectives: [ObjectiveOutcome] {
    [
      ObjectiveOutcome(
        text: "latency.p99 < 300 ms", observed: interval(214.35, 1.24), bound: 300, unit: "ms", met: true,
        certain: replications > 1),
      ObjectiveOutcome(
        text: "errors < 0.1 %", observed: interval(0.0000802, 0.0000091), bound: 0.001, unit: "%", met: true,
        certain: replications > 1),
      ObjectiveOutcome(
        text: "cost.monthly < 500 USD", observed: interval(512.4, 18.2), bound: 500, unit: "USD", met: false,
        certain: false),
    ]
  }

  private var cost: CostSummary {
    func line(
      _ service: String, _ key: String, _ description: String, _ unit: String, _ price: String, _ quantity: String,
      _ charged: String, free: Bool = false, verified: Bool = true
    ) -> CostLine {
      let bill = BillLine(
        service: service, key: key, description: description, unit: unit, quantity: decimal(quantity),
        unitPrice: dollars(price), amount: dollars(charged), charged: dollars(charged), tierFrom: 0, isFreeTier: free,
        verified: verified, shares: [])
      return CostLine(line: bill, meanQuantity: quantity, charged: money(charged, "0.42"))
    }
    let lines = [
      line("Lambda", "Requests", "Requests: $0.20 per 1M", "request", "0.0000002", "622080300", "124.42"),
      line(
        "Lambda", "Lambda-GB-Second-ARM", "Duration, arm64: first 7.5B GB-seconds", "GB-second", "0.0000133334",
        "11007407.34", "146.77"),
      line("DynamoDB", "ReadRequestUnits", "Reads, on demand", "request unit", "0.000000125", "622080300", "77.76"),
      line(
        "DynamoDB", "Storage", "Storage: first 25 GB-months", "GB-month", "0", "25", "0.00", free: true),
      line(
        "APIGateway", "HttpApi", "HTTP API calls: $1.00 per 1M, first 300M", "request", "0.000001", "163450000",
        "163.45", verified: false),
    ]
    return CostSummary(
      total: money("512.40", "1.05"), lines: lines,
      perResource: functionNames.map { (name: $0, cost: money("135.60", "0.61")) }
        + [(name: "items", cost: money("77.76", "0.20")), (name: "api", cost: money("163.45", "0.40"))],
      bill: Bill(
        lines: lines.map(\.line), total: dollars("512.40"), perResource: [], scaledFrom: period * Int64(periods),
        month: .hours730, freeTier: false, notes: ["The price of HTTP API calls is not verified.", "Scaled from 1 d."]))
  }
}

/// Equal pseudo-random numbers everywhere: the upper bits of a linear congruential generator (Knuth, MMIX).
struct Noise {
  var state: UInt64
  /// The next number of 0 up to 1.
  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / 9_007_199_254_740_992
  }
}
