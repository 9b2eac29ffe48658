import Experiments

/// One line on a terminal that says how many replications are done; nothing where nobody would see it.
struct ProgressBar: Sendable {
  private let isShown: Bool
  private static let width = 30

  /// A bar on standard error, unless that is no terminal or `isQuiet`.
  init(isQuiet: Bool) { isShown = !isQuiet && Terminal.error.canRedraw }

  /// Draws `done` of `total` replications.
  func show(_ done: Int, of total: Int) {
    guard isShown else { return }
    let filled = Self.width * done / total
    let bar = String(repeating: "=", count: filled) + String(repeating: " ", count: Self.width - filled)
    StandardStreams.draw("\r\u{1B}[K[\(bar)] \(done) of \(total) replications")
  }

  /// Removes the bar, so that the next line starts clean.
  func clear() {
    if isShown { StandardStreams.draw("\r\u{1B}[K") }
  }
}
