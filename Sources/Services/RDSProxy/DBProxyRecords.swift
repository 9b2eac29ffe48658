import Engine
import Units

/// What a proxy reports, under CloudWatch's names where they exist.
struct DBProxyRecords: BitwiseCopyable {
  let clients: LevelID
  let openingSegment: SegmentID
  let borrowSegment: SegmentID

  init(_ config: DBProxyConfig, run: inout Run<Event>) {
    clients = run.recorder.addLevel(resource: config.name, namespace: "AWS/RDS", "ClientConnections")
    openingSegment = run.addSegment("\(config.name) connect")
    borrowSegment = run.addSegment("\(config.name) borrow")
  }
}

extension DBProxy {
  /// The proxy's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    ResourceResult(
      name: config.name, typeName: "dbProxy",
      figures: [Figure("peakClientConnections", Double(recorder.peak(records.clients)))])
  }

  /// What the proxy used over the recorded span of `span`, by what its database is and used.
  func usage(of database: DatabaseConfig, _ used: [UsageLine], duration span: Time) -> [UsageLine] {
    let isCapacity = [true, false].map { DatabaseMeters.serverlessACU(ioOptimized: $0) }
    let halves = used.filter { isCapacity.contains($0.meter) }.reduce(0) { $0 + $1.amount }
    return config.usage(of: database, halfACUMilliseconds: halves, duration: span)
  }
}
