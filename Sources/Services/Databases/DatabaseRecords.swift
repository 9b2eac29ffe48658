import Engine
import Units

/// What a database reports, under CloudWatch's names where they exist.
struct DatabaseRecords: BitwiseCopyable {
  let connections: LevelID
  let attempts: CounterID
  let refused: CounterID
  let queries: CounterID
  let cpuSegment: SegmentID
  let waitSegment: SegmentID

  init(_ config: DatabaseConfig, run: inout Run<Event>) {
    let (aws, own) = ("AWS/RDS", "Windtunnel/RDS")
    func counter(_ metric: String) -> CounterID {
      run.recorder.addCounter(resource: config.name, namespace: own, metric)
    }
    connections = run.recorder.addLevel(resource: config.name, namespace: aws, "DatabaseConnections")
    attempts = run.recorder.addCounter(resource: config.name, namespace: aws, "ConnectionAttempts")
    refused = counter("ConnectionsRefused")
    queries = counter("Queries")
    cpuSegment = run.addSegment("\(config.name) CPU")
    waitSegment = run.addSegment("\(config.name) storage and network")
  }
}

extension Database {
  /// The database's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    ResourceResult(
      name: config.name, typeName: config.engine.isAurora ? "auroraCluster" : "dbInstance",
      figures: [
        Figure("queries", recorder.sum(records.queries)),
        Figure("connectionAttempts", recorder.sum(records.attempts)),
        Figure("refusedConnections", recorder.sum(records.refused)),
        Figure("meanConnections", recorder.mean(records.connections, over: span)),
        Figure("peakConnections", Double(recorder.peak(records.connections))),
      ] + serverlessFigures(recorder, duration: span))
  }

  /// What the database used over the recorded span of `span`.
  func usage(_ recorder: borrowing Recorder, duration span: Time) -> [UsageLine] { [] }
}
