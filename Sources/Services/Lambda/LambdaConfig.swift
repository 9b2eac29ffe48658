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

  /// The resource's name in the scenario.
  public var name: String
  /// Runtime identifier, a row of `ColdStarts`; default `nodejs24.x`.
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
  /// Duration of the init phase in ns; nil draws from the measured table of the runtime.
  public var initDuration: Distribution?
  /// How long an environment stays without work before it ends, ns; one draw an environment. Default uniform 5 to 7 min.
  public var idleExpiry: Distribution
  /// Default `newestIdle`.
  public var environmentChoice: EnvironmentChoice
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
    self.initDuration = nil
    self.idleExpiry = Self.defaultIdleExpiry
    self.environmentChoice = .newestIdle
    self.handler = handler
  }

  /// The runtime of a function that names none.
  public static let defaultRuntime = "nodejs24.x"
  /// Uniform 5 to 7 min: mikhail.io's measurements of January 2021 (MIT); AWS says only "some time".
  public static let defaultIdleExpiry = Distribution.uniform(
    low: Double(Time.minutes(5).nanoseconds), high: Double(Time.minutes(7).nanoseconds))
}
