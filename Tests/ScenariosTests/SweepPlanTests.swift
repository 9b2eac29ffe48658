import Testing

@testable import Scenarios

@Suite("Plans of sweeps")
struct SweepPlanTests {
  private static func plan(
    parameters: String = "memory: { path: resources.worker.memorySize, values: [128 MB, 1 GB] }", more: String = ""
  ) -> String {
    """
    sweep: Test
    scenario: s.yaml
    parameters:
      \(parameters)
    \(more)
    """
  }

  private static func faults(_ text: String) -> [String] {
    do throws(ScenarioFaults) {
      _ = try SweepPlan.decode(text, path: "p.yaml")
      return []
    } catch { return error.errors.map(\.description) }
  }

  @Test("a sound plan knows where its parts stand")
  func places() throws {
    let text = Self.plan(
      parameters: """
        memory: { path: resources.worker.memorySize, values: [128 MB, 1 GB] }
          rate:
            path: traffic.shoppers.arrivals.poisson.rate
            from: 1 / s
            to: 9 / s
        """, more: "design: { random: { points: 3 } }\nfigures: [cost.monthly]\nsettings: { duration: 5 s }")
    let plan = try SweepPlan.decode(text, path: "p.yaml")
    #expect(plan.places.paths["memory"]?.description == "p.yaml:4:19")
    #expect(plan.places.values["memory"]?.map(\.description) == ["p.yaml:4:57", "p.yaml:4:65"])
    #expect(plan.places.values["rate"]?.map(\.description) == ["p.yaml:7:11", "p.yaml:8:9"])
    #expect(plan.places.figures["cost.monthly"]?.description == "p.yaml:10:11")
    #expect(plan.places.settings["duration"]?.description == "p.yaml:11:13")
  }

  @Test("places of listed values are known too")
  func listed() throws {
    let plan = try SweepPlan.decode(
      Self.plan(more: "design:\n  list:\n    - { memory: 256 MB }\n    - { memory: 1 GB }"), path: "p.yaml")
    #expect(plan.places.listed["memory"]?["1 GB"]?.description == "p.yaml:8:17")
  }

  @Test(
    "the same value twice is a fault, whatever its unit",
    arguments: [
      ("128 MB, 128 MB", "128 MB twice"), ("1 GB, 1024 MB", "1024 MB twice"), ("1 s, 1000 ms", "1000 ms twice"),
      ("1 s, 1.0 s", "1.0 s twice"), ("60 / min, 1 / s", "1 / s twice"), ("a, b, a", "a twice"),
      ("1, 1.0", "1.0 twice"),
      ("\"\"", "a single value"), ("", "an empty list"),
    ])
  func duplicates(values: String, wanted: String) {
    let faults = Self.faults(Self.plan(parameters: "x: { path: a.b, values: [\(values)] }"))
    #expect(faults.count == 1 && faults[0].contains(wanted), "\(faults)")
  }

  @Test(
    "values that differ are none", arguments: ["1 GB, 1025 MB", "1 s, 1 min", "1 MB, 1 ms", "1 / s, 1 / d", "1, 1 s"])
  func different(values: String) {
    #expect(Self.faults(Self.plan(parameters: "x: { path: a.b, values: [\(values)] }")).isEmpty)
  }

  @Test("a listed point twice is a fault, whatever its units")
  func listedTwice() {
    let more = "design:\n  list:\n    - { memory: 1024 MB }\n    - { memory: 1 GB }"
    #expect(Self.faults(Self.plan(more: more)).map { $0.contains("a point twice") } == [true])
  }

  @Test("a range whose values all read alike is a fault; one that differs in the sixth digit is none")
  func flatRange() {
    func faults(_ from: String, _ to: String) -> [String] {
      Self.faults(
        Self.plan(
          parameters: "x: { path: a.b, from: \(from), to: \(to) }", more: "design: { random: { points: 2 } }"))
    }
    #expect(faults("1000000 ms", "1000001 ms").map { $0.contains("all read 1000000 ms") } == [true])
    #expect(faults("100000 ms", "100001 ms").isEmpty)
  }

