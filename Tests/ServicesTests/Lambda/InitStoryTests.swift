import Engine
import Services
import Testing
import Units

/// What happens before the handler: placement, init, first call.
@Suite("Lambda init")
struct InitStoryTests {
  @Test("placement is neither billed nor in the init duration; extensions, runtime and own code make up the init phase")
  func parts() throws {
    var f = function("f", [wait(40)])
    f.placement = .constant(50e6)
    f.extensionInit = .constant(20e6)
    f.applicationInit = .constant(30e6)
    let result = try Story([f], at: [.zero, .seconds(1)]).run()
    #expect(result.latencyMs == 50 + 150 + 40 + 40)
    #expect(result.segmentsMs == ["f placement": 50, "f init": 150, "f handler": 80])
    #expect(result.figure("billedMilliseconds", of: "f") == 150 + 40 + 40)
    #expect(result.figure("meanInitMs", of: "f") == 150)
    #expect(result.figure("meanColdMs", of: "f") == 190)
    #expect(result.figure("inits", of: "f") == 1)
    #expect(result.figure("coldStarts", of: "f") == 1)
  }

  @Test("an environment counts, and its request is concurrent, from the beginning of its placement")
  func placementIsConcurrent() throws {
    var f = function("f", [wait(40)])
    f.placement = .constant(50e6)
    let result = try Story([f], at: [.zero, .ms(20)], account: AccountConfig(concurrentExecutions: 1)).run()
    #expect(result.requests(.throttled) == 1)
    #expect(result.figure("meanConcurrency", of: "f") == 0.000_19)
    #expect(result.figure("meanEnvironments", of: "f") == 0.300_19)
  }

  @Test("an init phase a nanosecond below 10 s is well")
  func belowLimit() throws {
    var f = function("f", timeout: .seconds(15), [wait(40)])
    f.initDuration = .constant(9_999_999_999)
    let result = try Story([f], at: [.zero]).run()
    #expect(result.segmentsMs == ["f init": 9_999.999_999, "f handler": 40])
    #expect(result.figure("billedMilliseconds", of: "f") == 10_040)
    #expect(result.figure("initTimeouts", of: "f") == 0)
    #expect(result.figure("suppressedInits", of: "f") == 0)
  }

  @Test("one of 10 s ends then, and all of it is run again within the invocation", arguments: [10.0, 12])
  func atLimit(seconds: Double) throws {
    var f = function("f", timeout: .seconds(15), [wait(40)])
    f.initDuration = .constant(4e9)
    f.applicationInit = .constant((seconds - 4) * 1e9)
    let result = try Story([f], at: [.zero, .seconds(30)]).run()
    let again = seconds * 1_000
    #expect(result.requests(.success) == 2)
    #expect(result.segmentsMs == ["f init": 10_000, "f suppressed init": again, "f handler": 80])
    #expect(result.figure("billedMilliseconds", of: "f") == 10_000 + again + 40 + 40)
    #expect(result.figure("meanInitMs", of: "f") == 10_000)
    #expect(result.figure("initTimeouts", of: "f") == 1)
    #expect(result.figure("suppressedInits", of: "f") == 1)
    #expect(result.figure("meanColdMs", of: "f") == 10_000 + again + 40)
  }

  @Test("within the invocation the function's timeout limits init: it never comes up, and each request tries again")
  func neverUp() throws {
    var f = function("f", timeout: .seconds(12), [wait(40)])
    f.initDuration = .constant(12e9)
    let result = try Story([f], at: [.zero, .seconds(30)]).run()
    #expect(result.requests(.timedOut) == 2)
    #expect(result.segmentsMs == ["f init": 10_000, "f suppressed init": 24_000])
    #expect(result.figure("timeouts", of: "f") == 2)
    #expect(result.figure("suppressedInits", of: "f") == 2)
    #expect(result.figure("coldStarts", of: "f") == 1)
  }

