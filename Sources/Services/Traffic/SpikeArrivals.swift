import Engine
import Units

/// Given numbers of requests, each spread uniformly over a span; spikes that overlap are merged in order of time.
///
/// Memory and time per arrival grow with the spikes that are under way at once, not with their counts. At one instant, the
/// spike that stands first in the scenario goes first.
struct SpikeArrivals {
  private let spikes: [Spike]
  /// Index of the first spike that has not begun.
  private var upcoming = 0
  private var active: [Active] = []

  private struct Active {
    var at: Int64
    var over: Int64
    var numbers: SortedUniforms
    /// The arrival that is due next.
    var due: Int64

    mutating func draw(_ stream: inout RandomStream) {
      if over == 0 {
        due = at
        numbers.skip()
      } else {
        due = at + SortedUniforms.place(numbers.next(&stream), in: over)
      }
    }
  }

  init(_ spikes: [Spike]) {
    for (a, b) in zip(spikes, spikes.dropFirst()) {
      precondition(a.at <= b.at, "Spikes stand in order of time.")
    }
    precondition(
      spikes.allSatisfy { $0.count > 0 && $0.over >= .zero }, "A spike has requests, and a span of 0 or more.")
    self.spikes = spikes
  }

  /// The next arrival in ns, or nil after the last.
  mutating func next(_ stream: inout RandomStream) -> Int64? {
    var first = firstDue()
    while upcoming < spikes.count, first.map({ spikes[upcoming].at.nanoseconds < active[$0].due }) ?? true {
      begin(spikes[upcoming], &stream)
      upcoming += 1
      first = firstDue()
    }
    guard let first else { return nil }
    let due = active[first].due
    if active[first].numbers.remaining == 0 {
      active.remove(at: first)
    } else {
      active[first].draw(&stream)
    }
    return due
  }

  private mutating func begin(_ spike: Spike, _ stream: inout RandomStream) {
    var new = Active(
      at: spike.at.nanoseconds, over: spike.over.nanoseconds, numbers: SortedUniforms(count: Int64(spike.count)), due: 0
    )
    new.draw(&stream)
    active.append(new)
  }

  /// The earliest of the active spikes, the first one of equals.
  private func firstDue() -> Int? {
    active.indices.min { active[$0].due < active[$1].due }
  }
}