  @Test(
    "the end of a range is whole steps above its beginning, or the fault names the last step",
    arguments: [
      ("128 MB", "1152 MB", "64 MB", ""), ("128 MB", "1151 MB", "64 MB", "the last one below is 1088 MB"),
      ("128 MB", "1153 MB", "64 MB", "the last one below is 1152 MB"), ("0.1", "0.7", "0.2", ""),
      ("0.1", "0.8", "0.2", "the last one below is 0.7"), ("1", "10", "9", ""), ("1", "10", "8", "below is 9"),
      ("-1", "2", "1.5", ""), ("-1", "2", "2", "below is 1"), ("1e-20 s", "1e20 s", "1e-20 s", "in 18 digits"),
      ("1", "10", "10", "at most as wide"), ("1", "10", "0", "a step above 0"), ("1", "10", "1 s", "the unit"),
    ])
  func steps(from: String, to: String, step: String, wanted: String) {
    for scale in ["linear", "log"] where scale == "linear" || !from.hasPrefix("-") {
      let faults = Self.faults(
        Self.plan(
          parameters: "x: { path: a.b, from: \(from), to: \(to), step: \(step), scale: \(scale) }",
          more: "design: { random: { points: 2 } }"))
      #expect(wanted.isEmpty ? faults.isEmpty : faults.count == 1 && faults[0].contains(wanted), "\(faults)")
    }
  }

  @Test(
    "paths that overwrite each other are faults",
    arguments: [
      ("a.b", "a.b", true), ("a.b", "a", true), ("a", "a.b.c", true), ("a[0].b", "a.0.b", true), ("a.b", "a.bc", false),
      ("a.b", "a.c", false),
    ])
  func paths(first: String, second: String, collides: Bool) {
    let two = "x: { path: \"\(first)\", values: [1, 2] }\n  y: { path: \"\(second)\", values: [1, 2] }"
    let one = Self.faults(Self.plan(parameters: two))
    #expect(one.isEmpty == !collides && one.allSatisfy { $0.hasPrefix("p.yaml:5:14: found the path") }, "\(one)")
    let other = Self.faults(
      Self.plan(parameters: "x: { path: \"\(first)\", values: [1, 2] }", more: "settings: { \"\(second)\": 1 }"))
    #expect(other.isEmpty == !collides, "\(other)")
  }

  @Test("names of the tables' own columns are no parameters", arguments: ["point", "status", "value", "replications"])
  func reserved(name: String) {
    #expect(Self.faults(Self.plan(parameters: "\(name): { path: a, values: [1] }")).count == 1)
  }

  @Test("all faults of a plan come at once")
  func allAtOnce() {
    let text = Self.plan(
      parameters: "point: { path: a, values: [] }\n  y: { path: b, from: 3, to: 1 }",
      more: "replications: 0\ndesign: gird\nfigures: [a, a]")
    let faults = Self.faults(text)
    #expect(faults.count >= 5, "\(faults)")
  }

  @Test("what is sound of a plan with faults is left for a trial, unless the choice of a variant is in doubt")
  func draft() {
    func left(_ parameters: String, more: String = "") -> [String]? {
      let draft = SweepDraft(Self.plan(parameters: parameters, more: more), path: "p.yaml")
      #expect(!draft.faults.isEmpty)
      return draft.plan?.parameters.map(\.name)
    }
    let sound = "x: { path: a.b, values: [1, 2] }\n  "
    #expect(left(sound + "y: { path: a.c, values: [] }") == ["x"])
    #expect(left(sound + "y: { path: a.c, values: [1, [2], [3]] }") == ["x"])
    #expect(left(sound + "y: { path: a.c, from: 2, to: 1 }", more: "design: { random: { points: 2 } }") == ["x"])
    #expect(left(sound + "y: { path: variant, values: [] }") == nil)
    #expect(left(sound + "y: { values: [1, 2] }") == nil)
    #expect(left(sound, more: "settings: { c: [1] }") == nil)
    #expect(left(sound, more: "replications: 0") == ["x"])
    #expect(left(sound, more: "variant: [a]") == nil)
  }

  @Test("faults of the design are found beside those of the parameters")
  func designToo() {
    let faults = Self.faults(
      Self.plan(
        parameters: "x: { path: a.b, values: [] }\n  y: { path: a.c, values: [1, [2], [3]] }",
        more: "design: { list: [ { x: 1, y: 2, z: 3 } ] }"))
    #expect(faults.count == 4, "\(faults)")
    #expect(faults.last?.contains("the unknown parameter `z`") == true)
  }
}
