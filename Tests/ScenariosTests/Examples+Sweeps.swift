extension Examples {
  /// Sound plans of sweeps that use every key between them.
  static let sweeps =
    [
      """
      sweep: Ranges
      description: Sobol indices over ranges
      scenario: s.yaml
      variant: quick
      settings: { duration: 10 min, account.concurrentExecutions: 500, resources.worker.snapStart: publishedVersions }
      replications: 20
      seed: 7
      randomNumbers: independent
      parameters:
        memory:
          path: [resources.worker.memorySize, resources.helper.memorySize]
          from: 128 MB
          to: 1024 MB
          scale: log
          step: 64 MB
        size: { path: resources.worker.batchSize, from: 1, to: 10, step: 1 }
      design: { sobolIndices: { basePoints: 64, secondOrder: true } }
      figures: [cost.monthly, shoppers.p99]

      """,
      """
      sweep: Values
      scenario: s.yaml
      parameters:
        memory: { path: resources.worker.memorySize, values: [128 MB, 1 GB] }
        limit: { path: account.concurrentExecutions, values: [10, 200] }
        dead: { path: resources.queue.fifo, values: [true, false] }
      design: grid

      """,
    ]
    + [
      "list: [ { memory: 128 MB, limit: 10 }, { memory: 1 GB, limit: 20 } ]", "random: { points: 10 }",
      "latinHypercube: { points: 10 }", "sobol: { points: 8, shift: none }", "halton: { points: 8, shift: random }",
      "morris: { trajectories: 10, levels: 6 }",
    ].map {
      """
      sweep: Designs
      scenario: s.yaml
      parameters:
        memory: { path: resources.worker.memorySize, values: [128 MB, 1 GB] }
        limit: { path: account.concurrentExecutions, values: [10, 20] }
      design: { \($0) }

      """
    }
}
