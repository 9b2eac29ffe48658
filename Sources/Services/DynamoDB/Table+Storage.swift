import Engine

// What happens to stored items and replicas by themselves, and what follows from it.
extension Table {
  /// Something of the storage's own is due.
  @inline(never) mutating func handle(_ event: TableStorageEvent, _ run: inout Run<Event>) {
    switch event {
    case .expire:
      let expired = storage.expire(&run)
      collections.grew(
        -config.storedShare(0).bytes(
          StoredAmount(items: expired.count, bytes: expired.count * expired.bytesEach, uncounted: 0)))
      replication.expired(expired, &run)
      if logsChanges { append(expired) }
    case .replicated(let items): replication.replicated(items: items, &run)
    case .grew: storageGrew(&run)
    case .backup, .restore, .exportPeriod, .export: storage.handle(event, &run)
    }
  }

  /// Tells what follows the table of expired items, which are as likely as requests for them.
  private mutating func append(_ expired: ExpiredItems) {
    for _ in 0..<expired.count {
      let key = expiredKeys.draw(&expiredKeyStream)
      changes.append(
        TableChange(
          kind: .expired, key: key, newBytes: 0, oldBytes: UInt32(min(expired.bytesEach, 400 << 10)),
          position: KeyPosition.start(of: key)))
    }
  }
}
