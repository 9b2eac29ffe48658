import Testing

@testable import Experiments
@testable import Reports

@Suite("Tables of sweeps")
struct SweepTablesTests {
  private static func plan(_ parameters: [(name: String, values: [String])]) throws -> PlanFile {
    let count = parameters[0].values.count
    var points = DesignPoints(parameters: parameters.count)
    for point in 0..<count { points.append(parameters.map { $0.values[point] }) }
    let source = PlanFile.Header.Source(path: "it's.yaml", sha256: "00")
    let header = PlanFile.Header(
      toolVersion: "0", name: "Test", description: "", plan: source, scenario: source, scenarioText: "", variant: nil,
      settings: [], arguments: ["--set", "duration=5 s", "--price-book", "p.yaml"], traffic: [], prices: source,
      replications: 2, seed: 1, randomNumbers: "common", design: "list",
      parameters: parameters.map {
        PlanFile.Header.Parameter(
          name: $0.name, paths: ["a"], unit: PlanFile.Header.Parameter.commonUnit(of: $0.values), values: nil)
      }, figures: [], points: count)
    return try PlanFile(PlanFile.bytes(header, points), path: "sweep.json")
  }

  private static func tables(_ plan: PlanFile, _ outcomes: [PointOutcome]) throws -> (tidy: String, wide: String) {
    var (tidy, wide) = ("", "")
    let layout = try SweepLayout(plan) { body in for outcome in outcomes { try body(outcome) } }
    let tables = try SweepTables(plan, layout, tidy: { tidy += $0 }, wide: { wide += $0 })
    for outcome in outcomes { try tables.add(outcome) }
    return (tidy, wide)
  }

  private static func figure(_ name: String, _ unit: String, _ value: Double) -> PointFigure {
    PointFigure(name: name, unit: unit, value: value)
  }

