import Foundation
import Synchronization

/// Ends the program cleanly on SIGINT, SIGTERM and SIGHUP, with 128 plus the signal's number.
///
/// The signals are blocked in all threads, and one thread waits for them; so the clean-up is ordinary code that
/// may take locks, and no signal handler exists that could only do half of it.
enum Interruption {
  private static let cleanUp = Mutex<@Sendable () -> Void>({})

  /// Begins to wait for signals. Call it before any other thread exists, which then inherits the blocked signals.
  ///
  /// A signal that the parent chose to ignore (`nohup`) stays ignored.
  static func watch() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) { sigaddset(&signals, number) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let awaited = signals
    Thread.detachNewThread {
      var awaited = awaited
      var number: Int32 = 0
      while sigwait(&awaited, &number) != 0 {}
      cleanUp.withLock { $0() }
      _exit(128 + number)
    }
  }

  /// What to do before the program ends by a signal, in place of what was said before.
  static func onSignal(_ action: @escaping @Sendable () -> Void) { cleanUp.withLock { $0 = action } }

  private static func isIgnored(_ number: Int32) -> Bool {
    let before = signal(number, SIG_IGN)
    signal(number, before)
    return before.map { unsafeBitCast($0, to: Int.self) } == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
