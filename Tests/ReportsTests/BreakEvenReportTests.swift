import Foundation
import Statistics
import Testing
import Units

@testable import Experiments
@testable import Reports

@Suite("Break-even in reports")
struct BreakEvenReportTests {
  private func money(_ mean: String) -> MoneyEstimate { Fixture().money(mean, "0.10") }

  private func world(_ reads: String, _ writes: String, _ both: String, throttled: Double) -> CapacityWorld {
    CapacityWorld(
      cost: CapacityMoney(reads: money(reads), writes: money(writes), both: money(both)),
      throttled: Interval(mean: throttled, halfWidth: 0.001, count: 10),
      failed: Interval(mean: .nan, halfWidth: nil, count: 0))
  }

  private func breakEven(table: String = "orders") -> BreakEven {
    func point(_ utilization: Double, _ units: Int, _ difference: String) -> BreakEvenPoint {
      BreakEvenPoint(
        utilization: utilization, units: [CapacityUnits(name: table, read: units, write: 1_234)],
        world: world("12.345", "700.004", "712.349", throttled: utilization / 10),
        difference: CapacityMoney(reads: money(difference), writes: money(difference), both: money(difference)))
    }
    return BreakEven(
      table: table, replications: 10,
      consumption: [CapacityConsumption(name: table, readUnits: 20, writeUnits: 370.2)],
      onDemand: world("10.00", "710.00", "720.00", throttled: 0),
      points: [point(0.2, 100, "2.35"), point(0.3, 67, "-1.5")],
      outcomes: [
        BreakEvenOutcome(kind: .reads, simulated: .at(0.2905), halfWidth: 0.0012, formula: 0.26 / 0.9),
        BreakEvenOutcome(kind: .writes, simulated: .above, halfWidth: nil, formula: 1.25),
        BreakEvenOutcome(kind: .both, simulated: .below, halfWidth: nil, formula: nil),
      ],
      prices: CapacityPrices(
        readUnit: Money("0.000000125"), readUnitHour: Money("0.00013"), writeUnit: nil, writeUnitHour: nil))
  }

  private func result(table: String = "orders") -> ExperimentResult {
    var result = Fixture().result
    result.breakEven = breakEven(table: table)
    return result
  }

  @Test("breakeven.csv has a row a capacity and utilisation, then what simulation and formula found")
  func csv() {
    let lines = BreakEvenTables.csv(breakEven()).split(separator: "\n").map(String.init)
    #expect(lines.count == 1 + 3 * 2 + 3 * 2)
    #expect(
      lines[1] == "orders,reads,point,0.2,,100,12.35,0.10,10.00,0.10,2.35,0.10,0.02,0.001,,")
    #expect(lines[6] == "orders,both,point,0.3,,,712.35,0.10,720.00,0.10,-1.50,0.10,0.03,0.001,,")
    #expect(
      lines.suffix(6) == [
        "orders,reads,simulation,0.2905,0.0012,,,,,,,,,,,", "orders,reads,formula,0.2888889,,,,,,,,,,,,",
        "orders,writes,simulation above,,,,,,,,,,,,,", "orders,writes,formula,1.25,,,,,,,,,,,,",
        "orders,both,simulation below,,,,,,,,,,,,,", "orders,both,formula,,,,,,,,,,,,,",
      ])
  }

  @Test("the page has a section that its navigation leads to, with both findings and how the formula works")
  func page() {
    let html = Page(result: result(), manifest: Fixture().manifest).text
    #expect(Markup.unbalanced(html) == [])
    #expect(html.contains("href=\"#break-even\"") && html.contains("id=\"break-even\""))
    for text in [
      "29.05 ± 0.12 %", "28.89 %", "0.00013 USD / (0.000000125 USD × 3,600)", "above 30 %", "below 20 %", "125 %",
      "1,234", "Why simulation and formula differ",
    ] { #expect(html.contains(text), "\(text)") }
    let without = Page(result: Fixture().result, manifest: Fixture().manifest).text
    #expect(!without.contains("break-even") && !without.contains("Break-even"))
  }

  @Test("a table's name cannot become markup")
  func escaping() {
    let html = Page(result: result(table: "<b>&"), manifest: Fixture().manifest).text
    #expect(Markup.unbalanced(html) == [] && !html.contains("<b>&"))
  }

  @Test("a run with it leaves one file more, a later one without removes it; summary and JSON hold it")
  func files() throws {
    let names = Reports.files(for: result(), manifest: Fixture().manifest).map(\.name)
    let without = Reports.files(for: Fixture().result, manifest: Fixture().manifest).map(\.name)
    #expect(Set(names).subtracting(without) == ["breakeven.csv"] && names.last == "report.html")
    #expect(Reports.optionalFiles.contains("breakeven.csv"))
    let text = Summary.text(for: result(), color: false, width: 80)
    #expect(text.contains("Provisioned orders is cheaper from") && text.contains("29.05 ± 0.12 %"))
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(Reports.summaryJSON(for: result()).utf8)) as? [String: Any])
    let part = try #require(json["breakEven"] as? [String: Any])
    let outcomes = try #require(part["breakEven"] as? [String: [String: Any]])
    #expect(
      outcomes["reads"]?["simulated"] as? Double == 0.2905 && outcomes["writes"]?["position"] as? String == "above")
    #expect(outcomes["both"]?["formula"] is NSNull)
    #expect(
      try JSONSerialization.jsonObject(with: Data(Reports.summaryJSON(for: Fixture().result).utf8)) is [String: Any])
    #expect(!Reports.summaryJSON(for: Fixture().result).contains("breakEven"))
  }

  @Test("a comparison shows it for each design that asks")
  func comparison() {
    let fixture = ComparisonFixture()
    var comparison = fixture.comparison
    #expect(!Reports.comparisonJSON(for: comparison).contains("breakEven"))
    comparison.results[1].breakEven = breakEven()
    let html = ComparisonPage(comparison: comparison, manifest: fixture.manifest).text
    #expect(Markup.unbalanced(html) == [])
    #expect(html.contains("id=\"break-even\"") && html.contains("Under the traffic and handlers of snapStart"))
    #expect(!html.contains("Under the traffic and handlers of plain"))
    #expect(Reports.comparisonJSON(for: comparison).contains("\"breakEven\""))
    #expect(ComparisonSummary.text(for: comparison, color: false).contains("Provisioned orders is cheaper from"))
  }
}
