import Foundation
import Testing

@testable import Experiments

/// A folder of its own for one test, gone afterwards.
struct Scratch: ~Copyable {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("windtunnel-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func put(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
  }

  func text(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }

  func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
}

@Suite("Output folder")
struct OutputFolderTests {
  private func file(_ name: String, _ text: String) -> OutputFile { OutputFile(name: name, contents: Array(text.utf8)) }

  @Test("a missing folder is created with its parents and holds the files and nothing else")
  func creates() throws {
    let scratch = try Scratch()
    let folder = try OutputFolder(path: scratch.path + "/a/b")
    try folder.write([file("one.csv", "1\n"), file("empty.csv", ""), file("manifest.json", "{}")])
    #expect(try scratch.names() == ["a"])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/a/b").sorted()
        == ["empty.csv", "manifest.json", "one.csv"])
    #expect(try scratch.text("a/b/one.csv") == "1\n")
  }

  @Test("old files are replaced, strangers stay")
  func replaces() throws {
    let scratch = try Scratch()
    try scratch.put("old", "one.csv")
    try scratch.put("mine", "notes.txt")
    try OutputFolder(path: scratch.path).write([file("one.csv", "new"), file("manifest.json", "{}")])
    #expect(try scratch.text("one.csv") == "new")
    #expect(try scratch.text("notes.txt") == "mine")
  }

  @Test("a file in place of the folder, or of a parent, is no folder", arguments: ["plain", "plain/below"])
  func refusesFile(path: String) throws {
    let scratch = try Scratch()
    try scratch.put("text", "plain")
    let wanted = OutputError(action: "create the folder", path: scratch.path + "/plain", code: ENOTDIR)
    #expect(throws: wanted) { _ = try OutputFolder(path: scratch.path + "/" + path) }
    #expect(try scratch.text("plain") == "text")
  }

  @Test("an empty path is no folder")
  func refusesEmptyPath() {
    #expect(throws: OutputError.self) { _ = try OutputFolder(path: "") }
  }

  @Test("a folder in place of a file is found before anything moves")
  func refusesFolder() throws {
    let scratch = try Scratch()
    try scratch.put("old", "a.csv")
    try scratch.put("old", "manifest.json")
    let folder = try OutputFolder(path: scratch.path)
    try FileManager.default.createDirectory(atPath: scratch.path + "/b.csv", withIntermediateDirectories: false)
    #expect(throws: OutputError(action: "write", path: scratch.path + "/b.csv", code: EISDIR)) {
      try folder.write([file("a.csv", "new"), file("b.csv", "new"), file("manifest.json", "new")])
    }
    #expect(try scratch.names() == ["a.csv", "b.csv", "manifest.json"])
    #expect(try scratch.text("a.csv") == "old")
    #expect(try scratch.text("manifest.json") == "old")
  }

  @Test("a name that the file system refuses leaves the old files and no temporaries")
  func cleansUp() throws {
    let scratch = try Scratch()
    try scratch.put("old", "a.csv")
    let long = String(repeating: "x", count: 300)
    #expect(throws: OutputError(action: "write", path: scratch.path + "/" + long, code: ENAMETOOLONG)) {
      try OutputFolder(path: scratch.path).write([file("a.csv", "new"), file(long, "new")])
    }
    #expect(try scratch.names() == ["a.csv"])
    #expect(try scratch.text("a.csv") == "old")
  }

  @Test("discarding removes the folders that were created, and later writes do nothing")
  func discards() throws {
    let scratch = try Scratch()
    let folder = try OutputFolder(path: scratch.path + "/a/b")
    folder.discard()
    try folder.write([file("manifest.json", "{}")])
    #expect(try scratch.names() == [])
  }

  @Test("discarding keeps folders that were there, or that are no longer empty")
  func discardsOnlyItsOwn() throws {
    let scratch = try Scratch()
    try OutputFolder(path: scratch.path).discard()
    let folder = try OutputFolder(path: scratch.path + "/a/b")
    try scratch.put("mine", "a/notes.txt")
    folder.discard()
    #expect(try scratch.names() == ["a"])
    #expect(try scratch.text("a/notes.txt") == "mine")
  }

  @Test("discarding after a write keeps what was written")
  func discardsNothingWritten() throws {
    let scratch = try Scratch()
    let folder = try OutputFolder(path: scratch.path + "/a")
    try folder.write([file("manifest.json", "{}")])
    folder.discard()
    #expect(try scratch.text("a/manifest.json") == "{}")
  }

  @Test("temporaries of dead processes go, those of living ones and strangers stay")
  func sweeps() throws {
    let scratch = try Scratch()
    let dead = try deadProcess()
    let kept = [".a.csv.1.tmp", ".a.csv.tmp", ".b.csv.\(dead).tmp", "a.csv.\(dead).tmp"]
    for name in kept + [".a.csv.\(dead).tmp"] { try scratch.put("half", name) }
    try OutputFolder(path: scratch.path).write([file("a.csv", "1"), file("manifest.json", "{}")])
    #expect(try scratch.names() == (kept + ["a.csv", "manifest.json"]).sorted())
  }

  /// The number of a process that has ended.
  private func deadProcess() throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "exit 0"]
    try process.run()
    process.waitUntilExit()
    return process.processIdentifier
  }

  @Test("an error is one line with the path and the system's reason")
  func describes() {
    let error = OutputError(action: "write", path: "out/report.html", code: ENOSPC)
    #expect(error.description == "cannot write out/report.html: No space left on device")
  }
}
