import Services

/// Every mapping that a scenario can contain.
enum Shapes {
  /// All shapes, the top level first.
  static let all: [Shape] =
    [
      scenario, replications, account, functionScaling, requestRate, apiThrottling, tableQuota, reservedCapacity,
      invocationLog,
      billing,
      breakEven, optimize, optimizationVariable,
    ] + traffic
    + resources
    + steps
    + distributions(of: .time) + distributions(of: .size)
    + distributions(of: .number(from: 0))

  static let scenario = Shape(
    "scenario", "A serverless system, its traffic and what is expected of it.",
    [
      .required("scenario", .text, "Name of the scenario, 1 to 200 characters."),
      .defaulted("description", .text, "\"\"", "What the scenario is about."),
      .required("region", .text, "AWS Region code, for the prices: us-east-1."),
      .defaulted(
        "start", .moment, "2026-06-01T00:00:00Z", "Calendar moment of simulated time zero, UTC; a Monday by default."),
      .required("duration", .time, "Simulated span that is recorded; above 0, at most 366 d."),
      .defaulted(
        "warmUp", warmUp, "0 s",
        "Simulated span before recording starts, at most 366 d; auto finds it by MSER-5 in pilot replications, for a "
          + "system in a steady state."),
      .optional(
        "period", .time, "Width of a row of the time series, 1 s to 1 d; default 1 min up to 15 d, else 5 min."),
      .defaulted("seed", .integer(0...Int.max), "1", "Seed of all random numbers."),
      .defaulted(
        "replications", replicationCount, "10",
        "Independent runs, 1 to 100000, or a precision until which they go on; intervals come from their spread."),
      .optional(
        "batches", batches,
        "Stretches of a single run in a steady state whose spread gives intervals, 10 to 100, or auto for 30, 20 or 10; "
          + "replications is then 1."),
      .optional("account", .shape("account"), "Quotas that resources of the account share, and what it has reserved."),
      .required("traffic", .named(.shape("traffic")), "Sources of requests by name; at least one."),
      .required("resources", .named(.shape("resource")), "Resources by name; at least one."),
      .optional(
        "objectives", .list(.objective),
        "What is expected: latency.p99 < 300 ms of all answers, successLatency.p99 of successes, errors < 0.1 %."),
      .optional("billing", .shape("billing"), "How usage becomes a bill."),
      .optional(
        "breakEven", .shape("breakEven"),
        "At which utilisation provisioned capacity of a table becomes cheaper than on demand; multiplies the runs."),
      .optional(
        "optimize", .shape("optimize"),
        "What `windtunnel optimize` may change to find the cheapest design that meets the objectives."),
      .optional(
        "invocationLog", .shape("invocationLog"), "Lambda's REPORT lines for a sample of the first replication."),
      .optional(
        "variants", .named(.named(.anything)),
        "Designs by name, 1 to 20, as changes to this file: paths as in --set, each with a value, a list or a mapping; "
          + "null removes the key. {} is the file as it is."),
    ])

  static let invocationLog = Shape(
    "invocationLog", "Lambda's REPORT lines for a sample of the first replication, in invocations.jsonl.",
    [
      .defaulted("sample", .share, "1 %", "Share of the invocations, above 0."),
      .defaulted("limit", .integer(1...1_000_000), "100000", "Most lines of one function; later ones are left out."),
    ])

  static let account = Shape(
    "account", "Quotas of one account in one Region, and what it has reserved.",
    [
      .defaulted(
        "concurrentExecutions", .integer(1...10_000_000), "1000",
        "Concurrent executions over all functions (Lambda quotas)."),
      .optional("functionScaling", .shape("functionScaling"), "How fast one function may add environments."),
      .optional(
        "requestRate", .shape("requestRate"),
        "Synchronous requests a second for each unit of concurrency (Lambda quotas)."
      ),
      .optional("apiThrottling", .shape("apiThrottling"), "Requests over all APIs (API Gateway account throttle)."),
      .optional("tableThroughput", .shape("tableThroughput"), "Throughput of tables (DynamoDB quotas)."),
    ] + provisionedBilling)

