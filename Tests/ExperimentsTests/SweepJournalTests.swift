import Foundation
import Testing

@testable import Experiments

@Suite("A shard's journal")
struct SweepJournalTests {
  private let shard = Shard.whole

  @Test("one job and eight give the same file, and no job does a point twice", arguments: [1, 8])
  func jobs(jobs: Int) async throws {
    try await SweepPlans.withFolder { folder in
      let plan = try SweepPlans.plan(points: 60)
      #expect(try await SweepPlans.run(plan, shards: 1, in: folder + "/") == Array(0..<60))
      let expected = try #require(SweepPlans.bytes(ShardFile.paths(of: shard, in: folder).complete))
      try FileManager.default.removeItem(atPath: ShardFile.paths(of: shard, in: folder).complete)
      #expect(try await SweepPlans.run(plan, shards: 1, jobs: jobs, in: folder) == Array(0..<60))
      #expect(SweepPlans.bytes(ShardFile.paths(of: shard, in: folder).complete) == expected)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["\(shard).csv"])
      // A complete shard is not run again.
      #expect(try await SweepPlans.run(plan, shards: 1, jobs: jobs, in: folder).isEmpty)
    }
  }

  @Test("points that end in any order are all kept, and stand in the shard's order at the end")
  func anyOrder() async throws {
    try await SweepPlans.withFolder { folder in
      let plan = try SweepPlans.plan(points: 9)
      try await SweepPlans.run(plan, shards: 1, in: folder)
      let paths = ShardFile.paths(of: shard, in: folder)
      let expected = SweepPlans.bytes(paths.complete)
      try FileManager.default.removeItem(atPath: paths.complete)
      var file: ShardFile? = try ShardFile(shard, of: plan, in: folder)
      for point in [7, 2, 8, 0] { try file?.append(SweepPlans.outcome(point)) }
      #expect(file?.missing == [1, 3, 4, 5, 6])
      file = nil
      #expect(try await SweepPlans.run(plan, shards: 1, in: folder) == [1, 3, 4, 5, 6])
      #expect(SweepPlans.bytes(paths.complete) == expected)
      #expect(SweepPlans.bytes(paths.journal) == nil)
    }
  }

  @Test("a journal that ends at any byte goes on with exactly the points that are not sealed in it")
  func torn() async throws {
    try await SweepPlans.withFolder { folder in
      let plan = try SweepPlans.plan(points: 8)
      try await SweepPlans.run(plan, shards: 1, in: folder)
      let paths = ShardFile.paths(of: shard, in: folder)
      let whole = try #require(SweepPlans.bytes(paths.complete))
      var seals: [Int] = []
      var start = 0
      for (index, byte) in whole.enumerated() where byte == UInt8(ascii: "\n") {
        if whole[start] == UInt8(ascii: "=") { seals.append(index + 1) }
        start = index + 1
      }
      #expect(seals.count == 8 && seals.last == whole.count)
      try FileManager.default.removeItem(atPath: paths.complete)
      for cut in 0...whole.count {
        try SweepPlans.put(whole[..<cut], paths.journal)
        let done = seals.filter { $0 <= cut }.count
        #expect(try ShardFile(shard, of: plan, in: folder)?.missing == Array(done..<8), "cut at \(cut)")
        guard cut % 97 == 3 else { continue }
        try SweepPlans.put(whole[..<cut], paths.journal)
        #expect(try await SweepPlans.run(plan, shards: 1, in: folder) == Array(done..<8), "cut at \(cut)")
        #expect(SweepPlans.bytes(paths.complete) == whole, "cut at \(cut)")
        try FileManager.default.removeItem(atPath: paths.complete)
      }
    }
  }

  @Test("what was changed in the middle is refused and left as it is, in the journal and in the complete file")
  func edited() async throws {
    try await SweepPlans.withFolder { folder in
      let plan = try SweepPlans.plan(points: 4)
      try await SweepPlans.run(plan, shards: 1, in: folder)
      let paths = ShardFile.paths(of: shard, in: folder)
      let whole = try #require(SweepPlans.bytes(paths.complete))
      let head = try #require(whole.firstIndex(of: UInt8(ascii: "\n"))) + 1
      for place in stride(from: head, to: whole.count - 1, by: 29) where whole[place] != UInt8(ascii: "\n") {
        var other = whole
        other[place] = other[place] == UInt8(ascii: "9") ? UInt8(ascii: "8") : UInt8(ascii: "9")
        try SweepPlans.put(other, paths.complete)
        let fault = await #expect(throws: SweepFault.self) { try await SweepPlans.run(plan, shards: 1, in: folder) }
        #expect(fault?.description.contains("remove the file and run the shard again") == true)
        #expect(throws: SweepFault.self) { try ShardSet(of: plan, in: folder).readAll { _ in } }
        #expect(SweepPlans.bytes(paths.complete) == other)
      }
      // In the journal, a last block whose seal line was spoilt looks torn; all before it is refused.
      let second = try #require(Self.second(whole))
      var other = whole
      other[second - 3] ^= 1
      try FileManager.default.removeItem(atPath: paths.complete)
      try SweepPlans.put(other, paths.journal)
      await #expect(throws: SweepFault.self) { try await SweepPlans.run(plan, shards: 1, in: folder) }
      #expect(SweepPlans.bytes(paths.journal) == other)
    }
  }

