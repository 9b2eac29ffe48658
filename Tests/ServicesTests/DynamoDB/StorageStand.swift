import Engine
import Units

@testable import Services

/// A table's storage without callers: a test writes at given moments, and what happens by itself happens in between.
struct StorageStand: ~Copyable {
  var run: Run<Event>
  var storage: TableStorage
  private let pool = SamplerPool()
  private(set) var expired: [(at: Time, count: Int64)] = []

  init(_ config: TableConfig, seed: UInt64 = 1, warmUp: Time = .zero, duration: Time = .seconds(1_000)) {
    run = Run(warmUp: warmUp, duration: duration, period: .minutes(1))
    storage = TableStorage(
      config, index: 0, streams: StreamFactory(seed: seed, replication: 0), pool: pool, run: &run)
    storage.begin(&run)
  }

  /// Lets the time pass up to `time`, its own events included.
  mutating func advance(to time: Time) {
    run.schedule(.answered(.none), at: time)
    while let event = run.next() {
      switch event {
      case .table(_, .storage(.expire)):
        let gone = storage.expire(&run)
        if gone.count > 0 { expired.append((run.now, gone.count)) }
      case .table(_, .storage(let event)): storage.handle(event, &run)
      case .answered:
        // What is due at the same moment comes first.
        if run.isQuiet() { return }
        run.post(.answered(.none))
      case .called, .arrival, .traffic, .lambda, .httpApi, .table, .eventInvoker, .queue, .stream, .queueMapping,
        .streamMapping, .daxCluster, .cacheCluster, .databaseClient, .database, .dbProxy, .topic:
        preconditionFailure("only storage has events here")
      }
    }
  }

  /// Lets the rest of the run pass.
  mutating func finish() { advance(to: Time(nanoseconds: run.end.nanoseconds)) }

  /// A figure at the end.
  func figure(_ name: String) -> Double { storage.figures().first { $0.name == name }?.value ?? .nan }

  /// What was used on a meter over `span`; 0 if there is no such line.
  func usage(_ key: String, over span: Time) -> Int128 {
    storage.usage(duration: span).filter { $0.meter.key == key }.reduce(0) { $0 + $1.amount }
  }
}
