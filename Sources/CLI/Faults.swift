import ArgumentParser

/// What is wrong with an input, all at once: one fault a line, then their number.
struct Faults {
  private let lines: [String]
  private let subject: String

  /// At least one fault of a file.
  init(_ lines: [String], in subject: String) {
    self.lines = lines
    self.subject = subject
  }

  /// Prints the faults to standard error and gives the exit code to end with.
  func report(noColor: Bool) -> ExitCode {
    for line in lines { StandardStreams.note(line) }
    let count = "\(lines.count) \(lines.count == 1 ? "fault" : "faults") in \(subject)"
    StandardStreams.note(Terminal.error.hasColor(unless: noColor) ? "\u{1B}[31m\(count)\u{1B}[0m" : count)
    return .badInput
  }
}
