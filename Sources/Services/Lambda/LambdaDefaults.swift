import Engine

/// Defaults of a function that depend on more than one field.
public enum LambdaDefaults {
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
