import Engine
import Units

// When the mapping looks at a shard, and when a batch is complete.
//
// A shard without records is looked at every polling interval. As long as a lane gathers, and after each batch, the
// mapping looks again as soon as the limit of reads a second allows. It does not look while every lane is busy.
extension StreamMapping {
  func shard(of lane: UInt32) -> UInt32 { laneCount == 1 ? lane : lane / laneCount }

  /// A look that was armed has come, unless it was armed again for another moment.
  mutating func look(_ shard: UInt32, _ source: inout Stream, _ run: inout Run<Event>) {
    let iterator = source.iterator(reader, shard)
    guard iterator.pointee.armed == run.now else { return }
    iterator.pointee.armed = .never
    guard iterator.pointee.wants else { return }
    if canRead(shard, source, run.now) { read(shard, &source, &run) }
    source.arm(reader, shard, &run)
  }

  /// Whether the shard has records for the mapping, and no limit of reads forbids to get them.
  func canRead(_ shard: UInt32, _ source: borrowing Stream, _ now: Time) -> Bool {
    let iterator = source.iterator(reader, shard)
    return iterator.pointee.position != source.shards[Int(shard)].end && iterator.pointee.lookFrom <= now
      && source.shards[Int(shard)].readableFrom <= now
      && source.shards[Int(shard)].record(iterator.pointee.position).visible <= now
  }

  /// Reads what one call returns, and gives it to the lanes.
  mutating func read(_ shard: UInt32, _ source: inout Stream, _ run: inout Run<Event>) {
    let iterator = source.iterator(reader, shard)
    let first = shard * laneCount
    var bytes: Int64 = 0
    var count: UInt32 = 0
    let end = source.shards[Int(shard)].end
    let limits = source.limits
    while iterator.pointee.position != end && count < limits.recordsOfRead {
      let record = source.shards[Int(shard)].record(iterator.pointee.position)
      let size = Int64(record.bytes)
      if record.visible > run.now || count > 0 && bytes + size > limits.bytesOfRead { break }
      let lane =
        laneCount == 1
        ? first : first + Stream.share(of: UInt32(truncatingIfNeeded: Stream.hash(record.key)), among: laneCount)
      lanes[Int(lane)].queue.append(iterator.pointee.position)
      lanes[Int(lane)].bytes += size
      iterator.pointee.position &+= 1
      count &+= 1
      bytes += size
    }
    run.recorder.count(records.polled, by: Int64(count))
    source.shards[Int(shard)].read(bytes: bytes, rate: limits.bytesRead, at: run.now)
    iterator.pointee.lookFrom = run.now + source.readInterval
    iterator.pointee.anchor = iterator.pointee.lookFrom
    iterator.pointee.armed = .never
    for lane in first..<first + laneCount where lanes[Int(lane)].isFree && lanes[Int(lane)].queue.count > 0 {
      offer(lane, &source, &run)
    }
  }

  /// A free lane has records: they make a batch, or it gathers more.
  mutating func offer(_ lane: UInt32, _ source: inout Stream, _ run: inout Run<Event>) {
    if window == .zero || isFull(lane) { return begin(lane, &source, &run) }
    if lanes[Int(lane)].state == .gathering { return }
    lanes[Int(lane)].state = .gathering
    lanes[Int(lane)].windowEnd = run.now + window
    run.schedule(.streamMapping(index, .windowTimer(lane: lane)), after: window)
    let shard = shard(of: lane)
    pollers[Int(shard)].gathering += 1
    if pollers[Int(shard)].gathering == 1 {
      source.iterator(reader, shard).pointee.change(step: source.readInterval, at: run.now)
    }
  }

  private func isFull(_ lane: UInt32) -> Bool {
    lanes[Int(lane)].queue.count >= batchSize || lanes[Int(lane)].bytes >= Self.bytesMax
  }

  /// A window is over, unless its batch became full before.
  mutating func windowTimer(_ lane: UInt32, _ source: inout Stream, _ run: inout Run<Event>) {
    guard lanes[Int(lane)].state == .gathering, lanes[Int(lane)].windowEnd == run.now else { return }
    begin(lane, &source, &run)
  }

  /// A free lane begins a batch with as many of its records as the limits allow.
  private mutating func begin(_ lane: UInt32, _ source: inout Stream, _ run: inout Run<Event>) {
    let shard = shard(of: lane)
    stopGathering(lane, shard, source, run.now)
    let outdated = dropOutdated(lane, atMost: lanes[Int(lane)].queue.count, source, &run)
    if outdated > 0 { forget(shard, source, &run) }
    let available = lanes[Int(lane)].queue.count
    if available == 0 { return }
    var count = min(batchSize, available)
    if lanes[Int(lane)].bytes > Self.bytesMax { count = fitting(lane, count, source) }
    lanes[Int(lane)].batch = count
    lanes[Int(lane)].attempts = 0
    pollers[Int(shard)].free -= 1
    if pollers[Int(shard)].free == 0 { source.iterator(reader, shard).pointee.wants = false }
    send(lane, source, &run)
  }

  /// How many of the first records fit into one invocation; at least one.
  private func fitting(_ lane: UInt32, _ most: UInt32, _ source: borrowing Stream) -> UInt32 {
    let shard = Int(shard(of: lane))
    var bytes = Int64(source.shards[shard].record(lanes[Int(lane)].queue[0]).bytes)
    var count: UInt32 = 1
    while count < most {
      bytes += Int64(source.shards[shard].record(lanes[Int(lane)].queue[count]).bytes)
      if bytes > Self.bytesMax { break }
      count += 1
    }
    return count
  }

  private func stopGathering(_ lane: UInt32, _ shard: UInt32, _ source: borrowing Stream, _ now: Time) {
    guard lanes[Int(lane)].state == .gathering else { return }
    lanes[Int(lane)].state = .idle
    lanes[Int(lane)].windowEnd = .never
    pollers[Int(shard)].gathering -= 1
    if pollers[Int(shard)].gathering == 0 {
      source.iterator(reader, shard).pointee.change(step: pollingInterval, at: now)
    }
  }

  /// A lane is done with its batch: it goes on with what it has, if that is a batch, or looks for more.
  mutating func free(_ lane: UInt32, _ source: inout Stream, _ run: inout Run<Event>) {
    let shard = shard(of: lane)
    lanes[Int(lane)].state = .idle
    pollers[Int(shard)].free += 1
    forget(shard, source, &run)
    let iterator = source.iterator(reader, shard)
    iterator.pointee.wants = true
    iterator.pointee.anchor = max(run.now, iterator.pointee.lookFrom)
    if isFull(lane) {
      begin(lane, &source, &run)
    } else if canRead(shard, source, run.now) {
      read(shard, &source, &run)
    }
    if lanes[Int(lane)].isFree && lanes[Int(lane)].queue.count > 0 { offer(lane, &source, &run) }
    source.arm(reader, shard, &run)
  }

  /// The stream need not keep what every lane of the shard is done with.
  private func forget(_ shard: UInt32, _ source: borrowing Stream, _ run: inout Run<Event>) {
    let first = source.shards[Int(shard)].first
    let iterator = source.iterator(reader, shard)
    var kept = iterator.pointee.position &- first
    for lane in shard * laneCount..<(shard + 1) * laneCount where lanes[Int(lane)].queue.count > 0 {
      kept = min(kept, lanes[Int(lane)].queue[0] &- first)
    }
    iterator.pointee.oldest = first &+ kept
    source.trim(shard)
    if source.isDone(reader, shard) { source.release(reader, shard, &run) }
  }
}
