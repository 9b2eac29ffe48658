import Engine
import Units

/// What bringing up an environment takes: the distributions, each with its random stream. One that is constant draws
/// nothing.
struct StartUp {
  private var placement: TimeSource
  private var extensionInit: TimeSource
  private var runtimeInit: TimeSource
  private var applicationInit: TimeSource
  private var firstCall: TimeSource
  private var lifetime: TimeSource
  private var maximumAge: TimeSource?
  private let initFailure: Double
  private var initFailureStream: RandomStream
  private let proactiveInit: Double
  private var proactiveInitStream: RandomStream
  /// Init takes less than this when a version is published and with provisioned concurrency (documented:
  /// lambda-runtime-environment).
  let publishLimit: Time

  /// Init takes less than this when a request starts it (documented: lambda-runtime-environment).
  static let limit = Time.seconds(10)

  init(_ config: FunctionConfig, pool: SamplerPool, streams: StreamFactory) {
    func source(_ distribution: Distribution, _ purpose: String, scale: Double = 1) -> TimeSource {
      TimeSource(
        distribution, scale: scale, pool: pool, stream: streams.stream(component: config.name, purpose: purpose))
    }
    placement = source(config.placement, "placement")
    extensionInit = source(config.extensionInit, "extension init")
    runtimeInit = source(LambdaDefaults.initDuration(of: config), "init")
    applicationInit = source(config.applicationInit, "application init")
    firstCall = source(
      LambdaDefaults.firstCall(of: config), "first call", scale: LambdaRules.computeScale(of: config))
    lifetime = source(config.idleExpiry, "idle expiry")
    maximumAge = config.maximumAge.map { source($0, "maximum age") }
    initFailure = config.initFailure
    initFailureStream = streams.stream(component: config.name, purpose: "init failure")
    proactiveInit = config.proactiveInit
    proactiveInitStream = streams.stream(component: config.name, purpose: "proactive init")
    publishLimit = max(.seconds(130), config.timeout)
  }

  mutating func drawPlacement() -> Time { placement.draw() }

  /// The whole init phase: extensions, runtime, the function's own code.
  mutating func drawInit() -> Time { extensionInit.draw() + runtimeInit.draw() + applicationInit.draw() }

  /// What the first call of a process takes on top, at the function's memory.
  mutating func drawFirstCall() -> Time { firstCall.draw() }

  /// How long an environment stays idle.
  mutating func drawLifetime() -> Time { lifetime.draw() }

  /// When an environment that starts now is too old to stay.
  mutating func drawRetirement(at now: Time) -> Time {
    guard let age = maximumAge?.draw() else { return .never }
    return now + age
  }

  mutating func initFails() -> Bool { initFailure > 0 && initFailureStream.nextUnit() < initFailure }

  mutating func isProactive() -> Bool { proactiveInit > 0 && proactiveInitStream.nextUnit() < proactiveInit }
}
