import Engine
import Units

/// One source of requests: what it calls and when.
public struct TrafficConfig: Hashable, Sendable {
  /// The source's name in the scenario.
  public var name: String
  /// What each request asks for. Replayed traces may have several targets, one a column; else exactly one.
  public var targets: [TrafficTarget]
  /// When requests arrive.
  public var arrivals: ArrivalConfig
  /// What gives up on slow answers and tries again; default nil, each request is one call.
  public var client: ClientConfig?
  /// How the source connects to databases and proxies, by target; one that is not named has the defaults.
  public var connections: [ConnectionConfig]

  /// A source of one target.
  public init(name: String, target: TrafficTarget, arrivals: ArrivalConfig) {
    self.name = name
    self.targets = [target]
    self.arrivals = arrivals
    self.client = nil
    connections = []
  }

  /// A source of several targets, which the trace's columns choose.
  public init(name: String, targets: [TrafficTarget], arrivals: ArrivalConfig) {
    self.name = name
    self.targets = targets
    self.arrivals = arrivals
    self.client = nil
    connections = []
  }
}

/// The client program through which a source's requests go: each may take several attempts, each of them a call.
public struct ClientConfig: Hashable, Sendable {
  /// Attempts after failures; default one attempt, no retry.
  public var retry: RetryConfig
  /// The client abandons an attempt after this time, above 0, and its callee works on; default nil waits for ever.
  public var timeout: Time?
  /// Copies of the program, 1 to 1,000,000, each with SDK clients of its own; a request goes to any of them with equal
  /// probability. Default nil: one, or one for each closed-loop user.
  public var instances: Int?

  /// A client without retries or time limit.
  public init() {
    retry = RetryConfig()
    timeout = nil
    instances = nil
  }
}

/// What one request asks for.
public struct TrafficTarget: Hashable, Sendable {
  /// Name of the resource called.
  public var resource: String
  /// Route of an API; nil elsewhere.
  public var route: String?
  /// What is asked of a table; nil elsewhere.
  public var operation: TableOperation?
  /// What is asked of a database or proxy; nil elsewhere.
  public var query: DatabaseQuery?
  /// Bytes sent, for metering and limits; of each entry where there are several. Default 0.
  public var payload: Size
  /// How a function is invoked; default `requestResponse`.
  public var invocationType: InvocationType
  /// What is put into a queue or a stream.
  public var message: MessageConfig

  /// A request to a resource.
  public init(
    resource: String, route: String? = nil, operation: TableOperation? = nil, payload: Size = Size(bytes: 0),
    invocationType: InvocationType = .requestResponse, message: MessageConfig = MessageConfig()
  ) {
    self.resource = resource
    self.route = route
    self.operation = operation
    self.query = nil
    self.payload = payload
    self.invocationType = invocationType
    self.message = message
  }

  /// The request of a traffic source.
  func request(of source: String) -> SiteRequest {
    SiteRequest(
      resource: resource, route: route, operation: operation, query: query, owner: .traffic(source), payload: payload,
      invocationType: invocationType, message: message)
  }
}

/// The model of arrival times.
public enum ArrivalConfig: Hashable, Sendable {
  /// Independent arrivals at a constant mean rate per second, 0 or more.
  case poisson(ratePerSecond: Double)
  /// Poisson arrivals whose rate follows a curve that repeats.
  case curve(RateCurve)
  /// A Markov-modulated Poisson process of two phases with exponential lengths; starts in the long-run mix.
  case bursts(on: BurstPhase, off: BurstPhase)
  /// Given numbers of requests from given moments on, ascending.
  case spikes([Spike])
  /// One request at each moment of an EventBridge schedule.
  case cron(CronSchedule)
  /// Closed-loop users: each waits its think time, sends one request, and waits for the answer. A user whose request
  /// and think time both took no time at all asks again after 1 ms.
  case users(count: Int, thinkTime: Distribution)
  /// Recorded arrivals or counts from a file.
  case replay(ReplayConfig)
}

/// Rate over a period that repeats: piecewise linear between equidistant values.
public struct RateCurve: Hashable, Sendable {
  /// Span after which the curve repeats; a day or a week as a rule.
  public var period: Time
  /// Span between two values; divides the period.
  public var step: Time
  /// Requests a second at 0, step, 2 step, .. period; the last value closes the curve. 0 or more each.
  public var ratesPerSecond: [Double]
  /// Where in its period the curve is at simulated time zero: for a curve of a week that begins on Monday and a `start` on
  /// Wednesday at 08:30, 2 days and 8.5 hours. Whoever reads the scenario computes it; default 0.
  public var phase: Time

  /// A curve of the given values.
  public init(period: Time, step: Time, ratesPerSecond: [Double], phase: Time = .zero) {
    self.period = period
    self.step = step
    self.ratesPerSecond = ratesPerSecond
    self.phase = phase
  }
}

/// One phase of on-off traffic.
public struct BurstPhase: Hashable, Sendable {
  /// Requests a second within the phase, 0 or more.
  public var ratePerSecond: Double
  /// Mean length of the phase, exponentially distributed; above 0.
  public var meanDuration: Time

  /// A phase of a rate and a mean length.
  public init(ratePerSecond: Double, meanDuration: Time) {
    self.ratePerSecond = ratePerSecond
    self.meanDuration = meanDuration
  }
}

/// Requests in one heap, or spread evenly at random over a span.
public struct Spike: Hashable, Sendable {
  /// When it begins.
  public var at: Time
  /// Requests, 1 or more.
  public var count: Int
  /// Span over which they come, independently and uniformly; 0 sends all at one instant.
  public var over: Time

  /// A spike.
  public init(at: Time, count: Int, over: Time) {
    self.at = at
    self.count = count
    self.over = over
  }
}

/// A file of recorded traffic.
public struct ReplayConfig: Hashable, Sendable {
  /// What the rows of the file are.
  public enum Layout: String, Hashable, Sendable, CaseIterable {
    /// `time_s[,target]`: one arrival a row, seconds from the start, ascending.
    case arrivals
    /// `minute,<target>,<target>..`: one interval a row, one target a column, counts in the cells. The first cell
    /// numbers the interval; the first row is simulated time zero, and a number left out is an interval of zeros.
    case intervals
    /// `function,1,2,..`: one target a row, one interval a column, as the Azure Functions traces are published.
    case functions
  }

  /// Where arrivals of a count lie inside their interval.
  public enum Timing: String, Hashable, Sendable, CaseIterable {
    /// Independently and uniformly: a Poisson process given its count. The default.
    case uniform
    /// Evenly spaced over all targets together, the first half a gap after the interval begins.
    case even
    /// All at the interval's first instant, target by target in their order.
    case start
  }

  /// Path of the file, absolute; a regular file of CSV or gzip of CSV. `Trace.check` must accept it before the run.
  public var path: String
  /// The layout, given or read off the header.
  public var layout: Layout
  /// Span of one count; ignored for arrivals.
  public var interval: Time
  /// Default uniform.
  public var timing: Timing
  /// Names of the file's columns or rows, in the order of `TrafficConfig.targets`; empty sends all to target 0. Counts
  /// under other names are left out; a single arrival of another name is an error.
  public var columns: [String]

  /// A replay of a file.
  public init(path: String, layout: Layout, interval: Time, timing: Timing = .uniform, columns: [String] = []) {
    self.path = path
    self.layout = layout
    self.interval = interval
    self.timing = timing
    self.columns = columns
  }
}
