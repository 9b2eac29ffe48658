import Engine
import Units

// A VPC: the network interfaces of the functions in it, its NAT gateways and its endpoints. It has no events of its own.
// Functions ask for their interfaces when an environment starts, and count the bytes of each call on the VPC's counters.

/// A VPC's state.
struct Network: ~Copyable {
  let index: UInt16
  let config: VPCConfig
  let records: NetworkRecords
  /// What its functions share; none until all components are built.
  private var interfaces: UnsafeMutablePointer<NetworkInterfaces>?
  private var keys: [NetworkInterfaceKey] = []
  private let pool: SamplerPool
  private let streams: StreamFactory

  init(_ config: VPCConfig, index: UInt16, pool: SamplerPool, streams: StreamFactory, run: inout Run<Event>) {
    self.index = index
    self.config = config
    self.pool = pool
    self.streams = streams
    records = NetworkRecords(config, run: &run)
  }

  deinit {
    interfaces?.deinitialize(count: 1)
    interfaces?.deallocate()
  }

  /// Learns its functions. Interfaces exist at time zero if one of the functions that share them says so, and are asked
  /// for at time zero if not.
  mutating func prepare(_ system: SystemConfig, memory: PlainMemory, run: inout Run<Event>) {
    keys = system.interfaces(in: config.name)
    let existing = Set(
      system.attachments(to: config.name).filter(\.attachment.interfacesExist).flatMap(\.attachment.interfaces))
    var creation = source(config.interfaceCreation, of: config.name, "interface creation")
    let groups = keys.map { key in
      NetworkInterfaces.Group(
        connections: 0, interfaces: 1, availableFrom: existing.contains(key) ? .zero : run.now + creation.draw())
    }
    let interfaces = UnsafeMutablePointer<NetworkInterfaces>.allocate(capacity: 1)
    interfaces.initialize(
      to: NetworkInterfaces(
        groups, quota: config.interfaceQuota, level: records.interfaces, attempts: records.interfaceRequests,
        memory: memory, run: &run))
    self.interfaces = interfaces
  }

  /// A function's part in the interfaces.
  func attachment(_ attachment: VPCAttachment, of function: String, memory: PlainMemory) -> NetworkAttachment {
    guard let interfaces else { preconditionFailure("a VPC knows its functions before they use it") }
    return NetworkAttachment(
      interfaces, groups: attachment.interfaces.compactMap { keys.firstIndex(of: $0) },
      creation: source(config.interfaceCreation, of: function, "interface creation"),
      penalty: source(config.coldStartPenalty, of: function, "VPC cold start"), memory: memory)
  }

  private func source(_ distribution: Distribution, of component: String, _ purpose: String) -> TimeSource {
    TimeSource(distribution, pool: pool, stream: streams.stream(component: component, purpose: purpose))
  }

  /// The VPC's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    ResourceResult(
      name: config.name, typeName: "vpc",
      figures: [
        Figure("natBytes", Double(natBytes(recorder))),
        Figure("endpointBytes", Double(endpointBytes(recorder))),
        Figure("meanInterfaces", recorder.mean(records.interfaces, over: span)),
        Figure("peakInterfaces", Double(recorder.peak(records.interfaces))),
        Figure("interfaceRequests", Double(recorder.total(records.interfaceRequests))),
      ])
  }

  private func natBytes(_ recorder: borrowing Recorder) -> Int64 {
    var sum: Int64 = 0
    if let sent = records.natBytes.sent { sum += recorder.total(sent) }
    if let received = records.natBytes.received { sum += recorder.total(received) }
    return sum
  }

  private func endpointBytes(_ recorder: borrowing Recorder) -> Int64 {
    var sum: Int64 = 0
    for (_, counter) in records.endpointBytes { sum += recorder.total(counter) }
    return sum
  }

  /// What the VPC used over the recorded span of `span`. Every gateway and endpoint is billed, used or not.
  func usage(_ recorder: borrowing Recorder, duration span: Time) -> [UsageLine] {
    config.usage(natBytes: natBytes(recorder), endpointBytes: endpointBytes(recorder), duration: span)
  }
}
