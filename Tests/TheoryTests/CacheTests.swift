import Engine
import Statistics
import Testing
import Units

@testable import Services

/// Hit ratios of caches under independent requests: exact formulas where there are some, Che's approximation where not.
@Suite("Hit ratios")
struct CacheTests {
  /// Zipf's law over so many keys, the hottest first.
  private func zipf(_ count: Int, exponent: Double) -> [Double] {
    let weights = (1...count).map { Portable.exp(-exponent * Portable.log(Double($0))) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// Key of a random number, by its place among the sums.
  private func key(_ sums: [Double], _ unit: Double) -> UInt32 {
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] < unit { low = middle + 1 } else { high = middle }
    }
    return UInt32(low)
  }

  /// Share of hits of `count` draws after more than as many to warm up, one ms apart on average.
  ///
  /// Hot keys are written almost every time that their life is over, and all began together. So that the count may begin
  /// anywhere in their cycle, the warm-up is longer by a random part of a life.
  private func hitRatio(
    _ probabilities: [Double], entries: Int, life: Time, count: Int, replication: Int
  ) -> Double {
    var sums = probabilities
    for index in 1..<sums.count { sums[index] += sums[index - 1] }
    var stream = RandomStream(seed: 77, replication: replication, component: "cache", purpose: "keys")
    let isEternal = life == .never
    let cycle = isEternal ? 1 : life.nanoseconds / 1_000_000
    let first = count + Int(stream.nextIndex(below: UInt64(cycle)))
    let end = Time.milliseconds(Int64(3 * count) + cycle)
    var cache = ExpiringCache(
      capacity: Int64(entries), kinds: [ExpiringCache.Kind(bytes: 1, space: 0)],
      horizon: end + (isEternal ? .zero : life))
    var gaps = RandomStream(seed: 77, replication: replication, component: "cache", purpose: "gaps")
    var (hits, now) = (0, Time.zero)
    for number in 0..<first + count {
      now = now + Time(nanoseconds: Int64(-Portable.log(gaps.nextUnit()) * 1e6))
      precondition(now < end, "gaps of one ms on average fill half as much again once in a universe")
      let key = key(sums, stream.nextUnit())
      let entry = cache.find(key, space: 0, at: now)
      if entry == ExpiringCache.none {
        cache.put(key, kind: 0, at: now, until: isEternal ? .never : now + life)
      } else {
        cache.touch(entry)
        if number >= first { hits += 1 }
      }
    }
    return Double(hits) / Double(count)
  }

