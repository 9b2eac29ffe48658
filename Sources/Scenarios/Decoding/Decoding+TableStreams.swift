import Engine
import Services
import Units

/// What follows a table's changes.
extension Decoding {
  /// The table's stream, and change records to a stream of Kinesis.
  func decodeTableStreams(_ fields: Fields, _ config: inout TableConfig, _ index: ResourceIndex) {
    let fitted = "fitted to Lambda's start behind DynamoDB's streams as L. van Donkersgoed measured it"
    let delay = "quantiles, median 85 ms, p99 350 ms"
    if let node = fields["streamSpecification"], let stream = self.fields(node, Shapes.streamSpecification) {
      config.streamViewType = stream["streamViewType"].flatMap { choice($0, StreamViewType.self) }
      if config.replication?.consistency == .eventual, let view = config.streamViewType, view != .newAndOldImages {
        fault(
          stream["streamViewType"]?.place ?? node.place, found: "`\(view.rawValue)` with replicas",
          wanted: "newAndOldImages: replicas follow the table's stream")
      }
      if let node = stream["keySize"] {
        config.changeStreams.keySize =
          size(node, Size(bytes: 1)...Size.kilobytes(3)) ?? config.changeStreams.keySize
      } else {
        assume(
          config.name, "streamSpecification.keySize", "32 B", .unknown, "a stated choice: two short attributes",
          "2026-11")
      }
      if let node = stream["propagationDelay"] {
        config.changeStreams.propagationDelay = timeDistribution(node) ?? config.changeStreams.propagationDelay
      } else {
        assume(config.name, "streamSpecification.propagationDelay", delay, .inferred, fitted, "2022-09")
      }
      assume(
        config.name, "streamSpecification.shards", "one a partition", .inferred,
        "AWS documents that shards follow partitions; an answer of AWS's support says one each", "2016")
      assume(
        config.name, "streamSpecification.reads", "1000 records or 1 MB at once, kept for 24 h", .documented,
        "DynamoDB developer guide and API reference, GetRecords", "2026-10")
    }
    guard let node = fields["kinesisStreamSpecification"],
      let capture = self.fields(node, Shapes.kinesisStreamSpecification)
    else { return }
    config.kinesisStream = capture["stream"].flatMap { streamName($0, index) }
    decodeCapture(capture, of: config.name, &config.changeStreams.capture, delay: delay, fitted: fitted)
  }

  private func decodeCapture(
    _ fields: Fields, of table: String, _ config: inout ChangeCaptureConfig, delay: String, fitted: String
  ) {
    let path = "kinesisStreamSpecification."
    if let node = fields["delay"] {
      config.delay = timeDistribution(node) ?? config.delay
    } else {
      assume(
        table, path + "delay", delay, .unknown, "AWS does not publish it; a stated choice: that of the table's stream",
        "2026-11")
    }
    if let node = fields["retryDelay"] {
      config.retryDelay = timeDistribution(node) ?? config.retryDelay
    } else {
      assume(
        table, path + "retryDelay", "1 s", .unknown, "AWS documents that refused records are put again, not when",
        "2026-11")
    }
    if let node = fields["duplicates"] {
      config.duplicates = share(node) ?? config.duplicates
    } else {
      assume(
        table, path + "duplicates", "0 %", .unknown, "AWS documents that records may come twice, not how often",
        "2026-11")
    }
    if let node = fields["recordExpansion"] {
      if let value = number(node) {
        config.expansion = value
        if !(1...100).contains(value) { fault(node.place, found: node.summary, wanted: "a number, 1 to 100") }
      }
    } else {
      assume(
        table, path + "recordExpansion", "4", .inferred,
        "the developer guide's estimate of shards: 4 times the item, and once more for an update", "2026-04")
    }
    assume(
      table, path + "units", "1 KB of the larger image each", .inferred, "counted as the units of a write", "2026-11")
  }

  private func streamName(_ node: YAMLNode, _ index: ResourceIndex) -> String? {
    let wanted = "the name of a stream"
    guard let name = text(node, wanted: wanted) else { return nil }
    switch index[name] {
    case .stream: return name
    case .function, .table, .httpApi, .queue, .mapping, .cache, .database, .dbProxy, .topic, .vpc:
      return reject(node, wanted: wanted)
    case .unknown: return nil
    case nil:
      return reject(
        node, wanted: wanted, advice: meant(name, in: index.names) ?? "add the stream or correct the name")
    }
  }

  /// Notes mappings from tables without a stream, and more of them than may read one.
  func checkTableStreams(_ resources: [ResourceConfig]) {
    var tables: [String: TableConfig] = [:]
    for case .table(let table) in resources { tables[table.name] = table }
    var readers: [String: Int] = [:]
    for case .eventSourceMapping(let mapping) in resources {
      guard case .stream(let source) = mapping.source, let table = tables[source.stream],
        let node = queueNodes[mapping.name]?["eventSource"]
      else { continue }
      guard table.streamViewType != nil else {
        fault(
          node.place, found: "the table `\(table.name)`, which has no stream", wanted: "a table with a stream",
          advice: "add `streamSpecification: { streamViewType: newAndOldImages }` to it")
        continue
      }
      readers[table.name, default: 0] += 1
      let most = table.replication?.consistency == .eventual ? 1 : 2
      if readers[table.name, default: 0] == most + 1 {
        fault(
          node.place, found: "\(most + 1) mappings from `\(table.name)`",
          wanted: most == 2 ? "at most 2 readers of a table's stream" : "at most 1 beside the replicas",
          advice: "more are throttled; fan out from one function, or send the changes to a stream of Kinesis")
      }
    }
  }
}
