import Engine
import Services
import Testing
import Units

/// Inits and restores as whole simulations report them, against the shipped tables.
///
/// 10,000 environments start at once; the log has each one's time to the hundredth of a ms. What is simulated is within
/// 5 % of the table's quantile up to the sampling error of its rank, 3.9 standard deviations of sqrt(p (1 - p) / 10,000):
/// a false alarm of one comparison in 20,000 seeds, of all 27 in 700.
@Suite("Inits and restores, simulated")
struct StartUpQuantileTests {
  private func times(_ field: String, _ configure: (inout FunctionConfig) -> Void) throws -> [Double] {
    var config = SystemConfig.oneFunction(
      service: .constant(1e6), arrivals: .spikes([Spike(at: .zero, count: 10_000, over: .zero)]),
      duration: .seconds(100), configure: configure)
    config.invocationLog = InvocationLogConfig(sample: 1)
    let run = try simulate(config, seed: 23, replication: 0)
    let times = run.log.compactMap { line -> Double? in
      guard let part = line.message.split(separator: "\t").first(where: { $0.hasPrefix(field) }) else { return nil }
      return Double(part.dropFirst(field.count).prefix { $0 != " " })
    }
    #expect(times.count == 10_000)
    return times.sorted()
  }

  private func compare(_ times: [Double], with table: Distribution) throws {
    for probability in [0.5, 0.9, 0.99] {
      let found = times[Int(probability * Double(times.count))]
      let error = 3.9 * (probability * (1 - probability) / Double(times.count)).squareRoot()
      #expect(try #require(table.cumulative(found / 1.05 * 1e6)) < probability + error, "\(probability): \(found) ms")
      #expect(try #require(table.cumulative(found / 0.95 * 1e6)) > probability - error, "\(probability): \(found) ms")
    }
  }

  @Test(
    "Init Duration within 5 % at p50, p90 and p99",
    arguments: ["nodejs24.x", "python3.13", "java21", "dotnet8", "provided.al2023"].filter {
      ColdStarts.runtimes.contains($0)
    })
  func inits(runtime: String) throws {
    let table = try #require(ColdStarts.distribution(runtime: runtime, architecture: .arm64, packageType: .zip))
    let found = try times("Init Duration: ") { f in
      f.runtime = runtime
      f.architecture = .arm64
      f.initDuration = nil
    }
    try compare(found, with: table)
  }

  @Test("Restore Duration within 5 % at p50, p90 and p99", arguments: ["java11", "java21", "python3.13", "dotnet8"])
  func restores(runtime: String) throws {
    let table = try #require(Restores.distribution(runtime: runtime, architecture: .x86, memorySize: 1_024))
    let found = try times("Restore Duration: ") { f in
      f.runtime = runtime
      f.memorySize = 1_024
      f.snapStart = SnapStartConfig(restore: table)
    }
    try compare(found, with: table)
  }
}
