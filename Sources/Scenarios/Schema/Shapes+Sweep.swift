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
        "settings", .named(.scalar),
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
      .optional("values", .list(.scalar), "The values with their units, no two the same."),
      .optional("from", .scalar, "The least value of a range, with its unit."),
      .optional(
        "to", .scalar, "The greatest value of a range, with the same unit; with a `step`, whole steps above `from`."),
      .defaulted(
        "scale", .choice(["linear", "log"]), "linear",
        "Whether equal differences of a range are equally far apart, or equal ratios."),
      .optional(
        "step", .scalar, "Values of a range are `from` and whole multiples of this above it, with the same unit."),
    ])

  static let sweepDesign = Shape(
    "sweepDesign", "Which combinations of values are simulated.",
    oneOf: ["list", "random", "latinHypercube", "sobol", "halton", "sobolIndices", "morris"],
    [
      .optional("list", .list(.named(.scalar)), "These points, each a mapping of every parameter to its value."),
      .optional("random", .shape("sweepPoints"), "Points at random, independent of each other."),
      .optional(
        "latinHypercube", .shape("sweepPoints"),
        "Points at random, one in each of as many equal parts of every parameter."),
      .optional("sobol", .shape("sweepSequence"), "Sobol's sequence, for at most 40 parameters; take powers of two."),
      .optional("halton", .shape("sweepSequence"), "Halton's sequence; beyond ten parameters prefer `sobol`."),
      .optional(
        "sobolIndices", .shape("sweepIndices"),
        "The points that Sobol indices need, which `sweep merge` writes to sensitivity.csv."),
      .optional(
        "morris", .shape("sweepMorris"),
        "The points of Morris screening, which `sweep merge` writes to sensitivity.csv."),
    ])

  static let sweepSequence = Shape(
    "sweepSequence", "Points of a sequence that fills the space evenly.",
    [
      .required("points", .integer(1...SweepPlan.pointsMax), "How many points."),
      .defaulted(
        "shift", .choice(["random", "none"]), "random",
        "Whether all points are moved by one random shift, or begin at the least value of every parameter."),
    ])

  static let sweepIndices = Shape(
    "sweepIndices", "The design of Saltelli for first-order and total Sobol indices.",
    [
      .required(
        "basePoints", .integer(2...SweepPlan.pointsMax),
        "Base points, of which each makes k + 2 points of k parameters; take powers of two."),
      .defaulted(
        "secondOrder", .boolean, "false", "Whether interactions of two parameters are wanted too, for 2k + 2 points."),
    ])

  static let sweepMorris = Shape(
    "sweepMorris", "Random paths that change one parameter at a time.",
    [
      .required(
        "trajectories", .integer(2...SweepPlan.pointsMax),
        "Paths, of which each makes k + 1 points of k parameters; 10 to 50 are customary."),
      .defaulted("levels", .integer(2...1_000), "4", "Places of every parameter's range, an even number."),
    ])

  static let sweepPoints = Shape(
    "sweepPoints", "A number of points.",
    [.required("points", .integer(1...SweepPlan.pointsMax), "How many points.")])

  /// All shapes of a plan.
  static let ofSweep: [Shape] = [
    sweep, sweepParameter, sweepDesign, sweepPoints, sweepSequence, sweepIndices, sweepMorris,
  ]
}
