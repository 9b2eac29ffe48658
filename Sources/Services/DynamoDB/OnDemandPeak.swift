import Units

/// The highest minute of a table on demand that is old enough: its double is served at once.
///
/// Documented (on-demand capacity mode): a table takes up to double its previous peak at once, and may throttle what is
/// beyond within 30 minutes of reaching it. A peak is taken as the average of a minute.
struct OnDemandPeak: ~Copyable {
  private let minutes: UnsafeMutablePointer<Int64>
  private let age: Int
  private var next = 0
  /// Units of the highest minute so far that is `age` minutes old.
  private(set) var units: Int64 = 0

  /// A peak counts `age` whole minutes after its minute, at least one.
  init(age: Int) {
    precondition(age >= 1, "a peak counts after a minute at the earliest")
    self.age = age
    minutes = .allocate(capacity: age)
    minutes.initialize(repeating: 0, count: age)
  }

  deinit { minutes.deallocate() }

  /// Ends a minute of so many units, and `quiet` ones of none behind it.
  mutating func endMinute(_ units: Int64, quiet: Int64) {
    add(units)
    for _ in 0..<min(quiet, Int64(age)) { add(0) }
  }

  private mutating func add(_ sum: Int64) {
    units = max(units, minutes[next])
    minutes[next] = sum
    next = next + 1 == age ? 0 : next + 1
  }
}
