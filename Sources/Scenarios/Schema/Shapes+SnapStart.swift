import Services

extension Shapes {
  /// Mappings of SnapStart.
  static let snapStart: [Shape] = [
    Shape(
      "snapStart", "SnapStart: environments are restored from a snapshot of the published version.",
      [
        .defaulted("applyOn", .choice(["publishedVersions", "none"]), "publishedVersions", "Whether it is on."),
        .optional(
          "restore", .shape("timeDistribution"), "Restore from a cold cache; default measured for the runtime."),
        .defaulted(
          "runtimeLoad", .shape("timeDistribution"), "{ uniform: { low: 26 ms, high: 303 ms } }",
          "Part of the restore that is billed."),
        .defaulted("restoreHook", .shape("timeDistribution"), "0 ms", "After-restore hooks on top; billed."),
        .defaulted("priming", .boolean, "false", "Whether the code ran before the snapshot, so that no first call is."),
        .optional(
          "firstCall", .shape("timeDistribution"),
          "CPU time at one vCPU of the first call after a restore; default measured for the runtime."),
        .optional("warmUp", .shape("snapshotCache"), "How restores become shorter as the cache warms up."),
        .defaulted(
          "snapshotting", .shape("timeDistribution"), "2 min",
          "From init to the new snapshot, after Java's was deleted unused."),
      ]),
    Shape(
      "snapshotCache", "Restore n takes warmShare + (1 - warmShare) exp(-n / restores) of one from a cold cache.",
      [
        .defaulted("warmShare", .share, "71.5 %", "Restore from a warm cache over one from a cold cache."),
        .defaulted("restores", .number(from: 0), "8.7", "Restores in which the excess falls to 1 / e; above 0."),
        .defaulted("coolsAfter", .time, "6 h", "Time without restores after which the cache is cold; above 0."),
      ]),
  ]

  /// Keys of a function about SnapStart.
  static let snapStartFields: [Field] = [
    .optional(
      "snapStart", .either([.choice(["publishedVersions", "none"]), .shape("snapStart")]),
      "publishedVersions, or a mapping; Java 11, Python 3.12, .NET 8 and later.")
  ]
}
