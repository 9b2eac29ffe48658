import Engine
import Services
import Testing
import Units

/// The REPORT lines that Lambda writes, of whole systems.
@Suite("The log of invocations")
struct InvocationLogTests {
  /// Invocations of `f` at some moments, all of them logged.
  private func run(
    _ f: FunctionConfig, at moments: [Time], count: Int = 1, log: InvocationLogConfig? = InvocationLogConfig(sample: 1),
    warmUp: Time = .zero, duration: Time = .seconds(100)
  ) throws -> RunResult {
    try simulate(
      SystemConfig(
        region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000), duration: duration, warmUp: warmUp,
        invocationLog: log, resources: [.function(f)],
        traffic: [
          TrafficConfig(
            name: "traffic", target: TrafficTarget(resource: "f"),
            arrivals: .spikes(moments.map { Spike(at: $0, count: count, over: .zero) }))
        ]), seed: 1, replication: 0)
  }

  /// A function of 128 MB that uses 31 of them.
  private func small(initialisation: Double, timeout: Time = .seconds(3), _ handler: [Step]) -> FunctionConfig {
    var f = function("f", timeout: timeout, handler)
    f.memorySize = 128
    f.memoryUsage = .constant(31 * 1_048_576)
    f.initDuration = .constant(initialisation * 1e6)
    return f
  }

  /// What stands behind the request id, with bars in place of the tabs.
  private func fields(_ result: RunResult) -> [String] {
    result.log.map { line in
      let parts = line.message.split(separator: "\t", omittingEmptySubsequences: false)
      return (line.message.hasPrefix("REPORT RequestId: ") ? parts.dropFirst() : parts[...]).joined(separator: "|")
    }
  }

  @Test("AWS's example: 133.61 ms and an init of 80.00 ms are 214 ms billed, and only the first line has the init")
  func example() throws {
    let result = try run(small(initialisation: 80, [wait(133.61)]), at: [.zero, .seconds(1)])
    let memory = "Memory Size: 128 MB|Max Memory Used: 31 MB"
    #expect(
      fields(result) == [
        "Duration: 133.61 ms|Billed Duration: 214 ms|\(memory)|Init Duration: 80.00 ms",
        "Duration: 133.61 ms|Billed Duration: 134 ms|\(memory)",
      ])
    #expect(result.figure("billedMilliseconds", of: "f") == 214 + 134)
    #expect(result.log.map(\.milliseconds) == [1_780_272_000_213, 1_780_272_001_133])
    #expect(result.log.map(\.group) == ["/aws/lambda/f", "/aws/lambda/f"])
    #expect(result.log[0].stream == result.log[1].stream && result.log[0].stream.hasPrefix("2026/06/01/[$LATEST]"))
    let ids = try result.log.map { line in
      try #require(line.message.wholeMatch(of: /REPORT RequestId: ([0-9a-f-]+)\t.*/)).output.1
    }
    #expect(ids[0] != ids[1])
    for id in ids {
      #expect(id.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
    }
  }

  @Test("a timeout of 3,016.78 ms after an init of 84.00 ms is 3,101 ms billed")
  func timeout() throws {
    let result = try run(small(initialisation: 84, timeout: .ms(3_016.78), [wait(5_000)]), at: [.zero])
    #expect(fields(result).count == 1)
    #expect(fields(result)[0].hasPrefix("Duration: 3016.78 ms|Billed Duration: 3101 ms|"))
    #expect(fields(result)[0].hasSuffix("|Init Duration: 84.00 ms|Status: timeout"))
  }

  @Test("a line says how an invocation failed")
  func status() throws {
    var full = small(initialisation: 0, [wait(10)])
    full.memoryUsage = .constant(129 * 1_048_576)
    for (f, state) in [
      (small(initialisation: 0, [wait(10), .fail(probability: 1)]), "Runtime.UnhandledException"),
      (small(initialisation: 0, [wait(10), .crash(probability: 1)]), "Runtime.ExitError"),
      (full, "Runtime.OutOfMemory"),
    ] {
      let found = fields(try run(f, at: [.zero]))
      #expect(found.count == 1 && found[0].hasPrefix("Duration: 10.00 ms|Billed Duration: 10 ms|"))
      #expect(found[0].hasSuffix("|Status: error|Error Type: \(state)"), "\(found)")
    }
  }

  @Test("out of memory has used all of it")
  func fullMemory() throws {
    var f = small(initialisation: 0, [wait(10)])
    f.memoryUsage = .constant(500 * 1_048_576)
    #expect(fields(try run(f, at: [.zero]))[0].contains("|Max Memory Used: 128 MB|"))
  }

  @Test("with SnapStart the restore and its billed part take the place of the init")
  func restore() throws {
    var f = small(initialisation: 900, [wait(40.5)])
    f.runtime = "java21"
    f.snapStart = SnapStartConfig(restore: .constant(500e6))
    f.snapStart?.runtimeLoad = .constant(100e6)
    f.snapStart?.restoreHook = .constant(20e6)
    let result = try run(f, at: [.seconds(1), .seconds(2)])
    // The restore's 500 ms have the runtime's 100 ms in them; the hook comes on top.
    let memory = "Memory Size: 128 MB|Max Memory Used: 31 MB"
    #expect(
      fields(result) == [
        "Duration: 40.50 ms|Billed Duration: 161 ms|\(memory)|Restore Duration: 520.00 ms|Billed Restore Duration: 120 ms",
        "Duration: 40.50 ms|Billed Duration: 41 ms|\(memory)",
      ])
    #expect(result.log[0].stream.hasPrefix("2026/06/01/[1]"))
  }

  @Test("an init that reaches its limit has a line of its own, and the next one is part of the duration")
  func initTimeout() throws {
    let result = try run(small(initialisation: 12_000, timeout: .seconds(30), [wait(40)]), at: [.zero])
    let found = fields(result)
    #expect(found.first == "INIT_REPORT Init Duration: 10000.00 ms|Phase: init|Status: timeout")
    #expect(found.count == 2 && found[1].hasPrefix("Duration: 12040.00 ms|Billed Duration: 22040 ms|"))
    #expect(result.log.map { $0.milliseconds - 1_780_272_000_000 } == [10_000, 22_040])
  }

  @Test("an init that fails has one too; of inits ahead of the request it comes first")
  func initFailure() throws {
    for ahead in [0.0, 1] {
      var f = small(initialisation: 200, [wait(40)])
      f.initFailure = 1
      f.proactiveInit = ahead
      let result = try run(f, at: [.seconds(1)])
      let found = fields(result)
      #expect(found.first?.hasPrefix("INIT_REPORT Init Duration: 200.00 ms|Phase: init|Status: error") == true)
      // The init within the invocation fails as well, and with it the process.
      #expect(found.count == 2 && found[1].hasSuffix("|Status: error|Error Type: Runtime.ExitError"), "\(found)")
      let begin: Int64 = ahead == 1 ? 1_000 : 1_200
      #expect(result.log.map { $0.milliseconds - 1_780_272_000_000 } == [begin, begin + 200])
    }
  }

  @Test("a restore that times out has a line of its own")
  func restoreTimeout() throws {
    var f = small(initialisation: 900, [wait(40)])
    f.runtime = "java21"
    f.snapStart = SnapStartConfig(restore: .constant(500e6))
    f.snapStart?.restoreHook = .constant(10e9)
    let found = fields(try run(f, at: [.seconds(1)]))
    #expect(found.first == "RESTORE_REPORT Restore Duration: 10500.00 ms|Status: timeout")
    #expect(found.count == 2 && found[1].hasPrefix("Duration: 0.00 ms|Billed Duration: 10000 ms|"), "\(found)")
  }

  @Test("each invocation that ends in the recorded span has a line, whatever came before or comes after")
  func recordedSpan() throws {
    // Inits of 12 s that time out at 10 s: of the first at 10 s, of the second at 40 s; ends at 22.04 s and 52.04 s.
    let f = small(initialisation: 12_000, timeout: .seconds(30), [wait(40)])
    func lines(from: Double, to: Double) throws -> [String] {
      var g = f
      g.idleExpiry = .constant(1e9)
      let result = try run(g, at: [.zero, .seconds(30)], warmUp: .ms(from), duration: .ms(to - from))
      return result.log.map { String($0.message.prefix { $0 != " " }) + " \($0.milliseconds - 1_780_272_000_000)" }
    }
    let all = ["INIT_REPORT 10000", "REPORT 22040", "INIT_REPORT 40000", "REPORT 52040"]
    #expect(try lines(from: 0, to: 60_000) == all)
    #expect(try lines(from: 10_000, to: 60_000) == all)
    #expect(try lines(from: 10_000.000_001, to: 60_000) == Array(all[1...]))
    #expect(try lines(from: 22_041, to: 60_000) == Array(all[2...]))
    #expect(try lines(from: 0, to: 40_000) == Array(all[..<2]))
    #expect(try lines(from: 0, to: 40_000.000_001) == Array(all[..<3]))
    #expect(try lines(from: 0, to: 52_040.000_001) == all)
  }

  @Test("a run with the log is the run without it; the sample and the limit are kept")
  func sample() throws {
    let f = small(initialisation: 80, [.wait(.exponential(mean: 20e6))])
    let account = (0..<40).map { Time.seconds(Int64($0)) }
    let plain = try run(f, at: account, count: 100, log: nil)
    #expect(plain.log.isEmpty)
    let all = try run(f, at: account, count: 100)
    #expect(all.log.count == 4_000 && plain.figure("invocations", of: "f") == 4_000)
    #expect(all.digest == plain.digest && all.usage == plain.usage)
    let some = try run(f, at: account, count: 100, log: InvocationLogConfig(sample: 0.25))
    #expect(some.digest == plain.digest)
    // 5 standard deviations of sqrt(4,000 x 3/16) = 27: a false alarm in two million seeds.
    #expect(abs(some.log.count - 1_000) < 137)
    for limit in [1, 3_999, 4_000, 4_001] {
      let log = try run(f, at: account, count: 100, log: InvocationLogConfig(sample: 1, limit: limit)).log
      #expect(log.count == min(limit, 4_000))
    }
    // In the order of time, and billed as the figures say.
    let moments = all.log.map(\.milliseconds)
    #expect(moments == moments.sorted())
    let billed = all.log.map { line in
      line.message.firstMatch(of: /Billed Duration: (\d+) ms/).flatMap { Int($0.output.1) } ?? .min
    }
    #expect(Double(billed.reduce(0, +)) == plain.figure("billedMilliseconds", of: "f"))
    #expect(Set(all.log.map(\.stream)).count == Int(plain.figure("coldStarts", of: "f")))
    #expect(all.log.filter { $0.message.contains("Init Duration") }.count == Int(plain.figure("coldStarts", of: "f")))
  }

  @Test("a provisioned environment's init is over before its first line, which has the memory that the runtime takes")
  func provisioned() throws {
    var f = small(initialisation: 80, [wait(40)])
    f.memoryUsage = nil
    f.runtime = "java21"
    f.provisionedConcurrency = ProvisionedConcurrencyConfig(concurrentExecutions: 1)
    let onDemand = try run(small(initialisation: 80, [wait(40)]), at: [.zero])
    #expect(fields(onDemand)[0].hasSuffix("|Init Duration: 80.00 ms"))
    let found = fields(try run(f, at: [.zero]))
    #expect(found.count == 1 && !found[0].contains("Init Duration"))
    #expect(!found[0].contains("Max Memory Used: 0 MB"), "\(found)")
    f.provisionedConcurrency = nil
    let used = { (line: String) in line.firstMatch(of: /Max Memory Used: \d+ MB/).map { String($0.output) } }
    #expect(used(fields(try run(f, at: [.zero]))[0]) == used(found[0]))
  }
}
