import Engine
import Units

/// What happens inside a queue.
@frozen
public enum QueueEvent: BitwiseCopyable, Sendable {
  /// A send is done.
  case sent(CallID)
}

/// A queue's state, and how it reacts.
struct Queue: ~Copyable {
  let index: UInt16
  let config: QueueConfig

  /// `sites` is the system's table, which is complete only when every component is built. `consumers` are the mappings
  /// that read the queue.
  init(
    _ config: QueueConfig, index: UInt16, directory: inout Directory, sites: UnsafeMutablePointer<CallSite>,
    pool: SamplerPool, memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) {
    self.index = index
    self.config = config
  }

  mutating func called(_ call: CallID, _ request: MessageRequest, _ run: inout Run<Event>) {
    run.answer(call, .success)
  }

  /// The answer of the dead-letter queue.
  mutating func answered(_ call: CallID, _ run: inout Run<Event>) { run.finish(call) }

  mutating func handle(_ event: QueueEvent, _ run: inout Run<Event>) {}
}

extension Queue {
  /// The queue's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    ResourceResult(name: config.name, typeName: "queue", figures: [])
  }

  /// What the queue used over the recorded span.
  func usage(_ recorder: borrowing Recorder) -> [UsageLine] { [] }
}
