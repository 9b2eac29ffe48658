import Engine
import Units

/// What happens inside a stream.
@frozen
public enum StreamEvent: BitwiseCopyable, Sendable {
  /// A put is done.
  case put(CallID)
}

/// A stream's state, and how it reacts.
struct Stream: ~Copyable {
  let index: UInt16
  let config: StreamConfig

  /// `sites` is the system's table, which is complete only when every component is built.
  init(
    _ config: StreamConfig, index: UInt16, sites: UnsafeMutablePointer<CallSite>, pool: SamplerPool,
    memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) {
    self.index = index
    self.config = config
  }

  mutating func called(_ call: CallID, _ request: MessageRequest, _ run: inout Run<Event>) {
    run.answer(call, .success)
  }

  mutating func handle(_ event: StreamEvent, _ run: inout Run<Event>) {}
}

extension Stream {
  /// The stream's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    ResourceResult(name: config.name, typeName: "stream", figures: [])
  }

  /// What the stream used over the recorded span.
  func usage(_ recorder: borrowing Recorder) -> [UsageLine] { [] }
}
