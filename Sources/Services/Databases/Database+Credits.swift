import Engine
import Units

// CPU credits of a database's nodes, if its class is burstable: looked at once a minute, and in standard mode when they
// may be spent. Without a burstable class nothing is scheduled.

/// The credits of all nodes, in thousandths of a vCPU times ns.
struct DatabaseCredits: ~Copyable {
  /// One a node; none without a burstable class.
  let nodes: UnsafeMutablePointer<CPUCredits>
  let count: Int
  let records: CreditRecords?
  /// When the run is over.
  let end: Time

  init(_ config: DatabaseConfig, memory: PlainMemory, run: inout Run<Event>) {
    end = run.end
    if case .provisioned(let type) = config.capacity, let burst = type.burst {
      count = config.nodeCount
      nodes = memory.copy(Array(repeating: CPUCredits(burst, vCPUs: type.vCPUs), count: count))
      records = CreditRecords(config, run: &run)
    } else {
      count = 0
      nodes = memory.copy([])
      records = nil
    }
  }

  /// The sum of a number over the nodes.
  func sum(_ number: (CPUCredits) -> Int128) -> Int128 {
    (0..<count).reduce(0) { $0 + number(nodes[$1]) }
  }
}

/// Credits as CloudWatch shows them, summed over the nodes; whole credits, rounded down.
struct CreditRecords: BitwiseCopyable {
  let balance: GaugeID
  let surplus: GaugeID
  /// Counted in vCPU-ms.
  let usage: CounterID
  let charged: CounterID

  init(_ config: DatabaseConfig, run: inout Run<Event>) {
    func gauge(_ metric: String) -> GaugeID {
      run.recorder.addGauge(resource: config.name, namespace: "AWS/RDS", metric, unit: "Count")
    }
    func counter(_ metric: String) -> CounterID {
      run.recorder.addCounter(resource: config.name, namespace: "AWS/RDS", metric, unitsPerCount: 60_000)
    }
    balance = gauge("CPUCreditBalance")
    surplus = gauge("CPUSurplusCreditBalance")
    usage = counter("CPUCreditUsage")
    charged = counter("CPUSurplusCreditsCharged")
  }
}

extension Database {
  /// Before the first event: the first look at each node, and one when recording begins.
  mutating func beginCredits(_ run: inout Run<Event>) {
    for node in 0..<credits.count { lookAtCredits(node: UInt16(node), &run) }
  }

  /// A `.credits` event of a node.
  @inline(never) mutating func lookAtCredits(node: UInt16, _ run: inout Run<Event>) {
    guard let records = credits.records else { return }
    let now = run.now
    let before = credits.nodes[Int(node)]
    let busy = nodes[node].pointee.busyMilliVCPUNs(at: now)
    let changes = credits.nodes[Int(node)].advance(busy: busy, at: now)
    let after = credits.nodes[Int(node)]
    if changes {
      nodes[node].pointee.setCapacity(milliVCPUs: after.capacity, at: now)
      stationChanged(node, &run)
    }
    if now == run.recordingStart {
      // What was used and owed until now belongs to the warm-up.
      credits.nodes[Int(node)].beginRecording()
    } else {
      run.recorder.count(records.usage, by: Self.milliseconds(after.usage) - Self.milliseconds(before.usage))
      run.recorder.count(records.charged, by: Self.milliseconds(after.charged) - Self.milliseconds(before.charged))
    }
    run.recorder.set(records.balance, to: Int64(credits.sum(\.available) / CPUCredits.credit))
    run.recorder.set(records.surplus, to: Int64(credits.sum(\.surplus) / CPUCredits.credit))
    var next = after.nextLook(after: now)
    if now < run.recordingStart { next = min(next, run.recordingStart) }
    run.schedule(.database(index, .credits(node: UInt32(node))), at: next)
  }

  /// vCPU-ms of surplus credits to pay for over the recorded span: those beyond a day's earnings, and what is owed at the
  /// end more than at the beginning, as if the node ended then.
  func surplusMilliseconds(_ recorder: borrowing Recorder) -> Int64 {
    guard let records = credits.records else { return 0 }
    var (charged, owed) = (recorder.total(records.charged), Int128(0))
    for node in 0..<credits.count {
      // What has happened since the last look.
      var last = credits.nodes[node]
      let before = Self.milliseconds(last.charged)
      _ = last.advance(busy: nodes[UInt16(node)].pointee.busyMilliVCPUNs(at: credits.end), at: credits.end)
      charged += Self.milliseconds(last.charged) - before
      owed += max(0, last.surplus - last.surplusAtStart)
    }
    return charged + Self.milliseconds(owed)
  }

  /// Figures of the credits over the recorded span; none without a burstable class.
  func creditFigures(_ recorder: borrowing Recorder) -> [Figure] {
    guard let records = credits.records else { return [] }
    return [
      Figure("cpuCreditUsage", Double(recorder.total(records.usage)) / 60_000),
      Figure("cpuCreditBalance", Double(credits.sum(\.available)) / Double(CPUCredits.credit)),
      Figure("cpuSurplusCredits", Double(surplusMilliseconds(recorder)) / 60_000),
    ]
  }

  /// Whole vCPU-ms of thousandths of a vCPU times ns.
  private static func milliseconds(_ amount: Int128) -> Int64 { Int64(amount / 1_000_000_000) }
}
