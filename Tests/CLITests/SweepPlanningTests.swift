import Foundation
import Testing

@Suite("Planning a sweep")
struct SweepPlanningTests {
  /// A plan over `scenario()` of 3 x 2 points.
  private static let plan = """
    sweep: Test
    scenario: s.yaml
    replications: 2
    settings: { duration: 1 min }
    parameters:
      memory: { path: resources.worker.memorySize, values: [128 MB, 1 GB, 512 MB] }
      rate: { path: traffic.shoppers.arrivals.poisson.rate, values: [1 / s, 5 / s] }

    """

  @Test(
    "what is wrong with a plan's values is said at its place",
    arguments: [
      (
        "resources.worker.memorySize", "resources.worker.memorySzie",
        "p.yaml:6:19: found the unknown key `memorySzie` in the path of memory"
      ),
      ("1 GB", "1 s", "p.yaml:6:65: found 1 s for memory"), ("1 GB", "64 MB", "p.yaml:6:65: found 64 MB for memory"),
      ("128 MB", "64 MB", "p.yaml:6:57: found 64 MB for memory"), ("duration: 1 min", "duration: 1 MB", "p.yaml:4:13"),
      ("memorySize", "timeout", "p.yaml:6:"), ("traffic.shoppers.arrivals.poisson.rate", "seed", "p.yaml:7:"),
      ("replications: 2", "figures: [cost.monthyl]", "p.yaml:3:11: found the unknown figure `cost.monthyl`"),
    ])
  func trial(old: String, new: String, wanted: String) throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    try folder.put(Self.plan.replacingOccurrences(of: old, with: new), "p.yaml")
    let outcome = try Program.run(["sweep", "plan", "p.yaml", "--out", "o"], in: folder)
    #expect(outcome.status == 65)
    #expect(outcome.error.contains(wanted), "\(outcome.error)")
    #expect(folder.names("o") == nil)
  }

  @Test("a parameter that changes nothing, a setting that collides, and too many points are refused")
  func refused() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    func fault(_ plan: String, _ more: [String] = []) throws -> String {
      try folder.put(plan, "p.yaml")
      let outcome = try Program.run(["sweep", "plan", "p.yaml", "--out", "o"] + more, in: folder)
      #expect(outcome.status == 65)
      return outcome.error
    }
    let idle = Self.plan + "  seed: { path: seed, values: [1, 2] }\n"
    #expect(try fault(idle).contains("p.yaml:8:17: found `seed`, whose values all give the same simulation"))
    let collision = try fault(Self.plan, ["--set", "resources.worker.memorySize=1 GB"])
    #expect(collision.contains("--set resources.worker.memorySize: found a path that the parameter `memory` varies"))
    try folder.put("no book", "b.yaml")
    #expect(try fault(Self.plan, ["--price-book", "b.yaml"]).contains("b.yaml"))
    #expect(try fault(Self.plan, ["--price-book", "c.yaml"]).contains("c.yaml: found no readable file"))
    let many = (0..<4).map {
      "  x\($0): { path: a\($0), values: [\((0..<100).map(String.init).joined(separator: ","))] }"
    }
    #expect(
      try fault("sweep: T\nscenario: s.yaml\nparameters:\n" + many.joined(separator: "\n")).contains(
        "found 100000000 points, wanted at most 10000000"))
  }

  /// Only together they can be wrong: more is reserved than the account has.
  private static func together(limits: String, reserved: String, more: String = "") -> String {
    """
    sweep: Test
    scenario: s.yaml
    settings: { duration: 10 s }
    parameters:
      limit: { path: account.concurrentExecutions, values: [\(limits)] }
      reserved: { path: resources.worker.reservedConcurrentExecutions, values: [\(reserved)] }
    \(more)

    """
  }

  @Test(
    "points that fail are announced, are rows, and stop nothing, whatever the order of the values",
    arguments: [
      ("1000, 200", "10, 800", "3 (limit 200, reserved 800)"), ("200, 1000", "10, 800", "1 (limit 200, reserved 800)"),
      ("200, 1000", "800, 10", "0 (limit 200, reserved 800)"),
    ])
  func failing(limits: String, reserved: String, point: String) throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    try folder.put(Self.together(limits: limits, reserved: reserved), "p.yaml")
    let planned = try Program.run(["sweep", "plan", "p.yaml", "--out", "o"], in: folder)
    #expect(planned.status == 0)
    #expect(
      planned.error.hasPrefix(
        "warning: 1 of 4 points cannot be simulated and will be rows with an error; the first is point \(point): "
          + "p.yaml:6:"), "\(planned.error)")
    #expect(planned.error.contains("found 800 of 200 unreserved for reserved"))
    let run = try Program.run(["sweep", "run", "--plan", "o/sweep.json", "--out", "o"], in: folder)
    #expect(run.status == 0 && run.error.contains("4 points, 0 of them from before, 1 failed"))
    #expect(try Program.run(["sweep", "merge", "--plan", "o/sweep.json", "--out", "o"], in: folder).status == 0)
    let rows = String(decoding: try folder.files("o")["points.csv"] ?? Data(), as: UTF8.self).split(separator: "\n")
    let number = try #require(Int(point.prefix { $0 != " " }))
    #expect(rows.count == 5 && rows[1 + number].hasPrefix("\(number),200,800,error,\""), "\(rows)")
    #expect(rows.dropFirst().filter { $0.contains(",ok,,3,") }.count == 3)
  }

  @Test("a value that no point works with is a fault, and so is a plan of which no point works")
  func neverWorks() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    func fault(_ plan: String) throws -> String {
      try folder.put(plan, "p.yaml")
      let outcome = try Program.run(["sweep", "plan", "p.yaml", "--out", "o"], in: folder)
      #expect(outcome.status == 65 && folder.names("o") == nil)
      return outcome.error
    }
    let value = try fault(Self.together(limits: "200, 300", reserved: "10, 800"))
    #expect(
      value.hasPrefix("p.yaml:6:81: found 800 of 200 unreserved for reserved")
        && value.hasSuffix("1 fault in p.yaml\n"), "\(value)")
    // Each value works with some other, but no listed point does.
    let list = "design: { list: [ { limit: 200, reserved: 800 }, { limit: 300, reserved: 900 } ] }"
    let none = try fault(Self.together(limits: "200, 1000", reserved: "800, 10", more: list))
    #expect(
      none.contains("found 800 of 200 unreserved for reserved") && none.contains("found 900 of 200 unreserved"),
      "\(none)")
    let ranges = """
      sweep: Test
      scenario: s.yaml
      parameters:
        limit: { path: account.concurrentExecutions, from: 200, to: 1000, step: 1 }
        reserved: { path: resources.worker.reservedConcurrentExecutions, from: 50, to: 850, step: 1 }
      design: { sobol: { points: 3, shift: none } }

      """
    try folder.put(ranges, "p.yaml")
    #expect(try Program.run(["sweep", "plan", "p.yaml", "--out", "o"], in: folder).status == 0)
    try FileManager.default.removeItem(atPath: folder.path + "/o")
    // Both ends are whole numbers, and nothing between them is.
    let broken = try fault(
      ranges.replacingOccurrences(of: "to: 850, step: 1", with: "to: 51").replacingOccurrences(
        of: "sobol: { points: 3, shift: none }", with: "random: { points: 3 }"))
    #expect(
      broken.hasPrefix("p.yaml:5:21: found none of 3 points that can be simulated; at point 0 (limit "), "\(broken)")
    #expect(broken.contains("for reserved, wanted a whole number"), "\(broken)")
  }

  @Test("what is wrong with the plan itself and with its values is said at once")
  func allAtOnce() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    let plan = """
      sweep: Test
      scenario: s.yaml
      replications: 0
      parameters:
        memory: { path: resources.worker.memorySize, values: [128 MB, 64 MB, 1 s] }
        rate: { path: traffic.shoppers.arrivals.poisson.rate, from: 5 / s, to: 1 / s }
        timeout: { path: resources.worker.timeuot, values: [1 s, 2 s] }
      design: gird
      figures: [cost.monthyl, shoppers.p99]

      """
    try folder.put(plan, "p.yaml")
    let outcome = try Program.run(["sweep", "plan", "p.yaml", "--out", "o"], in: folder)
    let lines = outcome.error.split(separator: "\n").map(String.init)
    #expect(outcome.status == 65)
    let wanted = [
      "p.yaml:3:15: found 0", "p.yaml:5:65: found 64 MB for memory", "p.yaml:5:72: found 1 s for memory",
      "p.yaml:6:74: found 1 / s", "p.yaml:7:20: found the unknown key `timeuot` in the path of timeout",
      "p.yaml:8:9: found gird", "p.yaml:9:11: found the unknown figure `cost.monthyl`", "7 faults in p.yaml",
    ]
    #expect(lines.count == wanted.count, "\(outcome.error)")
    for (line, wanted) in zip(lines, wanted) { #expect(line.hasPrefix(wanted), "\(line)") }
  }

  @Test("faults of the scenario's own come with those of the plan, and each once")
  func scenarioToo() throws {
    let folder = try Folder()
    try folder.put(scenario().replacingOccurrences(of: "timeout: 10 s", with: "timeout: 10 h"), "s.yaml")
    for (old, count) in [("figures: [cost.monthly]", 1), ("figures: []", 2)] {
      try folder.put(Self.plan + old + "\n", "p.yaml")
      let outcome = try Program.run(["sweep", "plan", "p.yaml", "--out", "o"], in: folder)
      #expect(outcome.status == 65)
      #expect(outcome.error.split(separator: "\n").count == 1 + count, "\(outcome.error)")
      #expect(outcome.error.contains("s.yaml:13:14: found 10 h"), "\(outcome.error)")
    }
  }

}
