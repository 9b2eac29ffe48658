import Engine
import Services
import Testing
import Units

/// Environments that are restored from a snapshot.
@Suite("SnapStart")
struct SnapStartStoryTests {
  /// A restore of 300 ms, 50 ms of it loading the runtime, and a hook of 20 ms; init at publish takes 100 ms.
  private func restored(_ runtime: String = "java21", _ handler: [Step] = [wait(40)]) -> FunctionConfig {
    var f = function("f", timeout: .seconds(20), handler)
    f.runtime = runtime
    var snapStart = SnapStartConfig(restore: .constant(300e6))
    snapStart.runtimeLoad = .constant(50e6)
    snapStart.restoreHook = .constant(20e6)
    f.snapStart = snapStart
    return f
  }

  private func amounts(_ result: RunResult, _ kind: Meter.Kind) -> [String: Int64] {
    let lines = result.usage.filter { $0.meter.kind == kind }
    return Dictionary(lines.map { ($0.meter.key, Int64($0.amount)) }, uniquingKeysWith: +)
  }

  @Test("a request waits for the restore, of which loading and hooks are billed; init is billed once, at publish")
  func restore() throws {
    let result = try Story([restored()], at: [.zero, .seconds(1)]).run()
    #expect(result.segmentsMs == ["f restore": 320, "f handler": 80])
    #expect(result.figure("billedMilliseconds", of: "f") == 110 + 40)
    #expect(result.figure("publishMilliseconds", of: "f") == 100)
    #expect(result.figure("coldStarts", of: "f") == 1)
    #expect(result.figure("restores", of: "f") == 1)
    #expect(result.figure("meanRestoreMs", of: "f") == 320)
    #expect(result.figure("inits", of: "f") == 0)
    #expect(result.figure("meanColdMs", of: "f") == 360)
    #expect(amounts(result, .consumed) == ["Request": 2, "Lambda-GB-Second": 150 * 1_769])
    #expect(amounts(result, .single) == ["Lambda-GB-Second": 100 * 1_769])
    #expect(amounts(result, .standing).isEmpty)
  }

  @Test("duration and billed restore are rounded up together")
  func rounding() throws {
    var f = restored("java21", [wait(40.5)])
    f.snapStart?.restoreHook = .constant(20.5e6)
    #expect(try Story([f], at: [.zero]).run().figure("billedMilliseconds", of: "f") == 111)
  }

  @Test(
    "Python and .NET pay for the snapshot all the time, and for each restore", arguments: ["python3.12", "dotnet8"])
  func charges(runtime: String) throws {
    let result = try Story([restored(runtime)], at: [.zero, .zero, .seconds(1)]).run()
    #expect(amounts(result, .standing) == ["SnapStart-Cache": 1_769 * 1_000_000])
    #expect(amounts(result, .consumed)["SnapStart-Restore"] == Int64(2 * 1_769))
  }

  @Test("later restores find the cache warm, until it has cooled")
  func cache() throws {
    var f = restored()
    f.idleExpiry = .constant(1e9)
    f.snapStart?.warmShare = 0.5
    // The excess falls to exp(-100) of itself with each restore: nothing is left of it.
    f.snapStart?.warmUpRestores = 0.01
    f.snapStart?.coolsAfter = .seconds(100)
    let times: [(Double, Double)] = [(0, 320), (10, 170), (109.999_999_999, 170), (209.999_999_999, 320)]
    for count in 1...times.count {
      let result = try Story([f], at: times.prefix(count).map { .ms($0.0 * 1_000) }).run()
      let sum = times.prefix(count).reduce(0) { $0 + $1.1 }
      #expect(abs((result.segmentsMs["f restore"] ?? .nan) - sum) < 1e-9)
    }
  }

  @Test("loading and hooks must take less than 10 s together, or the invocation fails and the environment is gone")
  func limit() throws {
    for (hook, outcome) in [(9_949_999_999.0, Outcome.success), (9_950_000_000, .failed), (15e9, .failed)] {
      var f = restored()
      f.snapStart?.restoreHook = .constant(hook)
      let result = try Story([f], at: [.zero, .seconds(30)]).run()
      #expect(result.requests(outcome) == 2)
      let fails = outcome == .failed
      #expect(result.figure("restoreTimeouts", of: "f") == (fails ? 2 : 0))
      #expect(result.figure("errors", of: "f") == (fails ? 2 : 0))
      #expect(result.figure("coldStarts", of: "f") == (fails ? 2 : 1))
      #expect(result.segmentsMs["f restore"] == (fails ? 2 * 10_250 : 10_249.999_999))
      #expect(result.figure("billedMilliseconds", of: "f") == (fails ? 20_000 : 10_040 + 40))
    }
  }

