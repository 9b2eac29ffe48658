import Engine
import Units

// A standard topic: a message is answered soon, and goes to every subscriber after a delay of its own.

/// What happens inside a topic.
@frozen
public enum TopicEvent: BitwiseCopyable, Sendable {
  /// A message has been taken: its publisher is answered.
  case published(CallID)
  /// A message reaches a subscriber.
  case delivered(subscription: UInt32)
}

/// A topic's state, and how it reacts.
struct Topic: ~Copyable {
  let index: UInt16
  let config: TopicConfig
  /// One site a subscription.
  private let subscriptions: UnsafeMutablePointer<UInt32>
  private let sites: UnsafeMutablePointer<CallSite>
  private let publishLatency: Sampler
  private let deliveryLatency: Sampler
  private let streams: UnsafeMutablePointer<RandomStream>
  private let messages: CounterID

  init(
    _ config: TopicConfig, index: UInt16, directory: inout Directory, sites: UnsafeMutablePointer<CallSite>,
    pool: SamplerPool, memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) {
    self.index = index
    self.config = config
    self.sites = sites
    var own: [UInt32] = []
    for subscriber in config.subscriptions {
      own.append(directory.site(SiteRequest(resource: subscriber, invocationType: .event)))
    }
    subscriptions = memory.copy(own)
    publishLatency = pool.makeSampler(config.publishLatency)
    deliveryLatency = pool.makeSampler(config.deliveryLatency)
    self.streams = memory.copy(
      ["publish", "delivery"].map { streams.stream(component: config.name, purpose: $0) })
    messages = run.recorder.addCounter(resource: config.name, namespace: "AWS/SNS", "NumberOfMessagesPublished")
  }

  /// A message is published.
  mutating func called(_ call: CallID, _ run: inout Run<Event>) {
    run.recorder.count(messages)
    let latency = Time(nanoseconds: publishLatency.drawTime(&streams[0]))
    run.schedule(.topic(index, .published(call)), after: latency)
    for subscription in config.subscriptions.indices {
      run.schedule(
        .topic(index, .delivered(subscription: UInt32(subscription))),
        after: latency + Time(nanoseconds: deliveryLatency.drawTime(&streams[1])))
    }
  }

  mutating func handle(_ event: TopicEvent, _ run: inout Run<Event>) {
    switch event {
    case .published(let call): run.answer(call, .success)
    case .delivered(let subscription):
      let site = subscriptions[Int(subscription)]
      _ = run.place(
        from: Party(.topic, index, tag: subscription), to: sites[Int(site)].callee, site: site, ledger: .none)
    }
  }

  /// A subscriber has taken a message, or has not.
  mutating func answered(_ call: CallID, _ run: inout Run<Event>) { run.finish(call) }

  /// The topic's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    ResourceResult(name: config.name, typeName: "topic", figures: [Figure("messages", recorder.sum(messages))])
  }

  /// What the topic used over the recorded span.
  func usage(_ recorder: borrowing Recorder) -> [UsageLine] {
    TopicMeters.usage(of: config.name, requests: Int64(recorder.sum(messages)))
  }
}
