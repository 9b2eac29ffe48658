import Foundation
import Testing

/// `invocations.jsonl`: what a user loads into CloudWatch Logs.
@Suite("The file of invocations")
struct InvocationFileTests {
  private static let file = "invocations.jsonl"

  /// The lines of the file, each as the object that it is.
  private func lines(_ folder: borrowing Folder) throws -> [[String: Any]] {
    let data = try #require(try folder.files("o")[Self.file])
    return try String(decoding: data, as: UTF8.self).split(separator: "\n").map { line in
      try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  private func run(_ folder: borrowing Folder, replications: Int, sample: String?) throws -> Program.Outcome {
    let log = sample.map { ["--set", "invocationLog.sample=\($0)"] } ?? []
    return try Program.run(
      ["run", "s.yaml", "--replications", "\(replications)", "--out", "o", "--format", "json"] + log, in: folder)
  }

  @Test("each line is an event of CloudWatch Logs, one an invocation of the first replication, in the order of time")
  func events() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    let outcome = try run(folder, replications: 1, sample: "100 %")
    #expect(outcome.status == 0)
    let summary = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    let functions = try #require(summary?["resources"] as? [String: [String: Any]]).values.filter {
      $0["type"] as? String == "function"
    }
    let invocations = functions.reduce(0.0) { sum, figures in
      sum + ((figures["invocations"] as? [String: Any])?["mean"] as? Double ?? .nan)
    }
    let events = try lines(folder)
    #expect(events.count > 1_000 && Double(events.count) == invocations)
    for event in events {
      #expect(Set(event.keys) == ["timestamp", "logGroup", "logStream", "message"])
      #expect((event["message"] as? String)?.hasPrefix("REPORT RequestId: ") == true)
      #expect((event["logGroup"] as? String)?.hasPrefix("/aws/lambda/") == true)
    }
    let times = events.compactMap { $0["timestamp"] as? Int }
    #expect(times.count == events.count && times == times.sorted())
    // Further replications add nothing.
    let first = try folder.files("o")[Self.file]
    #expect(try run(folder, replications: 3, sample: "100 %").status == 0)
    #expect(try folder.files("o")[Self.file] == first)
  }

  @Test("a run without a log removes the file that an earlier one left, and has the same figures")
  func removed() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    let logged = try run(folder, replications: 1, sample: "50 %")
    #expect(folder.names("o")?.contains(Self.file) == true)
    let plain = try run(folder, replications: 1, sample: nil)
    #expect(folder.names("o")?.contains(Self.file) == false)
    #expect(plain.output == logged.output)
  }
}
