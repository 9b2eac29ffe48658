import Services

extension Shapes {
  /// Keys of a table about its keys.
  static let tableKeys: [Field] = [
    .defaulted(
      "keys", keyDistribution, "1000000",
      "Partition keys of the table, and how often each is asked for; a number stands for so many alike."),
    .defaulted(
      "itemsPerKey", .integer(1...1_000_000_000), "1",
      "Items of one partition key, told apart by the sort key; 1 for a table without one."),
  ]

  /// What may stand at `keys`: of a table, of an index, of what is asked of a table.
  static let keyDistribution = Kind.either([keyCount, .shape("keySpace")])

  private static let keyCount = Kind.integer(1...KeyDistribution.countMax)

  /// Mappings below these keys.
  static let tableKeyShapes: [Shape] = [
    Shape(
      "keySpace", "Keys, and how often each is asked for.",
      oneOf: ["uniform", "zipf", "hot", "monotonic", "given"],
      [
        .optional("uniform", .shape("uniformKeys"), "All alike."),
        .optional("zipf", .shape("zipfKeys"), "Zipf's law: the k-th key in proportion to 1 / k^exponent."),
        .optional("hot", .shape("hotKeys"), "A few keys take a share of all requests."),
        .optional(
          "monotonic", .shape("monotonicKeys"),
          "All alike, but always behind the last item of the key, as with times for sort keys."),
        .optional(
          "given", .list(.number(from: 0)), "A weight for each key, 1 to 100,000 of them, at least one above 0."),
      ]),
    Shape("uniformKeys", "Keys that are asked for alike.", [count]),
    Shape(
      "zipfKeys", "Keys by Zipf's law.",
      [
        count,
        .defaulted("exponent", .number(from: 0), "0.99", "How uneven: above 0, at most 10; 0.99 is YCSB's."),
      ]),
    Shape(
      "hotKeys", "Some hot keys and all others.",
      [
        count,
        .required("keys", keyCount, "How many of them are hot; fewer than count."),
        .required("share", .share, "Part of the requests that they take together: 90 %."),
      ]),
    Shape("monotonicKeys", "Keys whose items are asked for at their end.", [count]),
  ]

  private static let count = Field.required("count", keyCount, "Distinct partition keys.")
}