  static let functionScaling = Shape(
    "functionScaling", "How fast one function may add environments (Lambda scaling behaviour).",
    [
      .defaulted("burst", .integer(1...1_000_000_000), "1000", "New environments at once."),
      .defaulted("rate", .rate, "100 / s", "New environments earned back; whole per second, at least 1."),
    ])

  static let requestRate = Shape(
    "requestRate",
    "Synchronous requests for each unit of the account's, a function's reserved or its provisioned concurrency.",
    [
      .defaulted("perConcurrency", .rate, "10 / s", "Requests a second; whole, 1 / s to 1000 / s."),
      .defaulted("burst", .time, "1 s", "Time whose worth of requests may come at once; 1 ms to 60 s."),
    ])

  static let apiThrottling = Shape(
    "apiThrottling", "Token bucket over all APIs of the account.",
    [
      .defaulted("rateLimit", .rate, "10000 / s", "Requests a second; whole, at least 1."),
      .defaulted("burstLimit", .integer(1...1_000_000_000), "5000", "Requests at once."),
    ])

  static let billing = Shape(
    "billing", "How usage becomes a bill.",
    [
      .defaulted("freeTier", .boolean, "false", "Whether AWS's always-free quantities are taken off."),
      .defaulted(
        "twelveMonthOffers", .boolean, "false",
        "Whether offers for an account's first twelve months are taken off too; only with freeTier."),
      .defaulted(
        "month", .text, "730 h", "Month that usage is scaled to: 730 h, 1 d to 366 d as in 30 d, or as in 2026-02."),
    ])
}

extension Shapes {
  /// Sources of requests.
  static let traffic: [Shape] = [
    source, client, target, arrivals, poisson, curve, curvePoint, bursts, burstPhase, spike, users, replay,
  ]

  static let source = Shape(
    "traffic", "A source of requests.",
    [
      .optional("target", .text, "Name of the resource called; left out only if a replay names its targets."),
      .optional("route", .text, "Route of an API, as in its routes: GET /items."),
      .optional("query", .shape("query"), "What is asked of a database or proxy."),
      .optional("connections", .named(.shape("connection")), "How it connects to databases and proxies, by name."),
    ] + tableOperation + invocation + [
      payload,
      .required("arrivals", .shape("arrivals"), "When requests arrive."),
      .optional("client", .shape("client"), "What gives up and tries again; left out means one call a request."),
    ])

  static let client = Shape(
    "client", "The client program that the requests go through: each may take several attempts.",
    [
      .optional("retry", retry, "Attempts after failures; left out means one attempt."),
      .optional("timeout", .time, "It abandons an attempt after this time, 1 ms or more; left out means never."),
      .optional(
        "instances", .integer(1...1_000_000),
        "Copies of the program, each with SDK clients of its own; default 1, or one for each closed-loop user."),
    ])

  /// What may stand at `retry`.
  static let retry = Kind.either([.choice(RetryProfile.allCases.map(\.rawValue)), .shape("retry")])

  static let target = Shape(
    "target", "What one request asks for.",
    [
      .required("resource", .text, "Name of the resource called."),
      .optional("route", .text, "Route of an API, as in its routes: GET /items."),
      .optional("query", .shape("query"), "What is asked of a database or proxy."),
    ] + tableOperation + invocation + [payload])

  static let payload = Field.defaulted(
    "payload", .size, "0 B",
    "Sent to an API (at most 10 MB), a function (6 MB, as an event 1 MB), a queue (1 MB) or a stream (10 MB).")

  /// Keys of a request to a function, a queue or a stream.
  static let invocation: [Field] = [
    .optional(
      "invocationType", .choice(InvocationType.allCases.map(\.rawValue)),
      "How a function is invoked; default requestResponse."),
    .optional("entries", .integer(1...500), "Messages of one batch to a queue (at most 10), records to a stream."),
    .optional("messageGroups", .integer(1...1_000_000_000), "Message groups of a FIFO queue; default 1000."),
    .optional("partitionKeys", .integer(1...1_000_000_000), "Partition keys of a stream's records; default 1000."),
    .optional("poison", .share, "Share of the entries that no consumer can process; default 0 %."),
  ]

