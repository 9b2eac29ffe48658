import Engine
import Testing
import Units

@testable import Services

/// The same cache as a list, searched from end to end.
private struct SlowCache {
  struct Entry {
    var key: UInt32
    var kind: Int
    var expiry: Time
  }

  let capacity: Int64
  let kinds: [ExpiringCache.Kind]
  /// From the newest to the oldest use.
  var entries: [Entry] = []
  var evictions: Int64 = 0
  var evictedBytes: Int64 = 0

  var bytes: Int64 { entries.reduce(0) { $0 + kinds[$1.kind].bytes } }

  mutating func find(_ key: UInt32, space: UInt32, at now: Time) -> Bool {
    guard let index = entries.firstIndex(where: { $0.key == key && kinds[$0.kind].space == space }) else {
      return false
    }
    if entries[index].expiry > now { return true }
    entries.remove(at: index)
    return false
  }

  mutating func touch(_ key: UInt32, space: UInt32) {
    guard let index = entries.firstIndex(where: { $0.key == key && kinds[$0.kind].space == space }) else { return }
    entries.insert(entries.remove(at: index), at: 0)
  }

  mutating func remove(_ key: UInt32, space: UInt32) {
    entries.removeAll { $0.key == key && kinds[$0.kind].space == space }
  }

  mutating func put(_ key: UInt32, kind: Int, at now: Time, until expiry: Time) {
    remove(key, space: kinds[kind].space)
    if kinds[kind].bytes > capacity || expiry <= now { return }
    entries.insert(Entry(key: key, kind: kind, expiry: expiry), at: 0)
    while let last = entries.last {
      if last.expiry > now {
        if bytes <= capacity { return }
        evictions += 1
        evictedBytes += kinds[last.kind].bytes
      }
      entries.removeLast()
    }
  }
}

@Suite("The expiring cache")
struct ExpiringCacheTests {
  @Test(
    "it does what a list does, in random histories",
    arguments: [
      // Capacity, keys, and the longest life in ns: little room, little life, both, neither.
      (1_000, 20, 1_000_000), (1_000_000, 50, 300), (2_000, 60, 2_000), (100_000, 30, 100_000), (0, 5, 1_000),
      (100, 5, 1_000), (99, 5, 1_000),
    ] as [(Int64, UInt64, UInt64)])
  func oracle(capacity: Int64, keys: UInt64, life: UInt64) {
    let kinds = [(100, 0), (101, 0), (250, 0), (100, 1), (400, 2)].map {
      ExpiringCache.Kind(bytes: Int64($0.0), space: UInt32($0.1))
    }
    // Below 2^32 ns the ticks are nanoseconds: no entry ends early.
    var cache = ExpiringCache(capacity: capacity, kinds: kinds, horizon: Time(nanoseconds: 1 << 31))
    var slow = SlowCache(capacity: capacity, kinds: kinds)
    var stream = RandomStream(seed: 9, replication: 0, component: "\(capacity) \(keys) \(life)", purpose: "history")
    var now = Time.zero
    for _ in 0..<20_000 {
      now = now + Time(nanoseconds: Int64(stream.nextIndex(below: 3)) * 20)
      let key = UInt32(stream.nextIndex(below: keys))
      let kind = Int(stream.nextIndex(below: UInt64(kinds.count)))
      switch stream.nextIndex(below: 10) {
      case 0..<5:
        let entry = cache.find(key, space: kinds[kind].space, at: now)
        let isFound = slow.find(key, space: kinds[kind].space, at: now)
        #expect((entry != ExpiringCache.none) == isFound)
        if isFound {
          cache.touch(entry)
          slow.touch(key, space: kinds[kind].space)
        }
      case 5:
        cache.remove(key, space: kinds[kind].space, at: now)
        slow.remove(key, space: kinds[kind].space)
      default:  // over UInt64
        let isEternal = stream.nextIndex(below: 20) == 0
        let expiry = isEternal ? Time.never : now + Time(nanoseconds: Int64(stream.nextIndex(below: life)))
        cache.put(key, kind: kind, at: now, until: expiry)
        slow.put(key, kind: kind, at: now, until: expiry)
      }
      guard cache.count == slow.entries.count, cache.bytes == slow.bytes, cache.evictions == slow.evictions,
        cache.evictedBytes == slow.evictedBytes
      else {
        Issue.record("\(cache.count) entries, \(cache.bytes) bytes, \(cache.evictions) evictions; not \(slow)")
        return
      }
    }
    #expect(capacity < 1_000 || slow.entries.count > 0)
  }

