import Services

extension Shapes {
  /// Mappings of asynchronous invocation.
  static let eventInvoke: [Shape] = [eventInvokeConfig, throttleBackoff]

  /// Keys of a function about asynchronous invocation.
  static let eventInvokeFields: [Field] = [
    .optional("eventInvokeConfig", .shape("eventInvokeConfig"), "What becomes of asynchronous events."),
    .optional(
      "deadLetterQueue", .text, "Standard queue that dropped asynchronous events are sent to, beside onFailure."),
  ]

  static let eventInvokeConfig = Shape(
    "eventInvokeConfig", "What Lambda does with a function's asynchronous events.",
    [
      .defaulted("maximumRetryAttempts", .integer(0...2), "2", "Retries after function errors, at 1 min and 2 min."),
      .defaulted(
        "maximumEventAge", .time, "6 h", "60 s to 6 h, whole seconds; an event that would be older is dropped."),
      .defaulted(
        "queueLatency", .shape("timeDistribution"), "{ logNormal: { median: 30 ms, p99: 150 ms } }",
        "Time in the internal queue before the first attempt."),
      .optional("throttleBackoff", .shape("throttleBackoff"), "Waits after throttled attempts."),
      .optional("onSuccess", .text, "Queue or function that gets a record of each event that succeeded."),
      .optional("onFailure", .text, "Queue or function that gets a record of each event that was dropped."),
    ])

  static let throttleBackoff = Shape(
    "throttleBackoff", "Waits of asynchronous events after throttled attempts: from 1 s to 5 min.",
    [
      .defaulted("multiplier", .number(from: 1), "2", "Growth of the wait per attempt, 1 to 1,000."),
      .defaulted(
        "jitter", .choice(RetryConfig.Jitter.allCases.map(\.rawValue)), "full", "Full: uniform from 0 to the wait."),
    ])
}
