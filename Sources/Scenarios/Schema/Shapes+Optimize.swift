/// What `optimize` may change, and how sure it must be.
extension Shapes {
  static let optimize = Shape(
    "optimize",
    "What `windtunnel optimize` may change to find the cheapest design that meets the objectives; other commands pass it "
      + "over.",
    [
      .required(
        "variables", .named(.shape("optimizationVariable")), "What may change, 1 to 10, by names of your choice."),
      .defaulted(
        "indifference", .either([.text, .share]), "1 %",
        "Difference of the month's cost that does not matter: dollars, or a share of the cheapest candidate's cost."),
      .defaulted("confidence", .share, "95 %", "The chance that the answer is right, 50 % to below 100 %."),
      .defaulted(
        "tolerance", .share, "1 %",
        "Share of an objective's bound within which a figure may be taken for met or missed, above 0 %."),
      .defaulted(
        "firstReplications", .integer(5...100_000), "10",
        "Replications of a candidate before anything is decided on it; fewer than 10 make later decisions expensive."),
      .defaulted("maxReplications", .integer(5...100_000), "200", "Most replications of a candidate."),
    ])

  static let optimizationVariable = Shape(
    "optimizationVariable", "A value that may change: a list, all of which is simulated, or a range in steps.",
    [
      .required(
        "path", .either([.text, .list(.text)]),
        "Where the value goes, as in `resources.worker.memorySize`; several paths get the same value; `variant` picks a "
          + "variant of the file."),
      .optional("values", .list(.either([.text, .number(from: 0), .boolean])), "Two values or more with their units."),
      .optional("from", .either([.text, .number(from: 0)]), "The least number of a range, with its unit."),
      .optional("to", .either([.text, .number(from: 0)]), "The greatest number, whole steps above the least."),
      .optional(
        "step", .either([.text, .number(from: 0)]),
        "The finest step. A coarse grid is simulated first, then finer steps around the best."),
    ])
}
