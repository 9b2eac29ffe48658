import Scenarios
import Services
import Testing

/// Faults of what follows a table, and of caches in front of one.
@Suite("Faults of table streams and caches")
struct TableStreamFaultTests {
  private func faults(table lines: String, more: String = "") -> [String] {
    Examples.faults(
      of: """
        scenario: Followed
        region: us-east-1
        duration: 1 h
        traffic:
          writers: { target: t, operation: putItem, itemSize: 1 KB, arrivals: { poisson: { rate: 1 / s } } }
        resources:
          t:
            type: table
            \(lines)
          changes: { type: stream, shardCount: 1 }
          work: { type: function, handler: [] }
        \(more)
        """)
  }

  @Test(
    "each fault is found at its place",
    arguments: [
      ("streamSpecification: { streamViewType: everything }", "9:44", "newAndOldImages"),
      ("streamSpecification: {}", "9:26", "streamViewType"),
      ("streamSpecification: { streamViewType: keysOnly, keySize: 0 B }", "9:63", "1 B"),
      ("streamSpecification: { streamViewType: keysOnly, keySize: 3073 B }", "9:63", "3 KB"),
      ("streamSpecification: { streamViewType: keysOnly, propagationDelay: soon }", "9:72", "soon"),
      ("streamSpecification: { streamViewType: keysOnly, delay: 1 s }", "9:54", "delay"),
      ("kinesisStreamSpecification: {}", "9:33", "stream"),
      ("kinesisStreamSpecification: { stream: work }", "9:43", "the name of a stream"),
      ("kinesisStreamSpecification: { stream: t }", "9:43", "the name of a stream"),
      ("kinesisStreamSpecification: { stream: chnages }", "9:43", "did you mean `changes`?"),
      ("kinesisStreamSpecification: { stream: changes, duplicates: 101 % }", "9:64", "101 %"),
      ("kinesisStreamSpecification: { stream: changes, recordExpansion: 0.5 }", "9:69", "1 to 100"),
      ("kinesisStreamSpecification: { stream: changes, recordExpansion: 101 }", "9:69", "1 to 100"),
      ("kinesisStreamSpecification: { stream: changes, retryDelay: -1 s }", "9:64", "-1 s"),
    ] as [(String, String, String)])
  func table(lines: String, place: String, fragment: String) {
    let faults = faults(table: lines)
    #expect(faults.count == 1, "\(faults)")
    #expect(faults.first?.hasPrefix("x.yaml:\(place): ") == true, "\(faults)")
    #expect(faults.first?.contains(fragment) == true, "\(faults)")
  }

  @Test("a table with replicas has new and old images in its stream", arguments: StreamViewType.allCases)
  func replicas(view: StreamViewType) {
    let lines = "replicas: [ us-west-2 ]\n    streamSpecification: { streamViewType: \(view.rawValue) }"
    let found = faults(table: lines)
    #expect(found.isEmpty == (view == .newAndOldImages))
    #expect(found.allSatisfy { $0.hasPrefix("x.yaml:10:") && $0.contains("with replicas") })
    // Strong consistency does not use it.
    let strong = "replicas: [ us-west-2, us-east-2 ]\n    multiRegionConsistency: strong"
    #expect(faults(table: strong + "\n    streamSpecification: { streamViewType: \(view.rawValue) }").isEmpty)
  }

  @Test("two mappings read a table's stream, one beside replicas", arguments: [false, true])
  func readers(isGlobal: Bool) {
    let most = isGlobal ? 1 : 2
    for count in 1...4 {
      let mappings = (0..<count).map {
        "  m\($0): { type: eventSourceMapping, eventSource: t, functionName: work }"
      }
      let stream = "streamSpecification: { streamViewType: newAndOldImages }"
      let found = faults(
        table: stream + (isGlobal ? "\n    replicas: [ us-west-2 ]" : ""), more: mappings.joined(separator: "\n"))
      #expect(found.count == (count > most ? 1 : 0), "\(found)")
      #expect(found.allSatisfy { $0.contains("\(most + 1) mappings from `t`") })
    }
  }

  @Test("a mapping needs a table with a stream")
  func noStream() {
    let found = faults(
      table: "tableClass: standard", more: "  m: { type: eventSourceMapping, eventSource: t, functionName: work }")
    #expect(found.count == 1 && found.first?.contains("the table `t`, which has no stream") == true, "\(found)")
    #expect(found.first?.hasPrefix("x.yaml:12:") == true)
  }

  @Test("a cached table takes 4,096 different operations; equal ones and those on other tables do not count")
  func cachedOperations() {
    func faults(_ different: Int, target: String, cached: Bool) -> [String] {
      let sizes = (1...different).map { "\($0) B" } + ["1 B", "2 B"]
      let calls = sizes.map { "{ call: \(target), operation: getItem, itemSize: \($0) }" }
      let cache = cached ? "cache: { type: daxCluster, table: t, nodeType: dax.r5.large, replicationFactor: 1 }" : ""
      return Examples.faults(
        of: """
          scenario: Kinds
          region: us-east-1
          duration: 1 h
          traffic: { callers: { target: f, arrivals: { poisson: { rate: 1 / s } } } }
          resources:
            t: { type: table }
            f: { type: function, handler: [ \(calls.joined(separator: ", ")) ] }
            \(cache)
          """)
    }
    #expect(faults(4_096, target: "cache", cached: true).isEmpty)
    for target in ["cache", "t"] {
      let found = faults(4_097, target: target, cached: true)
      #expect(
        found.count == 1 && found.first?.contains("more than 4096 different operations on `t`") == true, "\(found)")
      #expect(found.first?.hasPrefix("x.yaml:7:") == true)
    }
    #expect(faults(4_097, target: "t", cached: false).isEmpty)
  }
}
