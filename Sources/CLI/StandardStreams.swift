import ArgumentParser
import Experiments
import Foundation

/// The three streams: data to standard output, all else to standard error.
enum StandardStreams {
  /// A reader that leaves early (`| head`) and a limit on the size of files must not kill the program: the writes
  /// that they concern fail instead, and say so.
  static func ignoreWriteSignals() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// Takes the numbers of streams that the parent closed, so that no file of a run gets one and is written over.
  ///
  /// What stands there cannot be read or written, as the parent wanted.
  static func occupy() {
    for file in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(file, F_GETFD) < 0 {
      _ = open("/dev/null", file == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Writes data to standard output. A reader that has left is no error; a full disk ends with 74.
  static func output(_ bytes: [UInt8]) throws {
    let code = OutputFolder.writeWhole(bytes, to: STDOUT_FILENO)
    if code != 0, code != EPIPE {
      note("error: " + OutputError(action: "write", path: "standard output", code: code).description)
      throw ExitCode.fileSystem
    }
  }

  /// Writes text to standard output, with a line feed unless it ends in one.
  static func output(_ text: String) throws { try output(Array((text.hasSuffix("\n") ? text : text + "\n").utf8)) }

  /// Writes a line to standard error; where nobody listens, nothing is lost.
  static func note(_ line: String) { _ = OutputFolder.writeWhole(Array((line + "\n").utf8), to: STDERR_FILENO) }

  /// Writes to standard error as it is, for a line that changes in place.
  static func draw(_ text: String) { _ = OutputFolder.writeWhole(Array(text.utf8), to: STDERR_FILENO) }
}

/// What the terminal behind a stream can show.
struct Terminal {
  /// Columns, 80 where the stream is no terminal.
  let width: Int
  private let isTerminal: Bool
  private let environment: [String: String]

  /// The terminal behind standard error.
  static let error = Terminal(file: STDERR_FILENO)
  /// The terminal behind standard output.
  static let output = Terminal(file: STDOUT_FILENO)

  private init(file: Int32) {
    isTerminal = isatty(file) == 1
    var size = winsize()
    let isKnown = ioctl(file, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    width = isKnown ? Int(size.ws_col) : 80
    environment = ProcessInfo.processInfo.environment
  }

  /// Whether a line can be drawn again in its place.
  var canRedraw: Bool { isTerminal && environment["TERM"] != "dumb" }

  /// Whether colours are wanted: a terminal, no `--no-color`, and no `NO_COLOR` (https://no-color.org: not empty).
  func hasColor(unless isForbidden: Bool) -> Bool {
    canRedraw && !isForbidden && (environment["NO_COLOR"] ?? "").isEmpty
  }
}
