// Facts (documented: RDS user guide, hardware specifications of DB instance classes, 2023-2026), written as the rules
// that they follow: a class of N.xlarge has 4 N vCPUs, and every vCPU of a family comes with the same memory. The
// burstable families follow neither rule and have rows of their own.

/// Instance classes of one family.
struct DatabaseClassFamily {
  /// Families that share these facts.
  let names: [String]
  let rows: [Row]

  /// One size: Mbit/s of EBS, Gbit/s of the network, below 0 for `up to`, nil where AWS has no number.
  struct Row {
    let size: String
    let vCPUs: Int
    let memoryGiB: Int
    var ebsMbps: Int?
    var networkGbps: Double?
  }

  var classes: [DatabaseInstanceClass] {
    names.flatMap { name in
      rows.map { row in
        DatabaseInstanceClass(
          name: "db.\(name).\(row.size)", vCPUs: row.vCPUs, memoryMiB: row.memoryGiB << 10,
          ebsBandwidth: row.ebsMbps.map { .init(mbps: abs($0), isBurst: $0 < 0) },
          networkBandwidth: row.networkGbps.map { .init(mbps: Int(abs($0) * 1_000), isBurst: $0 < 0) })
      }
    }
  }

  /// vCPUs of a size by its name: 2 of large, 4 of xlarge, 4 N of N.xlarge.
  private static func vCPUs(of size: String) -> Int {
    size == "large" ? 2 : 4 * (Int(size.prefix { $0.isNumber }) ?? 1)
  }

  private static func rule(
    _ names: String..., gibPerVCPU: Int, _ sizes: [(size: String, ebs: Int?, network: Double?)]
  ) -> DatabaseClassFamily {
    let rows = sizes.map { entry in
      let vCPUs = vCPUs(of: entry.size)
      return Row(
        size: entry.size, vCPUs: vCPUs, memoryGiB: vCPUs * gibPerVCPU, ebsMbps: entry.ebs, networkGbps: entry.network)
    }
    return DatabaseClassFamily(names: names, rows: rows)
  }

  // MARK: What several families have in common

  private typealias Sizes = [(size: String, ebs: Int?, network: Double?)]

  private static let fifth: Sizes = [
    ("large", -4_750, -10), ("xlarge", -4_750, -10), ("2xlarge", -4_750, -10), ("4xlarge", 4_750, -10),
    ("8xlarge", 6_800, 10), ("12xlarge", 9_500, 10), ("16xlarge", 13_600, 20), ("24xlarge", 19_000, 25),
  ]
  private static let sixthGraviton: Sizes = [
    ("large", -4_750, -10), ("xlarge", -4_750, -10), ("2xlarge", -4_750, -10), ("4xlarge", 4_750, -10),
    ("8xlarge", 9_000, 12), ("12xlarge", 13_500, 20), ("16xlarge", 19_000, 25),
  ]
  private static let seventhGraviton: Sizes = [
    ("large", -10_000, -12.5), ("xlarge", -10_000, -12.5), ("2xlarge", -10_000, -15), ("4xlarge", -10_000, -15),
    ("8xlarge", 10_000, 15), ("12xlarge", 15_000, 22.5), ("16xlarge", 20_000, 30),
  ]
  private static let eighthGraviton: Sizes = [
    ("large", nil, nil), ("xlarge", nil, nil), ("2xlarge", nil, nil), ("4xlarge", nil, nil), ("8xlarge", nil, nil),
    ("12xlarge", nil, nil), ("16xlarge", nil, nil), ("24xlarge", nil, nil), ("48xlarge", nil, nil),
  ]