  @Test("failed points, missing values and figures that only some points have are empty cells")
  func whole() throws {
    let plan = try Self.plan([(name: "memory", values: ["1 GB", "512 MB", "0"]), ("text", ["a,b", "x", "\"y\""])])
    let tables = try Self.tables(
      plan,
      [
        PointOutcome(point: 0, figures: [], failure: "no, \"not\" so"),
        PointOutcome(
          point: 1,
          figures: [
            [Self.figure("shop.p99", "ms", 1), Self.figure("cost.monthly", "USD", 0.1)],
            [Self.figure("shop.p99", "ms", 3), Self.figure("cost.monthly", "USD", .nan)],
          ], failure: nil),
        PointOutcome(point: 2, figures: [[Self.figure("w.p99ColdMs", "ms", 2)]], failure: nil),
      ])
    #expect(
      tables.tidy == """
        point,memory_MB,text,replication,figure,unit,value,status,error
        0,1024,"a,b",,,,,error,"no, ""not"" so"
        1,512,x,0,shop.p99,ms,1,ok,
        1,512,x,0,cost.monthly,USD,0.1,ok,
        1,512,x,1,shop.p99,ms,3,ok,
        1,512,x,1,cost.monthly,USD,,ok,
        2,0,\"""y""\",0,w.p99ColdMs,ms,2,ok,

        """)
    // The half-width of 1 and 3 is the 97.5 % point of Student's t of one degree of freedom, 12.7062047.
    #expect(
      tables.wide == """
        point,memory_MB,text,status,error,replications,shop_p99_ms,shop_p99_ms_half_width,cost_monthly_USD,\
        cost_monthly_USD_half_width,w_p99ColdMs,w_p99ColdMs_half_width
        0,1024,"a,b",error,"no, ""not"" so",0,,,,,,
        1,512,x,ok,,2,2,12.70620474,0.1,,,
        2,0,\"""y""\",ok,,1,,,,,2,

        """)
  }

  @Test(
    "values of one kind get the smallest unit among them, others stay texts",
    arguments: [
      (["1 GB", "512 MB"], "MB", ["1024", "512"]), (["1 s", "250 ms", "0"], "ms", ["1000", "250", "0"]),
      (["1.5 s", "2 s"], "s", ["1.5", "2"]), (["60 / min", "2 / s"], "/ min", ["60", "120"]),
      (["0.5 %", "1 %"], "%", ["0.5", "1"]), (["1", "2.50"], "", ["1", "2.5"]), (["0", "0"], "", ["0", "0"]),
    ])
  func units(values: [String], unit: String, cells: [String]) {
    #expect(PlanFile.Header.Parameter.commonUnit(of: values) == unit)
    let parameter = PlanFile.Header.Parameter(name: "x", paths: [], unit: unit, values: nil)
    #expect(values.map { parameter.cell($0) } == cells)
  }

  @Test("values of several kinds have no unit", arguments: [["1 s", "1 MB"], ["1 s", "x"], ["x"], ["1", "1 s"], []])
  func noUnit(values: [String]) {
    #expect(PlanFile.Header.Parameter.commonUnit(of: values) == nil)
  }

  @Test("columns' names need no quotes in SQL, and none is there twice, whatever the case")
  func names() {
    #expect(
      ColumnNames.distinct(["a.b", "a_b", "A.b", "order", "2x", "é", "", "a.b_2", "p99 %"])
        == ["a_b", "a_b_2", "A_b_3", "order_", "_2x", "_", "__2", "a_b_2_2", "p99__"])
    #expect(ColumnNames.figure("shop.p99", unit: "ms") == "shop.p99_ms")
    #expect(ColumnNames.figure("w.p99ColdMs", unit: "ms") == "w.p99ColdMs")
    #expect(ColumnNames.figure("w.coldStarts", unit: "count") == "w.coldStarts")
  }

  @Test("a parameter that would have a figure's column keeps its name, and the figure gets another")
  func collision() throws {
    let plan = try Self.plan([(name: "shop_p99", values: ["1 ms", "2 ms"])])
    let layout = try SweepLayout(plan) { body in
      try body(PointOutcome(point: 0, figures: [[Self.figure("shop.p99", "ms", 1)]], failure: nil))
    }
    #expect(layout.wide.contains("shop_p99_ms") && layout.wide.contains("shop_p99_ms_2"))
    #expect(layout.parameters == ["shop_p99_ms"])
  }

  @Test("the manifest says how to make the tables again, in words that a shell takes")
  func commands() throws {
    let plan = try Self.plan([(name: "x", values: ["1"])])
    #expect(
      SweepManifest.commands(plan.header) == [
        "windtunnel sweep plan 'it'\\''s.yaml' --set 'duration=5 s' --price-book p.yaml --out sweep",
        "windtunnel sweep run --plan sweep/sweep.json --out sweep --price-book p.yaml",
        "windtunnel sweep merge --plan sweep/sweep.json --out sweep",
      ])
  }

  @Test("a small sweep is shown whole, a large one by its ends, the first of equal ones in front")
  func summary() throws {
    func text(_ count: Int) throws -> String {
      let plan = try Self.plan([(name: "x", values: (0..<count).map { "\($0)" })])
      let outcomes = (0..<count).map {
        PointOutcome(point: $0, figures: [[Self.figure("s.p99", "ms", Double($0 / 2))]], failure: nil)
      }
      let layout = try SweepLayout(plan) { body in for outcome in outcomes { try body(outcome) } }
      var summary = SweepSummary(plan, layout)
      for outcome in outcomes { summary.add(outcome) }
      return summary.text(color: false, width: 80)
    }
    #expect(try text(40).split(separator: "\n").count == 45)
    let large = try text(41).split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(large.count == 16)
    #expect(large[2...5] == [["least", "s.p99"], ["s"], ["p99"], ["point", "x", "ms", "±"]])
    #expect(large[6...8].map { $0[0] } == ["0", "1", "2"])
    #expect(large[13...15].map { $0[0] } == ["40", "38", "39"])
  }

  @Test("a narrow terminal gets the main figures without their half-widths, and is told what it has no room for")
  func narrow() throws {
    let plan = try Self.plan([("memory", ["128 MB", "10240 MB"]), ("runtime", ["nodejs24.x", "python3.13"])])
    let names = [
      ("cost.monthly", "USD", 1270.123), ("shoppers.p99", "ms", 49.8), ("shoppers.mean", "ms", 21.12),
      ("shoppers.errorRate", "share", 0.00012),
    ]
    let outcomes = (0..<2).map { point in
      PointOutcome(
        point: point,
        figures: [0.0, 1].map { luck in names.map { Self.figure($0.0, $0.1, $0.2 + luck * $0.2 / 1000) } },
        failure: nil)
    }
    let layout = try SweepLayout(plan) { body in for outcome in outcomes { try body(outcome) } }
    var summary = SweepSummary(plan, layout)
    for outcome in outcomes { summary.add(outcome) }
    func text(_ width: Int) -> String { summary.text(color: false, width: width) }
    #expect(
      text(80) == """
        Test
        2 points of 2 replications, 0 failed; means and 95 % half-widths, all of them in points.csv

                                      cost       shoppers        shoppers    shoppers
               memory              monthly            p99            mean   errorRate
        point      MB     runtime      USD    ±        ms     ±        ms       share
          0       128  nodejs24.x   1270.8  8.1    49.825  0.32    21.131  0.00012006
          1     10240  python3.13   1270.8  8.1    49.825  0.32    21.131  0.00012006
        no room for the half-widths of 2 figures

        """)
    for width in [40, 80, 100, 140] {
      let lines = text(width).split(separator: "\n").dropFirst(2)
      #expect(lines.allSatisfy { $0.count <= width || $0.hasPrefix("no room for") }, "\(text(width))")
    }
    #expect(text(140).contains("±") && !text(140).contains("no room"))
    #expect(text(60).contains("no room for shoppers.errorRate, the half-widths of 4 figures\n"))
  }

  @Test("one replication has no half-widths, and nothing is said of them")
  func single() throws {
    var plan = try Self.plan([(name: "x", values: ["1", "2"])])
    var header = plan.header
    header.replications = 1
    plan = try PlanFile(PlanFile.bytes(header, plan.points), path: "sweep.json")
    let outcomes = (0..<2).map {
      PointOutcome(point: $0, figures: [[Self.figure("s.p99", "ms", Double($0))]], failure: nil)
    }
    let layout = try SweepLayout(plan) { body in for outcome in outcomes { try body(outcome) } }
    var summary = SweepSummary(plan, layout)
    for outcome in outcomes { summary.add(outcome) }
    for width in [20, 80] {
      let text = summary.text(color: false, width: width)
      #expect(text.contains("1 replications, 0 failed; all of them in points.csv\n"))
      #expect(!text.contains("±") && !text.contains("half-width"), "\(text)")
    }
  }

  @Test("a large sweep says of a figure without ends that it has none")
  func constant() throws {
    let plan = try Self.plan([(name: "x", values: (0..<41).map { "\($0)" })])
    let outcomes = (0..<41).map {
      PointOutcome(
        point: $0, figures: [[Self.figure("s.p99", "ms", Double($0)), Self.figure("s.errorRate", "share", 0)]],
        failure: nil)
    }
    let layout = try SweepLayout(plan) { body in for outcome in outcomes { try body(outcome) } }
    var summary = SweepSummary(plan, layout)
    for outcome in outcomes { summary.add(outcome) }
    let text = summary.text(color: false, width: 80)
    #expect(text.contains("least s.p99\n") && text.contains("greatest s.p99\n"))
    #expect(text.contains("s.errorRate is 0 at all points\n") && !text.contains("least s.errorRate"))
  }
}
