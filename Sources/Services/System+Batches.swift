import Engine
import Units

/// One run with its figures at the borders of batches.
public struct BatchedRun: Sendable {
  /// The whole run, equal to that of `simulate`.
  public var run: RunResult
  /// What the run had found at each border, the batches' number and one more, without series and log: the figures are
  /// those since recording began, and a batch is the difference of two neighbours. The first is empty where the batches
  /// begin with the recording.
  public var borders: [RunResult?]
  /// Length of each batch.
  public var span: Time
}

/// Simulates as `simulate(_:seed:replication:)`, and reads the figures at the borders of `count` batches of equal
/// length, 1 or more.
///
/// A batch is a whole number of periods, and there are at least as many whole periods as batches; what does not go in
/// evenly is left out at the beginning, and so is a shorter last period. Throws if a trace cannot be opened.
public func simulate(
  _ config: SystemConfig, seed: UInt64, replication: Int, batches count: Int
) throws(TraceError) -> BatchedRun {
  var system = try System(config, streams: StreamFactory(seed: seed, replication: replication), lane: true)
  let periods = config.duration.nanoseconds / config.period.nanoseconds
  precondition(count >= 1 && periods >= Int64(count), "a batch is one period or more")
  let size = periods / Int64(count)
  let first = config.period * (periods - size * Int64(count))
  system.begin()
  var borders: [RunResult?] = first == .zero ? [nil] : []
  for batch in Int64(borders.count)...Int64(count) {
    let elapsed = first + config.period * (size * batch)
    if elapsed == config.duration { break }
    system.run.pause = config.warmUp + elapsed
    system.proceed()
    system.config.duration = elapsed
    system.config.invocationLog = nil
    var result = system.result()
    result.series = []
    borders.append(result)
  }
  system.run.pause = Time(nanoseconds: .max)
  system.proceed()
  system.config = config
  let run = system.result()
  if borders.count <= count {
    var last = run
    (last.series, last.log) = ([], [])
    borders.append(last)
  }
  return BatchedRun(run: run, borders: borders, span: config.period * size)
}
