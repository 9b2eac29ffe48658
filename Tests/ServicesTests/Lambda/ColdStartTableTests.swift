import Engine
import Services
import Testing

@Suite("Measured cold starts")
struct ColdStartTableTests {
  private typealias Architecture = FunctionConfig.Architecture
  private typealias PackageType = FunctionConfig.PackageType

  @Test(
    "every combination of the measurements is shipped, and no other",
    .enabled(if: MeasuredColdStarts.arePresent, "needs the measurements"))
  func complete() throws {
    var shipped: [String] = []
    for runtime in ColdStarts.runtimes {
      for architecture in Architecture.allCases {
        for packageType in PackageType.allCases {
          let found = ColdStarts.distribution(
            runtime: runtime, architecture: architecture, packageType: packageType)
          if found != nil { shipped.append("\(runtime) \(architecture.rawValue) \(packageType.rawValue)") }
        }
      }
    }
    #expect(try shipped.sorted() == MeasuredColdStarts.combinations().keys.sorted())
    #expect(ColdStarts.runtimes == Set(ColdStarts.runtimes).sorted())
  }

  @Test(
    "median, 90th and 99th percentile of every init within 5 %, by formula and by 20,000 draws",
    .enabled(if: MeasuredColdStarts.arePresent, "needs the measurements"))
  func quantiles() throws {
    for (name, lines) in try MeasuredColdStarts.combinations().sorted(by: { $0.key < $1.key }) {
      let line = try #require(lines.first { $0.memorySize == 1_024 })
      let architecture = try #require(Architecture(rawValue: line.architecture))
      let packageType = try #require(PackageType(rawValue: line.packageType))
      let check = QuantileCheck(
        distribution: try #require(
          ColdStarts.distribution(runtime: line.runtime, architecture: architecture, packageType: packageType)))
      for quantile in line.quantiles {
        #expect(try check.holds(quantile.probability, ms: quantile.ms, within: 0.05), "\(name) \(quantile)")
      }
      #expect(check.drawsAgree(line.quantiles, count: 20_000, seed: 11), "\(name)")
      let provenance = ColdStarts.provenance(
        runtime: line.runtime, architecture: architecture, packageType: packageType)
      #expect(provenance?.asOf == line.lastDay, "\(name)")
    }
  }

  @Test(
    "a few published percentiles",
    arguments: [
      ("java21", Architecture.x86, PackageType.zip, [252.3, 290.4, 443.1]),
      ("nodejs24.x", .x86, .image, [279, 577, 824]),
      ("python3.13", .arm64, .zip, [83, 101.4, 153]),
      ("dotnet6", .x86, .zip, [256.6, 314.0, 449.0]),
    ])
  private func literals(runtime: String, architecture: Architecture, packageType: PackageType, ms: [Double]) throws {
    let check = QuantileCheck(
      distribution: try #require(
        ColdStarts.distribution(runtime: runtime, architecture: architecture, packageType: packageType)))
    for (probability, value) in zip([0.5, 0.9, 0.99], ms) {
      #expect(try check.holds(probability, ms: value, within: 0.05), "\(runtime) \(probability)")
      #expect(try !check.holds(probability, ms: value * 1.15, within: 0.05), "the check tells 15 % apart")
    }
  }

  @Test(
    "the first call's CPU time is the least-squares slope over 1,769 / MB, never negative",
    .enabled(if: MeasuredColdStarts.arePresent, "needs the measurements"))
  func slopes() throws {
    for (name, lines) in try MeasuredColdStarts.combinations().sorted(by: { $0.key < $1.key }) {
      #expect(lines.count == 4)
      let line = lines[0]
      let shipped = try constantMs(
        ColdStarts.firstCall(
          runtime: line.runtime, architecture: #require(Architecture(rawValue: line.architecture)),
          packageType: #require(PackageType(rawValue: line.packageType))))
      let points = lines.map { (x: 1_769 / Double($0.memorySize), y: $0.handlerDuration) }
      let slope = leastSquaresSlope(points)
      #expect(abs(shipped - max(0, slope)) <= 0.000_6, "\(name): \(shipped), \(slope)")
      // What 128 MB cost over 1,024 MB: the line through four points meets it closely.
      let (small, large) = try (
        #require(lines.first { $0.memorySize == 128 }), #require(lines.first { $0.memorySize == 1_024 })
      )
      let measured = small.handlerDuration - large.handlerDuration
      let modelled = shipped * (1_769.0 / 128 - 1_769.0 / 1_024)
      #expect(abs(modelled - measured) <= max(0.06 * abs(measured), 2), "\(name): \(modelled), measured \(measured)")
    }
  }

  @Test(
    "at 128 MB a first call takes longer than at 1,024 MB, by the published difference",
    arguments: [
      ("dotnet8", 643.4), ("dotnet10", 727.6), ("java25", 229.5), ("java21", 89.8),
      ("nodejs24.x", 22.6),
    ])
  func firstCall(runtime: String, difference: Double) throws {
    let cpu = try constantMs(ColdStarts.firstCall(runtime: runtime, architecture: .x86, packageType: .zip))
    let modelled = cpu * 1_769 / 128 - cpu * 1_769 / 1_024
    #expect(abs(modelled / difference - 1) < 0.06)
  }

  @Test("nothing is known of what nobody measured")
  func unmeasured() {
    for (runtime, architecture) in [("java21", Architecture.x86), ("quarkus-provided.al2", .arm64), ("cobol", .x86)] {
      let known = runtime == "java21"
      #expect(
        (ColdStarts.distribution(runtime: runtime, architecture: architecture, packageType: .zip) != nil) == known)
      #expect((ColdStarts.firstCall(runtime: runtime, architecture: architecture, packageType: .zip) != nil) == known)
      #expect((ColdStarts.provenance(runtime: runtime, architecture: architecture, packageType: .zip) != nil) == known)
    }
  }

  @Test(
    "runtimes that the newest measurements lack keep their own date",
    arguments: [
      ("java21", "2026-08-22"), ("dotnet10", "2026-08-22"), ("nodejs18.x", "2025-12-06"),
      ("swift6.1-provided.al2", "2025-10-18"), ("java8", "2024-02-08"),
    ])
  func dates(runtime: String, asOf: String) throws {
    let provenance = try #require(
      ColdStarts.provenance(runtime: runtime, architecture: .x86, packageType: .zip))
    #expect(provenance.asOf == asOf && provenance.source.hasSuffix(asOf) && provenance.grade == .measured)
  }
}
