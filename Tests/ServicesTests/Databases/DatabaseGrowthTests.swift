import Engine
import Services
import Testing
import Units

/// Stories of storage that fills. A statement of the database takes 46 ms with its connection: 10 + 30 ms to open, 5 ms of
/// CPU and 1 ms of network.
@Suite("Growth of databases")
struct DatabaseGrowthTests {
  private func story(_ config: DatabaseConfig, growth: Size, at moments: [Time], duration: Time) -> Story {
    var target = TrafficTarget(resource: "db")
    target.query = DatabaseQuery(cpu: .constant(5e6))
    target.query?.growth = growth
    let resource: ResourceConfig = config.engine.isAurora ? .auroraCluster(config) : .dbInstance(config)
    var story = Story([resource], target: target, at: moments)
    story.duration = duration
    return story
  }

  private func instance(allocated: Int, used: Int64, maximum: Int? = nil) -> DatabaseConfig {
    var config = database("db")
    config.storage.allocatedGiB = allocated
    config.storage.used = .gigabytes(used)
    config.storage.maximumGiB = maximum
    return config
  }

  @Test("a statement that finds no room fails and stores nothing; a smaller one before it did not")
  func full() throws {
    let config = instance(allocated: 20, used: 19)
    let moments: [Time] = [.seconds(10), .seconds(20), .seconds(30)]
    let run = try story(config, growth: .megabytes(600), at: moments, duration: .seconds(1_000)).run()
    #expect(run.figure("storedBytesAtEnd", of: "db") == Double(Size.gigabytes(19).bytes + Size.megabytes(600).bytes))
    #expect(run.figure("storageFullErrors", of: "db") == 2)
    #expect(run.traffic[0].errors == 2 && run.traffic[0].completed == 3)
    // It was low before the run began: only that it became full is an event.
    #expect(run.figure("lowStorageEvents", of: "db") == 1)
    let exact = try story(config, growth: .megabytes(512), at: moments, duration: .seconds(1_000)).run()
    #expect(exact.figure("storageFullErrors", of: "db") == 1 && exact.traffic[0].errors == 1)
  }

  @Test("free space of 10 percent is low, a byte more is not", arguments: [(0, 1.0), (-1, 0.0)])
  func low(bytes: Int64, events: Double) throws {
    // 100 GiB with 89 used: one more leaves 10 percent.
    let growth = Size(bytes: Size.gigabytes(1).bytes + bytes)
    let run = try story(instance(allocated: 100, used: 89), growth: growth, at: [.seconds(10)], duration: .minutes(20))
      .run()
    #expect(run.figure("lowStorageEvents", of: "db") == events)
    #expect(run.figure("storageScalings", of: "db") == 0)
  }

  @Test("storage is raised after 5 minutes of low space, and again 6 hours later at the earliest")
  func autoscaling() throws {
    let config = instance(allocated: 100, used: 89, maximum: 200)
    func run(_ milliseconds: Int64) throws -> RunResult {
      try story(
        config, growth: .gigabytes(5), at: [.seconds(10), .seconds(1_000)], duration: .milliseconds(milliseconds)
      ).run()
    }
    // 94 used at 10.046 s. The greatest of 10 GiB, 10 percent, and 94 + 7 x 5 - 100 = 29 GiB.
    #expect(try run(310_046).figure("storageScalings", of: "db") == 0)
    let first = try run(310_047)
    #expect(first.figure("storageScalings", of: "db") == 1)
    #expect(first.figure("allocatedBytesAtEnd", of: "db") == Double(Size.gigabytes(129).bytes))
    // 99 of 129 used: roomy for good.
    let later = try run(30_000_000)
    #expect(later.figure("storageScalings", of: "db") == 1 && later.figure("lowStorageEvents", of: "db") == 1)
  }

