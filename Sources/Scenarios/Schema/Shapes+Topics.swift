import Services

extension Shapes {
  /// Topics and who gets their messages.
  static let topicShapes: [Shape] = [topic, topicSubscription]

  static let topic = Shape(
    "topic", "A standard SNS topic.",
    [
      .required("type", .choice(["topic"]), "topic"),
      .required(
        "subscriptions", .list(.either([.text, .shape("topicSubscription")])),
        "Who gets the messages; a name is short for its target."),
      .defaulted(
        "publishLatency", .shape("timeDistribution"), "{ logNormal: { median: 10 ms, p99: 50 ms } }",
        "Until a publisher has its answer."),
      .optional("publishRate", .rate, "Messages a second that are taken, and at once as many; default: no limit."),
    ])

  static let topicSubscription = Shape(
    "topicSubscription", "Who gets a topic's messages.",
    [
      .required("target", .text, "Name of a function or queue."),
      .defaulted("filter", .share, "100 %", "Share of the messages that pass the filter policy."),
      .defaulted(
        "rawMessageDelivery", .boolean, "false", "Whether a queue gets the message without SNS's JSON around it."),
      .defaulted(
        "deliveryLatency", .shape("timeDistribution"), "{ logNormal: { median: 30 ms, p99: 150 ms } }",
        "From the publisher's answer until the subscriber is called."),
    ])
}
