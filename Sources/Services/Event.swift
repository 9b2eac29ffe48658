import Engine

/// Everything that can happen, over all services: plain memory of 13 bytes, dispatched by one switch in `System`.
///
/// Which case it is stands in those bits of the last byte that all components' own events leave: five, enough for 32 cases,
/// as long as each of these tells its own cases by three. A 14th byte would cost every event some instructions.
@frozen
public enum Event: SimulationEvent {
  case called(CallID)
  case answered(CallID)
  case arrival(UInt16)
  case traffic(UInt16, TrafficEvent)
  case lambda(UInt16, LambdaEvent)
  case httpApi(UInt16, HTTPAPIEvent)
  case table(UInt16, TableEvent)
  case eventInvoker(UInt16, EventInvokerEvent)
  case queue(UInt16, QueueEvent)
  case stream(UInt16, StreamEvent)
  case queueMapping(UInt16, QueueMappingEvent)
  case streamMapping(UInt16, StreamMappingEvent)
  case daxCluster(UInt16, DAXEvent)
  case cacheCluster(UInt16, CacheEvent)
  case databaseClient(UInt16, DatabaseClientEvent)
  case database(UInt16, DatabaseEvent)
  case dbProxy(UInt16, DBProxyEvent)
  case topic(UInt16, TopicEvent)
}

/// The kinds of components, as `Party.kind` numbers them.
@frozen
public enum ComponentKind: UInt8, BitwiseCopyable, CaseIterable, Sendable {
  case traffic
  case lambda
  case httpApi
  case table
  case eventInvoker
  case queue
  case stream
  case queueMapping
  case streamMapping
  case daxCluster
  case cacheCluster
  case databaseClient
  case database
  case dbProxy
  case topic
  case network
  /// A function, on behalf of an environment that starts: the tag is the environment, not an activity.
  case environmentStart

  /// The kind with the highest number.
  @inlinable static var last: ComponentKind { .environmentStart }
}

extension Party {
  /// A component of a kind.
  @inlinable init(_ kind: ComponentKind, _ index: UInt16, tag: UInt32 = 0) {
    self.init(kind: kind.rawValue, index: index, tag: tag)
  }

  /// The kind, which only `System` writes.
  @inlinable var component: ComponentKind {
    precondition(kind <= ComponentKind.last.rawValue, "a party of an unknown kind")
    // The failable initialiser would be a call for every message.
    return unsafeBitCast(kind, to: ComponentKind.self)
  }
}
