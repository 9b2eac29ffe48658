import Engine
import Testing
import Units

@testable import Services

/// Interfaces of a VPC: who shares them, when they exist, and what they carry.
@Suite("Network interfaces")
struct NetworkInterfaceTests {
  private func run(
    _ functions: [FunctionConfig], _ vpc: VPCConfig = network(), at moments: [Time], others: [ResourceConfig] = [],
    for duration: Time = .seconds(1_000), count: Int = 1
  ) throws -> RunResult {
    var story = Story(
      [.vpc(vpc)] + functions.map { .function($0) } + others, target: TrafficTarget(resource: functions[0].name),
      at: moments, count: count)
    story.duration = duration
    return try story.run()
  }

  @Test("functions share an interface by subnet and by the set of their security groups")
  func sharing() throws {
    let f = inside(function("f", []), subnets: ["a", "b"], groups: ["x", "y"])
    let same = inside(function("g", []), subnets: ["b", "a"], groups: ["y", "x"])
    let other = inside(function("h", []), subnets: ["a"], groups: ["x"])
    for (functions, interfaces) in [([f], 2.0), ([f, same], 2), ([f, other], 3), ([f, same, other], 3)] {
      #expect(try run(functions, at: [.zero]).figure("peakInterfaces", of: "network") == interfaces)
    }
  }

  @Test("a function whose interfaces do not exist is pending until they are created: 90 s")
  func pending() throws {
    let f = inside(function("f", [wait(5)]), interfacesExist: false)
    for (moment, outcome) in [(0.0, Outcome.unavailable), (89_999.999_999, .unavailable), (90_000, .success)] {
      let result = try run([f], at: [.ms(moment)])
      #expect(result.requests(outcome) == 1)
      #expect(result.figure("pendingFailures", of: "f") == (outcome == .success ? 0 : 1))
      #expect(result.figure("invocations", of: "f") == (outcome == .success ? 1 : 0))
      #expect(result.latencyMs == (outcome == .success ? 105 : 0))
    }
  }

  @Test("one whose interfaces another function has is active at once")
  func sharedFromTheBeginning() throws {
    let f = inside(function("f", []), interfacesExist: false)
    let elsewhere = inside(function("g", []), subnets: ["b"])
    #expect(try run([f, elsewhere], at: [.zero]).requests(.unavailable) == 1)
    #expect(try run([f, inside(function("g", []))], at: [.zero]).requests(.success) == 1)
    // One of its two subnets has an interface, the other one does not.
    let both = inside(function("f", []), subnets: ["a", "b"], interfacesExist: false)
    #expect(try run([both, inside(function("g", []))], at: [.zero]).requests(.unavailable) == 1)
  }

  @Test("after 14 days without an invocation the next one fails, and the function is pending for 90 s")
  func reclaimed() throws {
    let f = inside(function("f", [wait(5)]))
    let days = Time.days(14)
    for (gap, failures) in [(days - Time(nanoseconds: 1), 0.0), (days, 1)] {
      // The first invocation begins after 100 ms of init, at 1.1 s.
      let second = Time.ms(1_100) + gap
      let moments = [.seconds(1), second, second + .ms(89_999), second + .seconds(90)]
      let result = try run([f], at: moments, for: .days(20))
      // If the second one fails, so does the third, and the fourth finds a new interface; if not, all are well.
      #expect(result.requests(.unavailable) == Int64(2 * failures))
      #expect(result.figure("pendingFailures", of: "f") == 2 * failures)
      #expect(result.requests(.success) == 4 - Int64(2 * failures))
    }
  }

  @Test("a function that nobody has invoked since time zero is reclaimed too")
  func neverInvoked() throws {
    let f = inside(function("f", []))
    #expect(try run([f], at: [.days(14) - Time(nanoseconds: 1)], for: .days(20)).requests(.success) == 1)
    #expect(try run([f], at: [.days(14)], for: .days(20)).requests(.unavailable) == 1)
  }

  @Test("an environment that is still there keeps the interfaces")
  func inUse() throws {
    var f = inside(function("f", []))
    f.idleExpiry = .constant(Double(Time.days(30).nanoseconds))
    #expect(try run([f], at: [.zero, .days(15)], for: .days(20)).requests(.success) == 2)
  }

  @Test(
    "each interface carries 65,000 connections",
    arguments: [(0, 1), (1, 1), (64_999, 1), (65_000, 1), (65_001, 2), (130_000, 2), (130_001, 3)])
  func needed(connections: Int64, interfaces: Int64) {
    #expect(NetworkInterfaces.needed(for: connections) == interfaces)
  }

  @Test("connections of a function are spread over its subnets, and beyond the quota there is no further interface")
  func growth() {
    let memory = PlainMemory()
    var run = Run<Event>(warmUp: .zero, duration: .seconds(10), period: .seconds(10))
    let level = run.recorder.addLevel(resource: "network", namespace: "Test", "Interfaces")
    let counter = run.recorder.addCounter(resource: "network", namespace: "Test", "Requests")
    let group = NetworkInterfaces.Group(connections: 0, interfaces: 1, availableFrom: .zero)
    var interfaces = NetworkInterfaces(
      [group, group], quota: 4, level: level, attempts: counter, memory: memory, run: &run)
    #expect(interfaces.count == 2)
    #expect(interfaces.add(65_000, to: 0, &run) && interfaces.count == 2)
    #expect(interfaces.add(1, to: 0, &run) && interfaces.count == 3)
    #expect(interfaces.add(-65_001, to: 0, &run) && interfaces.count == 3)
    #expect(interfaces.add(65_001, to: 0, &run) && interfaces.count == 3)
    #expect(interfaces.add(130_000, to: 1, &run) && interfaces.count == 4)
    #expect(!interfaces.add(1, to: 1, &run) && interfaces.count == 4)
    #expect(!interfaces.add(0, to: 1, &run) && interfaces.count == 4)
    #expect(interfaces.groups[0].interfaces == 2 && interfaces.groups[1].interfaces == 2)
  }

  @Test("a new environment is refused if the connections need more interfaces than the quota", arguments: [1, 2])
  func overQuota(quota: Int) {
    let memory = PlainMemory()
    let pool = SamplerPool()
    let streams = StreamFactory(seed: 1, replication: 0)
    var run = Run<Event>(warmUp: .zero, duration: .seconds(10), period: .seconds(10))
    let level = run.recorder.addLevel(resource: "network", namespace: "Test", "Interfaces")
    let counter = run.recorder.addCounter(resource: "network", namespace: "Test", "Requests")
    var interfaces = NetworkInterfaces(
      [NetworkInterfaces.Group(connections: 0, interfaces: 1, availableFrom: .zero)], quota: quota, level: level,
      attempts: counter, memory: memory, run: &run)
    func source(_ nanoseconds: Double) -> TimeSource {
      TimeSource(.constant(nanoseconds), pool: pool, stream: streams.stream(component: "f", purpose: "test"))
    }
    withUnsafeMutablePointer(to: &interfaces) { pointer in
      var attachment = NetworkAttachment(
        pointer, groups: [0], creation: source(90e9), penalty: source(0), memory: memory)
      func state(_ connections: Int64) -> NetworkAttachment.State {
        attachment.state(connections: connections, lastInvocation: .zero, isInUse: true, &run)
      }
      #expect(state(65_000) == .active)
      #expect(state(65_001) == (quota == 1 ? .overQuota : .active))
      // When connections have closed, those that are left fit.
      #expect(state(65_000) == .active)
      #expect(state(130_001) == .overQuota)
    }
  }
}
