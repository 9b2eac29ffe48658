import Engine
import Testing
import Units

@testable import Services

/// The line in front of a volume, its limits, and what storage makes of a statement.
@Suite("Storage of databases")
struct StorageLineTests {
  private func line(_ iops: Int?, lasting: Int? = nil, burst: Int = 0, megabits: Int? = nil) -> StorageLine {
    StorageLine(StorageLimits(iops: iops, lastingIOPS: lasting, burstIOs: burst, megabits: megabits, pageBytes: 12_500))
  }

  private func microseconds(_ wait: StorageLine.Wait) -> [Int64] { [wait.first / 1_000, wait.last / 1_000] }

  @Test("nobody waits at the limit, and a ns too early is a ns of waiting")
  func atTheLimit() {
    // An I/O a ms.
    var line = line(1_000)
    #expect(line.enter(1, at: .zero).last == 0)
    #expect(line.enter(1, at: .milliseconds(1)).last == 0)
    #expect(line.enter(1, at: .milliseconds(2) + Time(nanoseconds: -1)).last == 1)
    #expect(line.enter(1, at: .milliseconds(10)).last == 0)
  }

  @Test("I/Os that enter together start one gap apart, behind those that came before")
  func together() {
    var line = line(1_000)
    #expect(microseconds(line.enter(5, at: .zero)) == [0, 4_000])
    #expect(microseconds(line.enter(2, at: .milliseconds(1))) == [4_000, 5_000])
    #expect(microseconds(line.enter(1, at: .milliseconds(7))) == [0, 0])
  }

  @Test("the slower of I/Os a second and bandwidth counts", arguments: [(10_000, 1_000), (500, 2_000)])
  func bandwidth(iops: Int, gap: Int64) {
    // 100 Mbps are a page of 12,500 bytes a ms.
    var line = line(iops, megabits: 100)
    #expect(microseconds(line.enter(2, at: .zero)) == [0, gap])
  }

  @Test("without limits nobody waits")
  func unlimited() {
    var line = line(nil)
    #expect(microseconds(line.enter(1_000_000, at: .zero)) == [0, 0])
    #expect(microseconds(line.enter(1, at: .zero)) == [0, 0])
    #expect(line.burstBalance(at: .zero) == 1)
  }

  @Test("burst credits are spent at the peak rate, and then what is earned")
  func bursts() {
    // 1,000 a second while there are credits; 100 a second are earned, 10 saved. Of 20, ten go in 9 ms; number 11 goes
    // when the first credit is earned, at 10 ms, and number 20 at 100 ms.
    var line = line(1_000, lasting: 100, burst: 10)
    #expect(line.burstBalance(at: .zero) == 1)
    #expect(microseconds(line.enter(10, at: .zero)) == [0, 9_000])
    #expect(microseconds(line.enter(10, at: .zero)) == [10_000, 100_000])
    // All credits that 200 ms earn have been spent by then; half of the bucket is full 50 ms before it is full.
    #expect(line.burstBalance(at: .milliseconds(100)) == 0)
    #expect(line.burstBalance(at: .milliseconds(150)) == 0.5)
    #expect(line.burstBalance(at: .milliseconds(200)) == 1)
    #expect(microseconds(line.enter(10, at: .milliseconds(200))) == [0, 9_000])
  }

  private func limits(_ kind: DatabaseStorageConfig.Kind, _ gibibytes: Int, iops: Int? = nil) throws -> StorageLimits {
    let type = try #require(DatabaseInstanceClass.named("db.r6g.large"))
    let isAurora = kind == .aurora || kind == .auroraIOOptimized
    var config = DatabaseConfig(
      name: "db", engine: isAurora ? .auroraMySQL : .postgres, capacity: .provisioned(type))
    (config.storage.kind, config.storage.allocatedGiB, config.storage.iops) = (kind, gibibytes, iops)
    return config.storageLimits
  }

  @Test("limits by kind and size of storage")
  func limits() throws {
    let second: Int64 = 1_000_000_000_000
    #expect(try limits(.gp3, 399).picosecondsPerIO == second / 3_000)
    #expect(try limits(.gp3, 400).picosecondsPerIO == second / 12_000)
    #expect(try limits(.gp3, 400, iops: 20_000).picosecondsPerIO == second / 20_000)
    // 64 Kbit at 4,750 Mbps.
    #expect(try limits(.gp3, 400, iops: 80_000).picosecondsPerIO == 8_192 * 8 * 1_000_000 / 4_750)
    #expect(try limits(.io1, 100, iops: 5_000).picosecondsPerIO == second / 5_000)
    #expect(try limits(.gp2, 33).lastingIOPS == 100)
    #expect(try limits(.gp2, 34).lastingIOPS == 102)
    #expect(try limits(.gp2, 999).lastingIOPS == 2_997)
    #expect(try limits(.gp2, 999).picosecondsPerIO == second / 3_000)
    #expect(try limits(.gp2, 1_000).lastingIOPS == nil)
    #expect(try limits(.gp2, 5_333).picosecondsPerIO == second / 15_999)
    #expect(try limits(.gp2, 5_334).picosecondsPerIO == second / 16_000)
    #expect(try limits(.aurora, 20).picosecondsPerIO == 0)
    #expect(try limits(.auroraIOOptimized, 20).picosecondsPerIO == 0)
  }

