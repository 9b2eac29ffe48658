import Engine
import Testing
import Units

@testable import Services

/// Invocations that carry a batch of records, placed by hand on one function.
@Suite("Loops over records")
struct RecordLoopTests {
  /// What the caller of one invocation sees.
  private struct Answer: Equatable {
    var outcome: Outcome
    var milliseconds: Double
    /// Ascending.
    var failures: [UInt32] = []
  }

  /// Invokes a warm function once with so many records.
  private func invoke(_ handler: [Step], records: UInt32, _ traits: CallTraits = [], seed: UInt64 = 1) -> Answer {
    var config = FunctionConfig(name: "f", handler: handler)
    config.memorySize = 1_769
    config.timeout = .seconds(900)
    config.initDuration = .constant(0)
    let system = SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 0), duration: .hours(1),
      resources: [.function(config)], traffic: [])
    let (memory, pool) = (PlainMemory(), SamplerPool())
    var run = Run<Event>(warmUp: .zero, duration: .hours(1), period: .minutes(1))
    var account = Account(system.account)
    var directory = Directory(system)
    var lambda = Lambda(
      config, index: 0, system: system, directory: &directory, pool: pool, memory: memory,
      streams: StreamFactory(seed: seed, replication: 0), run: &run)
    let call = run.open(from: Party(.queueMapping, 0), to: Party(.lambda, 0), site: 0, ledger: .none)
    run.load(call, records: records, traits: traits)
    run.post(.called(call))
    var answer: Answer?
    while let event = run.next() {
      switch event {
      case .called(let call): lambda.called(call, &run, &account)
      case .lambda(_, let event): lambda.handle(event, &run, &account)
      case .answered(let call):
        var failures: [UInt32] = []
        run.unload(call) { failures.append($0) }
        answer = Answer(
          outcome: run.calls[call.slot].outcome, milliseconds: run.now.inMilliseconds, failures: failures.sorted())
        run.finish(call)
      case .arrival, .traffic, .httpApi, .table, .eventInvoker, .queue, .stream, .queueMapping, .streamMapping,
        .daxCluster, .cacheCluster, .databaseClient, .database, .dbProxy, .topic:
        Issue.record("only a function is here")
      }
    }
    withExtendedLifetime((memory, pool)) {}
    return answer ?? Answer(outcome: .abandoned, milliseconds: .nan)
  }

  private func wait(_ milliseconds: Double) -> Step { .wait(.constant(milliseconds * 1e6)) }
  private let fails = Step.fail(probability: 1)

  @Test("the steps run once a record, and what follows once", arguments: [1, 2, 10_000] as [UInt32])
  func turns(records: UInt32) {
    let answer = invoke([.forEachRecord([wait(2)]), wait(3)], records: records)
    #expect(answer == Answer(outcome: .success, milliseconds: 2 * Double(records) + 3))
  }

  @Test("without a batch they run once, and an error is the handler's")
  func noBatch() {
    #expect(invoke([.forEachRecord([wait(2)])], records: 0) == Answer(outcome: .success, milliseconds: 2))
    #expect(
      invoke([.forEachRecord([wait(2), fails]), wait(9)], records: 0, .reportsRecords)
        == Answer(outcome: .failed, milliseconds: 2))
  }

  @Test("an error fails the whole batch at its first record, if the caller takes no partial answers")
  func wholeBatch() {
    let answer = invoke([.forEachRecord([wait(2), fails]), wait(9)], records: 5)
    #expect(answer == Answer(outcome: .failed, milliseconds: 2))
  }

  @Test("else it fails its record alone, and the handler goes on with the next one and after the loop")
  func partial() {
    let answer = invoke([.forEachRecord([wait(2), fails, wait(7)]), wait(9)], records: 3, .reportsRecords)
    #expect(answer == Answer(outcome: .success, milliseconds: 3 * 2 + 9, failures: [0, 1, 2]))
  }

  @Test("an error outside the loop is the handler's, with partial answers too")
  func outside() {
    let answer = invoke([.forEachRecord([wait(2)]), fails, wait(9)], records: 3, .reportsRecords)
    #expect(answer == Answer(outcome: .failed, milliseconds: 6))
  }

  @Test("records fail one by one: each that fails leaves out its last step, and only these are named")
  func each() {
    for seed in 1...20 as ClosedRange<UInt64> {
      let answer = invoke(
        [.forEachRecord([wait(1), .fail(probability: 0.5), wait(1)])], records: 100, .reportsRecords, seed: seed)
      let failed = answer.failures
      #expect(answer.outcome == .success && Set(failed).count == failed.count)
      #expect(answer.milliseconds == 200 - Double(failed.count))
      // 5.6 standard deviations of 5: a false alarm in two million seeds, twenty times.
      #expect(abs(failed.count - 50) < 28)
      #expect(failed.allSatisfy { $0 < 100 })
    }
  }

  @Test("a branch that fails within a record fails that record, when the last branch has ended")
  func parallelInside() {
    let answer = invoke(
      [.forEachRecord([.parallel([[wait(1), fails], [wait(4)], []]), wait(100)]), wait(9)], records: 3,
      .reportsRecords)
    #expect(answer == Answer(outcome: .success, milliseconds: 3 * 4 + 9, failures: [0, 1, 2]))
  }

  @Test("so does a branch that fails at once, and a loop in a branch")
  func atOnce() {
    let answer = invoke(
      [.forEachRecord([.parallel([[wait(4)], [.repeat(times: .constant(3), [fails])]]), wait(100)])], records: 2,
      .reportsRecords)
    #expect(answer == Answer(outcome: .success, milliseconds: 8, failures: [0, 1]))
  }

  @Test("an inner loop ends with the error; the record after it begins it anew")
  func repeatInside() {
    let answer = invoke(
      [.forEachRecord([.repeat(times: .constant(3), [wait(1), .choose([.init(weight: 1, steps: [fails])])])])],
      records: 4, .reportsRecords)
    #expect(answer == Answer(outcome: .success, milliseconds: 4, failures: [0, 1, 2, 3]))
  }

  @Test("a loop over records within a branch keeps its errors from the branch")
  func insideParallel() {
    let answer = invoke(
      [.parallel([[.forEachRecord([wait(1), fails]), wait(5)], [wait(2)]]), wait(9)], records: 3, .reportsRecords)
    #expect(answer == Answer(outcome: .success, milliseconds: 3 + 5 + 9, failures: [0, 1, 2]))
  }

  @Test("of two loops over the same records, one in the other or one after the other, each names a record once")
  func twice() {
    let inner = invoke(
      [.forEachRecord([.forEachRecord([wait(1), fails]), wait(10), fails])], records: 3, .reportsRecords)
    #expect(inner == Answer(outcome: .success, milliseconds: 3 * 13, failures: [0, 1, 2]))
    let after = invoke([.forEachRecord([fails]), .forEachRecord([wait(1), fails])], records: 2, .reportsRecords)
    #expect(after == Answer(outcome: .success, milliseconds: 2, failures: [0, 1]))
  }

  @Test("a crash fails the whole batch, whatever the caller takes")
  func crash() {
    let answer = invoke([.forEachRecord([wait(1), .crash(probability: 1)])], records: 3, .reportsRecords)
    #expect(answer == Answer(outcome: .failed, milliseconds: 1))
  }

  @Test("a poisoned batch fails after all its work, unless its caller takes partial answers and knows itself")
  func poison() {
    let handler: [Step] = [.forEachRecord([wait(1)])]
    #expect(invoke(handler, records: 3, .isPoisoned) == Answer(outcome: .failed, milliseconds: 3))
    #expect(
      invoke(handler, records: 3, [.isPoisoned, .reportsRecords]) == Answer(outcome: .success, milliseconds: 3))
  }
}
