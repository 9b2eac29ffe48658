/// The plan of a sweep: a file of its own, beside the scenario that it varies.
extension Shapes {
  static let sweep = Shape(
    "sweep", "Which values of a scenario are varied, in which combinations, and what is looked at.",
    [
      .required("sweep", .text, "Name of the sweep, 1 to 200 characters."),
      .defaulted("description", .text, "\"\"", "What the sweep is for."),
      .required("scenario", .text, "Path of the scenario's file, from the plan's folder."),
      .optional("variant", .text, "The variant of the scenario that is varied; left out means the file as written."),
      .optional(
        "settings", .named(.anything),
        "Paths of the scenario with values for all points, as in `duration: 10 min`; single values only."),
      .optional("replications", .integer(1...100_000), "Independent runs of each point; default the scenario's."),
      .optional("seed", .integer(0...Int.max), "Seed of all random numbers; default the scenario's."),
      .defaulted(
        "randomNumbers", .choice(SweepPlan.RandomNumbers.allCases.map(\.rawValue)), "common",
        "Whether the k-th replications of all points share their random numbers, or each point has its own."),
      .required("parameters", .named(.shape("sweepParameter")), "What varies, by names of your choice."),
      .defaulted(
        "design", .either([.choice(["grid"]), .shape("sweepDesign")]), "grid",
        "Which combinations: `grid` for all of the parameters' values, or one of the keys of a design."),
      .optional(
        "figures", .list(.text),
        "Figures to keep, as in `shoppers.p99`, `cost.monthly`, `worker.coldStarts`; `all` for all of them; default "
          + "those of the traffic, the month's cost, and those of objectives."),
    ])

  static let sweepParameter = Shape(
    "sweepParameter", "One thing that varies: a list of values, or a range.",
    [
      .required(
        "path", .either([.text, .list(.text)]),
        "Where the value goes, as in `resources.worker.memorySize`; several paths get the same value; `variant` picks a "
          + "variant of the file."),
      .optional("values", .list(.text), "The values with their units, no two the same."),
      .optional("from", .text, "The least value of a range, with its unit."),
      .optional("to", .text, "The greatest value of a range, with the same unit."),
      .defaulted(
        "scale", .choice(["linear", "log"]), "linear",
        "Whether equal differences of a range are equally far apart, or equal ratios."),
      .optional(
        "step", .text, "Values of a range are `from` and whole multiples of this above it, with the same unit."),
    ])

  static let sweepDesign = Shape(
    "sweepDesign", "Which combinations of values are simulated.", oneOf: ["list", "random"],
    [
      .optional("list", .list(.named(.text)), "These points, each a mapping of every parameter to its value."),
      .optional("random", .shape("sweepPoints"), "Points at random, independent of each other."),
    ])

  static let sweepPoints = Shape(
    "sweepPoints", "A number of points.",
    [.required("points", .integer(1...SweepPlan.pointsMax), "How many points.")])

  /// All shapes of a plan.
  static let ofSweep: [Shape] = [sweep, sweepParameter, sweepDesign, sweepPoints]
}
