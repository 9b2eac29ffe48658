import Services

extension Shapes {
  static let function = Shape(
    "function", "A Lambda function.",
    [
      .required("type", .choice(["function"]), "function"),
      .defaulted(
        "runtime", .choice(ColdStarts.runtimes), FunctionConfig.defaultRuntime,
        "Runtime identifier; on OS-only runtimes with the language in front: go-provided.al2023."),
      .defaulted(
        "architecture", .choice(FunctionConfig.Architecture.allCases.map(\.rawValue)), "x86_64", "Instruction set."),
      .defaulted(
        "packageType", .choice(FunctionConfig.PackageType.allCases.map(\.rawValue)), "zip", "Packaging of the code."),
      .defaulted("memorySize", .size, "128 MB", "128 MB to 10240 MB, whole MB; 1769 MB are one vCPU."),
      .defaulted("timeout", .time, "3 s", "1 s to 900 s, whole seconds; covers the handler, not the init."),
      .defaulted("parallelism", .integer(1...6), "1", "vCPUs that compute steps can use at once."),
      .optional(
        "initDuration", .shape("timeDistribution"), "Init phase; default measured for the runtime (lambda-perf)."),
      .defaulted(
        "idleExpiry", .shape("timeDistribution"), "{ uniform: { low: 5 min, high: 7 min } }",
        "How long an environment stays without work."),
      .defaulted(
        "environmentChoice", .choice(FunctionConfig.EnvironmentChoice.allCases.map(\.rawValue)), "newestIdle",
        "Which idle environment serves the next request."),
    ] + snapStartFields + concurrencyFields + eventInvokeFields + [
      .required("handler", .list(.shape("step")), "What one invocation does; may be empty.")
    ])
}
