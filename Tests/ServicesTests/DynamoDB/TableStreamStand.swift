import Engine
import Testing
import Units

@testable import Services

/// A table's stream and a mapping that reads it: what happens to the table is a list, and so are the answers of the
/// function.
final class TableStreamStand {
  enum Action {
    case change(TableChange)
    /// A partition splits at a position.
    case split(UInt64)
  }

  /// A record that was processed: when its table changed, and when the function got it.
  struct Processed {
    var key: UInt32
    var shard: Int
    var since: Time
    var received: Time
  }

  private var run: Run<Event>
  private var stream: Services.Stream
  private var mapping: StreamMapping
  private let memory = PlainMemory()
  private let pool = SamplerPool()
  private let actions: [(at: Time, action: Action)]
  private let answer: (_ number: Int) -> (outcome: Outcome, after: Time)
  private var pending: [UInt32: (outcome: Outcome, records: [Processed])] = [:]
  private var invocations = 0
  /// Every invocation as `ms: keys`.
  private(set) var log: [String] = []
  /// In the order of the answers.
  private(set) var processed: [Processed] = []
  private(set) var figures: [String: Double] = [:]
  private(set) var tableFigures: [String: Double] = [:]

  init(
    _ actions: [(at: Time, action: Action)], bounds: [UInt64] = [0], view: StreamViewType = .newAndOldImages,
    propagation: Distribution = .constant(0), duration: Time = .seconds(1_000),
    answer: @escaping (_ number: Int) -> (outcome: Outcome, after: Time) = { _ in (.success, .milliseconds(100)) },
    configure: (inout EventSourceMappingConfig, inout EventSourceMappingConfig.StreamSource) -> Void = { _, _ in }
  ) {
    var config = EventSourceMappingConfig(name: "m", stream: "t", functionName: "f")
    var source = EventSourceMappingConfig.StreamSource(stream: "t")
    source.pollingInterval = .milliseconds(250)
    configure(&config, &source)
    config.source = .stream(source)
    var table = TableConfig(name: "t")
    table.streamViewType = view
    table.changeStreams.propagationDelay = propagation
    let system = SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 0), duration: duration,
      resources: [
        .function(FunctionConfig(name: "f", handler: [])), .table(table), .eventSourceMapping(config),
      ], traffic: [])
    run = Run(warmUp: .zero, duration: duration, period: duration)
    var directory = Directory(system)
    let sites = memory.copy([CallSite(callee: Party(.lambda, 0), request: .invocation)])
    let factory = StreamFactory(seed: 1, replication: 0)
    stream = Services.Stream(of: table, bounds: bounds, index: 0, pool: pool, streams: factory, run: &run)
    mapping = StreamMapping(
      config, index: 0, directory: &directory, sites: sites, pool: pool, memory: memory, streams: factory, run: &run)
    self.actions = actions
    self.answer = answer
    mapping.begin(&stream, &run)
    for (index, action) in actions.enumerated() { run.expectArrival(of: UInt16(index), at: action.at) }
    while let event = run.next() { handle(event) }
    for figure in mapping.result(run.recorder, duration: duration).figures { figures[figure.name] = figure.value }
    for figure in stream.tableFigures(run.recorder) { tableFigures[figure.name] = figure.value }
    // Every change is processed, dropped, lost, or still there.
    #expect(
      tableFigures["streamRecords"]
        == ["processedEvents", "droppedEvents", "lostEvents", "finalEventsBehind"]
        .reduce(0) { $0 + (figures[$1] ?? .nan) })
    #expect(Double(processed.count) == figures["processedEvents"])
  }

  private func handle(_ event: Event) {
    switch event {
    case .arrival(let index):
      switch actions[Int(index)].action {
      case .change(let change): stream.append(change, &run)
      case .split(let position):
        stream.split(at: position)
        mapping.follow(stream)
      }
    case .called(let call): called(call)
    case .lambda(_, .resumed(let slot, let generation)):
      let (outcome, records) = pending.removeValue(forKey: slot) ?? (.failed, [])
      if outcome == .success { processed += records }
      run.answer(CallID(slot: slot, generation: generation), outcome)
    case .answered(let call): mapping.answered(call, &stream, &run)
    case .streamMapping(_, let event): mapping.handle(event, &stream, &run)
    default: Issue.record("a table's stream has no such event: \(event)")  // over the other services' events
    }
  }

  private func called(_ call: CallID) {
    let lane = Int(run.calls[call.slot].caller.tag)
    let shard = Int(mapping.shard(of: UInt32(lane)))
    let records = (0..<run.records(of: call)).map { position in
      let record = stream.shards[shard].record(mapping.lanes[lane].queue[position])
      return Processed(key: record.key, shard: shard, since: record.arrival, received: run.now)
    }
    let milliseconds = run.now.inMilliseconds
    let text = milliseconds == milliseconds.rounded() ? String(Int(milliseconds)) : String(milliseconds)
    log.append(text + ": " + records.map { String($0.key) }.joined(separator: " "))
    invocations += 1
    let (outcome, after) = answer(invocations)
    pending[call.slot] = (outcome, records)
    run.schedule(.lambda(0, .resumed(activity: call.slot, generation: call.generation)), after: after)
  }

  /// A changed item of a key, whose place is the key's own or a given one.
  static func change(
    _ key: UInt32, new: UInt32 = 100, old: UInt32 = 0, kind: TableChange.Kind = .inserted, at position: UInt64? = nil
  ) -> Action {
    .change(
      TableChange(
        kind: kind, key: key, newBytes: new, oldBytes: old, position: position ?? KeyPosition.start(of: key)))
  }
}
