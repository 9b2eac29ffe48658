import Services

extension Shapes {
  /// Failures of a database's writer, and who is told.
  static let failoverShapes: [Shape] = [failover, eventSubscription]

  static let failover = Shape(
    "failover", "When the writer fails, and how long it takes until another one takes connections.",
    [
      .optional("at", .list(.time), "Moments from time zero, ascending; one after the run's end does not come."),
      .optional("meanTimeBetween", .time, "Mean time between failures at random moments, 1 s or more."),
      .optional(
        "detection", .shape("timeDistribution"), "From the failure until the service acts; default by deployment."),
      .optional(
        "promotion", .shape("timeDistribution"),
        "From then until a standby or reader takes writes; default by deployment."),
      .optional(
        "recovery", .shape("timeDistribution"),
        "From then until the writer is back where nothing takes over; default by deployment."),
      .optional(
        "downtime", .shape("timeDistribution"),
        "From the failure until connections are taken again, in place of the phases."),
      .defaulted(
        "rejoining", .shape("timeDistribution"), "60 s", "From a promotion until the old writer is back as a reader."),
    ])

  static let eventSubscription = Shape(
    "eventSubscription", "Which events of RDS go where.",
    [
      .required("target", .text, "Name of a topic, function or queue."),
      .optional(
        "categories", .list(.choice(EventSubscriptionConfig.Category.allCases.map(\.rawValue))),
        "Event categories; default all."),
      .defaulted(
        "notificationDelay", .shape("timeDistribution"), "{ uniform: { low: 0 s, high: 5 min } }",
        "From the event until the subscriber is called."),
    ])
}
