import Services

extension Shapes {
  static let function = Shape(
    "function", "A Lambda function.",
    [.required("type", .choice(["function"]), "function")] + codeFields + environmentFields + snapStartFields
      + concurrencyFields + eventInvokeFields + [
        .optional(
          "connections", .named(.shape("connection")), "How its environments connect to databases and proxies, by name."
        ),
        .optional("vpcConfig", .shape("vpcConfig"), "Where in a VPC it is; left out, it is in none."),
        .required("handler", .list(.shape("step")), "What one invocation does; may be empty."),
      ])

  /// Keys of a function about its code and what it may use.
  private static let codeFields: [Field] = [
    .defaulted(
      "runtime", .choice(FunctionConfig.runtimes), FunctionConfig.defaultRuntime,
      "Runtime identifier; on OS-only runtimes with the language in front: go-provided.al2023."),
    .optional(
      "framework", .choice(Framework.allCases.map(\.rawValue)),
      "Framework whose measured init, first call and restore are taken in place of an empty function's."),
    .defaulted(
      "architecture", .choice(FunctionConfig.Architecture.allCases.map(\.rawValue)), "x86_64", "Instruction set."),
    .defaulted(
      "packageType", .choice(FunctionConfig.PackageType.allCases.map(\.rawValue)), "zip", "Packaging of the code."),
    .optional("codeSize", .size, "Unzipped code, at most 250 MB with its layers, or image, at most 10 GB."),
    .optional("layers", .list(.size), "Unzipped sizes of the layers, at most 5."),
    .defaulted("memorySize", .size, "128 MB", "128 MB to 10240 MB, whole MB; 1769 MB are one vCPU."),
    .optional("memoryUsage", .shape("sizeDistribution"), "Memory of an invocation, which fails above memorySize."),
    .defaulted("ephemeralStorage", .size, "512 MB", "/tmp, 512 MB to 10240 MB, whole MB."),
    .defaulted("timeout", .time, "3 s", "1 s to 900 s, whole seconds; covers the handler, not the init."),
    .defaulted("parallelism", .integer(1...6), "1", "vCPUs that compute steps can use at once."),
    .defaulted("responseSize", .size, "0 B", "What an invocation answers; at most 6 MB, streamed 200 MB."),
    .defaulted(
      "invokeMode", .choice(FunctionConfig.InvokeMode.allCases.map(\.rawValue)), "buffered",
      "Whether the response is streamed."),
  ]

  /// Keys of a function about the life of its environments.
  private static let environmentFields: [Field] = [
    .defaulted(
      "placement", .shape("timeDistribution"), "{ logNormal: { median: 80 ms, p99: 400 ms } }",
      "Finding a place and fetching the code before init; not billed."),
    .defaulted("extensionInit", .shape("timeDistribution"), "0 ms", "Init of the extensions, before the runtime's."),
    .optional(
      "initDuration", .shape("timeDistribution"), "Init phase; default measured for the runtime (lambda-perf)."),
    .defaulted("applicationInit", .shape("timeDistribution"), "0 ms", "Init of the own code, after the runtime's."),
    .optional(
      "firstCall", .shape("timeDistribution"),
      "CPU time at one vCPU that a new environment's first invocation takes on top; default measured for the runtime."),
    .defaulted("initFailure", .share, "0 %", "Share of inits that fail."),
    .defaulted("proactiveInit", .share, "0 %", "Share of new environments initialised ahead of their request."),
    .defaulted(
      "idleExpiry", .shape("timeDistribution"), "{ uniform: { low: 5 min, high: 7 min } }",
      "How long an environment stays without work."),
    .defaulted(
      "maximumAge", .either([.choice(["never"]), .shape("timeDistribution")]), "{ uniform: { low: 2 h, high: 4 h } }",
      "Age at which an environment ends, once it is idle."),
    .defaulted(
      "recovery", .choice(FunctionConfig.Recovery.allCases.map(\.rawValue)), "reset",
      "What becomes of an environment that timed out, crashed or ran out of memory."),
    .defaulted(
      "environmentChoice", .choice(FunctionConfig.EnvironmentChoice.allCases.map(\.rawValue)), "newestIdle",
      "Which idle environment serves the next request."),
  ]
}
