import Services

extension Shapes {
  /// Mappings of reserved and provisioned concurrency.
  static let concurrency: [Shape] = [provisionedConcurrencyConfig, autoScaling, scheduledAction]

  /// Keys of a function about its concurrency.
  static let concurrencyFields: [Field] = [
    .optional(
      "reservedConcurrentExecutions", .integer(0...10_000_000),
      "Concurrency that the function has to itself, and at most; 0 refuses every invocation."),
    .optional(
      "provisionedConcurrencyConfig", .shape("provisionedConcurrencyConfig"),
      "Environments that are kept initialised. Not with SnapStart."),
  ]

  static let provisionedConcurrencyConfig = Shape(
    "provisionedConcurrencyConfig", "Provisioned concurrency of the function's published version.",
    [
      .optional(
        "provisionedConcurrentExecutions", .integer(0...10_000_000),
        "Environments, there at time zero; default the least of autoScaling. At most what is reserved."),
      .defaulted(
        "preparation", .shape("timeDistribution"), "{ uniform: { low: 1 min, high: 2 min } }",
        "Time until Lambda begins to allocate an increase, at 6,000 environments a minute."),
      .optional("autoScaling", .shape("autoScaling"), "Application Auto Scaling of the environments."),
    ])

  static let autoScaling = Shape(
    "autoScaling", "A scalable target of Application Auto Scaling, with its policy and schedule.",
    [
      .required("minCapacity", .integer(0...10_000_000), "Fewest environments."),
      .required("maxCapacity", .integer(0...10_000_000), "Most environments."),
      .optional(
        "targetValue", .share,
        "Target tracking of LambdaProvisionedConcurrencyUtilization, 10 % to 90 %; none if left out."),
      .optional("scheduledActions", .list(.shape("scheduledAction")), "Other bounds at given times."),
    ])

  static let scheduledAction = Shape(
    "scheduledAction", "Bounds that hold from the moments of a schedule on.",
    [
      .required("schedule", .text, "An EventBridge schedule, UTC: cron(0 8 * * ? *), rate(1 hour), at(..)."),
      .optional(
        "minCapacity", .integer(0...10_000_000), "Least environments or capacity units; as before if left out."),
      .optional("maxCapacity", .integer(0...10_000_000), "Most of them; as before if left out."),
    ])
}
