import Engine
import Units

/// A Lambda function as a scenario describes it.
public struct FunctionConfig: Hashable, Sendable {
  /// Instruction set of the environments.
  public enum Architecture: String, Hashable, Sendable, CaseIterable {
    case x86 = "x86_64"
    case arm64
  }

  /// How the code is packaged; selects the measured cold starts.
  public enum PackageType: String, Hashable, Sendable, CaseIterable {
    case zip
    case image
  }

  /// Which idle environment serves the next request. AWS does not publish it.
  public enum EnvironmentChoice: String, Hashable, Sendable, CaseIterable {
    /// The environment that was freed last; the default, which fits AWS's measured cold-start rates.
    case newestIdle
    /// The environment that was freed first.
    case oldestIdle
    /// Any idle environment with equal probability.
    case random
  }

  /// What Lambda does with an environment whose process has ended.
  public enum Recovery: String, Hashable, Sendable, CaseIterable {
    /// The environment stays, and its next invocation runs init again within its own duration (documented).
    case reset
    /// The environment ends.
    case end
  }

  /// How the function answers.
  public enum InvokeMode: String, Hashable, Sendable, CaseIterable {
    case buffered
    case responseStream
  }

  /// The resource's name in the scenario.
  public var name: String
  /// Runtime identifier, one of `runtimes`; default `nodejs24.x`.
  public var runtime: String
  /// Default x86 (`x86_64`), as in CloudFormation.
  public var architecture: Architecture
  /// Default zip, as in CloudFormation.
  public var packageType: PackageType
  /// MB, 128 to 10,240; default 128, as in CloudFormation.
  public var memorySize: Int
  /// 1 s to 900 s; default 3 s, as in CloudFormation. It covers the handler, not the init. An invocation that lasts
  /// exactly so long has timed out.
  public var timeout: Time
  /// vCPUs that the handler's compute steps can use at once; default 1.
  public var parallelism: Int
  /// Time to find a place for a new environment and to fetch its code, ns; in no metric and not billed. Default 0 here;
  /// scenarios have a measured default.
  public var placement: Distribution
  /// Init of the extensions, ns, before the runtime's; billed with it. Default 0.
  public var extensionInit: Distribution
  /// Init of the runtime in ns; nil draws from the measured table of the runtime.
  public var initDuration: Distribution?
  /// Init of the function's own code, ns, after the runtime's. Default 0.
  public var applicationInit: Distribution
  /// CPU time in ns on one vCPU that an environment's first invocation takes on top: class loading, first connections.
  /// Default 0 here; scenarios have a measured default.
  public var firstCall: Distribution
  /// Share of inits that fail, 0 to 1; default 0.
  public var initFailure: Double
  /// Share of new environments that Lambda has initialised ahead of the request that gets them, 0 to 1; default 0.
  public var proactiveInit: Double
  /// Age in ns at which an environment ends, once it is idle; one draw an environment. nil: it does not age.
  public var maximumAge: Distribution?
  /// What becomes of an environment whose invocation timed out, crashed or ran out of memory; default `reset`.
  public var recovery: Recovery
  /// Memory that an invocation uses, bytes; one draw an invocation, which ends as out of memory above `memorySize`.
  /// nil: never.
  public var memoryUsage: Distribution?
  /// `EphemeralStorage.Size`, MB of /tmp, 512 to 10,240; default 512, of which nothing is billed.
  public var ephemeralStorage: Int
  /// Bytes that an invocation answers with; default 0.
  public var responseSize: Size
  /// Whether the response is streamed, which lifts its limit from 6 MB to 200 MB; default buffered.
  public var invokeMode: InvokeMode
  /// nil: environments are initialised, not restored.
  public var snapStart: SnapStartConfig?
  /// `ReservedConcurrentExecutions`; 0 refuses every invocation, nil shares the account's unreserved concurrency.
  public var reservedConcurrentExecutions: Int?
  /// nil: no provisioned concurrency.
  public var provisionedConcurrency: ProvisionedConcurrencyConfig?
  /// What becomes of asynchronous events.
  public var eventInvoke: EventInvokeConfig
  /// How long an environment stays without work before it ends, ns; one draw an environment. Default uniform 5 to 7 min.
  public var idleExpiry: Distribution
  /// Default `newestIdle`.
  public var environmentChoice: EnvironmentChoice
  /// How its environments connect to databases and proxies, by target; one that is not named has the defaults.
  public var connections: [ConnectionConfig]
  /// `VpcConfig`; nil outside of a VPC.
  public var vpc: VPCAttachment?
  /// What one invocation does.
  public var handler: [Step]

  /// A function with CloudFormation's defaults.
  public init(name: String, handler: [Step]) {
    self.name = name
    self.runtime = Self.defaultRuntime
    self.architecture = .x86
    self.packageType = .zip
    self.memorySize = 128
    self.timeout = .seconds(3)
    self.parallelism = 1
    self.placement = .constant(0)
    self.extensionInit = .constant(0)
    self.initDuration = nil
    self.applicationInit = .constant(0)
    self.firstCall = .constant(0)
    self.initFailure = 0
    self.proactiveInit = 0
    self.maximumAge = nil
    self.recovery = .reset
    self.memoryUsage = nil
    self.ephemeralStorage = 512
    self.responseSize = Size(bytes: 0)
    self.invokeMode = .buffered
    self.snapStart = nil
    self.reservedConcurrentExecutions = nil
    self.provisionedConcurrency = nil
    self.eventInvoke = EventInvokeConfig()
    self.idleExpiry = Self.defaultIdleExpiry
    self.environmentChoice = .newestIdle
    connections = []
    vpc = nil
    self.handler = handler
  }

  /// Runtime identifiers: the rows of `ColdStarts`, and the OS-only runtimes for a runtime of one's own, which has no
  /// measured init.
  public static let runtimes = ColdStarts.runtimes + ["provided.al2", "provided.al2023"]
  /// The runtime of a function that names none.
  public static let defaultRuntime = "nodejs24.x"
  /// Uniform 5 to 7 min: mikhail.io's measurements of January 2021 (MIT); AWS says only "some time".
  public static let defaultIdleExpiry = Distribution.uniform(
    low: Double(Time.minutes(5).nanoseconds), high: Double(Time.minutes(7).nanoseconds))
}
