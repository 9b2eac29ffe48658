import Engine
import Services
import Testing
import Units

/// Reading the figures at the borders of batches changes no run, whatever is in the system.
@Suite("Batches of systems of everything")
struct RandomBatchTests {
  private func check(_ config: SystemConfig, _ count: Int) throws {
    var config = config
    config.period = Time(nanoseconds: max(1, config.duration.nanoseconds / Int64(2 * count)))
    let plain = try simulate(config, seed: 7, replication: 0)
    let batched = try simulate(config, seed: 7, replication: 0, batches: count)
    #expect(batched.run.digest == plain.digest && batched.run.usage == plain.usage)
    #expect(batched.run.series.map(\.key) == plain.series.map(\.key))
    #expect(batched.borders.count == count + 1 && batched.borders.last??.duration ?? .zero <= config.duration)
    // What a run has counted never falls.
    for (earlier, later) in zip(batched.borders, batched.borders.dropFirst()) {
      for (before, after) in zip(earlier?.traffic ?? [], later?.traffic ?? []) {
        #expect(before.started <= after.started && before.completed <= after.completed)
        #expect(after.latency.since(before.latency).count == after.completed - before.completed)
      }
    }
  }

  @Test("functions, queues, streams", arguments: 0..<16)
  func worlds(number: Int) throws { try check(RandomWorld.make(number), 10) }

  @Test("tables, indexes, caches", arguments: 0..<16)
  func tables(number: Int) throws { try check(RandomTables.make(number), 7) }

  @Test("databases, proxies, topics", arguments: 0..<16)
  func databases(number: Int) throws { try check(RandomDatabases.make(number), 3) }
}
