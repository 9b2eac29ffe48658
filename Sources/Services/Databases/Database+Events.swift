import Engine
import Units

// Events of RDS: who subscribed to a category is called after a delay of its own, so that events may come in another
// order than they happened.

/// One subscription to a database's events.
struct EventSubscriber: BitwiseCopyable {
  /// Where the subscriber is called.
  let site: UInt32
  /// One bit a category.
  let categories: UInt8
  let delay: Sampler
  var stream: RandomStream
}

/// A database's subscriptions to its events.
struct EventSubscribers {
  /// Set in the tag of a call that brings an event, so that it is none for a function that a statement has invoked.
  static let tag: UInt32 = 1 << 31

  private let all: UnsafeMutablePointer<EventSubscriber>
  private let count: Int
  private let sent: CounterID?
  private let failed: CounterID?

  init(
    _ config: DatabaseConfig, directory: inout Directory, pool: SamplerPool, memory: PlainMemory,
    streams: StreamFactory, run: inout Run<Event>
  ) {
    var subscribers: [EventSubscriber] = []
    for (number, subscription) in config.eventSubscriptions.enumerated() {
      let categories = subscription.categories.isEmpty ? Category.allCases : subscription.categories
      let request = SiteRequest(
        resource: subscription.target, payload: EventSubscriptionConfig.messageSize, invocationType: .event)
      subscribers.append(
        EventSubscriber(
          site: directory.site(request), categories: categories.reduce(0) { $0 | $1.bit },
          delay: pool.makeSampler(subscription.notificationDelay),
          stream: streams.stream(component: config.name, purpose: "notification delay \(number)")))
    }
    all = memory.copy(subscribers)
    count = subscribers.count
    guard !subscribers.isEmpty else {
      (sent, failed) = (nil, nil)
      return
    }
    let own = "Windtunnel/RDS"
    sent = run.recorder.addCounter(resource: config.name, namespace: own, "NotificationsSent")
    failed = run.recorder.addCounter(resource: config.name, namespace: own, "NotificationsFailed")
  }

  typealias Category = EventSubscriptionConfig.Category

  /// Schedules the calls of those who want to know.
  func schedule(_ category: Category, database: UInt16, _ run: inout Run<Event>) {
    for number in 0..<count where all[number].categories & category.bit != 0 {
      let delay = all[number].delay.drawTime(&all[number].stream)
      run.schedule(.database(database, .notified(subscription: UInt32(number))), after: Time(nanoseconds: delay))
    }
  }

  /// An event reaches its subscriber.
  func send(_ number: UInt32, database: UInt16, sites: UnsafeMutablePointer<CallSite>, _ run: inout Run<Event>) {
    guard let sent else { preconditionFailure("only a database with subscriptions tells anybody") }
    run.recorder.count(sent)
    let site = all[Int(number)].site
    _ = run.place(
      from: Party(.database, database, tag: Self.tag | number), to: sites[Int(site)].callee, site: site, ledger: .none)
  }

  /// A subscriber has taken an event, or has refused it.
  func answered(_ outcome: Outcome, _ run: inout Run<Event>) {
    guard let failed, outcome != .success else { return }
    run.recorder.count(failed)
  }

  /// What became of the events.
  func figures(_ recorder: borrowing Recorder) -> [Figure] {
    guard let sent, let failed else { return [] }
    return [
      Figure("notificationsSent", recorder.sum(sent)), Figure("notificationsFailed", recorder.sum(failed)),
    ]
  }
}

extension Database {
  /// Something happened to the database that its subscribers may want to know: each of them hears of it after a delay.
  @inline(never) mutating func notify(_ category: EventSubscriptionConfig.Category, _ run: inout Run<Event>) {
    eventSubscribers.schedule(category, database: index, &run)
  }

  /// An event of RDS reaches a subscriber.
  @inline(never) mutating func notified(_ subscription: UInt32, _ run: inout Run<Event>) {
    eventSubscribers.send(subscription, database: index, sites: sites, &run)
  }

  /// Whether an answer is a subscriber's, which is then dealt with.
  mutating func isAnswerOfSubscriber(_ call: CallID, _ run: inout Run<Event>) -> Bool {
    guard run.calls[call.slot].caller.tag & EventSubscribers.tag != 0 else { return false }
    eventSubscribers.answered(run.calls[call.slot].outcome, &run)
    run.finish(call)
    return true
  }
}
