import Engine
import Units

/// What a DAX cluster reports, under CloudWatch's names where they exist.
struct DAXRecords: BitwiseCopyable {
  let requests: CounterID
  let throttled: CounterID
  let errors: CounterID
  let faults: CounterID
  let itemHits: CounterID
  let itemMisses: CounterID
  let queryHits: CounterID
  let queryMisses: CounterID
  let scanHits: CounterID
  let scanMisses: CounterID
  let evictedBytes: CounterID
  let evictions: CounterID
  let passed: CounterID
  let work: CounterID
  let latency: TimingID
  let inFlight: LevelID

  init(_ name: String, run: inout Run<Event>) {
    func counter(_ metric: String, _ namespace: String = "AWS/DAX", unit: String = "Count") -> CounterID {
      run.recorder.addCounter(resource: name, namespace: namespace, metric, unit: unit)
    }
    let own = "Windtunnel/DAX"
    requests = counter("TotalRequestCount")
    throttled = counter("ThrottledRequestCount")
    errors = counter("ErrorRequestCount")
    faults = counter("FaultRequestCount")
    itemHits = counter("ItemCacheHits")
    itemMisses = counter("ItemCacheMisses")
    queryHits = counter("QueryCacheHits")
    queryMisses = counter("QueryCacheMisses")
    scanHits = counter("ScanCacheHits")
    scanMisses = counter("ScanCacheMisses")
    evictedBytes = counter("EvictedSize", unit: "Bytes")
    evictions = counter("Evictions", own)
    passed = counter("PassedThrough", own)
    work = counter("NormalizedRequests", own)
    latency = run.recorder.addTiming(resource: name, namespace: own, "Latency", keepsHistogram: true)
    inFlight = run.recorder.addLevel(resource: name, namespace: own, "InFlight")
  }
}

extension Recorder {
  /// A counter's total as a figure.
  func sum(_ id: CounterID) -> Double { Double(total(id)) }
}

extension DAXCluster {
  /// The cluster's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    let (itemHits, itemMisses) = (recorder.sum(records.itemHits), recorder.sum(records.itemMisses))
    let queryHits = recorder.sum(records.queryHits) + recorder.sum(records.scanHits)
    let queryMisses = recorder.sum(records.queryMisses) + recorder.sum(records.scanMisses)
    let latency = recorder.histogram(records.latency)
    return ResourceResult(
      name: config.name, typeName: "daxCluster",
      figures: [
        Figure("requests", recorder.sum(records.requests)),
        Figure("itemHits", itemHits),
        Figure("itemMisses", itemMisses),
        Figure("itemHitRate", itemHits, over: itemHits + itemMisses),
        Figure("queryHits", queryHits),
        Figure("queryMisses", queryMisses),
        Figure("queryHitRate", queryHits, over: queryHits + queryMisses),
        Figure("passedThrough", recorder.sum(records.passed)),
        Figure("evictions", recorder.sum(records.evictions)),
        Figure("itemEntries", Double(items.count)),
        Figure("queryEntries", Double(results.count)),
        Figure("cachedMB", Double(items.bytes + results.bytes) / 1_048_576),
        Figure(
          "utilization", recorder.sum(records.work) / (Double(capacity.rate) * Double(span.nanoseconds) / 1e9)),
        Figure("throttles", recorder.sum(records.throttled)),
        Figure("errors", recorder.sum(records.errors) + recorder.sum(records.faults)),
        Figure("meanInFlight", recorder.mean(records.inFlight, over: span)),
        Figure("meanLatencyMs", latency.mean / 1e6),
        Figure("p99LatencyMs", latency.quantile(0.99) / 1e6),
      ])
  }

  /// What the cluster used over the recorded span of `span`, which ends at `end`.
  func usage(_ recorder: borrowing Recorder, duration span: Time, end: Time) -> [UsageLine] {
    let nodes = Int128(config.replicationFactor) * Int128(span.nanoseconds) / 1_000_000
    var lines = [UsageLine(meter: DAXMeters.nodes(config.nodeType), resource: config.name, amount: nodes)]
    if config.nodeType.isBurstable {
      lines.append(UsageLine(meter: DAXMeters.cpuCredits, resource: config.name, amount: credits.charged(at: end)))
    }
    return lines.filter { $0.amount > 0 }
  }
}
