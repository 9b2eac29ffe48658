import Services

extension Shapes {
  /// Resources; `resource` chooses between them by its type.
  static let resources: [Shape] =
    [function, httpApi] + tables + caches + concurrency + eventInvoke + snapStart + messaging + databases

  /// Words after `type:`, each with the shape of the same name.
  static let resourceTypes = [
    "function", "httpApi", "table", "queue", "stream", "eventSourceMapping", "daxCluster", "cacheCluster",
    "dbInstance", "auroraCluster", "dbProxy", "topic", "vpc",
  ]

  static let httpApi = Shape(
    "httpApi", "An HTTP API of API Gateway.",
    [
      .required("type", .choice(["httpApi"]), "httpApi"),
      .required("routes", .named(.text), "Route key and the function behind it: GET /items: listItems."),
      .defaulted("integrationTimeout", .time, "30 s", "50 ms to 30 s."),
      .defaulted(
        "overhead", .shape("timeDistribution"), "{ logNormal: { median: 3 ms, p99: 10 ms } }",
        "Time that the API adds to a request, both ways together."),
    ])
}

extension Shapes {
  /// Handler steps; `step` chooses between them by the key that they begin with.
  static let steps: [Shape] = [
    compute, call, parallel, choose, branch, repetition, repeatBody, wait, fail, crash, forEachRecord, retryRules,
  ]

  /// The key that tells a step's kind, with the step's shape.
  static let stepKinds: [(key: String, shape: Shape)] = [
    ("compute", compute), ("call", call), ("parallel", parallel), ("choose", choose), ("repeat", repetition),
    ("wait", wait), ("fail", fail), ("crash", crash), ("forEachRecord", forEachRecord),
  ]

  static let compute = Shape(
    "compute", "CPU work.",
    [.required("compute", .shape("timeDistribution"), "CPU time on one vCPU; the function's memory scales it.")])

  static let call = Shape(
    "call", "A request to another resource; the handler waits for the answer.",
    [
      .required("call", .text, "Name of the resource called."),
      .optional("route", .text, "Route of an API, as in its routes."),
      .optional("query", .shape("query"), "What is asked of a database or proxy."),
    ] + tableOperation + invocation + [
      payload,
      .optional("timeout", .time, "The caller gives up after this time, 1 ms or more; left out means never."),
      .optional("retry", retry, "Attempts after failures; left out means one attempt."),
      .defaulted(
        "onError", .choice(CallStep.OnError.allCases.map(\.rawValue)), "fail",
        "What happens once the attempts are used up."),
    ])

  static let retryRules = Shape(
    "retry",
    "A profile of the AWS SDKs, or maxAttempts and waits of backoff x multiplier^k, at most maxBackoff, k = 0, 1, ..",
    [
      .optional("profile", .choice(RetryProfile.allCases.map(\.rawValue)), "A retry mode of the AWS SDKs."),
      .optional(
        "maxAttempts", .integer(1...100_000), "Attempts including the first; a profile has a default, else required."),
      .defaulted("backoff", .time, "50 ms", "First wait; not with a profile."),
      .defaulted("multiplier", .number(from: 1), "2", "Growth of the wait per retry, 1 to 1,000; not with a profile."),
      .defaulted("maxBackoff", .time, "20 s", "Longest wait; not below backoff, and not with a profile."),
      .defaulted(
        "jitter", .choice(RetryConfig.Jitter.allCases.map(\.rawValue)), "full",
        "Full: uniform from 0 to the wait, or as the profile does it."),
    ])

  static let parallel = Shape(
    "parallel", "Branches at the same time; ends with the last one.",
    [.required("parallel", .list(.list(.shape("step"))), "Lists of steps, one a branch; at least one.")])

  static let choose = Shape(
    "choose", "Exactly one branch.", [.required("choose", .list(.shape("branch")), "Branches; at least one.")])

  static let branch = Shape(
    "branch", "A branch that is drawn by weight.",
    [
      .required("weight", .number(from: 0), "Relative to the sum over the branches; above 0."),
      .required("steps", .list(.shape("step")), "What the branch does; may be empty."),
    ])

  static let repetition = Shape(
    "repeat", "Steps several times, one after another.",
    [.required("repeat", .shape("repeatBody"), "How often, and what.")])

