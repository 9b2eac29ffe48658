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

  /// What the proxy used over the recorded span of `span`.
  func usage(_ recorder: borrowing Recorder, duration span: Time) -> [UsageLine] { [] }
}
