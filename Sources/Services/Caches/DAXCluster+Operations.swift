import Engine
import Units

// What each operation does to the caches, and what it costs the CPUs.
extension DAXCluster {
  /// Looks items up, and asks the table for those that are not there, all at once.
  mutating func readItems(_ call: CallID, _ operation: UInt32, _ site: UInt32, _ run: inout Run<Event>) {
    let (asked, kilobytes) = (requests[Int(operation)].keys, requests[Int(operation)].kilobytes)
    var (missing, present): (UInt32, UInt32) = (0, 0)
    for _ in 0..<asked {
      let key = tableRequests[Int(operation)].keys.draw(&keyStreams[Int(operation)])
      let entry = items.find(key, space: 0, at: run.now)
      if entry == ExpiringCache.none {
        batch[Int(missing)] = key
        missing &+= 1
      } else {
        found[Int(present)] = entry
        present &+= 1
      }
    }
    let cost = capacity.cost(hits: kilobytes &* Int64(present), misses: kilobytes &* Int64(missing))
    guard capacity.takeRead(cost, at: run.now) else { return throttle(call, &run) }
    noteWork(cost, &run)
    run.recorder.count(records.itemHits, by: Int64(present))
    run.recorder.count(records.itemMisses, by: Int64(missing))
    // Only now: a refused request uses nothing.
    for index in 0..<Int(present) { items.touch(found[index]) }
    if missing == 0 { return answerHit(call, &run) }
    let slot = pending.take()
    let row = lists.row(slot)
    for index in 0..<Int(missing) { row[index] = batch[index] }
    askTable(slot, call, operation, site, count: missing, &run)
  }

  /// Looks the result of a query or scan up.
  mutating func readResult(_ call: CallID, _ operation: UInt32, _ site: UInt32, _ run: inout Run<Event>) {
    let request = requests[Int(operation)]
    let key = tableRequests[Int(operation)].keys.draw(&keyStreams[Int(operation)])
    let entry = results.find(key, space: request.space, at: run.now)
    let isHit = entry != ExpiringCache.none
    let cost = capacity.cost(hits: isHit ? request.kilobytes : 0, misses: isHit ? 0 : request.kilobytes)
    guard capacity.takeRead(cost, at: run.now) else { return throttle(call, &run) }
    noteWork(cost, &run)
    if isHit {
      run.recorder.count(request.isScan ? records.scanHits : records.queryHits)
      results.touch(entry)
      return answerHit(call, &run)
    }
    run.recorder.count(request.isScan ? records.scanMisses : records.queryMisses)
    let slot = pending.take()
    lists.row(slot).pointee = key
    askTable(slot, call, operation, site, count: 1, &run)
  }

  /// Hands a read on that only the table may answer; it costs what a miss costs (inferred).
  mutating func passRead(_ call: CallID, _ operation: UInt32, _ site: UInt32, _ run: inout Run<Event>) {
    let cost = capacity.cost(
      hits: 0, misses: requests[Int(operation)].kilobytes &* Int64(requests[Int(operation)].keys))
    guard capacity.takeRead(cost, at: run.now) else { return throttle(call, &run) }
    noteWork(cost, &run)
    run.recorder.count(records.passed)
    passOn(call, operation, site, &run)
  }

  /// Writes through: the table first.
  mutating func write(_ call: CallID, _ operation: UInt32, _ site: UInt32, _ run: inout Run<Event>) {
    let items = Int64(requests[Int(operation)].keys)
    let cost = capacity.cost(written: requests[Int(operation)].kilobytes &* items)
    guard capacity.takeWrite(cost, items: items, at: run.now) else { return throttle(call, &run) }
    noteWork(cost, &run)
    passOn(call, operation, site, &run)
  }

  private mutating func passOn(_ call: CallID, _ operation: UInt32, _ site: UInt32, _ run: inout Run<Event>) {
    let slot = pending.take()
    let (row, count) = (lists.row(slot), requests[Int(operation)].keys)
    for index in 0..<Int(count) {
      row[index] = tableRequests[Int(operation)].keys.draw(&keyStreams[Int(operation)])
    }
    askTable(slot, call, operation, site, count: count, &run)
  }

  /// The table has done what it was asked: the caches follow. Items that do not exist are held as such, too.
  mutating func store(_ operation: CachedOperation, _ slot: UInt32, _ run: inout Run<Event>) {
    let request = requests[Int(operation.operation)]
    let row = lists.knownRow(slot)
    switch request.use {
    case .passed: return
    case .transaction: if operation.purpose == .caller { return }
    case .items, .results, .puts, .deletes: break
    }
    let before = (items.evictions + results.evictions, items.evictedBytes + results.evictedBytes)
    let isResult = request.use == .results
    let life = isResult ? config.queryTTL : config.recordTTL
    let expiry = life == .zero ? Time.never : run.now + life
    if isResult {
      if config.queryTTL > .zero { results.put(row[0], kind: Int(request.kind), at: run.now, until: expiry) }
    } else {
      for index in 0..<Int(operation.count) {
        items.put(row[index], kind: Int(request.kind), at: run.now, until: expiry)
      }
    }
    let after = (items.evictions + results.evictions, items.evictedBytes + results.evictedBytes)
    if after.0 > before.0 {
      run.recorder.count(records.evictions, by: after.0 - before.0)
      run.recorder.count(records.evictedBytes, by: after.1 - before.1)
    }
  }
}