  static let arrivals = Shape(
    "arrivals", "The model of arrival times.",
    oneOf: ["poisson", "curve", "bursts", "spikes", "cron", "users", "replay"],
    [
      .optional("poisson", .shape("poisson"), "Independent arrivals at a constant mean rate."),
      .optional("curve", .shape("curve"), "Poisson arrivals whose rate follows a curve that repeats."),
      .optional("bursts", .shape("bursts"), "Two phases of exponential length, each with a rate."),
      .optional("spikes", .list(.shape("spike")), "Given numbers of requests at given times, ascending."),
      .optional("cron", .text, "An EventBridge schedule: rate(5 minutes), cron(0 8 * * ? *)."),
      .optional("users", .shape("users"), "Users that wait for each answer and then think."),
      .optional("replay", .shape("replay"), "Recorded traffic from a file."),
    ])

  static let poisson = Shape(
    "poisson", "Independent arrivals.", [.required("rate", .rate, "Mean rate, at most 1,000,000 / s: 120 / s.")])

  static let curve = Shape(
    "curve",
    "A rate that repeats: counted from Monday 00:00 UTC if the period divides a week, else from the start.",
    [
      .defaulted("period", .time, "1 d", "Span after which the curve repeats, at most 366 d."),
      .defaulted(
        "interpolation", .choice(["linear", "steffen", "akima", "cubic"]), "steffen",
        "How the curve runs between points; steffen never overshoots, akima and cubic are cut at 0."),
      .defaulted("step", .time, "1 min", "Span between two computed values; divides the period into at most 20,000."),
      .required("points", .list(.shape("curvePoint")), "Ascending within one period."),
    ])

  static let curvePoint = Shape(
    "curvePoint", "A point of the curve.",
    [
      .required("at", .text, "Offset into the period (8 h), time of day (08:00), or day and time (Mon 08:00)."),
      .required("rate", .rate, "Rate at that point."),
    ])

  static let bursts = Shape(
    "bursts", "On-off traffic (Markov-modulated Poisson process).",
    [
      .required("on", .shape("burstPhase"), "The busy phase."),
      .required("off", .shape("burstPhase"), "The quiet phase."),
    ])

  static let burstPhase = Shape(
    "burstPhase", "One phase.",
    [
      .required("rate", .rate, "Mean rate within the phase, at most 1,000,000 / s."),
      .required("duration", .time, "Mean length of the phase; above 0."),
    ])

  static let spike = Shape(
    "spike", "Requests in one heap, or spread at random over a span.",
    [
      .required("at", .time, "When it begins, from the start of the run."),
      .required("count", .integer(1...1_000_000_000), "Requests."),
      .defaulted("over", .time, "0 s", "Span over which they come; 0 sends all at one instant."),
    ])

  static let users = Shape(
    "users", "Closed-loop users.",
    [
      .required("count", .integer(1...10_000_000), "Users."),
      .required("thinkTime", .shape("timeDistribution"), "Pause between an answer and the next request."),
    ])

  static let replay = Shape(
    "replay", "Recorded traffic.",
    [
      .required("file", .text, "CSV or gzip of CSV, relative to the scenario's folder."),
      .optional(
        "layout", .choice(ReplayConfig.Layout.allCases.map(\.rawValue)), "What a row is; default read off the header."),
      .defaulted("interval", .time, "1 min", "Span of one count."),
      .defaulted(
        "timing", .choice(ReplayConfig.Timing.allCases.map(\.rawValue)), "uniform",
        "Where a count's arrivals lie inside the interval."),
      .optional(
        "targets", .named(.either([.text, .shape("target")])),
        "Column or row of the file, and the resource that it calls; instead of the traffic's own target."),
    ])
}
