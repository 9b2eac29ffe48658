import Testing

/// Faulty scenarios, each the small one with one text replaced, and a fault that must be listed.
struct BadInput: Sendable, CustomTestStringConvertible {
  let text: String
  let replacement: String
  /// `line:column`, or nil for the file as a whole.
  let place: String
  /// Texts that the fault contains.
  private(set) var fragments: [String]

  init(_ text: String, _ replacement: String, at place: String, _ fragments: String...) {
    self.init(text, replacement, at: place, fragments)
  }

  init(_ text: String, _ replacement: String, at place: String, _ fragments: [String]) {
    self.text = text
    self.replacement = replacement
    self.place = place
    self.fragments = fragments
  }

  var testDescription: String { "\(replacement) for \(text)" }

  static let all: [BadInput] =
    keys + values + functions + references + steps + retries + arrivals + distributions + objectives + files

  static let keys: [BadInput] = [
    BadInput("region:", "regoin:", at: "2:1", "unknown key `regoin`", "did you mean `region`?"),
    BadInput("region: us-east-1\n", "", at: "1:1", "no `region`"),
    BadInput("duration: 1 h\n", "", at: "1:1", "no `duration`", "a time"),
    BadInput("scenario: Small\n", "", at: "1:1", "no `scenario`"),
    BadInput("memorySize:", "memory:", at: "15:5", "`memory`", "did you mean `memorySize`?"),
    BadInput("memorySize:", "memorysize:", at: "15:5", "did you mean `memorySize`?"),
    BadInput(
      "    memorySize: 512 MB", "    timeout: 3 s\n    timeout: 4 s", at: "16:5", "`timeout` a second time",
      "x.yaml:15:5"),
    BadInput("  items:\n    type: table", "  list:\n    type: table", at: "21:3", "`list` a second time"),
    BadInput("type: table", "type: tabel", at: "22:11", "did you mean `table`?"),
    BadInput("type: table", "storageSize: 1 GB", at: "22:5", "no `type`"),
    BadInput("type: table", "type: [table]", at: "22:11", "a list"),
    BadInput("    handler:", "    handlers:", at: "16:5", "did you mean `handler`?"),
    BadInput("    handler:", "    snapStarts: on\n    handler:", at: "16:5", "did you mean `snapStart`?"),
    BadInput("  items:\n", "  9items:\n", at: "21:3", "the name `9items`", "a letter, then"),
    BadInput("  users:", "  us ers:", at: "5:3", "the name `us ers`"),
    BadInput("region: us-east-1", "region: us-east-1\n? [a, b]\n: 1", at: "3:3", "a list as a key"),
  ]

