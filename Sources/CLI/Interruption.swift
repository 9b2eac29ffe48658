import Foundation
import Synchronization

/// Ends the program cleanly on SIGINT, SIGTERM and SIGHUP, with 128 plus the signal's number.
///
/// The signals are blocked in all threads, and the main thread waits for them; so the clean-up is ordinary code that
/// may take locks, and no signal handler exists that could only do half of it. (An asynchronous `main` would not do:
/// its main thread waits in Dispatch with all signals unblocked.)
enum Interruption {
  private static let cleanUp = Mutex<@Sendable () -> Void>({})

  /// Blocks the signals. Call it before any other thread exists, which then inherits that.
  ///
  /// A signal that the parent chose to ignore (`nohup`) stays ignored.
  static func block() {
    var signals = awaited
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Waits for a signal, cleans up and ends the program.
  static func wait() -> Never {
    var signals = awaited
    var number: Int32 = 0
    while sigwait(&signals, &number) != 0 {}
    cleanUp.withLock { $0() }
    _exit(128 + number)
  }

  /// What to do before the program ends by a signal, in place of what was said before.
  static func onSignal(_ action: @escaping @Sendable () -> Void) { cleanUp.withLock { $0 = action } }

  private static let awaited: sigset_t = {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) { sigaddset(&signals, number) }
    return signals
  }()

  private static func isIgnored(_ number: Int32) -> Bool {
    let before = signal(number, SIG_IGN)
    signal(number, before)
    return before.map { unsafeBitCast($0, to: Int.self) } == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
