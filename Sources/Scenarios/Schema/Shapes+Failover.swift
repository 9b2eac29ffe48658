import Services

extension Shapes {
  /// Failures of a database's writer, and who is told.
  static let failoverShapes: [Shape] = [failover, eventSubscription]

  static let failover = Shape(
    "failover", "When the writer fails, and how long it takes until another one takes connections.",
    [
      .optional("at", .list(.time), "Moments from time zero, ascending."),
      .optional("meanTimeBetween", .time, "Mean time between failures at random moments."),
      .optional("downtime", .shape("timeDistribution"), "Until connections are taken again; default by deployment."),
    ])

  static let eventSubscription = Shape(
    "eventSubscription", "Which events of RDS go where.",
    [
      .required("target", .text, "Name of a topic, function or queue."),
      .optional(
        "categories", .list(.choice(EventSubscriptionConfig.Category.allCases.map(\.rawValue))),
        "Event categories; default all."),
    ])
}
