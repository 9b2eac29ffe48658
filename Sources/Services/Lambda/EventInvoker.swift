import Engine
import Units

/// What happens in the queue of a function's asynchronous events.
@frozen
public enum EventInvokerEvent: BitwiseCopyable, Sendable {
  /// An event is due for its next attempt.
  case due(event: UInt32)
}

/// The internal queue of one function's asynchronous events: it answers the caller at once, invokes the function, and
/// again if the function fails or refuses.
struct EventInvoker: ~Copyable {
  let index: UInt16
  let config: FunctionConfig

  init(
    _ config: FunctionConfig, index: UInt16, directory: inout Directory, sites: UnsafeMutablePointer<CallSite>,
    pool: SamplerPool, memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) {
    self.index = index
    self.config = config
  }

  /// An event arrives.
  mutating func called(_ call: CallID, _ run: inout Run<Event>) { run.answer(call, .success) }

  /// The function, or a destination, has answered.
  mutating func answered(_ call: CallID, _ run: inout Run<Event>) { run.finish(call) }

  mutating func handle(_ event: EventInvokerEvent, _ run: inout Run<Event>) {}
}

extension EventInvoker {
  /// Figures of the function's asynchronous events, behind those of the function.
  func figures(_ recorder: borrowing Recorder, duration span: Time) -> [Figure] { [] }
}
