import Engine
import Services
import Testing

@Suite("SnapStart restores")
struct RestoreTests {
  @Test(
    "median, 90th and 99th percentile of every measured restore within 5 %, by formula and by 20,000 draws",
    .enabled(if: MeasuredColdStarts.arePresent, "needs the measurements"))
  func quantiles() throws {
    let lines = try MeasuredColdStarts.lines("2023-2024").filter { $0.runtime.hasSuffix(" snapstart") }
    #expect(lines.count == 12)
    for line in lines {
      let runtime = String(line.runtime.prefix { $0 != " " })
      for architecture in FunctionConfig.Architecture.allCases {
        let check = QuantileCheck(
          distribution: try #require(
            Restores.distribution(runtime: runtime, architecture: architecture, memorySize: line.memorySize)))
        for quantile in line.quantiles {
          #expect(try check.holds(quantile.probability, ms: quantile.ms, within: 0.05), "\(line)")
        }
        #expect(check.drawsAgree(line.quantiles, count: 20_000, seed: 12), "\(line)")
      }
    }
  }

  @Test(
    "published percentiles at 128 and 1,024 MB",
    arguments: [
      ("java11", 1_024, [567.0, 688, 905]), ("java17", 1_024, [622, 759, 971]), ("java21", 1_024, [611, 742, 992]),
      ("java21", 128, [710, 854, 1_091]),
    ])
  func literals(runtime: String, memorySize: Int, ms: [Double]) throws {
    let check = QuantileCheck(
      distribution: try #require(
        Restores.distribution(runtime: runtime, architecture: .x86, memorySize: memorySize)))
    for (probability, value) in zip([0.5, 0.9, 0.99], ms) {
      #expect(try check.holds(probability, ms: value, within: 0.05))
      #expect(try !check.holds(probability, ms: value * 1.12, within: 0.05), "the check tells 12 % apart")
    }
  }

  @Test(
    "the nearest measured memory size counts, by ratio",
    arguments: [
      (128, 128), (181, 128), (182, 256), (362, 256), (363, 512), (724, 512), (725, 1_024), (10_240, 1_024),
    ])
  func nearest(memorySize: Int, measured: Int) {
    // The boundaries are geometric means: 181.02, 362.04 and 724.08 MB.
    #expect(
      Restores.distribution(runtime: "java21", architecture: .x86, memorySize: memorySize)
        == Restores.distribution(runtime: "java21", architecture: .x86, memorySize: measured))
    let sizes = [128, 256, 512, 1_024].map {
      Restores.distribution(runtime: "java21", architecture: .x86, memorySize: $0)
    }
    #expect(Set(sizes).count == 4)
  }

  @Test(
    "every runtime that SnapStart supports has a restore, a first call and an origin; no other has",
    arguments: [
      ("java11", Assumption.Grade.measured), ("java17", .measured), ("java21", .measured), ("java25", .inferred),
      ("python3.12", .inferred), ("python3.13", .inferred), ("python3.14", .inferred), ("dotnet8", .inferred),
      ("dotnet10", .inferred),
    ])
  func supported(runtime: String, grade: Assumption.Grade) throws {
    let supported = [
      "java11", "java17", "java21", "java25", "python3.12", "python3.13", "python3.14", "dotnet8", "dotnet10",
    ]
    for architecture in FunctionConfig.Architecture.allCases {
      let provenance = try #require(Restores.provenance(runtime: runtime, architecture: architecture))
      #expect(provenance.grade == (architecture == .arm64 ? .inferred : grade))
      let restore = try #require(
        Restores.distribution(runtime: runtime, architecture: architecture, memorySize: 512))
      #expect(restore.faults().isEmpty && restore.mean > 100e6 && restore.mean < 1_000e6)
      #expect(try constantMs(Restores.firstCall(runtime: runtime, architecture: architecture)) >= 0)
      for other in ColdStarts.runtimes where !supported.contains(other) {
        #expect(Restores.distribution(runtime: other, architecture: architecture, memorySize: 512) == nil)
        #expect(Restores.firstCall(runtime: other, architecture: architecture) == nil)
        #expect(Restores.provenance(runtime: other, architecture: architecture) == nil)
      }
    }
  }

  @Test(
    "the first call after a restore is the least-squares slope over 1,769 / MB",
    .enabled(if: MeasuredColdStarts.arePresent, "needs the measurements"), arguments: ["java11", "java17", "java21"])
  func slopes(runtime: String) throws {
    let lines = try MeasuredColdStarts.lines("2023-2024").filter { $0.runtime == "\(runtime) snapstart" }
    let points = lines.map { (x: 1_769 / Double($0.memorySize), y: $0.handlerDuration) }
    let slope = leastSquaresSlope(points)
    let shipped = try constantMs(Restores.firstCall(runtime: runtime, architecture: .x86))
    #expect(abs(shipped - slope) <= 0.000_6)
  }
}
