import Engine
import Units

// A standard topic: a publisher is answered soon, and each of its messages goes to every subscriber whose filter lets it
// pass, after a delay of its own and again for as long as the subscriber refuses.
//
//   publish: called -> (quota) -> published, answered
//   delivery of a message to a subscriber:  pending -> attempted -> taken
//                                             ^            | refused
//                                             '-- waiting <+-> failed, after the last retry

/// What happens inside a topic.
@frozen
public enum TopicEvent: BitwiseCopyable, Sendable {
  /// Messages have been taken: their publisher is answered.
  case published(CallID)
  /// A message reaches a subscriber, for the first time or again.
  case delivered(delivery: UInt32)
}

/// A message on its way to one subscriber.
struct TopicDelivery: BitwiseCopyable {
  /// Where the subscriber is called with a message of this size.
  var site: UInt32
  var retries: UInt32
  var published: Time

  static var blank: TopicDelivery { TopicDelivery(site: .max, retries: 0, published: .zero) }
}

/// One subscriber of a topic.
struct TopicSubscription: BitwiseCopyable {
  /// The first of its sites, of which there is one for each size of the topic's messages.
  let firstSite: UInt32
  /// Whether all sizes share that site: a function's event has none.
  let isSizeless: Bool
  let filter: Double
  let latency: Sampler
  var latencyStream: RandomStream
  var filterStream: RandomStream
}

/// A topic's state, and how it reacts.
struct Topic: ~Copyable {
  let index: UInt16
  let config: TopicConfig
  private let sites: UnsafeMutablePointer<CallSite>
  /// Bytes of the messages that anybody publishes here, ascending.
  private let sizes: UnsafeMutablePointer<Int64>
  private let subscriptions: UnsafeMutablePointer<TopicSubscription>
  private let subscriptionCount: Int
  private var deliveries: Slab<TopicDelivery>
  private var quota: TokenBucket
  private let latency: Sampler
  private var latencyStream: RandomStream
  let records: TopicRecords

  init(
    _ config: TopicConfig, index: UInt16, system: SystemConfig, directory: inout Directory,
    sites: UnsafeMutablePointer<CallSite>, pool: SamplerPool, memory: PlainMemory, streams: StreamFactory,
    run: inout Run<Event>
  ) {
    self.index = index
    self.config = config
    self.sites = sites
    let sizes = system.messageSizes(of: config.name)
    self.sizes = memory.copy(sizes)
    var subscriptions: [TopicSubscription] = []
    for subscription in config.subscriptions {
      let isSizeless = system.isFunction(subscription.target)
      let envelope = subscription.rawMessageDelivery ? 0 : TopicSubscriptionConfig.envelope.bytes
      // The sites of one subscriber stand in a row.
      let own = (isSizeless ? [0] : sizes.map { $0 + envelope }).map { bytes in
        directory.site(
          SiteRequest(resource: subscription.target, payload: Size(bytes: bytes), invocationType: .event))
      }
      subscriptions.append(
        TopicSubscription(
          firstSite: own.first ?? .max, isSizeless: isSizeless, filter: subscription.filter,
          latency: pool.makeSampler(subscription.deliveryLatency),
          latencyStream: streams.stream(component: config.name, purpose: "delivery to \(subscription.target)"),
          filterStream: streams.stream(component: config.name, purpose: "filter of \(subscription.target)")))
    }
    self.subscriptions = memory.copy(subscriptions)
    subscriptionCount = subscriptions.count
    deliveries = Slab(blank: .blank)
    quota = config.publishRate.map { TokenBucket(rate: Int64($0), burst: Int64($0)) } ?? .unlimited
    latency = pool.makeSampler(config.publishLatency)
    latencyStream = streams.stream(component: config.name, purpose: "publish")
    records = TopicRecords(config, run: &run)
  }

  // MARK: Messages and events

  /// Messages are published.
  mutating func called(_ call: CallID, entries: UInt32, _ run: inout Run<Event>) {
    guard quota.take(Int64(entries), at: run.now) else {
      run.recorder.count(records.throttles)
      return run.answer(call, .throttled)
    }
    run.schedule(.topic(index, .published(call)), after: Time(nanoseconds: latency.drawTime(&latencyStream)))
  }

  mutating func handle(_ event: TopicEvent, _ run: inout Run<Event>) {
    switch event {
    case .published(let call): published(call, &run)
    case .delivered(let delivery): attempt(delivery, &run)
    }
  }

  /// Messages are in the topic: their publisher is answered, and they set out.
  private mutating func published(_ call: CallID, _ run: inout Run<Event>) {
    guard case .publish(let entries, let bytes) = sites[Int(run.calls[call.slot].site)].request else {
      preconditionFailure("a call to a topic brings messages")
    }
    let total = Int64(entries) &* bytes
    run.recorder.count(records.messages, by: Int64(entries))
    run.recorder.count(records.bytes, by: total)
    run.recorder.count(records.requests, by: TopicMeters.requests(bytes: total))
    run.ledgers.attribute(run.calls[call.slot].ledger, to: records.publishSegment, at: run.now)
    run.answer(call, .success)
    var size = 0
    while sizes[size] != bytes { size &+= 1 }
    for _ in 0..<entries {
      for number in 0..<subscriptionCount { send(to: number, size: size, &run) }
    }
  }

  /// A message sets out to a subscriber, if its filter lets it pass.
  private mutating func send(to number: Int, size: Int, _ run: inout Run<Event>) {
    let subscription = subscriptions + number
    if subscription.pointee.filter < 1
      && subscription.pointee.filterStream.nextUnit() >= subscription.pointee.filter
    {
      return run.recorder.count(records.filteredOut)
    }
    let delivery = deliveries.take()
    let site = subscription.pointee.firstSite &+ (subscription.pointee.isSizeless ? 0 : UInt32(size))
    deliveries[delivery] = TopicDelivery(site: site, retries: 0, published: run.now)
    let latency = subscription.pointee.latency.drawTime(&subscription.pointee.latencyStream)
    run.schedule(.topic(index, .delivered(delivery: delivery)), after: Time(nanoseconds: latency))
  }

  private mutating func attempt(_ delivery: UInt32, _ run: inout Run<Event>) {
    let site = deliveries[delivery].site
    _ = run.place(from: Party(.topic, index, tag: delivery), to: sites[Int(site)].callee, site: site, ledger: .none)
  }

  /// A subscriber has taken a message, or has refused it.
  mutating func answered(_ call: CallID, _ run: inout Run<Event>) {
    let (delivery, outcome) = (run.calls[call.slot].caller.tag, run.calls[call.slot].outcome)
    run.finish(call)
    if outcome == .success {
      run.recorder.count(records.delivered)
      run.recorder.record(records.time, (run.now - deliveries[delivery].published).nanoseconds)
      return deliveries.giveBack(delivery)
    }
    deliveries[delivery].retries &+= 1
    guard let wait = DeliveryPolicy.wait(retry: deliveries[delivery].retries) else {
      run.recorder.count(records.failed)
      return deliveries.giveBack(delivery)
    }
    run.recorder.count(records.retries)
    run.schedule(.topic(index, .delivered(delivery: delivery)), after: wait)
  }

  /// Messages on their way to a subscriber: each counts for every one of them.
  var pending: Int { deliveries.count }
}
