import Billing
import Experiments
import Testing
import Units

@testable import Reports
@testable import Scenarios

/// What people see of databases and proxies: CloudWatch's names with their units, and charts of what they watch.
@Suite("Databases in reports")
struct DatabaseReportTests {
  private static let scenario = """
    scenario: Databases
    region: us-east-1
    duration: 2 min
    period: 1 min
    traffic:
      users: { target: ask, arrivals: { poisson: { rate: 20 / s } } }
    resources:
      ask:
        type: function
        runtime: python3.13
        memorySize: 512 MB
        timeout: 10 s
        handler:
          - call: proxy
            query: { cpu: 20 ms, pinCause: preparedStatement, pinShare: 50 % }
          - call: records
            query: { cpu: 5 ms }
      orders: { type: dbInstance, engine: postgres, dbInstanceClass: db.r6g.large }
      proxy: { type: dbProxy, database: orders }
      records:
        type: auroraCluster
        engine: aurora-postgresql
        serverlessV2ScalingConfiguration: { minCapacity: 1, maxCapacity: 8 }
    """

  private func result() async throws -> ExperimentResult {
    try await Runner.run(
      scenario: try Scenario.decode(Self.scenario, path: "databases.yaml"),
      prices: try PriceBook.bundled(region: "us-east-1"), options: Runner.Options(seed: 1))
  }

  @Test("timeseries.csv has CloudWatch's names of databases and proxies, and percent, counts and ms as they are")
  func cloudWatch() async throws {
    let rows = Tables.timeSeries(try await result()).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    func values(_ resource: String, _ metric: String, _ statistic: String, _ unit: String) -> [Double] {
      rows.filter { $0[2] == resource && $0[3] == "AWS/RDS" && Array($0[4...6]) == [metric, statistic, unit] }
        .compactMap { Double($0[7]) }
    }
    // 20 requests a second of 20 ms on two vCPUs: 20 %; by the minute within four standard deviations of 1,200 requests.
    let cpu = values("orders", "CPUUtilization", "Average", "Percent")
    #expect(cpu.count == 2 && cpu.allSatisfy { abs($0 - 20) < 20 * 4 / 1_200.0.squareRoot() })
    for (resource, metric) in [
      ("orders", "DatabaseConnections"), ("proxy", "ClientConnections"), ("proxy", "DatabaseConnections"),
      ("proxy", "DatabaseConnectionsCurrentlySessionPinned"),
    ] {
      let peaks = values(resource, metric, "Maximum", "Count")
      #expect(peaks.count == 2 && peaks.allSatisfy { $0 >= 1 && $0 == $0.rounded() }, "\(resource) \(metric)")
    }
    let borrow = values("proxy", "DatabaseConnectionsBorrowLatency", "Average", "Milliseconds")
    // Sessions are pinned within the first minute and borrow no more.
    #expect(!borrow.isEmpty && borrow.allSatisfy { $0 >= 0 && $0 < 1_000 })
    let capacity = values("records", "ServerlessDatabaseCapacity", "Maximum", "Count")
    #expect(capacity.count == 2 && capacity.allSatisfy { $0 >= 1 && $0 <= 8 })
  }

  @Test("report.html charts what people watch of a database and a proxy, under names that people use")
  func charts() async throws {
    let result = try await result()
    let page = Page(result: result, manifest: Fixture().manifest).text
    for caption in [
      "orders: connections", "orders: CPU utilization", "orders: query latency", "records: capacity, mean of all nodes",
      "proxy: connections, maximum", "proxy: borrow latency",
    ] {
      #expect(page.contains("<figcaption>\(caption)</figcaption>"), "\(caption)")
    }
    #expect(!page.contains("<figcaption>orders: capacity"))
    for heading in ["DB instances", "RDS proxies", "Aurora clusters"] { #expect(page.contains("<h3>\(heading)</h3>")) }
    #expect(page.contains("CPU utilization") && !page.contains("milli VCPUs") && !page.contains("Cpu utilization"))
    let summary = Summary.text(for: result, color: false, width: 120)
    #expect(summary.contains("RDS proxies") && summary.contains("borrow p99 ms"))
  }
}
