import Engine
import Services
import Testing
import Units

/// The load tests that AWS's samples publish, against the sums of what is shipped: 1,024 MB, 100 requests a second.
@Suite("Frameworks")
struct FrameworkTests {
  /// Percentiles in ms of the cold requests, and the warm median of the same test.
  struct LoadTest: CustomTestStringConvertible {
    let framework: Framework
    var architecture = FunctionConfig.Architecture.x86
    /// Restores on one function; nil without SnapStart.
    var restores: Int?
    let p50: Double
    let p90: Double
    let p99: Double
    let warm: Double
    var quantiles: [(probability: Double, ms: Double)] { [(0.5, p50), (0.9, p90), (0.99, p99)] }
    var testDescription: String {
      "\(framework) \(architecture.rawValue) \(restores == nil ? "without" : "with") SnapStart"
    }
  }

  static let loadTests = [
    LoadTest(framework: .springBoot, p50: 5_311.93, p90: 5_645.88, p99: 6_183.47, warm: 8.13),
    LoadTest(framework: .springBoot, restores: 96, p50: 1_047.87, p90: 1_200.45, p99: 1_597.68, warm: 7.62),
    LoadTest(framework: .micronaut, p50: 4_609.07, p90: 4_943.09, p99: 5_501.05, warm: 8.52),
    LoadTest(framework: .micronaut, restores: 78, p50: 726.11, p90: 815.37, p99: 931.30, warm: 7.68),
    LoadTest(framework: .quarkus, p50: 2_525.22, p90: 3_146.27, p99: 4_055.57, warm: 7.50),
    LoadTest(framework: .quarkus, restores: 56, p50: 487.31, p90: 586.87, p99: 732.67, warm: 7.38),
    LoadTest(framework: .dagger, p50: 3_213.00, p90: 3_629.68, p99: 4_850.11, warm: 8.94),
    LoadTest(framework: .springBootNative, p50: 620.66, p90: 684.53, p99: 721.77, warm: 9.10),
    LoadTest(framework: .micronautNative, p50: 638.27, p90: 722.49, p99: 960.60, warm: 7.56),
    LoadTest(framework: .quarkusNative, p50: 467.27, p90: 599.77, p99: 802.43, warm: 6.7),
    LoadTest(framework: .dotnet8, p50: 860, p90: 962, p99: 1_403, warm: 6.1),
    LoadTest(framework: .dotnet8, restores: 67, p50: 689, p90: 850, p99: 1_081, warm: 6.8),
    LoadTest(framework: .dotnet8, architecture: .arm64, p50: 1_063, p90: 1_112, p99: 1_155, warm: 6.6),
    LoadTest(framework: .dotnet8, architecture: .arm64, restores: 67, p50: 686, p90: 862, p99: 997, warm: 7.3),
    LoadTest(framework: .dotnet8Native, p50: 322, p90: 344, p99: 441, warm: 5.0),
    LoadTest(framework: .dotnet8Native, architecture: .arm64, p50: 334, p90: 347, p99: 372, warm: 5.3),
  ]

  /// What one cold request adds up to: the random part, the factors it is multiplied by, the constant part in ms.
  private struct Total {
    let start: Distribution
    let factors: [Double]
    let constant: Double

    init(_ test: LoadTest, restores: Int? = nil) throws {
      let (framework, architecture) = (test.framework, test.architecture)
      let cpu: Distribution?
      if let count = restores ?? test.restores {
        start = try #require(framework.restore(on: architecture))
        cpu = framework.restoredFirstCall(on: architecture)
        var cache = SnapshotCache()
        factors = (0..<count).map { cache.factor(at: .milliseconds(10 * Int64($0))) }
      } else {
        start = framework.initDuration(on: architecture)
        cpu = framework.firstCall(on: architecture)
        factors = [1]
      }
      constant = try constantMs(cpu) * 1_769 / 1_024 + test.warm
    }