  /// Behind the second seal.
  private static func second(_ bytes: [UInt8]) -> Int? {
    var seen = 0
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      if bytes[start] == UInt8(ascii: "=") { seen += 1 }
      if seen == 2 { return index + 1 }
      start = index + 1
    }
    return nil
  }

  @Test("files of another plan, another shard, another format or of no sweep are refused and stay")
  func foreign() async throws {
    try await SweepPlans.withFolder { folder in
      let plan = try SweepPlans.plan(points: 3)
      let paths = ShardFile.paths(of: shard, in: folder)
      let headers = [
        "windtunnel-sweep,1,\(try SweepPlans.plan(points: 3, name: "Other").hash),0,1": "a shard of another plan",
        "windtunnel-sweep,1,\(plan.hash),1,2": "shard 1 of 2", "windtunnel-sweep,9,\(plan.hash),0,1": "format 9",
        "point,value": "another plan", "": "another plan",
      ]
      for path in [paths.journal, paths.complete] {
        for (header, words) in headers {
          try SweepPlans.put((header + "\n").utf8, path)
          let fault = await #expect(throws: SweepFault.self) { try await SweepPlans.run(plan, shards: 1, in: folder) }
          #expect(fault?.description.contains(words) == true, "\(header): \(fault?.description ?? "")")
          #expect(SweepPlans.bytes(path) == Array((header + "\n").utf8))
          try FileManager.default.removeItem(atPath: path)
          try? FileManager.default.removeItem(atPath: paths.journal)
        }
      }
      // Without a line's end it may be the first line, torn; if not, it is somebody else's.
      try SweepPlans.put("windtunnel-sweet".utf8, paths.journal)
      await #expect(throws: SweepFault.self) { try await SweepPlans.run(plan, shards: 1, in: folder) }
    }
  }

  @Test("a second writer is refused while the first is there, and takes over behind it")
  func twoWriters() async throws {
    try await SweepPlans.withFolder { folder in
      let plan = try SweepPlans.plan(points: 3)
      var first: ShardFile? = try ShardFile(shard, of: plan, in: folder)
      try first?.append(SweepPlans.outcome(1))
      let fault = #expect(throws: SweepFault.self) { try ShardFile(shard, of: plan, in: folder) }
      #expect(fault?.description.contains("another process that writes this shard") == true)
      first = nil
      #expect(try ShardFile(shard, of: plan, in: folder)?.missing == [0, 2])
    }
  }

  @Test("a complete shard beside a journal, as a kill at the last step leaves it, is complete")
  func both() async throws {
    try await SweepPlans.withFolder { folder in
      let plan = try SweepPlans.plan(points: 3)
      try await SweepPlans.run(plan, shards: 1, in: folder)
      let paths = ShardFile.paths(of: shard, in: folder)
      try SweepPlans.put(try #require(SweepPlans.bytes(paths.complete)), paths.journal)
      #expect(try ShardFile(shard, of: plan, in: folder) == nil)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["\(shard).csv"])
    }
  }

  @Test("blocks are the same however small the pieces are that the file is read in", arguments: [1, 2, 7, 64, 4_096])
  func pieces(piece: Int) async throws {
    try await SweepPlans.withFolder { folder in
      let plan = try SweepPlans.plan(points: 10)
      try await SweepPlans.run(plan, shards: 1, in: folder)
      var reader = BlockReader(path: ShardFile.paths(of: shard, in: folder).complete, piece: piece)
      #expect(try reader.line() == ShardFile.header(plan, shard))
      for point in 0..<10 {
        guard case .block(let block, _) = try reader.next() else { throw CancellationError() }
        let read = try #require(block.outcome)
        let expected = SweepPlans.outcome(point)
        #expect(read.point == point && read.failure == expected.failure?.replacingOccurrences(of: "\n", with: " "))
        #expect("\(read.figures)" == "\(expected.figures)")
      }
      guard case .end = try reader.next() else { throw CancellationError() }
    }
  }
}