  // MARK: Statements

  private func run(hitRatio: Double, reads: Double, writes: Double) throws -> Told {
    var config = database("db")
    config.bufferCacheHitRatio = hitRatio
    var step = CallStep(target: "db")
    step.query = DatabaseQuery(cpu: .constant(5e6))
    step.query?.reads = .constant(reads)
    step.query?.writes = .constant(writes)
    let story = Story(
      [.function(function("f", [.call(step)])), .dbInstance(config)], target: TrafficTarget(resource: "f"),
      at: [.zero, .seconds(10)])
    let run = try story.run()
    return Told(
      latency: run.latencyMs, reads: run.figure("readIOs", of: "db"), writes: run.figure("writeIOs", of: "db"),
      depth: run.figure("meanDiskQueueDepth", of: "db"))
  }

  private struct Told: Equatable {
    var latency: Double
    var reads: Double
    var writes: Double
    var depth: Double
  }

  @Test("pages that the buffer cache has cost nothing")
  func cached() throws {
    let nothing = try run(hitRatio: 1, reads: 0, writes: 0)
    #expect(try run(hitRatio: 1, reads: 500, writes: 0) == nothing)
    #expect(nothing.latency == 146 + 6 && nothing.reads == 0 && nothing.writes == 0 && nothing.depth == 0)
  }

  @Test("pages that it has not got are read one after another, and writes go together")
  func missed() throws {
    let nothing = try run(hitRatio: 1, reads: 0, writes: 0)
    let one = try run(hitRatio: 0, reads: 1, writes: 0)
    let many = try run(hitRatio: 0, reads: 40, writes: 0)
    let written = try run(hitRatio: 0, reads: 0, writes: 40)
    #expect(one.reads == 2 && many.reads == 80 && many.writes == 0 && written.writes == 80 && written.reads == 0)
    #expect(one.latency > nothing.latency)
    // 80 reads of about 1.2 ms; of the 40 writes that go together, one latency and 39 gaps of a 3,000th second.
    #expect(many.latency - nothing.latency > 60 && many.latency - nothing.latency < 200)
    #expect(written.latency - nothing.latency > 26 && written.latency - nothing.latency < 40)
    #expect(many.depth > 0)
  }
}

/// Draws of pages that the buffer cache has not got.
@Suite("Buffer cache misses")
struct MissDrawTests {
  @Test("all or nothing needs no draw")
  func sure() {
    var stream = RandomStream(seed: 94, replication: 0, component: "db", purpose: "misses")
    var untouched = stream
    #expect(MissDraw(hitRatio: 1).draw(1_000, &stream) == 0)
    #expect(MissDraw(hitRatio: 0).draw(1_000, &stream) == 1_000)
    #expect(MissDraw(hitRatio: 0.5).draw(0, &stream) == 0)
    #expect(stream.next() == untouched.next())
  }

  /// Mean and variance of 200,000 draws lie within 4.5 standard errors: false alarms 1 in 70,000 each. The standard error
  /// of a variance is that of a normal, to which the fourth moment of the binomials here comes close.
  @Test(
    "misses are binomial",
    arguments: [(0.99, 50), (0.9, 20), (0.5, 8), (0.2, 40), (0.01, 64), (0.99, 6_300), (0.99, 6_500), (0.3, 10_000)]
      as [(Double, Int64)])
  func binomial(hitRatio: Double, pages: Int64) {
    var stream = RandomStream(seed: 95, replication: 0, component: "db", purpose: "misses")
    let draw = MissDraw(hitRatio: hitRatio)
    let count = 200_000
    var (sum, squares) = (0.0, 0.0)
    let mean = Double(pages) * (1 - hitRatio)
    let variance = mean * hitRatio
    var isWithin = true
    for _ in 0..<count {
      let misses = draw.draw(pages, &stream)
      if misses < 0 || misses > pages { isWithin = false }
      let distance = Double(misses) - mean
      sum += distance
      squares += distance * distance
    }
    #expect(isWithin)
    let error = (variance / Double(count)).squareRoot()
    #expect(abs(sum / Double(count)) < 4.5 * error, "mean off by \(sum / Double(count) / error) standard errors")
    // Kurtosis of a binomial: 3 + (1 - 6 p q) / (n p q).
    let kurtosis = 3 + (1 - 6 * hitRatio * (1 - hitRatio)) / variance
    let varianceError = variance * ((kurtosis - 1) / Double(count)).squareRoot()
    // Rounding to whole misses adds a twelfth where they are drawn as normal numbers.
    let rounding = Double(pages) * min(hitRatio, 1 - hitRatio) > 64 ? 1.0 / 12 : 0
    #expect(abs(squares / Double(count) - variance - rounding) < 4.5 * varianceError)
  }

  @Test("one page misses with the probability of a miss")
  func onePage() {
    var stream = RandomStream(seed: 96, replication: 0, component: "db", purpose: "misses")
    let draw = MissDraw(hitRatio: 0.9)
    let misses = (0..<100_000).reduce(0) { sum, _ in sum + draw.draw(1, &stream) }
    // 10,000 expected, standard deviation 95; false alarms 1 in 16,000.
    #expect(abs(misses - 10_000) < 380)
  }
}
