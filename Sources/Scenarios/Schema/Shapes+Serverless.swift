import Services

extension Shapes {
  /// Capacity of Aurora Serverless v2.
  static let serverlessShapes: [Shape] = [serverlessV2ScalingConfiguration]

  static let serverlessV2ScalingConfiguration = Shape(
    "serverlessV2ScalingConfiguration", "Capacity of Aurora Serverless v2 in ACUs, in steps of 0.5.",
    [
      .required("minCapacity", .number(from: 0), "ACUs, 0 to 256; 0 pauses without connections."),
      .required("maxCapacity", .number(from: 1), "ACUs, 1 to 256."),
      .defaulted("secondsUntilAutoPause", .time, "300 s", "300 s to 86400 s without connections; with minCapacity 0."),
    ])
}