  private static let item = ExpiringCache.Kind(bytes: 10, space: 0)

  private func isHeld(_ key: UInt32, _ cache: inout ExpiringCache, at now: Time) -> Bool {
    cache.find(key, space: 0, at: now) != ExpiringCache.none
  }

  @Test("an entry is there until its last nanosecond, and not in the next one; a use does not prolong it")
  func expiry() {
    var cache = ExpiringCache(capacity: 100, kinds: [Self.item], horizon: .seconds(4))
    cache.put(7, kind: 0, at: .zero, until: .seconds(1))
    let last = Time(nanoseconds: 999_999_999)
    #expect(isHeld(7, &cache, at: last))
    cache.touch(cache.find(7, space: 0, at: last))
    #expect(isHeld(7, &cache, at: last))
    #expect(!isHeld(7, &cache, at: .seconds(1)))
    #expect(cache.count == 0)
  }

  @Test("writing again prolongs it")
  func rewrite() {
    var cache = ExpiringCache(capacity: 100, kinds: [Self.item], horizon: .seconds(4))
    cache.put(7, kind: 0, at: .zero, until: .seconds(1))
    cache.put(7, kind: 0, at: .ms(500), until: .ms(1_500))
    #expect(isHeld(7, &cache, at: Time(nanoseconds: 1_499_999_999)))
    #expect(!isHeld(7, &cache, at: .ms(1_500)))
    #expect(cache.bytes == 0)
  }

  @Test(
    "in a long run an entry ends early by less than 2^-31 of the run, and never late",
    arguments: [Time.hours(1), .days(31), .days(366)])
  func ticks(horizon: Time) {
    let slack = Int64((Double(horizon.nanoseconds) * 0x1p-31).rounded(.up))
    for written in [
      Time(nanoseconds: 0), Time(nanoseconds: 1), Time(nanoseconds: 123_456_789), horizon - .seconds(900),
    ] {
      var cache = ExpiringCache(capacity: 100, kinds: [Self.item], horizon: horizon)
      cache.put(7, kind: 0, at: written, until: written + .minutes(5))
      #expect(isHeld(7, &cache, at: Time(nanoseconds: (written + .minutes(5)).nanoseconds - slack)))
      #expect(!isHeld(7, &cache, at: written + .minutes(5)))
    }
  }

  @Test("as many entries as fit: exactly full evicts nothing, one more evicts the least recently used")
  func room() {
    for (capacity, evictions) in [(30, 0), (29, 1)] as [(Int64, Int64)] {
      var cache = ExpiringCache(capacity: capacity, kinds: [Self.item], horizon: .seconds(4))
      for key in 1...2 as ClosedRange<UInt32> { cache.put(key, kind: 0, at: .zero, until: .never) }
      cache.touch(cache.find(1, space: 0, at: .zero))
      cache.put(3, kind: 0, at: .zero, until: .never)
      #expect(cache.evictions == evictions)
      #expect(cache.evictedBytes == 10 * evictions)
      #expect(isHeld(1, &cache, at: .zero))
      #expect(isHeld(2, &cache, at: .zero) == (evictions == 0))
    }
  }

  @Test("all 4,096 kinds keep their bytes through a history of 100,000 entries")
  func kinds() {
    let kinds = (0..<4_096).map { ExpiringCache.Kind(bytes: Int64($0 + 1), space: UInt32($0 % 2)) }
    var cache = ExpiringCache(capacity: .max / 2, kinds: kinds, horizon: .seconds(4))
    for key in 0..<100_000 as Range<UInt32> { cache.put(key, kind: Int(key % 4_096), at: .zero, until: .never) }
    #expect(cache.count == 100_000)
    #expect(cache.bytes == (0..<100_000).reduce(0) { $0 + Int64($1 % 4_096 + 1) })
    var held = 0
    for key in 0..<100_000 as Range<UInt32> {
      let (right, wrong) = (key % 4_096 % 2, 1 - key % 4_096 % 2)
      if cache.find(key, space: right, at: .zero) != ExpiringCache.none { held += 1 }
      if cache.find(key, space: wrong, at: .zero) != ExpiringCache.none { held -= 1 }
    }
    #expect(held == 100_000)
    for key in 0..<100_000 as Range<UInt32> { cache.remove(key, space: key % 4_096 % 2, at: .zero) }
    #expect(cache.count == 0)
    #expect(cache.bytes == 0)
  }
}
