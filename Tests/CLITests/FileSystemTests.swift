import Foundation
import Testing

@Suite("File system")
struct FileSystemTests {
  /// Longer than any test waits.
  private static let endless = scenario(rate: "1000 / s", duration: "366 d")

  @Test(
    "a folder that cannot be is found before simulating",
    .timeLimit(.minutes(1)), arguments: ["plain", "plain/below", "/proc/windtunnel", "/dev/null/below", ""])
  func unwritable(out: String) throws {
    let folder = try Folder()
    try folder.put(Self.endless, "s.yaml")
    try folder.put("mine", "plain")
    let outcome = try Program.run(["run", "s.yaml", "--out", out], in: folder)
    #expect(outcome.status == 74)
    #expect(outcome.output == "")
    #expect(outcome.error.hasPrefix("error: cannot create the folder "))
    #expect(try folder.files("") == ["plain": Data("mine".utf8), "s.yaml": Data(Self.endless.utf8)])
  }

  @Test("a folder without permission to write is found before simulating", .enabled(if: geteuid() != 0))
  func readOnly() throws {
    let folder = try Folder()
    try folder.put(Self.endless, "s.yaml")
    let outcome = try Program.shell("mkdir locked; chmod 555 locked; $W run s.yaml --out locked", in: folder)
    #expect(outcome.status == 74)
  }

  @Test("bad input is said before the folder is touched")
  func inputFirst() throws {
    let folder = try Folder()
    try folder.put("", "s.yaml")
    #expect(try Program.run(["run", "s.yaml", "--out", "/proc/windtunnel"], in: folder).status == 65)
  }

  @Test("a full disk ends with 74, leaves the old files whole and no temporaries", arguments: [1, 8, 40])
  func fullDisk(kilobytes: Int) throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    #expect(try Program.run(["run", "s.yaml"], in: folder).status == 0)
    let before = try folder.files("out/s")
    let outcome = try Program.shell("ulimit -f \(kilobytes); exec $W run s.yaml --seed 2 --period 1s", in: folder)
    #expect(outcome.status == 74)
    #expect(outcome.error.contains("error: cannot write out/s/"))
    #expect(try folder.files("out/s") == before)
    #expect(folder.names("out/s") == before.keys.sorted())
  }

  @Test("a closed standard output ends with 74, and no file of the run is written over")
  func closedOutput() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    #expect(try Program.run(["run", "s.yaml"], in: folder).status == 0)
    let expected = try folder.files("out/s")
    let outcome = try Program.shell("exec $W run s.yaml --out other >&-", in: folder)
    #expect(outcome.status == 74)
    #expect(outcome.error.contains("error: cannot write standard output: Bad file descriptor"))
    #expect(try folder.files("other") == expected)
  }

  @Test("closed standard input and standard error do no harm", arguments: ["<&-", "2>&-", "<&- 2>&-"])
  func closedStreams(closed: String) throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    let outcome = try Program.shell("exec $W run s.yaml \(closed)", in: folder)
    #expect(outcome.status == 0 && outcome.output.hasPrefix("Shop\n"))
  }

  @Test("a full disk removes the folders that the run had created")
  func fullDiskNew() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    #expect(try Program.shell("ulimit -f 8; exec $W run s.yaml --period 1s", in: folder).status == 74)
    #expect(folder.names() == ["s.yaml"])
  }

  @Test("a really full disk is no different", .enabled(if: geteuid() == 0))
  func smallFileSystem() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    let outcome = try Program.shell(
      """
      mkdir small && mount -t tmpfs -o size=64k tmpfs small || exit 42
      trap 'umount small' EXIT
      echo old > small/report.html
      $W run s.yaml --out small --period 1s; status=$?
      ls -A small; cat small/report.html
      exit $status
      """, in: folder)
    if outcome.status == 42 { return }  // No right to mount, as in most containers.
    #expect(outcome.status == 74)
    #expect(outcome.output == "report.html\nold\n")
    #expect(outcome.error.contains("No space left on device"))
  }

  @Test("standard output on a full disk ends with 74, though the files are there")
  func fullOutput() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    let outcome = try Program.shell("exec $W run s.yaml > /dev/full", in: folder)
    #expect(outcome.status == 74)
    #expect(outcome.error.contains("error: cannot write standard output: No space left on device"))
    #expect(folder.names("out/s")?.contains("report.html") == true)
  }

  @Test("a folder in the place of a file ends with 74 and moves nothing")
  func folderInPlace() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/out/s/report.html", withIntermediateDirectories: true)
    let outcome = try Program.run(["run", "s.yaml"], in: folder)
    #expect(outcome.status == 74)
    #expect(outcome.error == "error: cannot write out/s/report.html: Is a directory\n")
    #expect(folder.names("out/s") == ["report.html"])
  }

  @Test(
    "a signal during the simulation ends with 128 plus its number and leaves nothing behind",
    .timeLimit(.minutes(1)), arguments: [SIGINT, SIGTERM, SIGHUP])
  func signal(number: Int32) throws {
    let folder = try Folder()
    try folder.put(Self.endless, "s.yaml")
    let running = try Running(Program.path, ["run", "s.yaml"], in: folder)
    while folder.names("out/s") == nil, running.process.isRunning { usleep(1_000) }
    usleep(50_000)
    running.signal(number)
    let outcome = try running.outcome()
    #expect(outcome.status == 128 + number)
    #expect(!outcome.wasKilled)
    #expect(outcome.output == "")
    #expect(folder.names() == ["s.yaml"])
  }

  /// Seeds alternate, and each kill comes later than the one before, from the start to beyond the end of a run.
  @Test("kill -9 at any moment leaves whole files, and a folder with its page holds one run's files")
  func killed() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    func arguments(_ seed: Int, _ out: String) -> [String] {
      ["run", "s.yaml", "--quiet", "--period", "1s", "--seed", "\(seed)", "--out", out]
    }
    let start = Date()
    let whole = try [1, 2].map { seed in
      #expect(try Program.run(arguments(seed, "whole\(seed)"), in: folder).status == 0)
      return try folder.files("whole\(seed)")
    }
    let span = Date().timeIntervalSince(start) / 2
    #expect(whole[0] != whole[1])
    for attempt in 0..<40 {
      let running = try Running(Program.path, arguments(1 + attempt % 2, "out"), in: folder)
      usleep(UInt32(span * 1e6 * Double(attempt) / 32))
      running.signal(SIGKILL)
      _ = try running.outcome()
      let found = try folder.files("out")
      for (name, bytes) in found { #expect(whole[0][name] == bytes || whole[1][name] == bytes) }
      if found["report.html"] != nil { #expect(found == whole[0] || found == whole[1]) }
    }
    #expect(try Program.run(arguments(1, "out"), in: folder).status == 0)
    #expect(folder.names("out") == whole[0].keys.sorted())
  }
}