  /// Functions that Lambda would refuse; the place is the value's.
  static let functions: [BadInput] = {
    func refused(_ lines: String, at place: String, _ fragments: String...) -> BadInput {
      BadInput(
        "    memorySize: 512 MB\n", lines.split(separator: "|").map { "    \($0)\n" }.joined(), at: place, fragments)
    }
    return [
      refused("snapStart: on", at: "15:16", "publishedVersions, none, or a mapping"),
      refused(
        "snapStart: publishedVersions", at: "15:16", "`nodejs24.x`, which Lambda refuses", "Java 11",
        "AWS: nodejs24.x is not supported for SnapStart enabled functions"),
      refused("runtime: java8.al2|snapStart: publishedVersions", at: "16:16", "`java8.al2`, which Lambda refuses"),
      refused("runtime: python3.11|snapStart: publishedVersions", at: "16:16", "Python 3.12"),
      refused(
        "runtime: dotnet8-aot-provided.al2023|snapStart: publishedVersions", at: "16:16", "not an OS-only runtime"),
      refused(
        "runtime: java21|ephemeralStorage: 513 MB|snapStart: publishedVersions", at: "17:16", "at most 512 MB"),
      refused("runtime: java21|initFailure: 1 %|snapStart: publishedVersions", at: "17:16", "`initFailure`"),
      refused(
        "runtime: java21|snapStart: { priming: true, firstCall: 1 ms }", at: "16:44", "a first call with priming"),
      refused("runtime: java21|snapStart: { warmUp: { restores: 0 } }", at: "16:38", "above 0"),
      refused("runtime: java21|snapStart: { warmUp: { coolsAfter: 0 s } }", at: "16:40", "1 ns to 366 d"),
      refused("responseSize: 6145 KB", at: "15:19", "413", "at most 6 MB", "responseStream"),
      refused("responseSize: 201 MB|invokeMode: responseStream", at: "15:19", "413", "at most 200 MB"),
      refused("ephemeralStorage: 511 MB", at: "15:23", "512 MB to 10 GB"),
      refused("ephemeralStorage: 1025 KB", at: "15:23", "512 MB"),
      refused("codeSize: 251 MB", at: "15:15", "at most 250 MB", "image"),
      refused("codeSize: 200 MB|layers: [ 30 MB, 21 MB ]", at: "15:15", "251 MB of unzipped code and layers"),
      refused("layers: [ 1 MB, 1 MB, 1 MB, 1 MB, 1 MB, 1 MB ]", at: "15:13", "6 layers", "at most 5"),
      refused("packageType: image|codeSize: 10241 MB", at: "16:15", "at most 10 GB"),
      refused("packageType: image|layers: [ 1 MB ]", at: "16:13", "layers of an image"),
      refused("runtime: provided.al2023", at: "15:14", "nobody measured", "initDuration"),
      refused("framework: springBoot|runtime: nodejs24.x", at: "16:14", "a runtime like `java17`"),
      refused("maximumAge: always", at: "15:17", "a time"),
      refused("memoryUsage: 300 ms", at: "15:18", "300 ms", "a size"),
      refused("recovery: restart", at: "15:15", "reset, end"),
    ]
  }()

  static let values: [BadInput] = [
    BadInput("duration: 1 h", "duration: 60", at: "3:11", "60 without a unit", "`250 ms`"),
    BadInput("duration: 1 h", "duration: 0", at: "3:11", "found 0", "1 ns to 366 d"),
    BadInput("duration: 1 h", "duration: 367 d", at: "3:11", "366 d"),
    BadInput("duration: 1 h", "duration: .nan", at: "3:11", "found .nan"),
    BadInput("duration: 1 h", "duration: .inf s", at: "3:11", "found .inf s"),
    BadInput("duration: 1 h", "duration: 0.5 ns", at: "3:11", "whole nanoseconds"),
    BadInput("duration: 1 h", "duration: 1 fortnight", at: "3:11", "ns, us, ms, s, min, h, d"),
    BadInput("duration: 1 h", "duration: [1 h]", at: "3:11", "found a list"),
    BadInput("duration: 1 h", "duration:", at: "3:10", "found nothing"),
    BadInput("duration: 1 h", "duration: 1 h\nseed: -1", at: "4:7", "found -1", "0 or more"),
    BadInput("duration: 1 h", "duration: 1 h\nseed: 1.5", at: "4:7", "a whole number"),
    BadInput("duration: 1 h", "duration: 1 h\nseed: \"1\"", at: "4:7", "leave out the quotes"),
    BadInput("duration: 1 h", "duration: 1 h\nseed: 99999999999999999999", at: "4:7", "a whole number"),
    BadInput("duration: 1 h", "duration: 1 h\nreplications: 0", at: "4:15", "1 to 100000"),
    BadInput("duration: 1 h", "duration: 1 h\nstart: 2026-02-30", at: "4:8", "2026-02-30", "UTC"),
    BadInput("duration: 1 h", "duration: 1 h\nperiod: 1 ms", at: "4:9", "1 s to 1 d"),
    BadInput("duration: 1 h", "duration: 1 h\nbilling: { freeTier: yes }", at: "4:22", "found yes", "true or false"),
    BadInput("duration: 1 h", "duration: 1 h\nbilling: { month: 31 }", at: "4:19", "730 h"),
    BadInput("duration: 1 h", "duration: 1 h\nbilling: { twelveMonthOffers: true }", at: "4:31", "without freeTier"),
    BadInput("duration: 1 h", "duration: 1 h\naccount: { concurrentExecutions: 0 }", at: "4:34", "1 to 10000000"),
    BadInput(
      "duration: 1 h", "duration: 1 h\naccount: { functionScaling: { rate: 100 } }", at: "4:37", "100 without a unit"),
    BadInput("us-east-1", "moon", at: "2:9", "found moon", "AWS Region"),
    BadInput("512 MB", "64 MB", at: "15:17", "found 64 MB", "128 MB to 10 GB"),
    BadInput("512 MB", "10241 MB", at: "15:17", "128 MB to 10 GB"),
    BadInput("512 MB", "512", at: "15:17", "512 without a unit"),
    BadInput("512 MB", "512 ms", at: "15:17", "512 ms", "a size"),
    BadInput("512 MB", "128.5 MB", at: "15:17", "whole MB"),
    BadInput("memorySize: 512 MB", "timeout: 901 s", at: "15:14", "1 s to 15 min"),
    BadInput("memorySize: 512 MB", "timeout: 1500 ms", at: "15:14", "whole seconds"),
    BadInput("memorySize: 512 MB", "timeout: 999 ms", at: "15:14", "1 s to 15 min"),
    BadInput("memorySize: 512 MB", "architecture: arm", at: "15:19", "did you mean `arm64`?"),
    BadInput("memorySize: 512 MB", "runtime: python3.99", at: "15:14", "did you mean `python3.9`?"),
    BadInput("memorySize: 512 MB", "runtime: cobol", at: "15:14", "a runtime identifier"),
    BadInput("2 KB", "401 KB", at: "20:19", "1 B to 400 KB"),
    BadInput("2 KB", "0 B", at: "20:19", "1 B to 400 KB"),
    BadInput("type: table", "type: table\n    billingMode: provisionned", at: "23:18", "did you mean `provisioned`?"),
    BadInput("type: table", "type: table\n    billingMode: provisioned", at: "22:5", "no `provisionedThroughput`"),
    BadInput(
      "type: table", "type: table\n    onDemandThroughput: { maxReadRequestUnits: 1.5 }", at: "23:48",
      "a whole number"),
    BadInput("GET /items: list }", "GET /items: list }\n    integrationTimeout: 31 s", at: "13:25", "50 ms to 30 s"),
    BadInput(
      "routes: { GET /items: list }", "routes: { GET /items: list, get /x: list }", at: "12:33", "the route `get /x`"),
  ]