  @Test("the first call after a restore is its own, or the function's, or none after priming")
  func firstCall() throws {
    var f = restored()
    f.firstCall = .constant(9e6)
    #expect(try Story([f], at: [.zero]).run().segmentsMs["f first call"] == 9)
    f.snapStart?.firstCall = .constant(4e6)
    #expect(try Story([f], at: [.zero]).run().segmentsMs["f first call"] == 4)
    f.snapStart?.priming = true
    #expect(try Story([f], at: [.zero]).run().segmentsMs == ["f restore": 320, "f handler": 40])
  }

  @Test("an environment whose process ended is restored within its next invocation, which is billed all of it")
  func reset() throws {
    let result = try Story([restored("python3.13", [wait(40), .crash(probability: 1)])], at: [.zero, .seconds(1)]).run()
    #expect(result.segmentsMs == ["f restore": 320, "f suppressed init": 320, "f handler": 80])
    #expect(result.figure("billedMilliseconds", of: "f") == 110 + 360)
    #expect(result.figure("suppressedInits", of: "f") == 1)
    #expect(result.figure("restores", of: "f") == 2)
    #expect(amounts(result, .consumed)["SnapStart-Restore"] == Int64(2 * 1_769))
  }

  @Test("init at publish may take 130 s, or the function's timeout if that is longer")
  func publish() throws {
    for (timeout, seconds, billed) in [(20, 129.0, 129_000.0), (20, 131, 130_000), (900, 800, 800_000)] {
      var f = restored()
      f.timeout = .seconds(Int64(timeout))
      f.initDuration = .constant(seconds * 1e9)
      let result = try Story([f], at: [.zero]).run()
      #expect(result.figure("publishMilliseconds", of: "f") == billed)
      #expect(result.latencyMs == 360)
    }
  }

  // MARK: Deletion

  /// The first invocation begins after a restore of 320 ms.
  private let begun = Time.milliseconds(320)

  private func outcomes(_ f: FunctionConfig, at moments: [Time]) throws -> RunResult {
    var story = Story([f], at: moments)
    story.duration = .days(31)
    return try story.run()
  }

  @Test("a Java snapshot that nobody used for 14 days is gone; a nanosecond earlier it is not")
  func deletion() throws {
    for (offset, outcome) in [(-1, Outcome.success), (0, .unavailable)] as [(Int64, Outcome)] {
      let late = begun + .days(14) + Time(nanoseconds: offset)
      let result = try outcomes(restored(), at: [.zero, late])
      #expect(result.requests(outcome) == (outcome == .success ? 2 : 1))
      #expect(result.figure("snapStartNotReady", of: "f") == (outcome == .success ? 0 : 1))
      // The refused one is no invocation, but brings about init for another snapshot.
      #expect(result.figure("invocations", of: "f") == (outcome == .success ? 2 : 1))
      #expect(result.figure("billedMilliseconds", of: "f") == 110 + (outcome == .success ? 110 : 100))
    }
  }

  @Test("without any invocation the 14 days count from time zero")
  func neverInvoked() throws {
    #expect(try outcomes(restored(), at: [.days(14)]).requests(.unavailable) == 1)
    #expect(try outcomes(restored(), at: [Time(nanoseconds: Time.days(14).nanoseconds - 1)]).requests(.success) == 1)
  }

  @Test("until the new snapshot is there invocations fail; then it is used, from a cold cache, for 14 days at least")
  func again() throws {
    var f = restored()
    f.idleExpiry = .constant(1e9)
    f.snapStart?.snapshotting = .constant(60e9)
    f.snapStart?.warmShare = 0
    f.snapStart?.warmUpRestores = 0.01
    f.snapStart?.coolsAfter = .days(300)
    let late = Time.days(15)
    let there = late + .ms(60_100)
    let before = Time(nanoseconds: there.nanoseconds - 1)
    let waiting = try outcomes(f, at: [.zero, late, late + .seconds(5), before])
    #expect(waiting.requests(.unavailable) == 3)
    #expect(waiting.figure("billedMilliseconds", of: "f") == 110 + 100)
    let served = try outcomes(f, at: [.zero, late, there])
    #expect(served.requests(.unavailable) == 1)
    #expect(served.segmentsMs["f restore"] == 640)
    // Nobody came when it was there: 14 days from then on.
    let last = there + .days(14)
    #expect(try outcomes(f, at: [.zero, late, Time(nanoseconds: last.nanoseconds - 1)]).requests(.unavailable) == 1)
    #expect(try outcomes(f, at: [.zero, late, last]).requests(.unavailable) == 2)
  }

  @Test("snapshots of Python are not deleted")
  func python() throws {
    #expect(try outcomes(restored("python3.12"), at: [.zero, .days(30)]).requests(.success) == 2)
  }
}