  /// Sizes of a burstable family: vCPUs and GiB of each, and the Mbit/s of EBS up to medium and beyond.
  private static func burstable(_ name: String, ebs: (small: Int, large: Int)?, network: Double?)
    -> DatabaseClassFamily
  {
    let first = name == "t2" ? 1 : 2
    let sizes = [
      ("micro", first, 1), ("small", first, 2), ("medium", 2, 4), ("large", 2, 8), ("xlarge", 4, 16),
      ("2xlarge", 8, 32),
    ]
    let rows = sizes.map { size, vCPUs, memory in
      Row(
        size: size, vCPUs: vCPUs, memoryGiB: memory, ebsMbps: ebs.map { memory <= 4 ? -$0.small : -$0.large },
        networkGbps: network.map { -$0 })
    }
    return DatabaseClassFamily(names: [name], rows: rows)
  }

  // MARK: All families

  static let all: [DatabaseClassFamily] = [
    rule("r5", "r5d", gibPerVCPU: 8, fifth),
    rule(
      "r5b", gibPerVCPU: 8,
      [
        ("large", -10_000, -10), ("xlarge", -10_000, -10), ("2xlarge", -10_000, -10), ("4xlarge", 10_000, -10),
        ("8xlarge", 20_000, 10), ("12xlarge", 30_000, 10), ("16xlarge", 40_000, 20), ("24xlarge", 60_000, 25),
      ]),
    rule("r6g", "r6gd", gibPerVCPU: 8, sixthGraviton),
    rule(
      "r6i", gibPerVCPU: 8,
      [
        ("large", -10_000, -12.5), ("xlarge", -10_000, -12.5), ("2xlarge", -10_000, -12.5),
        ("4xlarge", -10_000, -12.5), ("8xlarge", 10_000, 12.5), ("12xlarge", 15_000, 18.75), ("16xlarge", 20_000, 25),
        ("24xlarge", 30_000, 37.5), ("32xlarge", 40_000, 50),
      ]),
    rule("r7g", gibPerVCPU: 8, seventhGraviton),
    rule("r8g", gibPerVCPU: 8, eighthGraviton),
    rule(
      "x2g", gibPerVCPU: 16,
      [
        ("large", -4_750, -10), ("xlarge", -4_750, -10), ("2xlarge", -4_750, -10), ("4xlarge", 4_750, -10),
        ("8xlarge", 9_500, 12), ("12xlarge", 14_250, 20), ("16xlarge", 19_000, 25),
      ]),
    rule(
      "x2idn", gibPerVCPU: 16, [("16xlarge", 40_000, 50), ("24xlarge", 60_000, 75), ("32xlarge", 80_000, 100)]),
    rule(
      "x2iedn", gibPerVCPU: 32,
      [
        ("xlarge", -20_000, -25), ("2xlarge", -20_000, -25), ("4xlarge", -20_000, -25), ("8xlarge", 20_000, 25),
        ("16xlarge", 40_000, 50), ("24xlarge", 60_000, 75), ("32xlarge", 80_000, 100),
      ]),
    rule("m5", "m5d", gibPerVCPU: 4, fifth),
    rule(
      "m6g", gibPerVCPU: 4,
      [
        ("large", -4_750, -10), ("xlarge", -4_750, -10), ("2xlarge", -4_750, -10), ("4xlarge", 6_800, -10),
        ("8xlarge", 9_500, 12), ("12xlarge", 13_500, 20), ("16xlarge", 19_000, 25),
      ]),
    rule("m6gd", gibPerVCPU: 4, sixthGraviton),
    rule(
      "m6i", gibPerVCPU: 4,
      [
        ("large", -12_500, -10), ("xlarge", -12_500, -10), ("2xlarge", -12_500, -10), ("4xlarge", -12_500, -10),
        ("8xlarge", 12_500, 10), ("12xlarge", 18_750, 15), ("16xlarge", 25_000, 20), ("24xlarge", 37_500, 30),
        ("32xlarge", 50_000, 40),
      ]),
    rule("m7g", gibPerVCPU: 4, seventhGraviton),
    rule("m8g", gibPerVCPU: 4, eighthGraviton),
    burstable("t2", ebs: nil, network: nil),
    burstable("t3", ebs: (1_536, 2_048), network: 5),
    burstable("t4g", ebs: (2_085, 2_780), network: 5),
  ]
}
