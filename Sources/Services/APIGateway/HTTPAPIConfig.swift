import Engine
import Units

/// An HTTP API of API Gateway.
public struct HTTPAPIConfig: Hashable, Sendable {
  /// A route and the resource that answers it.
  public struct Route: Hashable, Sendable {
    /// The route key, `GET /items`.
    public var key: String
    /// Name of the function that integrates it.
    public var target: String
    /// A route to a target.
    public init(key: String, target: String) {
      self.key = key
      self.target = target
    }
  }

  /// The resource's name in the scenario.
  public var name: String
  /// At least one route; keys are unique.
  public var routes: [Route]
  /// 50 ms to 30 s; default 30 s (documented: API Gateway quotas).
  public var integrationTimeout: Time
  /// Time that the API adds to a request, both ways together, ns.
  public var overhead: Distribution

  /// An API with the service's defaults.
  public init(name: String, routes: [Route]) {
    self.name = name
    self.routes = routes
    self.integrationTimeout = .seconds(30)
    self.overhead = Self.defaultOverhead
  }

  /// Log-normal, median 3 ms, p99 10 ms. AWS says that 99 % of requests get less than 10 ms (HTTP APIs' launch,
  /// 2020-03); the median is inferred.
  public static let defaultOverhead = Distribution.logNormal(mu: 14.914122846632385, sigma: 0.5175377327530334)
}
