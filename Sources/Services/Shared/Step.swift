import Engine
import Units

/// One step of a handler, as written; `Program` compiles a list of steps to a flat array.
public indirect enum Step: Hashable, Sendable {
  /// CPU time in ns on one vCPU; the function's memory scales it.
  case compute(Distribution)
  /// A request to another resource; the handler waits for the answer.
  case call(CallStep)
  /// Branches that run at the same time; the step ends when the last one ends, and fails if one failed.
  case parallel([[Step]])
  /// Exactly one branch, drawn by weight.
  case choose([Choice])
  /// The steps so many times, one after another; 0 to 1,000,000. A draw is rounded to the nearest whole number, and one
  /// above 1,000,000 counts as that.
  case `repeat`(times: Distribution, [Step])
  /// Time in ns without CPU, which memory does not scale.
  case wait(Distribution)
  /// The handler throws with this probability, 0 to 1. Within `forEachRecord` of a batch whose caller takes partial
  /// answers it fails that record alone, and the handler goes on with the next one.
  case fail(probability: Double)
  /// The process ends with this probability, 0 to 1: the invocation fails and the environment is reset.
  case crash(probability: Double)
  /// The steps once for each record of the batch, one after another; once if the invocation carries no batch.
  case forEachRecord([Step])

  /// One branch of `choose`.
  public struct Choice: Hashable, Sendable {
    /// Relative to the sum over the branches; above 0.
    public var weight: Double
    /// What the branch does; may be empty.
    public var steps: [Step]
    /// A branch of the given weight.
    public init(weight: Double, steps: [Step]) {
      self.weight = weight
      self.steps = steps
    }
  }
}

extension Step {
  /// Whether a handler of these steps can crash.
  static func containsCrash(_ steps: [Step]) -> Bool {
    steps.contains { step in
      switch step {
      case .crash: true
      case .compute, .call, .wait, .fail: false
      case .parallel(let branches): branches.contains(where: containsCrash)
      case .choose(let choices): choices.contains { containsCrash($0.steps) }
      case .repeat(_, let steps), .forEachRecord(let steps): containsCrash(steps)
      }
    }
  }
}

/// A request from a handler to a resource, with what the caller does when it fails.
public struct CallStep: Hashable, Sendable {
  /// What a caller does once its attempts are used up.
  public enum OnError: String, Hashable, Sendable, CaseIterable {
    /// The handler throws; the default.
    case fail
    /// The handler goes on with the next step.
    case `continue`
  }

  /// Name of the resource called.
  public var target: String
  /// What is asked of a table; nil for a function or an API.
  public var operation: TableOperation?
  /// What is asked of a database or proxy; nil elsewhere.
  public var query: DatabaseQuery?
  /// Route of an API, as in its `routes`; nil elsewhere.
  public var route: String?
  /// Bytes sent, for metering and limits; of each entry where there are several. Default 0.
  public var payload: Size
  /// How a function is invoked; default `requestResponse`.
  public var invocationType: InvocationType
  /// What is put into a queue or a stream.
  public var message: MessageConfig
  /// The caller gives up after this time, and its callee works on; nil waits for ever.
  public var timeout: Time?
  /// Attempts after failures; default one attempt, no retry.
  public var retry: RetryConfig
  /// Default `fail`.
  public var onError: OnError

  /// A call without timeout or retry.
  public init(target: String, operation: TableOperation? = nil, route: String? = nil) {
    self.target = target
    self.operation = operation
    self.query = nil
    self.route = route
    self.payload = Size(bytes: 0)
    self.invocationType = .requestResponse
    self.message = MessageConfig()
    self.timeout = nil
    self.retry = RetryConfig()
    self.onError = .fail
  }

  /// The request of a handler of `function`.
  func request(of function: String) -> SiteRequest {
    SiteRequest(
      resource: target, route: route, operation: operation, query: query, owner: .function(function), payload: payload,
      invocationType: invocationType, message: message)
  }
}

/// How a caller repeats a failed attempt: as a profile of the AWS SDKs says, or by numbers of its own. Then it waits
/// `backoff x multiplier^k`, at most `maxBackoff`, before retry k = 0, 1, ..
public struct RetryConfig: Hashable, Sendable {
  /// How the wait is spread.
  public enum Jitter: String, Hashable, Sendable, CaseIterable {
    /// The full wait.
    case none
    /// Uniform between 0 and the wait.
    case full
  }

  /// The profile, of which only `maxAttempts` and `jitter` may be changed; nil for numbers of its own, the default.
  public var profile: RetryProfile?
  /// Attempts including the first; 1 to 100,000. Default nil: the profile's, or one without a profile.
  public var maxAttempts: Int?
  /// First wait; default 50 ms, the SDKs' base for transient errors since 2026. A profile has its own.
  public var backoff: Time
  /// Growth of the wait per retry, at least 1; default 2. A profile has its own.
  public var multiplier: Double
  /// Longest wait; default 20 s, the SDKs' cap. A profile has its own.
  public var maxBackoff: Time
  /// Default full, as in the SDKs; with a profile, full means as the profile does it, which may be none.
  public var jitter: Jitter

  /// One attempt; the SDKs' wait when `maxAttempts` is raised.
  public init() {
    profile = nil
    maxAttempts = nil
    backoff = .milliseconds(50)
    multiplier = 2
    maxBackoff = .seconds(20)
    jitter = .full
  }

  /// As the profile says.
  public init(_ profile: RetryProfile) {
    self.init()
    self.profile = profile
  }
}