  static let repeatBody = Shape(
    "repeatBody", "How often, and what.",
    [
      .required("times", .shape("numberDistribution"), "A number or a distribution of numbers, rounded to whole ones."),
      .required("steps", .list(.shape("step")), "The steps to repeat."),
    ])

  static let wait = Shape(
    "wait", "Time without CPU, which memory does not scale.",
    [.required("wait", .shape("timeDistribution"), "How long.")])

  static let fail = Shape(
    "fail", "The handler throws now and then.", [.required("fail", .share, "With this probability: 1 %.")])

  static let crash = Shape(
    "crash", "The process ends now and then, and its environment is reset.",
    [.required("crash", .share, "With this probability: 0.1 %.")])

  static let forEachRecord = Shape(
    "forEachRecord", "The steps once for each record of a batch, one after another.",
    [.required("forEachRecord", .list(.shape("step")), "The steps; once if there is no batch.")])
}

extension Shapes {
  /// Names of the kinds of distributions.
  static let distributionKinds = [
    "constant", "uniform", "exponential", "normal", "logNormal", "gamma", "weibull", "pareto", "empirical", "mixture",
  ]

  /// A distribution of times, sizes or numbers, and the mappings inside it; `kind` is the unit of its amounts.
  static func distributions(of kind: Kind) -> [Shape] {
    let unit = distributionPrefix(of: kind)
    let amount = kind
    let positive = Kind.number(from: 0)
    let choices: [Field] = [
      .optional("constant", amount, "Always the same value."),
      .optional("uniform", .shape(unit + "Uniform"), "Evenly between two values."),
      .optional("exponential", .shape(unit + "Exponential"), "Memoryless, of the given mean."),
      .optional("normal", .shape(unit + "Normal"), "Normal, cut at 0."),
      .optional("logNormal", .shape(unit + "LogNormal"), "Log-normal, as latencies often are."),
      .optional("gamma", .shape(unit + "Gamma"), "Gamma."),
      .optional("weibull", .shape(unit + "Weibull"), "Weibull."),
      .optional("pareto", .shape(unit + "Pareto"), "Pareto: a heavy tail above the scale."),
      .optional("empirical", .named(amount), "Quantiles p0 .. p100, linear in between: p99.9."),
      .optional("mixture", .list(.shape(unit + "Part")), "One of several distributions, drawn by weight."),
    ]
    return [
      Shape(unit + "Distribution", "A distribution.", oneOf: distributionKinds, choices),
      Shape(
        unit + "Part", "A part of a mixture.", oneOf: distributionKinds,
        [.required("weight", positive, "Relative to the sum over the parts; above 0.")] + choices),
      Shape(
        unit + "Uniform", "Evenly between two values.",
        [.required("low", amount, "Least value."), .required("high", amount, "Greatest value.")]),
      Shape(unit + "Exponential", "Memoryless.", [.required("mean", amount, "Mean; above 0.")]),
      Shape(
        unit + "Normal", "Normal, cut at 0.",
        [.required("mean", amount, "Mean before the cut."), .required("sd", amount, "Standard deviation; above 0.")]),
      Shape(
        unit + "LogNormal", "Either median and p99, or mean and sd.",
        [
          .optional("median", amount, "Median; above 0."),
          .optional("p99", amount, "99th percentile; not below the median."),
          .optional("mean", amount, "Mean; above 0."), .optional("sd", amount, "Standard deviation."),
        ]),
      Shape(
        unit + "Gamma", "Either shape and scale, or mean and sd.",
        [
          .optional("shape", positive, "Shape; above 0."), .optional("scale", amount, "Scale; above 0."),
          .optional("mean", amount, "Mean; above 0."), .optional("sd", amount, "Standard deviation; above 0."),
        ]),
      Shape(
        unit + "Weibull", "Weibull.",
        [.required("shape", positive, "Shape; above 0."), .required("scale", amount, "Scale; above 0.")]),
      Shape(
        unit + "Pareto", "Pareto.",
        [
          .required("shape", positive, "Shape; above 0, the mean exists above 1."),
          .required("scale", amount, "Least value."),
        ]),
    ]
  }

  /// `time`, `size` or `number`: how the shapes' names begin.
  static func distributionPrefix(of kind: Kind) -> String {
    if case .time = kind { return "time" }
    if case .size = kind { return "size" }
    return "number"
  }
}
