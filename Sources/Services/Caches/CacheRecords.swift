import Engine
import Units

/// What a cache cluster reports, under CloudWatch's names where they exist; Valkey's and Redis', with Memcached too.
struct CacheRecords: BitwiseCopyable {
  let requests: CounterID
  let hits: CounterID
  let misses: CounterID
  let resultHits: CounterID
  let resultMisses: CounterID
  let evictions: CounterID
  let gets: CounterID
  let sets: CounterID
  let passed: CounterID
  let errors: CounterID
  let busy: CounterID
  let wait: TimingID
  let latency: TimingID
  let entries: LevelID
  let inFlight: LevelID

  init(_ name: String, run: inout Run<Event>) {
    let (aws, own) = ("AWS/ElastiCache", "Windtunnel/ElastiCache")
    func counter(_ metric: String, _ namespace: String, unit: String = "Count") -> CounterID {
      run.recorder.addCounter(resource: name, namespace: namespace, metric, unit: unit)
    }
    hits = counter("CacheHits", aws)
    misses = counter("CacheMisses", aws)
    evictions = counter("Evictions", aws)
    gets = counter("GetTypeCmds", aws)
    sets = counter("SetTypeCmds", aws)
    entries = run.recorder.addLevel(resource: name, namespace: aws, "CurrItems")
    requests = counter("Requests", own)
    resultHits = counter("QueryHits", own)
    resultMisses = counter("QueryMisses", own)
    passed = counter("PassedThrough", own)
    errors = counter("Errors", own)
    busy = counter("BusyTime", own, unit: "Nanoseconds")
    wait = run.recorder.addTiming(resource: name, namespace: own, "Wait", keepsHistogram: true)
    latency = run.recorder.addTiming(resource: name, namespace: own, "Latency", keepsHistogram: true)
    inFlight = run.recorder.addLevel(resource: name, namespace: own, "InFlight")
  }
}

extension CacheCluster {
  /// The cluster's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    let (hits, misses) = (recorder.sum(records.hits), recorder.sum(records.misses))
    let (queryHits, queryMisses) = (recorder.sum(records.resultHits), recorder.sum(records.resultMisses))
    let latency = recorder.histogram(records.latency)
    return ResourceResult(
      name: config.name, typeName: "cacheCluster",
      figures: [
        Figure("requests", recorder.sum(records.requests)),
        Figure("hits", hits),
        Figure("misses", misses),
        Figure("hitRate", hits, over: hits + misses),
        Figure("itemHitRate", hits - queryHits, over: hits - queryHits + misses - queryMisses),
        Figure("queryHitRate", queryHits, over: queryHits + queryMisses),
        Figure("passedThrough", recorder.sum(records.passed)),
        Figure("evictions", recorder.sum(records.evictions)),
        Figure("entries", Double(entries.count)),
        Figure("cachedMB", Double(entries.bytes) / 1_048_576),
        Figure("utilization", recorder.sum(records.busy) / Double(span.nanoseconds)),
        Figure("meanWaitMs", recorder.histogram(records.wait).mean / 1e6),
        Figure("errors", recorder.sum(records.errors)),
        Figure("meanInFlight", recorder.mean(records.inFlight, over: span)),
        Figure("meanLatencyMs", latency.mean / 1e6),
        Figure("p99LatencyMs", latency.quantile(0.99) / 1e6),
      ])
  }

  /// What the cluster used over the recorded span of `span`.
  func usage(_ recorder: borrowing Recorder, duration span: Time) -> [UsageLine] {
    let amount = Int128(config.nodes) * Int128(span.nanoseconds) / 1_000_000
    return [
      UsageLine(
        meter: CacheMeters.nodes(config.nodeType, config.engine), resource: config.name, amount: amount)
    ].filter { $0.amount > 0 }
  }
}
