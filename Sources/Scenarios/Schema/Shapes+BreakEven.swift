/// Break-even of a table's capacity modes.
extension Shapes {
  static let breakEven = Shape(
    "breakEven",
    "At which utilisation provisioned capacity of a table becomes cheaper than on demand. The scenario is simulated "
      + "once more with the table on demand, and once for each utilisation with fixed provisioned capacity.",
    [
      .required("table", .text, "Name of the table; its own capacity mode does not matter here."),
      .optional(
        "utilization", .list(.share),
        "Mean consumption as a share of the provisioned units, ascending, 1 to 50 of them, each above 0 % and at most "
          + "100 %; default 10 % to 100 % in 12 steps."),
      .optional(
        "variant", .text, "The variant of the file that gets the table; left out means each, and the file as written."),
    ])
}
