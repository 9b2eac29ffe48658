import Foundation
import Testing

/// The built program, run as a shell would run it.
enum Program {
  /// What a run of the program left.
  struct Outcome {
    let status: Int32
    /// Whether it ended by a signal; `status` is then the signal.
    let wasKilled: Bool
    let output: String
    let error: String
  }

  /// The binary beside the running tests, or else in the package's build folder.
  static let path: String = {
    let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let package = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    #if DEBUG
      let configuration = "debug"
    #else
      let configuration = "release"
    #endif
    let candidates = [beside, package.appendingPathComponent(".build/\(configuration)")]
      .map { $0.appendingPathComponent("windtunnel").path }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? candidates[1]
  }()

  /// Runs the program to its end in `folder`, at most two minutes.
  static func run(
    _ arguments: [String], in folder: borrowing Folder, environment: [String: String] = [:]
  ) throws -> Outcome {
    try Running(path, arguments, in: folder, environment: environment).outcome()
  }

  /// Runs a shell command with the program as `$W`.
  static func shell(
    _ command: String, in folder: borrowing Folder, environment: [String: String] = [:]
  ) throws -> Outcome {
    let environment = environment.merging(["W": path]) { given, _ in given }
    return try Running("/bin/bash", ["-c", command], in: folder, environment: environment).outcome()
  }
}

/// A program that runs; its streams go to files, so that it never waits for a reader.
final class Running {
  let process = Process()
  private let output: URL
  private let error: URL

  init(
    _ path: String, _ arguments: [String], in folder: borrowing Folder, environment: [String: String] = [:]
  ) throws {
    let streams = FileManager.default.temporaryDirectory.appendingPathComponent("windtunnel-\(UUID().uuidString)")
    output = streams.appendingPathExtension("out")
    error = streams.appendingPathExtension("err")
    for file in [output, error] { try Data().write(to: file) }
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    var all = ProcessInfo.processInfo.environment
    for name in ["NO_COLOR", "TERM"] { all[name] = nil }
    process.environment = all.merging(environment) { _, given in given }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: error)
    try process.run()
  }

  /// Waits for the end; after two minutes the program is killed, which no test expects.
  func outcome() throws -> Program.Outcome {
    let patience = Date().addingTimeInterval(120)
    while process.isRunning {
      if Date() > patience { kill(process.processIdentifier, SIGKILL) }
      usleep(2_000)
    }
    process.waitUntilExit()
    defer { for file in [output, error] { try? FileManager.default.removeItem(at: file) } }
    return Program.Outcome(
      status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      error: String(decoding: try Data(contentsOf: error), as: UTF8.self))
  }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }
}

/// A folder of its own for one test, gone afterwards.
struct Folder: ~Copyable {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("windtunnel-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func put(_ bytes: some Sequence<UInt8>, _ name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
  }

  func put(_ text: String, _ name: String) throws { try put(text.utf8, name) }

  /// Names in a folder below, hidden ones included; nil where there is none.
  func names(_ below: String = "") -> [String]? {
    try? FileManager.default.contentsOfDirectory(atPath: path + "/" + below).sorted()
  }

  /// All visible files of a folder below.
  func files(_ below: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in names(below) ?? [] where !name.hasPrefix(".") {
      files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(below)/\(name)"))
    }
    return files
  }
}

/// A sound scenario of one source and one function; `more` goes to its end.
func scenario(rate: String = "1 / s", duration: String = "1 h", more: String = "") -> String {
  """
  scenario: Shop
  region: us-east-1
  duration: \(duration)
  replications: 3
  traffic:
    shoppers:
      target: worker
      arrivals: { poisson: { rate: \(rate) } }
  resources:
    worker:
      type: function
      memorySize: 512 MB
      timeout: 10 s
      handler:
        - compute: 5 ms

  """ + more
}
