import Engine
import Units

/// Defaults of a function that depend on more than one field.
public enum LambdaDefaults {
  /// Time to find a place in scenarios that give none: log-normal, median 80 ms, p99 400 ms.
  ///
  /// Inferred: what mikhail.io measured end to end for small functions (MIT, 2021-01: medians of 264 ms for JavaScript,
  /// 215 ms for Python) less the init phase and a warm request's way.
  public static let placement = Distribution.logNormal(median: 80e6, p99: 400e6) ?? .constant(80e6)
  /// Age at which environments end in scenarios that give none: uniform 2 to 4 h. AWS says only "every few hours".
  public static let maximumAge = Distribution.uniform(
    low: Double(Time.hours(2).nanoseconds), high: Double(Time.hours(4).nanoseconds))
  /// Billed loading of the runtime during a restore: uniform 26 to 303 ms, as in four published REPORT lines of 2023
  /// and 2024, whose hooks are included; so functions with long hooks are billed a little too much.
  public static let runtimeLoad = Distribution.uniform(low: 26e6, high: 303e6)
  /// Time to take a new snapshot after init: 2 min. Nobody publishes it.
  public static let snapshotting = Distribution.constant(Double(Time.minutes(2).nanoseconds))

  /// The init phase in ns: the function's own distribution, or the measured one of its runtime.
  ///
  /// The measured tables are of empty functions, so they are a floor: own start-up code comes on top.
  public static func initDuration(of function: FunctionConfig) -> Distribution {
    if let own = function.initDuration { return own }
    guard
      let measured = ColdStarts.distribution(
        runtime: function.runtime, architecture: function.architecture, packageType: function.packageType)
    else { preconditionFailure("\(function.runtime) has no measured init duration") }
    return measured
  }

  /// CPU time in ns on one vCPU that a new process's first invocation takes on top: with SnapStart what priming and the
  /// snapshot leave of it.
  public static func firstCall(of function: FunctionConfig) -> Distribution {
    guard let snapStart = function.snapStart else { return function.firstCall }
    return snapStart.priming ? .constant(0) : snapStart.firstCall ?? function.firstCall
  }
}
