import Foundation

/// A program of the system, run to its end with a time limit: a scheduler that does not answer must not hang ours.
enum Subprocess {
  /// What a program left.
  struct Outcome {
    /// Exit status, or 128 plus the signal that ended it.
    var status: Int32
    /// Standard output.
    var output: String
    /// Standard error.
    var error: String
    /// Whether it was ended because its time was over.
    var isLate: Bool
  }

  /// The file that a name stands for in `PATH`; nil when there is none.
  static func find(_ name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Runs a file with arguments, as they are and without a shell. Nil when it cannot be started.
  ///
  /// It has a process group of its own, so that Ctrl-C does not reach it: a submission is not torn in the middle. The
  /// signals that we block are open to it.
  static func run(
    _ file: String, _ arguments: [String], without names: [String] = [], limit seconds: Double = 30
  ) -> Outcome? {
    guard let output = Scratch(), let error = Scratch() else { return nil }
    guard let child = spawn(file, arguments, without: names, output.file, error.file) else { return nil }
    let (status, isLate) = wait(for: child, limit: seconds)
    return Outcome(status: status, output: output.text, error: error.text, isLate: isLate)
  }

  private static func spawn(
    _ file: String, _ arguments: [String], without names: [String], _ output: Int32, _ error: Int32
  ) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, error, STDERR_FILENO)
    var none = sigset_t()
    sigemptyset(&none)
    var ours = sigset_t()
    sigemptyset(&ours)
    for signal in [SIGPIPE, SIGXFSZ] { sigaddset(&ours, signal) }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &ours)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    let environment = ProcessInfo.processInfo.environment.filter { !names.contains($0.key) }
      .map { "\($0.key)=\($0.value)" }.sorted()
    var argumentPointers = ([file] + arguments).map { strdup($0) } + [nil]
    var environmentPointers = environment.map { strdup($0) } + [nil]
    defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, file, &actions, &attributes, &argumentPointers, &environmentPointers)
    return code == 0 ? child : nil
  }

  /// Looks every 5 ms, then less often, and kills the whole group when the time is over.
  private static func wait(for child: pid_t, limit seconds: Double) -> (status: Int32, isLate: Bool) {
    let end = ContinuousClock.now + .seconds(seconds)
    var isLate = false
    var pause: UInt32 = 5_000
    while true {
      var status: Int32 = 0
      let found = waitpid(child, &status, WNOHANG)
      if found == child {
        let signal = status & 0x7F
        return (signal == 0 ? (status >> 8) & 0xFF : 128 + signal, isLate)
      }
      if found < 0, errno != EINTR { return (127, isLate) }
      if !isLate, ContinuousClock.now > end {
        isLate = true
        kill(-child, SIGKILL)
      }
      usleep(pause)
      pause = min(100_000, pause * 2)
    }
  }

  /// A file without a name that takes a stream, so that a program never waits for its reader.
  private final class Scratch {
    let file: Int32

    init?() {
      var name = Array((NSTemporaryDirectory() + "/windtunnel-XXXXXX").utf8CString)
      file = mkstemp(&name)
      guard file >= 0 else { return nil }
      _ = fcntl(file, F_SETFD, FD_CLOEXEC)
      unlink(name)
    }

    deinit { close(file) }

    /// What was written, at most a mebibyte of it.
    var text: String {
      var bytes = [UInt8](repeating: 0, count: 1 << 20)
      let count = max(0, pread(file, &bytes, bytes.count, 0))
      return String(decoding: bytes[..<count], as: UTF8.self)
    }
  }
}
