import Engine
import Services
import Statistics
import Testing
import Units

// Small worlds whose behaviour queueing theory knows exactly, and how a measured figure is held against it.
//
// Every world runs as independent replications of fixed seeds. An exact value must lie in the 99.9 % Student interval
// over them, so a correct model fails a check once in a thousand seeds. The interval must also be narrow, or holding
// the value would prove nothing.

extension SystemConfig {
  /// One traffic source `users` that calls the one function `f`, which starts in no time, never ends an idle
  /// environment, and meets no limit but those of `account`.
  static func oneFunction(
    service: Distribution, arrivals: ArrivalConfig, duration: Time, warmUp: Time = .zero, period: Time? = nil,
    concurrentExecutions: Int = 1_000_000, configure: (inout FunctionConfig) -> Void = { _ in }
  ) -> SystemConfig {
    var function = FunctionConfig(name: "f", handler: [.wait(service)])
    function.timeout = .days(365)
    function.initDuration = .constant(0)
    function.idleExpiry = .constant(Double(Time.days(3_650).nanoseconds))
    configure(&function)
    var account = AccountConfig.boundless
    account.concurrentExecutions = concurrentExecutions
    return SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000), duration: duration, warmUp: warmUp,
      period: period ?? duration, account: account, resources: [.function(function)],
      traffic: [TrafficConfig(name: "users", target: TrafficTarget(resource: "f"), arrivals: arrivals)])
  }
}

extension AccountConfig {
  /// An account whose quotas nobody reaches.
  static let boundless = AccountConfig(
    concurrentExecutions: 1_000_000, scalingBurst: 1_000_000, scalingRate: 1_000_000, requestsPerConcurrency: 1_000,
    apiRateLimit: 1_000_000, apiBurstLimit: 1_000_000)
}

/// Service times of one mean and very different spread.
enum Service: String, CaseIterable, CustomTestStringConvertible {
  case deterministic, exponential, hyperexponential

  /// The distribution of a mean in ns. The hyper-exponential one has 5.5 times the variance of the exponential one.
  func distribution(mean: Double) -> Distribution {
    switch self {
    case .deterministic: .constant(mean)
    case .exponential: .exponential(mean: mean)
    case .hyperexponential:
      .mixture([
        MixturePart(weight: 0.9, distribution: .exponential(mean: 0.5 * mean)),
        MixturePart(weight: 0.1, distribution: .exponential(mean: 5.5 * mean)),
      ])
    }
  }

  /// Variance over the square of the mean.
  var squaredVariation: Double {
    switch self {
    case .deterministic: 0
    case .exponential: 1
    case .hyperexponential: 0.9 * 2 * 0.25 + 0.1 * 2 * 30.25 - 1
    }
  }

  var testDescription: String { rawValue }
}

extension Double {
  /// So many seconds in ns, the unit of time distributions.
  static func seconds(_ seconds: Double) -> Double { seconds * 1e9 }
}

/// Independent replications 0, 1, .. of one world.
func replicate(_ config: SystemConfig, seed: UInt64, count: Int) throws -> [RunResult] {
  try (0..<count).map { try simulate(config, seed: seed, replication: $0) }
}

extension RunResult {
  /// A figure of a resource.
  func figure(_ name: String, of resource: String) throws -> Double {
    let found = resources.first { $0.name == resource }?.figures.first { $0.name == name }
    return try #require(found, "\(resource) has a figure \(name)").value
  }

  /// The values of a series.
  func values(_ name: String, _ statistic: MetricStatistic, of resource: String) throws -> [Double] {
    let found = series.first { $0.key.resource == resource && $0.key.name == name && $0.key.statistic == statistic }
    return try #require(found, "\(resource) has a series \(name) \(statistic.rawValue)").values
  }
}

extension [RunResult] {
  /// The 99.9 % interval of a number that each replication has.
  func interval(_ number: (RunResult) throws -> Double) rethrows -> Interval {
    Interval.mean(of: try map(number), confidence: 0.999)
  }

  /// The 99.9 % interval of a figure.
  func interval(_ figure: String, of resource: String) throws -> Interval {
    try interval { try $0.figure(figure, of: resource) }
  }
}

/// The interval holds the exact value, and its half-width is at most `resolution` of that value.
func check(
  _ interval: Interval, holds exact: Double, resolution: Double, _ what: String = "",
  at location: SourceLocation = #_sourceLocation
) {
  let halfWidth = interval.halfWidth ?? .infinity
  let found = "\(what) \(interval.mean) ± \(halfWidth), exact \(exact)"
  #expect(interval.contains(exact), "\(found)", sourceLocation: location)
  #expect(halfWidth <= resolution * abs(exact), "too wide to tell: \(found)", sourceLocation: location)
}
