extension Examples {
  /// A sound scenario that uses the keys of an optimisation.
  static let optimize = """
    scenario: Optimum
    region: us-east-1
    duration: 1 h
    traffic:
      shoppers: { target: worker, arrivals: { poisson: { rate: 1 / s } } }
    resources:
      worker:
        type: function
        timeout: 10 s
        handler:
          - compute: 5 ms
    objectives: [latency.p99 < 300 ms]
    optimize:
      variables:
        memory: { path: resources.worker.memorySize, from: 128 MB, to: 3008 MB, step: 64 MB }
        runtime: { path: [resources.worker.runtime], values: [java21, python3.13] }
        design: { path: variant, values: [plain, quick] }
      indifference: 1 USD
      confidence: 99 %
      tolerance: 2 %
      firstReplications: 20
      maxReplications: 100
    variants:
      plain: {}
      quick: { resources.worker.timeout: 1 s }

    """
}