  static let references: [BadInput] = [
    BadInput("target: api", "target: apy", at: "6:13", "found apy", "did you mean `api`?"),
    BadInput("route: GET /items\n", "route: GET /item\n", at: "7:12", "did you mean `GET /items`?"),
    BadInput("    route: GET /items\n", "", at: "6:5", "no `route`"),
    BadInput("    target: api\n    route: GET /items\n", "", at: "6:5", "no `target`"),
    BadInput("{ GET /items: list }", "{ GET /items: lst }", at: "12:27", "did you mean `list`?"),
    BadInput("{ GET /items: list }", "{ GET /items: items }", at: "12:27", "a route leads to a function"),
    BadInput("call: items\n", "call: itmes\n", at: "18:15", "did you mean `items`?"),
    BadInput("call: items\n", "call: list\n", at: "19:9", "no such key in a request to a function"),
  ]

  static let steps: [BadInput] = [
    BadInput("compute: 5 ms", "computes: 5 ms", at: "17:9", "did you mean `compute`?"),
    BadInput("compute: 5 ms", "compute: 5", at: "17:18", "5 without a unit"),
    BadInput("compute: 5 ms", "fail: 101 %", at: "17:15", "0 % to 100 %"),
    BadInput("compute: 5 ms", "fail: 0.5", at: "17:15", "0.5 without a unit"),
    BadInput("compute: 5 ms", "choose: []", at: "17:17", "at least one branch"),
    BadInput("compute: 5 ms", "choose: [{ weight: 0, steps: [] }]", at: "17:28", "above 0"),
    BadInput("compute: 5 ms", "parallel: [{ wait: 1 ms }]", at: "17:20", "a list of steps"),
    BadInput("compute: 5 ms", "repeat: { times: 1.5, steps: [] }", at: "17:26", "a whole number"),
    BadInput(
      "compute: 5 ms", "repeat: { times: 1001, steps: [repeat: { times: 1000, steps: [] }] }", at: "17:57",
      "at most 1000000 turns"),
    BadInput("compute: 5 ms", "repeat: { times: 2 }", at: "17:17", "no `steps`"),
    BadInput("compute: 5 ms", "{}", at: "17:9", "an empty step"),
    BadInput("compute: 5 ms", "{ compute: 5 ms, wait: 5 ms }", at: "17:9", "`compute` and `wait` in one step"),
  ]