    /// The probability that a cold request takes at most so many ms.
    func cumulative(_ ms: Double) throws -> Double {
      var sum = 0.0
      for factor in factors { sum += try #require(start.cumulative((ms - constant) * 1e6 / factor)) }
      return sum / Double(factors.count)
    }
  }

  @Test("published percentiles within 1 % by formula", arguments: loadTests)
  func formula(test: LoadTest) throws {
    let total = try Total(test)
    for (probability, ms) in test.quantiles {
      #expect(try total.cumulative(0.99 * ms) < probability && total.cumulative(1.01 * ms) > probability)
    }
  }

  @Test("published percentiles within 3 % of 400,000 draws", arguments: loadTests)
  func draws(test: LoadTest) throws {
    // Where the published maximum lies far above the 99th percentile, few draws do not tell: the standard deviation of a
    // drawn 99th percentile is at most 1.1 % of it (Quarkus native) with 400,000 draws, and 5 % with 20,000. The worst
    // of the 48 raises a false alarm with one seed in 300, every other with one in 2,000 or fewer.
    let total = try Total(test)
    let pool = SamplerPool()
    let sampler = pool.makeSampler(total.start)
    var stream = RandomStream(seed: 13, replication: 0, component: "framework", purpose: "test")
    let count = 400_000
    var drawn: [Double] = []
    drawn.reserveCapacity(count)
    for n in 0..<count {
      drawn.append(sampler.draw(&stream) / 1e6 * total.factors[n % total.factors.count] + total.constant)
    }
    drawn.sort()
    for (probability, ms) in test.quantiles {
      let found = drawn[Int(probability * Double(count))]
      #expect(abs(found / ms - 1) < 0.03, "\(probability): \(found)")
    }
  }

  @Test(
    "half and twice as many restores move the percentiles by at most 3 %, for Quarkus 6 %",
    arguments: loadTests.filter { $0.restores != nil })
  func otherCounts(test: LoadTest) throws {
    let count = try #require(test.restores)
    let tolerance = test.framework == .quarkus ? 0.06 : 0.031
    for restores in [count / 2, 2 * count] {
      let total = try Total(test, restores: restores)
      for (probability, ms) in test.quantiles {
        #expect(try total.cumulative((1 - tolerance) * ms) < probability, "\(restores) restores")
        #expect(try total.cumulative((1 + tolerance) * ms) > probability, "\(restores) restores")
      }
    }
  }

  @Test(
    "every framework runs on a measured runtime and has sound parts on both architectures",
    arguments: Framework.allCases)
  func sound(framework: Framework) throws {
    #expect(ColdStarts.runtimes.contains(framework.runtime))
    for architecture in FunctionConfig.Architecture.allCases {
      let provenance = framework.provenance(on: architecture)
      #expect(provenance.grade == .inferred && provenance.source.contains("1,024 MB"))
      #expect(framework.initDuration(on: architecture).faults().isEmpty)
      let cpu = try constantMs(framework.firstCall(on: architecture))
      #expect(cpu > 0)
      #expect((framework.restore(on: architecture) == nil) == (framework.restoredFirstCall(on: architecture) == nil))
      if let restore = framework.restore(on: architecture) {
        // A restored environment has all that an initialised one has.
        #expect(try constantMs(framework.restoredFirstCall(on: architecture)) <= cpu)
        #expect(restore.faults().isEmpty)
        #expect(Restores.provenance(runtime: framework.runtime, architecture: architecture) != nil)
      }
    }
  }

  @Test("there is a load test of every framework, and arm64 is as x86_64 where only that was measured")
  func covered() {
    #expect(Set(Self.loadTests.map(\.framework)) == Set(Framework.allCases))
    #expect(Framework.springBoot.initDuration(on: .arm64) == Framework.springBoot.initDuration(on: .x86))
    #expect(Framework.springBoot.provenance(on: .arm64).source.hasSuffix("arm64 as x86_64"))
    #expect(Framework.dotnet8.initDuration(on: .arm64) != Framework.dotnet8.initDuration(on: .x86))
    #expect(!Framework.dotnet8.provenance(on: .arm64).source.hasSuffix("arm64 as x86_64"))
  }
}