  @Test("an init that fails is run again within the invocation, which fails if that fails too")
  func failure() throws {
    var f = function("f", [wait(40)])
    f.initFailure = 1
    let result = try Story([f], at: [.zero, .seconds(1)]).run()
    #expect(result.requests(.failed) == 2)
    #expect(result.segmentsMs == ["f init": 100, "f suppressed init": 200])
    #expect(result.figure("initFailures", of: "f") == 3)
    #expect(result.figure("errors", of: "f") == 2)
    #expect(result.figure("billedMilliseconds", of: "f") == 300)
    #expect(result.figure("coldStarts", of: "f") == 1)
  }

  @Test("a quarter of the invocations fail if each of their two inits fails half of the time")
  func failureShare() throws {
    var f = function("f", [wait(40)])
    f.initFailure = 0.5
    let account = AccountConfig(concurrentExecutions: 10_000, scalingBurst: 10_000)
    let result = try Story([f], at: [.zero], count: 10_000, account: account).run()
    // 4.9 standard deviations of sqrt(10,000 x 3/16) and of sqrt(10,000 x 1/4): a false alarm in a million seeds each.
    #expect(abs(result.requests(.failed) - 2_500) < 213)
    #expect(abs(result.figure("suppressedInits", of: "f") - 5_000) < 245)
    #expect(
      result.figure("initFailures", of: "f")
        == result.figure("suppressedInits", of: "f") + Double(result.requests(.failed)))
  }

  @Test(
    "the first call's extra CPU time goes into the first invocation alone, and is scaled by memory",
    arguments: [(1_769, 1, 10.0), (128, 1, 138.203_125), (3_538, 2, 5)] as [(Int, Int, Double)])
  func firstCall(memory: Int, parallelism: Int, milliseconds: Double) throws {
    var f = function("f", [wait(40)])
    f.memorySize = memory
    f.parallelism = parallelism
    f.firstCall = .constant(10e6)
    let result = try Story([f], at: [.zero, .seconds(1)]).run()
    #expect(result.segmentsMs == ["f init": 100, "f first call": milliseconds, "f handler": 80])
    #expect(result.figure("billedMilliseconds", of: "f") == (100 + milliseconds + 40).rounded(.up) + 40)
    #expect(result.figure("meanColdMs", of: "f") == 100 + milliseconds + 40)
  }

  @Test("the function's timeout covers the first call")
  func firstCallTimesOut() throws {
    var f = function("f", timeout: .seconds(1), [wait(40)])
    f.firstCall = .constant(1e9)
    let result = try Story([f], at: [.zero]).run()
    #expect(result.requests(.timedOut) == 1)
    #expect(result.segmentsMs == ["f init": 100, "f first call": 1_000])
  }

  @Test("a proactive init lies ahead of its request, which begins at once; it is billed, but no cold start")
  func proactive() throws {
    var f = function("f", [wait(40)])
    f.proactiveInit = 1
    f.placement = .constant(50e6)
    f.firstCall = .constant(7e6)
    let result = try Story([f], at: [.zero, .seconds(1)]).run()
    #expect(result.segmentsMs == ["f first call": 7, "f handler": 80])
    #expect(result.figure("coldStarts", of: "f") == 0)
    #expect(result.figure("proactiveInits", of: "f") == 1)
    #expect(result.figure("inits", of: "f") == 1)
    #expect(result.figure("meanInitMs", of: "f") == 100)
    #expect(result.figure("billedMilliseconds", of: "f") == 147 + 40)
    #expect(result.figure("meanColdMs", of: "f").isNaN)
  }

  @Test("as many environments are proactive as their share says")
  func proactiveShare() throws {
    var f = function("f", [wait(40)])
    f.proactiveInit = 0.3
    let account = AccountConfig(concurrentExecutions: 10_000, scalingBurst: 10_000)
    let result = try Story([f], at: [.zero], count: 10_000, account: account).run()
    let proactive = result.figure("proactiveInits", of: "f")
    // 4.9 standard deviations of sqrt(10,000 x 0.21): a false alarm in a million seeds.
    #expect(abs(proactive - 3_000) < 225)
    #expect(result.figure("coldStarts", of: "f") == 10_000 - proactive)
  }
}
