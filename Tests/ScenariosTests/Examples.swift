import Foundation

@testable import Scenarios

/// The scenarios that the tests share.
enum Examples {
  /// The top of the package.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The folder of shipped scenarios.
  static let folder = root.appendingPathComponent("scenarios")

  /// Names of the shipped scenarios, sorted.
  static let shipped: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  /// A sound scenario that uses nearly every key.
  static let full = """
    scenario: Everything
    description: "all keys"
    region: eu-central-1
    start: 2026-03-02T06:30:00Z
    duration: 2 h
    warmUp: 5 min
    period: 1 min
    seed: 7
    replications: 3
    account:
      concurrentExecutions: 500
      functionScaling: { burst: 10, rate: 5 / s }
      requestRate: { perConcurrency: 20 / s, burst: 500 ms }
      apiThrottling: { rateLimit: 100 / s, burstLimit: 50 }
    traffic:
      steady: { target: api, route: GET /a, payload: 1 KB, arrivals: { poisson: { rate: 60 / min } },
        client: { retry: { profile: adaptive, maxAttempts: 4, jitter: none }, timeout: 5 s, instances: 10 } }
      daily:
        target: f
        arrivals: { curve: { period: 7 d, interpolation: linear, step: 5 min, points: [
          { at: Mon 08:00, rate: 1 / s }, { at: Wed 12:00, rate: 20 / s }, { at: 6 d, rate: 0 } ] } }
      bursty:
        target: g
        arrivals: { bursts: { on: { rate: 9 / s, duration: 10 s }, off: { rate: 0, duration: 1 min } } }
      peaks: { target: g, invocationType: event, arrivals: { spikes: [ { at: 1 min, count: 5 }, { at: 2 min, count: 6, over: 3 s } ] } }
      timer: { target: g, arrivals: { cron: rate(5 minutes) } }
      people:
        target: t
        operation: putItem
        itemSize: 1 KB
        arrivals: { users: { count: 4, thinkTime: { exponential: { mean: 3 s } } } }
    resources:
      api:
        type: httpApi
        routes: { GET /a: f, $default: g }
        integrationTimeout: 29 s
        overhead: 4 ms
      f:
        type: function
        runtime: python3.13
        architecture: arm64
        packageType: image
        codeSize: 2 GB
        memoryUsage: { logNormal: { median: 400 MB, p99: 900 MB } }
        ephemeralStorage: 1 GB
        responseSize: 20 MB
        invokeMode: responseStream
        placement: { logNormal: { median: 80 ms, p99: 400 ms } }
        extensionInit: 20 ms
        applicationInit: 40 ms
        firstCall: 70 ms
        initFailure: 0.1 %
        proactiveInit: 10 %
        maximumAge: { uniform: { low: 2 h, high: 4 h } }
        recovery: end
        memorySize: 1769 MB
        timeout: 20 s
        parallelism: 2
        initDuration: { gamma: { mean: 300 ms, sd: 40 ms } }
        idleExpiry: { uniform: { low: 5 min, high: 7 min } }
        environmentChoice: random
        eventInvokeConfig:
          maximumRetryAttempts: 1
          maximumEventAge: 1 h
          queueLatency: 20 ms
          throttleBackoff: { multiplier: 1.5, jitter: full }
          onSuccess: g
          onFailure: dead
        deadLetterQueue: dead
        reservedConcurrentExecutions: 60
        provisionedConcurrencyConfig:
          provisionedConcurrentExecutions: 10
          preparation: 90 s
          autoScaling:
            minCapacity: 5
            maxCapacity: 50
            targetValue: 70 %
            scheduledActions: [ { schedule: cron(0 8 * * ? *), minCapacity: 20, maxCapacity: 60 } ]
        handler:
          - compute:
              mixture: [ { weight: 0.9, logNormal: { median: 3 ms, p99: 9 ms } }, { weight: 0.1, constant: 1 s } ]
          - call: t
            operation: query
            itemSize: 300 B
            items: 20
            consistentRead: true
            timeout: 2 s
            retry: { maxAttempts: 3, backoff: 10 ms, multiplier: 1.5, maxBackoff: 1 s, jitter: none }
            onError: continue
          - parallel:
              - [ { wait: { weibull: { shape: 1.5, scale: 3 ms } } }, { call: g } ]
              - [ { compute: { pareto: { shape: 2.5, scale: 1 ms } } } ]
          - choose:
              - { weight: 0.8, steps: [ { compute: { normal: { mean: 5 ms, sd: 1 ms } } } ] }
              - { weight: 0.2, steps: [] }
          - repeat: { times: { uniform: { low: 1, high: 3 } }, steps: [ { wait: 1 ms } ] }
          - fail: 1 %
      g:
        type: function
        handler:
          - compute: { empirical: { p0: 1 ms, p50: 3 ms, p99.9: 9 ms, p100: 20 ms } }
          - repeat: { times: 3, steps: [
              { call: t, operation: batchWriteItem, itemSize: 1 KB, items: 25, retry: standard2026 } ] }
      h:
        type: function
        framework: quarkus
        runtime: java21
        layers: [ 10 MB, 20 MB ]
        maximumAge: never
        snapStart:
          applyOn: publishedVersions
          restore: { gamma: { mean: 300 ms, sd: 40 ms } }
          runtimeLoad: 60 ms
          restoreHook: 5 ms
          priming: false
          firstCall: 30 ms
          warmUp: { warmShare: 70 %, restores: 8, coolsAfter: 4 h }
          snapshotting: 3 min
        handler: [ { forEachRecord: [ { wait: 1 ms }, { crash: 0.1 % } ] } ]
      t:
        type: table
        billingMode: payPerRequest
        tableClass: standardInfrequentAccess
        storageSize: 5 GB
        onDemandThroughput: { maxReadRequestUnits: 100, maxWriteRequestUnits: 50 }
        latency: { query: { logNormal: { mean: 5 ms, sd: 2 ms } }, putItem: { gamma: { shape: 2, scale: 2 ms } } }
      dead: { type: queue }
    objectives:
      - latency.p99 < 300 ms
      - latency.steady.p999 <= 1 s
      - errors < 0.1 %
      - errors.people < 1 %
      - cost.monthly < 500.50 USD
      - throttles.f < 10
      - coldStarts.g >= 0.5 %
    billing: { freeTier: true, twelveMonthOffers: true, month: 2026-02 }
    variants:
      same: {}
      other: { resources.f.memorySize: 512 MB, resources.g.handler: [ { wait: 1 ms } ], description: null }

    """

  /// A small sound scenario of 22 lines.
  static let small = """
    scenario: Small
    region: us-east-1
    duration: 1 h
    traffic:
      users:
        target: api
        route: GET /items
        arrivals: { poisson: { rate: 10 / s } }
    resources:
      api:
        type: httpApi
        routes: { GET /items: list }
      list:
        type: function
        memorySize: 512 MB
        handler:
          - compute: 5 ms
          - call: items
            operation: query
            itemSize: 2 KB
      items:
        type: table

    """

  /// The small scenario with one text in place of another, which must occur.
  static func small(_ text: String, becomes replacement: String) -> String {
    precondition(small.contains(text), "the small scenario contains what a test replaces")
    return small.replacingOccurrences(of: text, with: replacement)
  }

  /// The faults of a text, empty if it is sound.
  static func faults(of text: String, overrides: [Override] = []) -> [String] {
    do {
      _ = try Scenario.decode(text, path: "x.yaml", overrides: overrides)
      return []
    } catch {
      return error.errors.map(\.description)
    }
  }
}
