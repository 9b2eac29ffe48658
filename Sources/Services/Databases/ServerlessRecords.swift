import Engine
import Units

/// What Aurora Serverless reports of a cluster. CloudWatch's metrics of a cluster are averages over its nodes.
struct ServerlessRecords: BitwiseCopyable {
  /// Half ACUs of all nodes.
  let capacity: LevelID
  /// Half ACUs of all nodes x 100, whose series are percent of what they may have at most.
  let utilization: LevelID
  let pausedNodes: LevelID
  let pauses: CounterID
  let resumes: CounterID
  let resumeTime: TimingID
  let resumeSegment: SegmentID

  init(_ config: DatabaseConfig, _ scaling: ServerlessCapacityConfig, run: inout Run<Event>) {
    let (aws, own) = ("AWS/RDS", "Windtunnel/RDS")
    let nodes = Int64(config.nodeCount)
    capacity = run.recorder.addLevel(
      resource: config.name, namespace: aws, "ServerlessDatabaseCapacity", unitsPerValue: 2 * nodes)
    utilization = run.recorder.addLevel(
      resource: config.name, namespace: aws, "ACUUtilization", unit: "Percent",
      unitsPerValue: nodes * Int64(scaling.maximum))
    pausedNodes = run.recorder.addLevel(resource: config.name, namespace: own, "PausedNodes")
    pauses = run.recorder.addCounter(resource: config.name, namespace: own, "Pauses")
    resumes = run.recorder.addCounter(resource: config.name, namespace: own, "Resumes")
    resumeTime = run.recorder.addTiming(
      resource: config.name, namespace: own, "ResumeTime", keepsHistogram: true)
    resumeSegment = run.addSegment("\(config.name) resuming")
  }
}

extension Database {
  /// Half ACUs x ms of all nodes over the recorded span, a fraction of the last one dropped: what Aurora bills by the
  /// second. 7,200,000 make an ACU-hour. 0 for a provisioned database.
  func acuHalfMilliseconds(_ recorder: borrowing Recorder) -> Int128 {
    guard let records = serverless.records else { return 0 }
    return recorder.integral(records.capacity) / 1_000_000
  }

  /// Figures of Aurora Serverless over the recorded span; none for a provisioned database.
  func serverlessFigures(_ recorder: borrowing Recorder, duration span: Time) -> [Figure] {
    guard let records = serverless.records else { return [] }
    let resumes = recorder.histogram(records.resumeTime)
    let resumeMs = resumes.count == 0 ? 0 : Double(resumes.sum) / Double(resumes.count) / 1e6
    return [
      Figure("meanCapacityACU", recorder.mean(records.capacity, over: span) / 2),
      Figure("peakCapacityACU", Double(recorder.peak(records.capacity)) / 2),
      Figure("minCapacityACU", Double(serverless.leastTotal.minimum) / 2),
      Figure("acuHours", Double(acuHalfMilliseconds(recorder)) / 7_200_000),
      Figure("pauses", recorder.sum(records.pauses)),
      Figure("resumes", recorder.sum(records.resumes)),
      Figure("pausedShare", recorder.mean(records.pausedNodes, over: span) / Double(serverless.count)),
      Figure("meanResumeMs", resumeMs),
    ]
  }
}
