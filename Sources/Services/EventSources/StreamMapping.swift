import Engine
import Units

/// What happens inside a mapping from a stream.
@frozen
public enum StreamMappingEvent: BitwiseCopyable, Sendable {
  /// The source has records again.
  case available
}

/// An event source mapping that reads a stream: its state, and how it reacts.
struct StreamMapping: ~Copyable {
  let index: UInt16
  let config: EventSourceMappingConfig
  /// Which stream it reads; the system hands it over with every event.
  let source: UInt16

  init(
    _ config: EventSourceMappingConfig, index: UInt16, directory: inout Directory,
    sites: UnsafeMutablePointer<CallSite>, pool: SamplerPool, memory: PlainMemory, streams: StreamFactory,
    run: inout Run<Event>
  ) {
    self.index = index
    self.config = config
    source = directory.party(of: config.sourceName).index
  }

  /// Begins to poll, at time zero.
  mutating func begin(_ source: inout Stream, _ run: inout Run<Event>) {}

  /// The function, or a destination, has answered.
  mutating func answered(_ call: CallID, _ source: inout Stream, _ run: inout Run<Event>) { run.finish(call) }

  mutating func handle(_ event: StreamMappingEvent, _ source: inout Stream, _ run: inout Run<Event>) {}
}

extension StreamMapping {
  /// The mapping's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    ResourceResult(name: config.name, typeName: "eventSourceMapping", figures: [])
  }

  /// What the mapping used over the recorded span.
  func usage(_ recorder: borrowing Recorder) -> [UsageLine] { [] }
}