  @Test("the second time waits for the sixth hour after the first, and takes 10 percent when nothing has grown lately")
  func again() throws {
    // 50 used of 100 at first, then 91, and the forecast: 91 + 7 x 41 - 100 = 278 GiB more.
    let config = instance(allocated: 100, used: 50, maximum: 1_000)
    func run(_ growth: Int64, _ milliseconds: Int64) throws -> RunResult {
      try story(
        config, growth: .gigabytes(growth), at: [.seconds(10)], duration: .milliseconds(milliseconds)
      ).run()
    }
    #expect(try run(41, 310_047).figure("allocatedBytesAtEnd", of: "db") == Double(Size.gigabytes(378).bytes))
    // Low from the beginning: raised at 300 s by 10 GiB, and at 300 s + 6 h once more, as 108 of 110 are used since.
    let full = instance(allocated: 100, used: 108 - 10, maximum: 125)
    func idle(_ milliseconds: Int64) throws -> RunResult {
      try story(full, growth: .gigabytes(10), at: [.seconds(1_000)], duration: .milliseconds(milliseconds)).run()
    }
    #expect(try idle(300_000).figure("storageScalings", of: "db") == 0)
    #expect(try idle(300_001).figure("allocatedBytesAtEnd", of: "db") == Double(Size.gigabytes(110).bytes))
    #expect(try idle(21_900_000).figure("storageScalings", of: "db") == 1)
    let second = try idle(21_900_001)
    #expect(second.figure("storageScalings", of: "db") == 2)
    // 10 percent are 11 GiB: 121. The growth was 5.8 hours ago.
    #expect(second.figure("allocatedBytesAtEnd", of: "db") == Double(Size.gigabytes(121).bytes))
    // Free are 13 of 121 then: more than 10 percent.
    #expect(try idle(60_000_000).figure("storageScalings", of: "db") == 2)
  }

  @Test("nothing is raised beyond the maximum, nor without one")
  func maximum() throws {
    func run(_ maximum: Int?) throws -> RunResult {
      try story(
        instance(allocated: 100, used: 95, maximum: maximum), growth: Size(bytes: 0), at: [.seconds(10)],
        duration: .hours(20)
      ).run()
    }
    #expect(try run(nil).figure("allocatedBytesAtEnd", of: "db") == Double(Size.gigabytes(100).bytes))
    // 104 with 95 used are still low, and stay so.
    let capped = try run(104)
    #expect(capped.figure("allocatedBytesAtEnd", of: "db") == Double(Size.gigabytes(104).bytes))
    #expect(capped.figure("storageScalings", of: "db") == 1)
  }

  @Test("RDS meters what is allocated, Aurora what is used, by the time that it was")
  func metered() throws {
    let scaled = try story(
      instance(allocated: 100, used: 95, maximum: 200), growth: Size(bytes: 0), at: [.seconds(10)],
      duration: .seconds(1_000)
    ).run()
    // 10 GiB more from 300 s on.
    let allocated: Int64 = (100 * 1_000_000 + 10 * 700_000) << 30
    #expect(scaled.usage("GP3-Storage", of: "db") == allocated)
    var cluster = DatabaseConfig(
      name: "db", engine: .auroraPostgreSQL, capacity: database("other").capacity)
    cluster.sessions = database("other").sessions
    cluster.storage.used = .gigabytes(10)
    let aurora = try story(cluster, growth: .gigabytes(1), at: [.seconds(10)], duration: .seconds(1_000)).run()
    let used: Int64 = (10 * 1_000_000 + 1_000_000 - 10_046) << 30
    #expect(aurora.usage("StorageUsage", of: "db") == used)
    #expect(aurora.figure("storedBytesAtEnd", of: "db") == Double(Size.gigabytes(11).bytes))
  }

  @Test("of a warm-up only what is left of it is metered")
  func warmUp() throws {
    var cluster = DatabaseConfig(name: "db", engine: .auroraPostgreSQL, capacity: database("other").capacity)
    cluster.sessions = database("other").sessions
    var story = story(cluster, growth: .gigabytes(1), at: [.seconds(10), .seconds(200)], duration: .seconds(900))
    story.warmUp = .seconds(100)
    // 1 GiB over 900 s, and another one from 200.006 s on, on the open connection, until 1,000 s.
    let used: Int64 = (900_000 + 799_994) << 30
    #expect(try story.run().usage("StorageUsage", of: "db") == used)
  }
}
