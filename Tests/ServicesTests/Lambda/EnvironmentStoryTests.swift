import Engine
import Services
import Testing
import Units

/// From the start of an environment to its end, and what an invocation is billed.
@Suite("Lambda environments")
struct EnvironmentStoryTests {
  @Test("the second request finds the environment of the first warm")
  func warmReuse() throws {
    let result = try Story([function("f", [wait(40)])], at: [.zero, .seconds(1)]).run()
    #expect(result.figure("coldStarts", of: "f") == 1)
    #expect(result.figure("invocations", of: "f") == 2)
    #expect(result.segmentsMs == ["f init": 100, "f handler": 80])
  }

  @Test("a request that finds all environments busy starts another, even if one is free a nanosecond later")
  func noWaiting() throws {
    let f = function("f", [wait(40)])
    // The first is done at 140 ms. A request of that very instant was announced before the handler's last step began.
    for (moment, coldStarts) in [(139.999_999, 2), (140, 2), (140.000_001, 1)] {
      let result = try Story([f], at: [.zero, .ms(moment)]).run()
      #expect(result.figure("coldStarts", of: "f") == Double(coldStarts))
      #expect(result.figure("peakConcurrency", of: "f") == Double(coldStarts))
    }
  }

  @Test("an idle environment ends a lifetime after it was freed; a request announced for that very instant gets it")
  func idleExpiry() throws {
    // Freed at 1.1 s, for 300 s.
    for (nanoseconds, coldStarts) in [(301_099_999_999, 1), (301_100_000_000, 1), (301_100_000_001, 2)] {
      let result = try Story(
        [function("f", [wait(1_000)])], at: [.zero, Time(nanoseconds: Int64(nanoseconds))]
      ).run()
      #expect(result.figure("coldStarts", of: "f") == Double(coldStarts))
    }
  }

  @Test("every request starts the lifetime anew, also one that is running when the old lifetime would have ended")
  func lifetimeStartsAnew() throws {
    // Freed at 1.1 s and at 302 s; alive until 602 s.
    let moments: [Time] = [.zero, .seconds(301)]
    let f = function("f", [wait(1_000)])
    let warm = try Story([f], at: moments + [Time(nanoseconds: 601_999_999_999)]).run()
    let cold = try Story([f], at: moments + [Time(nanoseconds: 602_000_000_001)]).run()
    #expect(warm.figure("coldStarts", of: "f") == 1)
    #expect(cold.figure("coldStarts", of: "f") == 2)
  }

  @Test("environments are there from the start of their init to the end of their lifetime")
  func environmentLevel() throws {
    let result = try Story([function("f", [wait(1_000)])], at: [.zero]).run()
    #expect(result.figure("meanEnvironments", of: "f") == 0.3011)
    #expect(result.figure("meanConcurrency", of: "f") == 0.0011)
    #expect(result.figure("peakEnvironments", of: "f") == 1)
  }

  @Test(
    "two environments and a request every 6 s: newest first lets the other end, oldest first keeps both",
    arguments: [(FunctionConfig.EnvironmentChoice.newestIdle, 3.0), (.oldestIdle, 2.0)])
  func choice(choice: FunctionConfig.EnvironmentChoice, coldStarts: Double) throws {
    var f = function("f", [wait(1_000)])
    f.idleExpiry = .constant(12e9)
    f.environmentChoice = choice
    var story = Story([f], at: [])
    let spikes: [(Int64, Int)] = [(0, 2), (6, 1), (12, 1), (18, 1), (24, 2)]
    story.traffic[0].arrivals = .spikes(spikes.map { Spike(at: .seconds($0.0), count: $0.1, over: .zero) })
    #expect(try story.run().figure("coldStarts", of: "f") == coldStarts)
  }

  @Test("the random choice takes either of two idle environments with equal probability")
  func randomChoice() throws {
    var f = function("f", [wait(1_000)])
    f.idleExpiry = .constant(12e9)
    f.environmentChoice = .random
    var story = Story([f], at: [])
    story.duration = .seconds(30)
    let spikes = [(0.0, 2), (6, 1), (12, 1), (18.5, 2)]
    story.traffic[0].arrivals = .spikes(spikes.map { Spike(at: .ms($0.0 * 1_000), count: $0.1, over: .zero) })
    var lost = 0
    for replication in 0..<400 {
      let coldStarts = try story.run(replication: replication).figure("coldStarts", of: "f")
      #expect(coldStarts == 2 || coldStarts == 3)
      if coldStarts == 3 { lost += 1 }
    }
    // The same one twice, and the other ends at 13.1 s: probability 1/2. 4.9 standard deviations: a false alarm in a
    // million seeds.
    #expect(abs(lost - 200) < 49)
  }

  @Test(
    "duration and own init are rounded up together to whole ms",
    arguments: [
      (0.4, 0.599_999, 1), (0.4, 0.6, 1), (0.4, 0.600_001, 2), (0.5, 0.5, 1), (0, 1, 1), (100, 0.000_001, 101),
    ] as [(Double, Double, Double)])
  func initIsBilled(initialisation: Double, handler: Double, billed: Double) throws {
    var f = function("f", [wait(handler)])
    f.initDuration = .constant(initialisation * 1e6)
    let result = try Story([f], at: [.zero]).run()
    #expect(result.figure("billedMilliseconds", of: "f") == billed)
    #expect(result.usage("Lambda-GB-Second", of: "f") == Int64(billed) * 1_769)
    #expect(result.usage("Request", of: "f") == 1)
  }

  @Test("a warm invocation is billed its duration, rounded up", arguments: [(0.999_999, 1), (1, 1), (1.000_001, 2)])
  func warmIsBilled(handler: Double, billed: Int) throws {
    var f = function("f", [wait(handler)])
    f.initDuration = .constant(50e6)
    f.architecture = .arm64
    let result = try Story([f], at: [.zero, .seconds(1)]).run()
    let first = (50 + handler).rounded(.up)
    #expect(result.figure("billedMilliseconds", of: "f") == first + Double(billed))
    #expect(result.usage("Request-ARM", of: "f") == 2)
    #expect(result.usage("Lambda-GB-Second-ARM", of: "f") == (Int64(first) + Int64(billed)) * 1_769)
  }

  @Test(
    "memory buys CPU in proportion, up to what the handler uses at once; waiting takes as long as ever",
    arguments: [
      (128, 1, 1_382.031_25), (1_768, 1, 100.056_561), (1_769, 1, 100), (1_770, 1, 100), (3_538, 1, 100),
      (3_537, 2, 50.014_136), (3_538, 2, 50), (10_240, 6, 17.275_391),
    ] as [(Int, Int, Double)])
  func computing(memory: Int, parallelism: Int, milliseconds: Double) throws {
    var f = function("f", [compute(100), wait(7)])
    f.memorySize = memory
    f.parallelism = parallelism
    let result = try Story([f], at: [.zero]).run()
    let handler = result.segmentsMs["f handler"] ?? .nan
    #expect(abs(handler - milliseconds - 7) < 1e-9)
    #expect(
      result.usage("Lambda-GB-Second", of: "f") == Int64((100 + milliseconds + 7).rounded(.up)) * Int64(memory))
  }
}
