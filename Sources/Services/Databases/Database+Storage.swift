import Engine
import Units

// What a statement's pages cost in time.
//
// When a statement has had its CPU time, `storageTime` says how long its reads and writes take: pages that the buffer
// cache has not got are read from storage one after another, and all writes go together at the end. All of them pass the
// line of the node's volume first. The owner schedules the statement's next event after that time and the round trip.

/// The storage of a database, as its statements see it.
struct DatabaseStorage: ~Copyable {
  /// Reads of one statement whose latency is drawn one by one; the others take their mean. The mean stays exact, the
  /// spread of statements with more comes out larger than it is.
  static let drawnReads: Int64 = 16

  /// One a node: each node of RDS has a volume of its own. Aurora's common one has no limit, so it needs no common line.
  let lines: UnsafeMutablePointer<StorageLine>
  let records: DatabaseStorageRecords
  private let misses: MissDraw
  private let readLatency: Sampler
  private let writeLatency: Sampler
  private let streams: UnsafeMutablePointer<RandomStream>

  init(
    _ config: DatabaseConfig, pool: SamplerPool, memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) {
    lines = memory.copy(Array(repeating: StorageLine(config.storageLimits), count: config.nodeCount))
    records = DatabaseStorageRecords(config, run: &run)
    misses = MissDraw(hitRatio: config.bufferCacheHitRatio)
    readLatency = pool.makeSampler(config.storageReadLatency)
    writeLatency = pool.makeSampler(config.storageWriteLatency)
    self.streams = memory.copy(
      ["pages read", "pages written", "buffer cache", "read latency", "write latency"].map {
        streams.stream(component: config.name, purpose: $0)
      })
  }

  /// Pages that a statement reads and writes, whether the buffer cache has them or not.
  @inline(__always) mutating func draw(_ query: UnsafePointer<CompiledQuery>) -> (reads: Int64, writes: Int64) {
    (query.pointee.reads.drawTime(&streams[0]), query.pointee.writes.drawTime(&streams[1]))
  }

  /// How long a statement's I/Os take, ns.
  @inline(never) mutating func time(reads pages: Int64, writes: Int64, node: UInt16, _ run: inout Run<Event>) -> Int64 {
    let reads = misses.draw(pages, &streams[2])
    guard reads &+ writes > 0 else { return 0 }
    let wait = lines[Int(node)].enter(reads &+ writes, at: run.now)
    // Either the line is short, and the statement takes its I/Os' latencies one after another; or it is long, and the
    // last I/O starts late.
    var (sum, last) = (Int64(0), Int64(0))
    if reads > 0 {
      let drawn = min(reads, Self.drawnReads)
      for _ in 0..<drawn {
        last = readLatency.drawTime(&streams[3])
        sum = min(sum &+ last, Self.longest)
      }
      if reads > drawn { sum = Int64(min(Int128(sum) * Int128(reads) / Int128(drawn), Int128(Self.longest))) }
      run.recorder.count(records.reads, by: reads)
      run.recorder.record(records.readLatency, min(wait.first &+ sum / reads, Self.longest))
    }
    if writes > 0 {
      last = writeLatency.drawTime(&streams[4])
      sum = min(sum &+ last, Self.longest)
      run.recorder.count(records.writes, by: writes)
      run.recorder.record(records.writeLatency, min(wait.last &+ last, Self.longest))
    }
    let time = min(max(wait.first &+ sum, wait.last &+ last), Self.longest)
    run.recorder.count(records.time, by: time / 1_000)
    if records.savesCredits, node == 0 {
      run.recorder.set(records.burstBalance, to: Int64(100 * lines[0].burstBalance(at: run.now)))
    }
    return time
  }

  /// 18 years.
  private static let longest: Int64 = 1 << 59
}

/// What storage reports.
struct DatabaseStorageRecords: BitwiseCopyable {
  /// I/Os of storage; CloudWatch's ReadIOPS and WriteIOPS are these a second.
  let reads: CounterID
  let writes: CounterID
  /// Whole us that statements wait for I/O, of which the mean number that wait (DiskQueueDepth) follows by Little's law.
  let time: CounterID
  /// Mean time of one I/O of a statement.
  let readLatency: TimingID
  let writeLatency: TimingID
  /// Credits of the writer's volume, %.
  let burstBalance: GaugeID
  let savesCredits: Bool

  init(_ config: DatabaseConfig, run: inout Run<Event>) {
    let (aws, own) = ("AWS/RDS", "Windtunnel/RDS")
    reads = run.recorder.addCounter(resource: config.name, namespace: own, "ReadIOs")
    writes = run.recorder.addCounter(resource: config.name, namespace: own, "WriteIOs")
    time = run.recorder.addCounter(
      resource: config.name, namespace: own, "IOTime", unit: "Milliseconds", unitsPerCount: 1_000)
    readLatency = run.recorder.addTiming(resource: config.name, namespace: aws, "ReadLatency")
    writeLatency = run.recorder.addTiming(resource: config.name, namespace: aws, "WriteLatency")
    burstBalance = run.recorder.addGauge(resource: config.name, namespace: aws, "BurstBalance", unit: "Percent")
    savesCredits = config.storageLimits.lastingIOPS != nil
    run.recorder.set(burstBalance, to: 100)
  }
}

extension Database {
  /// How long the reads and writes of a statement of a query take on a node, ns; 0 if it has none. Nothing is drawn for
  /// constant numbers of pages, nor for latencies unless storage is asked.
  mutating func storageTime(node: UInt16, query: UInt32, _ run: inout Run<Event>) -> Int64 {
    let (reads, writes) = storage.draw(queries + Int(query))
    guard reads | writes != 0 else { return 0 }
    return storage.time(reads: reads, writes: writes, node: node, &run)
  }

  /// Figures of the storage over the recorded span.
  func storageFigures(_ recorder: borrowing Recorder, duration span: Time) -> [Figure] {
    [
      Figure("readIOs", Double(recorder.total(storage.records.reads))),
      Figure("writeIOs", Double(recorder.total(storage.records.writes))),
      Figure("meanDiskQueueDepth", Double(recorder.total(storage.records.time)) * 1e3 / Double(span.nanoseconds)),
    ]
  }
}
