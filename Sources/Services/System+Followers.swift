import Engine
import Units

/// Who follows a table.
struct TableFollowers: BitwiseCopyable {
  /// Index of the table's stream; `.max` for none.
  var stream = UInt16.max
  /// Index of its way to Kinesis; `.max` for none.
  var capture = UInt16.max
}

// What follows tables: their streams, and the ways to streams of Kinesis. Both are implied by the tables' own configs.
extension System {
  /// Builds them, when all tables and all other streams are there.
  mutating func addFollowers(_ directory: borrowing Directory) {
    var followers: [TableFollowers] = []
    for case .table(let table) in config.resources {
      var own = TableFollowers()
      if table.streamViewType != nil {
        own.stream = UInt16(eventStreams.count)
        eventStreams.append(
          Stream(
            of: table, bounds: tables[UInt16(followers.count)].pointee.partitionBounds, index: own.stream, pool: pool,
            streams: streams, run: &run))
      }
      if table.kinesisStream != nil {
        own.capture = UInt16(captures.count)
        captures.append(
          ChangeCapture(table, index: own.capture, directory: directory, pool: pool, streams: streams, run: &run))
      }
      followers.append(own)
    }
    self.followers = memory.copy(followers)
  }

  /// A table has changed in this turn: its followers learn of it before the next event.
  @inline(never) mutating func follow(_ table: UInt16) {
    let own = followers[Int(table)]
    for index in 0..<tables[table].pointee.changes.count {
      let change = tables[table].pointee.changes[index]
      if own.stream != .max { eventStreams[own.stream].pointee.append(change, &run) }
      if own.capture != .max { captures[own.capture].pointee.capture(change, &run) }
    }
    if own.stream != .max {
      for index in 0..<tables[table].pointee.changes.splitCount {
        splitShard(of: own.stream, at: tables[table].pointee.changes.split(index))
      }
    }
    tables[table].pointee.changes.removeAll()
  }

  /// A shard of a table's stream splits, and its readers get lanes for what comes of it.
  private mutating func splitShard(of stream: UInt16, at position: UInt64) {
    eventStreams[stream].pointee.split(at: position)
    for mapping in 0..<UInt16(streamMappings.count) where streamMappings[mapping].pointee.source == stream {
      streamMappings[mapping].pointee.follow(eventStreams[stream].pointee)
    }
  }
}