  private static func retry(_ text: String, at place: String, _ fragments: String...) -> BadInput {
    var input = BadInput("operation: query", "operation: query\n        retry: \(text)", at: place)
    input.fragments = fragments
    return input
  }

  private static func client(_ text: String, at place: String, _ fragments: String...) -> BadInput {
    var input = BadInput("rate: 10 / s } }", "rate: 10 / s } }\n    client: \(text)", at: place)
    input.fragments = fragments
    return input
  }

  static let retries: [BadInput] = [
    retry("standard", at: "20:16", "found standard", "did you mean `standard2026`?"),
    retry("[standard2026]", at: "20:16", "a list"),
    retry("{}", at: "20:16", "neither `profile` nor `maxAttempts`", "standard2026"),
    retry("{ backoff: 1 s }", at: "20:16", "neither `profile` nor `maxAttempts`"),
    retry("{ profile: standard2026, backoff: 1 s }", at: "20:41", "`backoff` beside `profile`"),
    retry("{ profile: standard2026, maxAttempts: 0 }", at: "20:54", "1 to 100000"),
    retry("{ profile: none, maxAttempts: 2 }", at: "20:46", "1 attempt"),
    retry("{ maxAttempts: 2, backoff: 2 s, maxBackoff: 1 s }", at: "20:60", "not less than the backoff of 2 s"),
    client("{ instance: 3 }", at: "9:15", "did you mean `instances`?"),
    client("{ retry: standart2026 }", at: "9:22", "did you mean `standard2026`?"),
    client("{ timeout: 0 s }", at: "9:24", "1 ms to 366 d"),
    client("{ instances: 0 }", at: "9:26", "1 to 1000000"),
    client("{ instances: 1000001 }", at: "9:26", "1 to 1000000"),
    BadInput(
      "{ poisson: { rate: 10 / s } }",
      "{ users: { count: 1000001, thinkTime: 1 s } }\n    client: { retry: standard2026 }", at: "9:13",
      "1000001 users", "at most 1000000 clients"),
  ]

  static let arrivals: [BadInput] = [
    BadInput("rate: 10 / s", "rate: 10", at: "8:34", "10 without a unit", "/ s, / min, / h, / d"),
    BadInput("rate: 10 / s", "rate: 10 s", at: "8:34", "a rate"),
    BadInput("rate: 10 / s", "rate: 2 million / s", at: "8:34", "at most 1000000 / s"),
    BadInput("{ poisson: { rate: 10 / s } }", "{ poison: { rate: 10 / s } }", at: "8:17", "did you mean `poisson`?"),
    BadInput("{ poisson: { rate: 10 / s } }", "{}", at: "8:15", "exactly one of"),
    BadInput("{ poisson: { rate: 10 / s } }", "{ cron: rate(1 minutes) }", at: "8:23", "minute after 1"),
    BadInput(
      "{ poisson: { rate: 10 / s } }", "{ spikes: [{ at: 2 s, count: 1 }, { at: 1 s, count: 1 }] }", at: "8:55",
      "ascending"),
    BadInput("{ poisson: { rate: 10 / s } }", "{ users: { count: 0, thinkTime: 1 s } }", at: "8:33", "1 to 10000000"),
    BadInput("{ poisson: { rate: 10 / s } }", "{ users: { count: 2, thinkTime: 0 s } }", at: "8:47", "1 ms or more"),
    BadInput("{ poisson: { rate: 10 / s } }", "{ replay: { file: nowhere.csv } }", at: "8:33", "nowhere.csv"),
    BadInput(
      "{ poisson: { rate: 10 / s } }", "{ curve: { points: [{ at: 1 h, rate: 1 / s }] } }", at: "8:34", "points"),
    BadInput(
      "{ poisson: { rate: 10 / s } }", "{ curve: { points: [{ at: 25:00, rate: 1 / s }, { at: 2 h, rate: 0 }] } }",
      at: "8:41", "08:00"),
    BadInput(
      "{ poisson: { rate: 10 / s } }",
      "{ curve: { step: 7 min, points: [{ at: 1 h, rate: 0 }, { at: 2 h, rate: 0 }] } }", at: "8:32",
      "divides"),
  ]

