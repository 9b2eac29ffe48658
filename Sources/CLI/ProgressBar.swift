import Experiments

/// One line on a terminal that says how much of the work is done; nothing where nobody would see it.
struct ProgressBar: Sendable {
  private let isShown: Bool
  /// What is counted, in the plural.
  private let noun: String
  private static let width = 30

  /// A bar on standard error, unless that is no terminal or `isQuiet`.
  init(isQuiet: Bool, of noun: String = "replications") {
    isShown = !isQuiet && Terminal.error.canRedraw
    self.noun = noun
  }

  /// Draws `done` of `total`, with a remark behind it.
  func show(_ done: Int, of total: Int, remark: String = "") {
    guard isShown else { return }
    let filled = Self.width * done / total
    let bar = String(repeating: "=", count: filled) + String(repeating: " ", count: Self.width - filled)
    StandardStreams.draw("\r\u{1B}[K[\(bar)] \(done) of \(total) \(noun)\(remark)")
  }

  /// Removes the bar, so that the next line starts clean.
  func clear() {
    if isShown { StandardStreams.draw("\r\u{1B}[K") }
  }
}