  /// Che, Tung, Wang, IEEE JSAC 20(7), 2002: an item stays for the time t in which as many other items are asked for as
  /// fit, taken as the same for all: sum over i of 1 - exp(-p_i t) = entries; it is a hit with 1 - exp(-p_i t).
  private func che(_ probabilities: [Double], entries: Int) -> Double {
    let held = { (t: Double) in probabilities.reduce(0) { $0 + 1 - Portable.exp(-$1 * t) } }
    var (low, high) = (0.0, 1.0)
    while held(high) < Double(entries) { high *= 2 }
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if held(middle) < Double(entries) { low = middle } else { high = middle }
    }
    return probabilities.reduce(0) { $0 + $1 * (1 - Portable.exp(-$1 * low)) }
  }

  @Test(
    "least recently used under Zipf's law is Che's approximation to 1 %",
    arguments: [(10_000, 0.8, 1_000), (10_000, 1.0, 500), (2_000, 1.2, 100), (5_000, 0.6, 2_500)]
      as [(Int, Double, Int)])
  func leastRecentlyUsed(keys: Int, exponent: Double, entries: Int) {
    let probabilities = zipf(keys, exponent: exponent)
    let interval = Interval.mean(
      of: (0..<10).map {
        hitRatio(probabilities, entries: entries, life: .never, count: 100_000, replication: $0)
      }, confidence: 0.999)
    let theory = che(probabilities, entries: entries)
    let halfWidth = interval.halfWidth ?? .infinity
    // The approximation is off by at most 1 %; the sample may be by its half-width. False alarms: 1 in 1,000.
    #expect(abs(interval.mean - theory) <= 0.01 * theory + halfWidth, "\(interval.mean) ± \(halfWidth), Che \(theory)")
    #expect(halfWidth < 0.01 * theory)
  }

  @Test(
    "a time to live without refresh: hit ratio of a key at rate r is r T / (1 + r T), exactly",
    arguments: [(0.9, Time.seconds(10)), (1.1, .seconds(100)), (0.0001, .seconds(1))] as [(Double, Time)])
  func timeToLive(exponent: Double, life: Time) {
    // 1,000 requests a second over 1,000 keys; each miss is followed by r T hits on average.
    let probabilities = zipf(1_000, exponent: exponent)
    let exact = probabilities.reduce(0.0) { sum, share in
      let asked = 1_000 * share * Double(life.nanoseconds) / 1e9
      return sum + share * asked / (1 + asked)
    }
    let interval = Interval.mean(
      of: (0..<20).map {
        hitRatio(probabilities, entries: 1_000, life: life, count: 400_000, replication: $0)
      }, confidence: 0.999)
    check(interval, holds: exact, resolution: 0.02, "hit ratio")
  }

  /// A cache of 1 KB items with a time to live, or with room for some entries, in front of a table; nothing takes time.
  private func world(_ keys: KeyDistribution, life: Time, entries: Int?, isDAX: Bool) -> SystemConfig {
    var table = TableConfig(name: "t")
    table.keys = keys
    table.latency[.getItem] = .constant(0)
    var dax = DAXClusterConfig(name: "cache", table: "t")
    (dax.hitLatency, dax.missOverhead, dax.recordTTL) = (.constant(0), .constant(0), life)
    var aside = CacheClusterConfig(name: "cache", table: "t")
    (aside.getLatency, aside.setLatency, aside.ttl) = (.constant(0), .constant(0), life)
    if let entries {
      // Half an entry more, lest rounding take the last one.
      let bytes = (Double(entries) + 0.5) * 1_124
      dax.memoryShare = bytes / Double(dax.nodeType.memory.bytes)
      aside.reservedMemory = 1 - bytes / Double(aside.nodeType.memory.bytes)
    }
    return SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000), duration: .seconds(2_000),
      warmUp: .seconds(1_000), resources: [.table(table), isDAX ? .daxCluster(dax) : .cacheCluster(aside)],
      traffic: [
        TrafficConfig(
          name: "users",
          target: TrafficTarget(
            resource: "cache", operation: TableOperation(kind: .getItem, itemSize: .kilobytes(1))),
          arrivals: .poisson(ratePerSecond: 20))
      ])
  }

  private func interval(_ config: SystemConfig, isDAX: Bool) throws -> Interval {
    Interval.mean(
      of: try (0..<12).map { replication in
        let run = try simulate(config, seed: 78, replication: replication)
        let figure = { (name: String) in try run.figure(name, of: "cache") }
        let hits = try figure(isDAX ? "itemHits" : "hits")
        return hits / (hits + (try figure(isDAX ? "itemMisses" : "misses")))
      }, confidence: 0.999)
  }

  @Test("both clusters: uniform keys with a time to live give r T / (1 + r T)", arguments: [true, false])
  func clustersTimeToLive(isDAX: Bool) throws {
    // 20 a second over 200 keys: 0.1 a second each, 3 in 30 s. A command of the cache cluster takes 10 us, in which a
    // second one for the same key comes once in a million times.
    let config = world(KeyDistribution(count: 200), life: .seconds(30), entries: nil, isDAX: isDAX)
    check(try interval(config, isDAX: isDAX), holds: 0.75, resolution: 0.01, "hit ratio")
  }

  @Test("both clusters: uniform keys without one give the share of the keys that fit", arguments: [true, false])
  func clustersLeastRecentlyUsed(isDAX: Bool) throws {
    let config = world(KeyDistribution(count: 500), life: .zero, entries: 200, isDAX: isDAX)
    check(try interval(config, isDAX: isDAX), holds: 0.4, resolution: 0.01, "hit ratio")
  }

  @Test("both clusters: hot keys with a time to live give the mixture of the two rates", arguments: [true, false])
  func clustersHot(isDAX: Bool) throws {
    // 16 a second over 10 keys, 4 a second over 190, for 10 s each.
    let config = world(
      KeyDistribution(count: 200, law: .hot(keys: 10, share: 0.8)), life: .seconds(10), entries: nil, isDAX: isDAX)
    let (hot, cold) = (16.0, 4.0 / 19)
    check(
      try interval(config, isDAX: isDAX), holds: 0.8 * hot / (1 + hot) + 0.2 * cold / (1 + cold), resolution: 0.01,
      "hit ratio")
  }

  @Test(
    "both clusters: Zipf's law and a least recently used list are Che's approximation to 1 %", arguments: [true, false])
  func clustersZipf(isDAX: Bool) throws {
    let config = world(
      KeyDistribution(count: 2_000, law: .zipf(exponent: 1)), life: .zero, entries: 200, isDAX: isDAX)
    let interval = try interval(config, isDAX: isDAX)
    let theory = che(zipf(2_000, exponent: 1), entries: 200)
    let halfWidth = interval.halfWidth ?? .infinity
    #expect(abs(interval.mean - theory) <= 0.01 * theory + halfWidth, "\(interval.mean) ± \(halfWidth), Che \(theory)")
    #expect(halfWidth < 0.01 * theory)
  }
}
