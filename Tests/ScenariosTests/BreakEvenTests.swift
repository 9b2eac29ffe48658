import Testing

@testable import Scenarios

@Suite("Break-even in a scenario")
struct BreakEvenTests {
  private func plan(_ variant: String?, _ overrides: Override...) throws -> BreakEvenPlan? {
    try Scenario.decode(Examples.breakEven, path: "x.yaml", variant: variant, overrides: overrides).breakEven
  }

  private func faults(_ path: String, _ value: String) -> [String] {
    Examples.faults(of: Examples.breakEven, overrides: [Override(path: path, value: value)])
  }

  @Test("a named variant alone gets it; without a name every one does, and the file as written")
  func variant() throws {
    let plan = try #require(try plan("large"))
    #expect(plan.table == "orders" && plan.utilizations == [0.2, 0.3, 1] && plan.variant == "large")
    #expect(try self.plan("plain") == nil && self.plan(nil) == nil)
    for name in ["large", "plain", nil] {
      #expect(try self.plan(name, Override(path: "breakEven.variant", value: "null")) != nil)
    }
  }

  @Test("left out, the utilisations are twelve steps, and they are an assumption")
  func steps() throws {
    let scenario = try Scenario.decode(
      Examples.breakEven, path: "x.yaml", variant: "large",
      overrides: [Override(path: "breakEven.utilization", value: "null")])
    #expect(scenario.breakEven?.utilizations == [0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
    #expect(scenario.assumptions.contains { $0.parameter == "breakEven.utilization" && $0.grade == .unknown })
  }

  @Test(
    "utilisations ascend, above 0 % and at most 100 %",
    arguments: [
      ("[0 %]", false), ("[0.1 %]", true), ("[100 %]", true), ("[100.1 %]", false), ("[20 %, 20 %]", false),
      ("[20 %, 20.1 %]", true), ("[30 %, 20 %]", false), ("[]", false), ("20 %", false), ("[0.2]", false),
    ])
  func utilizations(value: String, isSound: Bool) throws {
    let text = Examples.breakEven.replacing("[20 %, 30 %, 100 %]", with: value)
    #expect(Examples.faults(of: text).isEmpty == isSound)
  }

  @Test("fifty utilisations are the most", arguments: [(50, true), (51, false)])
  func most(count: Int, isSound: Bool) {
    let list = "[" + (1...count).map { "\($0) %" }.joined(separator: ", ") + "]"
    #expect(Examples.faults(of: Examples.breakEven.replacing("[20 %, 30 %, 100 %]", with: list)).isEmpty == isSound)
  }

  @Test("table and variant must be there, with a guess at what was meant")
  func names() throws {
    #expect(try #require(faults("breakEven.table", "ordres").first).contains("did you mean `orders`?"))
    #expect(try #require(faults("breakEven.table", "readers").first).contains("wanted a table: orders"))
    #expect(try #require(faults("breakEven.variant", "larg").first).contains("did you mean `large`?"))
    #expect(!faults("breakEven.table", "null").isEmpty)
  }
}
