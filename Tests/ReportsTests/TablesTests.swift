import Services
import Testing
import Units

@testable import Reports

@Suite struct TablesTests {
  /// Rows of cells after RFC 4180, written apart from the writer under test.
  private func rows(_ text: String) -> [[String]] {
    var (rows, row, cell): ([[String]], [String], String) = ([], [], "")
    var isQuoted = false
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      if isQuoted, scalar == "\"", index + 1 < scalars.count, scalars[index + 1] == "\"" {
        cell.unicodeScalars.append(scalar)
        index += 1
      } else if scalar == "\"" {
        isQuoted.toggle()
      } else if !isQuoted, scalar == "," || scalar == "\n" {
        row.append(cell)
        cell = ""
        if scalar == "\n" {
          rows.append(row)
          row = []
        }
      } else {
        cell.unicodeScalars.append(scalar)
      }
      index += 1
    }
    return rows
  }

  static let hostile = [
    "a,b", "say \"so\"", "two\nlines", "two\r\nlines", "=cmd|' /C calc'!A0", " spaced ", "\"", "-1", "流",
  ]

  @Test("hostile texts come back from a CSV file as they went in", arguments: hostile)
  func roundTrip(text: String) throws {
    let assumption = Assumption(
      subject: text, parameter: text, value: text, grade: .unknown, source: text, asOf: "2026-11")
    let read = rows(Tables.assumptions(Fixture(assumptions: [assumption]).result))
    #expect(
      read == [
        ["subject", "parameter", "value", "grade", "source", "as_of"], [text, text, text, "unknown", text, "2026-11"],
      ])
  }

  @Test("latency.csv has mean and percentiles of each source and outcome, half-widths where replications give them")
  func latency() throws {
    let fixture = Fixture(sourceNames: ["a,\"b\"", "c"])
    let read = rows(Tables.latency(fixture.result))
    #expect(read[0] == ["traffic", "statistic", "latency_ms", "half_width_ms", "outcome"])
    #expect(read.count == 1 + 2 * 2 * 105)
    let source = read.filter { $0[0] == "a,\"b\"" }
    #expect(source.map { $0[4] } == Array(repeating: "all", count: 105) + Array(repeating: "success", count: 105))
    let (first, successes) = (source.filter { $0[4] == "all" }, source.filter { $0[4] == "success" })
    #expect(first.map { $0[2] } != successes.map { $0[2] })
    #expect(first.map { $0[1] }.prefix(3) == ["mean", "p0", "p1"])
    #expect(first.map { $0[1] }.suffix(5) == ["p99", "p99.5", "p99.9", "p99.99", "p100"])
    for row in first {
      #expect(row[3].isEmpty == !["mean", "p50", "p90", "p95", "p99", "p99.9", "p100"].contains(row[1]))
    }
    let values = first.dropFirst().compactMap { Double($0[2]) }
    #expect(values == values.sorted())
  }

  @Test("timeseries.csv has a row a series and period, empty where a period has no data")
  func timeSeries() throws {
    let fixture = Fixture(periods: 12)
    let read = rows(Tables.timeSeries(fixture.result))
    #expect(read.count == 1 + 12 * fixture.result.series.count)
    #expect(read.allSatisfy { $0.count == 9 })
    #expect(read[1][0...6] == ["0", "300", "shoppers", "Windtunnel/Traffic", "Latency", "p50", "Milliseconds"])
    #expect(read[8][0] == "2100")
    #expect(read[8][7...8] == ["", ""])
    #expect(read[9][7...8].allSatisfy { Double($0) != nil })
  }

  @Test("the charges of bill.csv sum to the total")
  func bill() throws {
    let fixture = Fixture()
    let read = rows(Tables.bill(fixture.result))
    let charge = try #require(read[0].firstIndex(of: "charged_usd"))
    let sum = read.dropFirst().reduce(fixture.dollars("0")) { $0 + fixture.dollars($1[charge]) }
    #expect(sum == fixture.result.cost.total.mean)
    #expect(read.dropFirst().map { $0[9] } == ["false", "false", "false", "true", "false"])
  }

  @Test("the flat table has one figure a row, and no half-width with one replication")
  func summary() throws {
    let read = rows(Reports.summaryCSV(for: Fixture(replications: 1).result))
    #expect(read[0] == ["metric", "name", "statistic", "mean", "half_width"])
    #expect(read.contains(["cost", "total", "monthly_usd", "512.40", ""]))
    #expect(read.contains(["objective", "latency.p99 < 300 ms", "met", "1", ""]))
    #expect(read.contains(["resource", "items", "meanLatencyMs", "", ""]))
    #expect(read.dropFirst().allSatisfy { $0.count == 5 && $0[4].isEmpty })
  }
}
