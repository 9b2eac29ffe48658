import Engine
import Units

/// How the cache of a SnapStart snapshot warms up: the first restores after a publish fetch the snapshot from far away,
/// later ones find more and more of it near by.
///
/// The n-th restore (n = 0, 1, ..) takes `warmShare` + (1 - `warmShare`) * exp(-n / `restores`) of a restore from the cold
/// cache. Source of the defaults: V. Kazulkin, "AWS SnapStart part 17" (dev.to, 2024-03-08; Java 21, 1,024 MB, no
/// priming), medians over the first 1, 4, 9, 14, 20, 34 and 49 cold starts: 2,270 to 1,663 ms. The medians of the curve
/// over the same counts, fitted by least squares, are 1,610 ms + 643 ms * exp(-n / 8.7), with a root mean square error
/// of 56 ms (3 %). Those are totals of restore and first call; that the restore alone follows the same curve is
/// inferred, and errs towards slow restores from a warm cache, because pages that a first call touches are cached too.
///
/// AWS does not publish when a cache cools down. Kazulkin's pauses of 15 minutes cooled nothing, while ten restores once
/// a day stayed slow (lambda-perf), so it lies between; the default is 6 hours.
///
/// Plain memory for the event loop: a restore costs one multiplication.
public struct SnapshotCache: BitwiseCopyable, Sendable {
  /// Restore from a warm cache over restore from a cold one: 0.715 (measured on totals, inferred for restores).
  public static let defaultWarmShare = 0.715
  /// Restores in which the excess over the warm cache falls to 1 / e: 8.7 (measured).
  public static let defaultRestores = 8.7
  /// Time without restores after which the cache is cold again: 6 h (unknown).
  public static let defaultCoolsAfter = Time.hours(6)
  /// Origin of `defaultWarmShare` and `defaultRestores`.
  public static let warmUpProvenance = Provenance(
    .inferred,
    source: "V. Kazulkin, AWS SnapStart part 17: cumulative medians of 49 cold starts (Java 21, 1,024 MB), own fit",
    asOf: "2024-03-08")
  /// Origin of `defaultCoolsAfter`.
  public static let coolingProvenance = Provenance(
    .unknown,
    source: "not published; a choice between pauses of 15 min (V. Kazulkin: still warm) and a day (lambda-perf: cold)",
    asOf: "2024-12-31")

  private let warmShare: Double
  private let decay: Double
  private let coolsAfter: Time
  /// What the next restore takes above `warmShare`.
  private var excess: Double
  private var last: Time

  /// A cold cache.
  ///
  /// `warmShare` lies from 0 to 1, and 1 switches the curve off; `restores` is above 0; `coolsAfter` is above zero, and
  /// `.never` keeps the cache warm for ever.
  public init(
    warmShare: Double = defaultWarmShare, restores: Double = defaultRestores, coolsAfter: Time = defaultCoolsAfter
  ) {
    precondition(warmShare >= 0 && warmShare <= 1, "A warm share lies from 0 to 1, not \(warmShare).")
    precondition(restores > 0 && restores.isFinite, "A warm-up takes restores above 0, not \(restores).")
    precondition(coolsAfter > .zero, "A cache cools after some time, not \(coolsAfter).")
    self.warmShare = warmShare
    decay = Portable.exp(-1 / restores)
    self.coolsAfter = coolsAfter
    excess = 1 - warmShare
    last = .zero
  }

  /// Counts a restore that begins now and gives the factor, from `warmShare` to 1, by which its duration is multiplied.
  ///
  /// 1 for the first restore and for one that begins `coolsAfter` or more after the one before. `now` never goes back.
  public mutating func factor(at now: Time) -> Double {
    if now.nanoseconds &- last.nanoseconds >= coolsAfter.nanoseconds { excess = 1 - warmShare }
    last = now
    let factor = warmShare + excess
    // Below that the sum no longer shows it, and denormal numbers would be slow.
    excess = excess < 0x1p-60 ? 0 : excess * decay
    return factor
  }
}