  static let distributions: [BadInput] = [
    BadInput("compute: 5 ms", "compute: { uniform: { low: 5 ms, high: 1 ms } }", at: "17:29", "low", "above high"),
    BadInput("compute: 5 ms", "compute: { exponential: { mean: 0 } }", at: "17:33", "mean", "above 0"),
    BadInput("compute: 5 ms", "compute: { logNormal: { median: 5 ms, p99: 1 ms } }", at: "17:31", "not below it"),
    BadInput(
      "compute: 5 ms", "compute: { logNormal: { median: 5 ms, sd: 1 ms } }", at: "17:31", "either median and p99"),
    BadInput("compute: 5 ms", "compute: { empirical: { p0: 1 ms, p101: 2 ms } }", at: "17:43", "`p101`"),
    BadInput("compute: 5 ms", "compute: { empirical: { p5: 1 ms, p100: 2 ms } }", at: "17:31", "first probability"),
    BadInput("compute: 5 ms", "compute: { mixture: [] }", at: "17:29", "at least one part"),
    BadInput("compute: 5 ms", "compute: { weibull: { shape: 0, scale: 1 ms } }", at: "17:38", "above 0"),
    BadInput("compute: 5 ms", "compute: { gamma: { mean: 0, sd: 1 ms } }", at: "17:27", "above 0"),
  ]

  private static func objective(_ text: String, at place: String, _ fragment: String) -> BadInput {
    BadInput("duration: 1 h", "duration: 1 h\nobjectives: [\(text)]", at: place, fragment)
  }

  static let objectives: [BadInput] = [
    objective("latency.p99", at: "4:14", "< <= > >="),
    objective("latency.p98 < 1 s", at: "4:14", "unknown statistic `p98`"),
    objective("latency.p99 < 300", at: "4:14", "300 without a unit"),
    objective("latency.p99 < 3 USD", at: "4:14", "a time"),
    objective("latncy.p99 < 1 s", at: "4:14", "did you mean `latency`?"),
    objective("latency.user.p99 < 1 s", at: "4:14", "did you mean `users`?"),
    objective("throttles.items < 3", at: "4:14", "unknown function `items`"),
    objective("throttles.list < 3 %", at: "4:14", "a whole number"),
    objective("errors < 5", at: "4:14", "5 without a unit"),
    objective("cost.monthly < 5 EUR", at: "4:14", "USD"),
    objective("lst.errors < 5", at: "4:14", "did you mean `list`?"),
    objective("list.errors < 5 %", at: "4:14", "a number without a unit"),
    objective("list.p99DurationMs < 5", at: "4:14", "5 without a unit"),
    objective("list.coldStartProbability < 5", at: "4:14", "5 without a unit"),
    objective("list. < 5", at: "4:14", "unknown metric"),
    objective("cost.daily < 5 USD", at: "4:14", "unknown metric"),
    objective("{}", at: "4:14", "an empty mapping"),
  ]

  static let files: [BadInput] = [
    BadInput("region: us-east-1", "region: &a us-east-1", at: "2:9", "anchor or alias"),
    BadInput("region: us-east-1", "region: *a", at: "2:9", "anchor or alias"),
    BadInput("region: us-east-1", "region: !Ref a", at: "2:9", "a YAML tag"),
    BadInput("duration: 1 h", "duration: 1 h\n---\na: 1", at: "4:1", "a second document"),
  ]
}
