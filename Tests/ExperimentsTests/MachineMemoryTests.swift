import Foundation
import Testing

@testable import Experiments

@Suite("The machine's memory")
struct MachineMemoryTests {
  /// The limit under a file system that holds these files, on a machine of 1,000 bytes.
  private func limit(_ files: [String: String]) async throws -> Int {
    try await SweepPlans.withFolder { root in
      for (path, text) in files {
        let folder = (root + path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try SweepPlans.put(text.utf8, root + path)
      }
      return MachineMemory.limit(root: root, physical: 1_000)
    }
  }

  @Test("without control groups it is the machine's")
  func none() async throws {
    #expect(try await limit([:]) == 1_000)
    #expect(try await limit(["/proc/self/cgroup": "0::/a\n4:memory:/a\nnonsense\n"]) == 1_000)
  }

  @Test("the smallest limit from the group of the process up to the topmost counts, of both versions")
  func groups() async throws {
    let second = "/sys/fs/cgroup"
    var files = ["/proc/self/cgroup": "0::/slurm/job\n", "\(second)/slurm/job/memory.max": "800\n"]
    #expect(try await limit(files) == 800)
    files["\(second)/slurm/memory.max"] = "700\n"
    #expect(try await limit(files) == 700)
    files["\(second)/slurm/memory.max"] = "900\n"
    #expect(try await limit(files) == 800)
    files["\(second)/slurm/job/memory.max"] = "max\n"
    #expect(try await limit(files) == 900)
    // A group beside ours has no say.
    files["\(second)/slurm/other/memory.max"] = "1\n"
    #expect(try await limit(files) == 900)

    let first = "/sys/fs/cgroup/memory"
    files = ["/proc/self/cgroup": "9:cpu:/x\n4:cpu,memory:/a/b\n0::/\n"]
    files["\(first)/a/b/memory.limit_in_bytes"] = "9223372036854771712\n"
    #expect(try await limit(files) == 1_000)
    files["\(first)/a/memory.limit_in_bytes"] = "600\n"
    #expect(try await limit(files) == 600)
    files["/sys/fs/cgroup/memory.max"] = "500\n"
    #expect(try await limit(files) == 500)
    files["/sys/fs/cgroup/unified/memory.max"] = "400\n"
    #expect(try await limit(files) == 400)
  }

  @Test("in a container, where the path of the group leads nowhere, the topmost is its own")
  func container() async throws {
    let files = ["/proc/self/cgroup": "0::/../outer/1234\n", "/sys/fs/cgroup/memory.max": "300\n"]
    #expect(try await limit(files) == 300)
    let first = ["/proc/self/cgroup": "4:memory:/docker/1\n", "/sys/fs/cgroup/memory/memory.limit_in_bytes": "200\n"]
    #expect(try await limit(first) == 200)
  }

  @Test("here it is something, and not more than the machine has")
  func here() {
    let limit = MachineMemory.limit()
    #expect(limit > 1 << 24 && limit <= Int(clamping: ProcessInfo.processInfo.physicalMemory))
  }

  @Test("a plan of more points than fit is refused, with the limit in it")
  func refused() throws {
    let plan = try SweepFixture().plan("{ random: { points: 1000 } }")
    // Three parameters: 3 x 64 + 128 bytes a point.
    #expect(SweepPlanner.bytes(points: 1_000, parameters: 3) == 320_000)
    #expect(SweepPlanner.sizeFault(of: plan, memory: 320_000) == nil)
    let fault = try #require(SweepPlanner.sizeFault(of: plan, memory: 319_999))
    #expect(fault.description.contains("found 1000 points of 3 parameters, wanted so many as this machine's 0 MB"))
  }
}
