import Experiments
import Foundation
import Testing

@testable import Reports

@Suite struct SummaryDocumentTests {
  private func parsed(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("summary.json is JSON and holds the figures")
  func figures() throws {
    let json = try parsed(Reports.summaryJSON(for: Fixture().result))
    #expect(json["formatVersion"] as? Int == 1)
    #expect(json["seed"] as? UInt64 == .max)
    #expect(json["durationSeconds"] as? Double == 86_400)
    let traffic = try #require(json["traffic"] as? [String: [String: Any]])
    let requests = try #require(traffic["shoppers"]?["requests"] as? [String: Double])
    #expect(requests == ["mean": 1_036_800.5, "halfWidth": 912.25])
    let latency = try #require(traffic["batch"]?["latencyMs"] as? [String: [String: Double]])
    #expect(Set(latency.keys) == ["mean", "p50", "p90", "p95", "p99", "p999", "max"])
    let successes = try #require(traffic["batch"]?["successLatencyMs"] as? [String: [String: Double]])
    #expect(Set(successes.keys) == Set(latency.keys) && successes["mean"] != latency["mean"])
    #expect(traffic["batch"]?["outcomes"] as? [String: Int] == ["success": 19_992, "timedOut": 8])
    let objectives = try #require(json["objectives"] as? [[String: Any]])
    #expect(objectives.map { $0["met"] as? Bool } == [true, true, false])
    #expect(objectives[2]["certain"] as? Bool == false)
  }

  @Test("money is written as decimal strings")
  func money() throws {
    let json = try parsed(Reports.summaryJSON(for: Fixture().result))
    let cost = try #require(json["cost"] as? [String: Any])
    #expect(cost["monthly"] as? [String: String] == ["mean": "512.40", "halfWidth": "1.05"])
    let lines = try #require(cost["lines"] as? [[String: Any]])
    #expect(lines[1]["unitPrice"] as? String == "0.0000133334")
    #expect(lines[1]["quantity"] as? String == "11007407.34")
    #expect(lines[3]["freeTier"] as? Bool == true)
    #expect(lines[4]["verified"] as? Bool == false)
  }

  @Test("a resource's cost is in whole cents, in summary.json and in the flat table")
  func cents() {
    var result = Fixture().result
    let exact = MoneyEstimate(mean: Fixture().dollars("2.627954375"), halfWidth: Fixture().dollars("0.1"))
    result.cost.perResource = [(name: "listItems", cost: exact)]
    let json = Reports.summaryJSON(for: result)
    #expect(json.contains("\"listItems\": {\"mean\": \"2.63\", \"halfWidth\": \"0.10\"}"))
    #expect(Reports.summaryCSV(for: result).contains("\ncost,listItems,monthly_usd,2.63,0.10\n"))
  }

  @Test("one replication has null half-widths, and a figure without a value is null")
  func nulls() throws {
    let json = try parsed(Reports.summaryJSON(for: Fixture(replications: 1).result))
    let traffic = try #require(json["traffic"] as? [String: [String: Any]])
    let requests = try #require(traffic["shoppers"]?["requests"] as? [String: Any])
    #expect(requests["halfWidth"] is NSNull)
    let resources = try #require(json["resources"] as? [String: [String: Any]])
    let latency = try #require(resources["items"]?["meanLatencyMs"] as? [String: Any])
    #expect(latency["mean"] is NSNull)
    let cost = try #require(json["cost"] as? [String: Any])
    #expect((cost["monthly"] as? [String: Any])?["halfWidth"] is NSNull)
  }

  @Test(
    "texts survive the way through JSON",
    arguments: ["", "a\"b\\c", "line\nbreak\r\t", "\u{0}\u{1F}\u{7F}", "\u{2028}\u{2029}", "Größe 流量 👩‍💻", "</script>"])
  func texts(text: String) throws {
    let json = try parsed(JSON.object([(text, .array([.string(text)]))]).text)
    #expect(json[text] as? [String] == [text])
  }

  @Test("manifest.json names inputs and result, and takes seed and digest from the result")
  func manifest() throws {
    let fixture = Fixture()
    let json = try parsed(fixture.manifest.json(fixture.result).text)
    #expect(json["seed"] as? UInt64 == .max)
    #expect(json["digest"] as? String == "0123456789abcdef")
    #expect((json["scenario"] as? [String: String])?["path"] == "scenarios/api.yaml")
    #expect((json["prices"] as? [String: String])?["date"] == "2026-11-22")
    #expect((json["inputs"] as? [[String: String]])?.map { $0["path"] } == ["traces/day.csv"])
  }

  @Test("equal members keep their order, and short lists stand on one line")
  func layout() {
    let json = JSON.object([
      ("b", .integer(1)), ("a", .array([])), ("c", .object([("mean", .number(0.5)), ("halfWidth", .null)])),
    ])
    #expect(json.text == "{\n  \"b\": 1,\n  \"a\": [],\n  \"c\": {\"mean\": 0.5, \"halfWidth\": null}\n}\n")
  }
}
