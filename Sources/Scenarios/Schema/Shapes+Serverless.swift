import Services

extension Shapes {
  /// Capacity of Aurora Serverless v2.
  static let serverlessShapes: [Shape] = [serverlessV2ScalingConfiguration]

  static let serverlessV2ScalingConfiguration = Shape(
    "serverlessV2ScalingConfiguration", "Capacity of Aurora Serverless v2 in ACUs, in steps of 0.5.",
    [
      .required("minCapacity", .number(from: 0), "ACUs, 0 to 256; 0 pauses nodes without connections."),
      .required("maxCapacity", .number(from: 1), "ACUs, 1 to 256."),
      .defaulted("secondsUntilAutoPause", .time, "300 s", "300 s to 86400 s without connections; with minCapacity 0."),
      .optional(
        "initialCapacity", .number(from: 0), "ACUs at time zero; default the minimum, at least 0.5; 0 is paused."),
      .defaulted(
        "readersFollowWriter", .boolean, "true",
        "Readers of promotion tier 0 or 1: never smaller than the writer, paused and resumed with it."),
      .defaulted("acuPerVcpu", .number(from: 0.5), "4", "ACUs of one vCPU, 0.5 to 16."),
      .defaulted("scaleUpUtilization", .share, "70 %", "CPU utilization of the last second above which a node grows."),
      .defaulted("scaleDownUtilization", .share, "30 %", "CPU utilization below which a node may shrink."),
      .defaulted(
        "scaleUpFactor", .share, "10 %", "Share of the present capacity that a step adds, at least 0.5 ACU."),
      .defaulted("scaleUpInterval", .time, "1 s", "Least span between two steps up, 1 s to 1 h."),
      .defaulted("scaleDownInterval", .time, "10 s", "Span of low utilization for a step of 0.5 ACU down, 1 s to 1 h."),
      .defaulted("resumeCapacity", .number(from: 0.5), "0.5", "ACUs of a node that has resumed; with minCapacity 0."),
      .defaulted(
        "resumeTime", .shape("timeDistribution"), "15 s",
        "From a connection attempt until a paused node takes it; with minCapacity 0."),
      .defaulted(
        "deepResumeTime", .shape("timeDistribution"), "30 s",
        "The same after a pause of more than 24 h; with minCapacity 0."),
    ])
}
