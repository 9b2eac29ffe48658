import Engine
import Testing
import Units

@testable import Services

/// A stream, a mapping that reads it, and in place of the function a list of answers: what the mapping sends, and
/// when, can be written down line by line.
final class MappingStand {
  /// Records that are put at one moment, all of one key.
  struct Put {
    var at: Time
    var count = 1
    var key: UInt32 = 0
    var bytes: Int64 = 1
    var isPoisoned = false
  }

  /// What the function answers to one invocation.
  struct Answer {
    var outcome = Outcome.success
    var after: Time
    /// Positions within the batch that the function reports as failed.
    var failed: [UInt32] = []
  }

  private var run: Run<Event>
  private var stream: Services.Stream
  private var mapping: StreamMapping
  private let memory = PlainMemory()
  private let pool = SamplerPool()
  private let puts: [Put]
  private let answer: (_ number: Int, _ records: [Int]) -> Answer
  private var pending: [UInt32: Answer] = [:]
  /// Every invocation as `ms: records`, the records of a shard counted in the order of their puts.
  private(set) var log: [String] = []
  /// The records of each invocation that ended well, less those that it reported.
  private(set) var processed: [Int] = []
  /// Messages to the destination.
  private(set) var messages = 0
  /// Events that the mapping asked for itself.
  private(set) var ownEvents = 0
  /// Figures of the mapping.
  private(set) var figures: [String: Double] = [:]

  /// Runs the mapping until `duration`. The function takes 100 ms, and fails if a record that it cannot process is in
  /// the batch; `answer` may say otherwise.
  init(
    _ puts: [Put], duration: Time = .seconds(1_000), shards: Int = 1,
    answer: @escaping (_ number: Int, _ records: [Int]) -> Answer = { _, _ in Answer(after: .milliseconds(100)) },
    configure: (inout EventSourceMappingConfig, inout EventSourceMappingConfig.StreamSource) -> Void = { _, _ in }
  ) {
    var config = EventSourceMappingConfig(name: "m", stream: "s", functionName: "f")
    var source = EventSourceMappingConfig.StreamSource(stream: "s")
    configure(&config, &source)
    config.source = .stream(source)
    var streamConfig = StreamConfig(name: "s")
    streamConfig.shardCount = shards
    let system = SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 0), duration: duration,
      resources: [
        .function(FunctionConfig(name: "f", handler: [])), .stream(streamConfig), .queue(QueueConfig(name: "q")),
        .eventSourceMapping(config),
      ], traffic: [])
    run = Run(warmUp: .zero, duration: duration, period: duration)
    var directory = Directory(system)
    let sites = memory.copy([CallSite(callee: Party(.lambda, 0), request: .invocation)])
    let factory = StreamFactory(seed: 1, replication: 0)
    stream = Services.Stream(
      streamConfig, index: 0, sites: sites, pool: pool, memory: memory, streams: factory, run: &run)
    mapping = StreamMapping(
      config, index: 0, directory: &directory, sites: sites, pool: pool, memory: memory, streams: factory, run: &run)
    self.puts = puts
    self.answer = answer
    mapping.begin(&stream, &run)
    for (index, put) in puts.enumerated() { run.expectArrival(of: UInt16(index), at: put.at) }
    while let event = run.next() { handle(event) }
    for figure in mapping.result(run.recorder, duration: duration).figures { figures[figure.name] = figure.value }
    let incoming = stream.result(run.recorder, duration: duration).figures[0].value
    // Every record that was put is processed, dropped, lost, or still there.
    #expect(
      incoming
        == ["processedEvents", "droppedEvents", "lostEvents", "finalEventsBehind"]
        .reduce(0) { $0 + (figures[$1] ?? .nan) })
  }

  private func handle(_ event: Event) {
    switch event {
    case .arrival(let index):
      let put = puts[Int(index)]
      for _ in 0..<put.count {
        let isStored = stream.put(key: put.key, bytes: put.bytes, isPoisoned: put.isPoisoned, &run)
        #expect(isStored)
      }
    case .called(let call): called(call)
    case .lambda(_, .resumed(let slot, let generation)):
      let answer = pending.removeValue(forKey: slot) ?? Answer(after: .zero)
      for position in answer.failed {
        run.noteFailure(of: CallID(slot: slot, generation: generation), record: position)
      }
      run.answer(CallID(slot: slot, generation: generation), answer.outcome)
    case .answered(let call): mapping.answered(call, &stream, &run)
    case .streamMapping(_, let event):
      ownEvents += 1
      mapping.handle(event, &stream, &run)
    default: Issue.record("a stream and its mapping have no such event: \(event)")  // over the other services' events
    }
  }

  private func called(_ call: CallID) {
    if run.calls[call.slot].callee.component == .queue {
      messages += 1
      return run.answer(call, .success)
    }
    let lane = Int(run.calls[call.slot].caller.tag)
    let count = run.records(of: call)
    let records = (0..<count).map { Int(mapping.lanes[lane].queue[$0]) }
    let milliseconds = run.now.inMilliseconds
    let text = milliseconds == milliseconds.rounded() ? String(Int(milliseconds)) : String(milliseconds)
    log.append(text + ": " + records.map(String.init).joined(separator: " "))
    var answer = self.answer(log.count, records)
    if run.calls[call.slot].traits.contains(.isPoisoned) && answer.outcome == .success { answer.outcome = .failed }
    if answer.outcome == .success {
      let shard = Int(mapping.shard(of: UInt32(lane)))
      let unsound = records.indices.filter { position in
        answer.failed.contains(UInt32(position)) || stream.shards[shard].record(UInt32(records[position])).isPoisoned
      }
      processed += records[..<(unsound.first ?? records.count)]
    }
    pending[call.slot] = answer
    run.schedule(.lambda(0, .resumed(activity: call.slot, generation: call.generation)), after: answer.after)
  }

  /// Two keys whose records of one shard go to different lanes of two.
  static let twoLanes: (first: UInt32, second: UInt32) = {
    func lane(_ key: UInt32) -> UInt32 {
      Services.Stream.share(of: UInt32(truncatingIfNeeded: Services.Stream.hash(key)), among: 2)
    }
    return ((0..<100).first { lane($0) == 0 } ?? 0, (0..<100).first { lane($0) == 1 } ?? 0)
  }()
}
