import Engine
import Units

// The replicas of a table in other Regions. Only the scenario's Region has callers; what is admitted there is written
// in every other one too, where it consumes as many replicated write units, but is never refused: a replica has the
// table's capacity (AWS keeps the write capacity of all replicas equal) and no other writers.
//
//   wrote -> (latency of each Region) -> replicated

/// The replicas of one table in other Regions.
struct TableReplication: ~Copyable {
  /// Whether there are any; without them nothing else here is asked.
  let isOn: Bool
  /// Whether writes are billed by the request now; who switches the table's mode sets it. Provisioned capacity is billed
  /// with that of the table.
  var isOnDemand: Bool
  private let table: UInt16
  private let config: TableConfig
  private let isStrong: Bool
  private let conflictShare: Double
  private let latency: Sampler
  private let roundTrip: Sampler
  private let regions: Int
  private let latencyStreams: UnsafeMutablePointer<RandomStream>
  private let latencyRecords: UnsafeMutablePointer<TimingID>
  private var roundTripStream: RandomStream
  private var conflictStream: RandomStream
  private let records: ReplicationRecords?

  init(_ config: TableConfig, index: UInt16, streams: StreamFactory, pool: SamplerPool, run: inout Run<Event>) {
    self.config = config
    table = index
    isOn = config.replication != nil
    switch config.capacity {
    case .onDemand: isOnDemand = true
    case .provisioned: isOnDemand = false
    }
    let replication = config.replication
    isStrong = replication?.consistency == .strong
    conflictShare = isStrong ? replication?.conflicts ?? 0 : 0
    latency = pool.makeSampler(replication?.latency ?? .constant(0))
    roundTrip = pool.makeSampler(replication?.roundTrip ?? .constant(0))
    let names = replication?.regions ?? []
    regions = names.count
    latencyStreams = .allocate(capacity: max(1, names.count))
    latencyRecords = .allocate(capacity: max(1, names.count))
    for (region, name) in names.enumerated() {
      (latencyStreams + region).initialize(
        to: streams.stream(component: config.name, purpose: "replication to \(name)"))
      // With strong consistency nothing arrives late.
      guard !isStrong else { continue }
      (latencyRecords + region).initialize(
        to: run.recorder.addTiming(
          resource: "\(config.name)/replica/\(name)", namespace: "AWS/DynamoDB", "ReplicationLatency",
          keepsHistogram: true))
    }
    roundTripStream = streams.stream(component: config.name, purpose: "round trips to the nearest Region")
    conflictStream = streams.stream(component: config.name, purpose: "conflicts with other Regions")
    records = isOn ? ReplicationRecords(config.name, run: &run) : nil
  }

  deinit {
    latencyStreams.deallocate()
    latencyRecords.deallocate()
  }

  /// An admitted write of `items` items took so many write units of the table.
  mutating func wrote(items: Int64, units: Int64, bytes: Int64, _ run: inout Run<Event>) {
    guard let records, items > 0 else { return }
    if isOnDemand { run.recorder.count(records.units, by: units * Int64(regions)) }
    guard !isStrong else { return }
    for region in 0..<regions {
      let time = latency.drawTime(&latencyStreams[region])
      run.recorder.record(latencyRecords[region], time)
      run.recorder.change(records.pending, by: items, at: run.now)
      run.schedule(.table(table, .storage(.replicated(items: UInt32(items)))), after: Time(nanoseconds: time))
    }
  }

  /// Items whose time to live is over were deleted: free here, a write in every other Region.
  mutating func expired(_ items: ExpiredItems, _ run: inout Run<Event>) {
    guard let records, items.count > 0 else { return }
    let units = items.count * max(1, Size(bytes: items.bytesEach).blocks(of: .kilobytes(1)))
    wrote(items: items.count, units: units, bytes: 0, &run)
    guard isOnDemand else { return }
    for index in config.indexes {
      guard case .global = index.kind else { continue }
      let entry = index.entrySize ?? Size(bytes: items.bytesEach)
      let entries = Int64((Double(items.count) * index.share).rounded())
      run.recorder.count(
        records.indexUnits, by: entries * max(1, entry.blocks(of: .kilobytes(1))) * Int64(regions))
    }
  }

  /// Items have arrived at a replica.
  mutating func replicated(items: UInt32, _ run: inout Run<Event>) {
    if let records { run.recorder.change(records.pending, by: -Int64(items), at: run.now) }
  }

  /// What a write or a strongly consistent read waits for other Regions, ns: with strong consistency only.
  mutating func delay() -> Int64 {
    isStrong ? roundTrip.drawTime(&roundTripStream) : 0
  }

  /// Whether a write fails because the item is written in another Region: `ReplicatedWriteConflictException`.
  mutating func conflicts() -> Bool { conflictShare > 0 && conflictStream.nextUnit() < conflictShare }

  /// What the other Regions used over the recorded span; `indexWrites` are the units of writes to all global
  /// indexes that are billed by the request here.
  func usage(_ recorder: borrowing Recorder, indexWrites: Int64) -> [UsageLine] {
    guard let records else { return [] }
    return [
      UsageLine(
        meter: TableMeters.writes(config.tableClass, replicated: true), resource: config.name,
        amount: recorder.total(records.units)),
      UsageLine(
        meter: TableMeters.writes(config.tableClass), resource: config.name,
        amount: indexWrites * Int64(regions) + recorder.total(records.indexUnits)),
    ]
  }

  /// Figures over the recorded span; none without replicas.
  func figures(_ recorder: borrowing Recorder) -> [Figure] {
    guard let records else { return [] }
    var figures = [Figure("replicatedWriteUnits", Double(recorder.total(records.units)))]
    guard !isStrong else { return figures }
    var all = Histogram()
    for region in 0..<regions { all.merge(recorder.histogram(latencyRecords[region])) }
    figures.append(Figure("meanReplicationLatencyMs", all.mean / 1e6))
    figures.append(Figure("p99ReplicationLatencyMs", all.quantile(0.99) / 1e6))
    figures.append(Figure("peakPendingReplications", Double(recorder.peak(records.pending))))
    return figures
  }
}

/// What a global table reports of its replicas, besides `ReplicationLatency`, which is CloudWatch's by receiving Region.
private struct ReplicationRecords: BitwiseCopyable {
  let pending: LevelID
  let units: CounterID
  let indexUnits: CounterID

  init(_ name: String, run: inout Run<Event>) {
    let own = "Windtunnel/DynamoDB"
    pending = run.recorder.addLevel(resource: name, namespace: own, "PendingReplications")
    units = run.recorder.addCounter(resource: name, namespace: own, "ReplicatedWriteUnits")
    indexUnits = run.recorder.addCounter(resource: name, namespace: own, "ReplicatedIndexWriteUnits")
  }
}
