import Units

/// How an hour is billed in which provisioned capacity changed, which AWS does not say.
public enum CapacityBilling: String, Hashable, Sendable, CaseIterable {
  /// By the most units of the hour.
  case hourlyMaximum
  /// By the units of each moment.
  case timeWeighted
}

/// The hours of the calendar that the recorded span touches; the first and the last may be cut by it.
struct BilledHours: BitwiseCopyable {
  /// The recorded span.
  let from: Time
  let to: Time
  /// From the last full hour until time zero, ns.
  private let sinceHour: Int64

  private static let hour = Time.hours(1).nanoseconds

  init(from: Time, to: Time, start: CivilTime) {
    precondition(from < to, "a recorded span is longer than zero")
    self.from = from
    self.to = to
    sinceHour = Time.seconds(Int64(start.secondOfDay % 3_600)).nanoseconds
  }

  init(_ system: SystemConfig) {
    self.init(from: system.warmUp, to: system.warmUp + system.duration, start: system.start)
  }

  private var first: Int { hour(of: from) }
  private func hour(of moment: Time) -> Int { Int((moment.nanoseconds + sinceHour) / Self.hour) }

  /// How many hours, at least 1.
  var count: Int { hour(of: Time(nanoseconds: to.nanoseconds - 1)) - first + 1 }

  /// The position of the hour of a moment in the span.
  func position(of moment: Time) -> Int { hour(of: moment) - first }

  /// When the hour at a position ends, or the span within it.
  func end(_ position: Int) -> Time {
    min(to, Time(nanoseconds: Int64(first + position + 1) * Self.hour - sinceHour))
  }

  /// The recorded part of the hour at a position, ns; above 0.
  func length(_ position: Int) -> Int64 {
    let begin = max(from, Time(nanoseconds: Int64(first + position) * Self.hour - sinceHour))
    return (end(position) - begin).nanoseconds
  }
}

/// The provisioned units of one direction of a table or an index, from change to change.
struct CapacityMeter {
  /// Units from a moment on; 0 on demand.
  private struct Step: BitwiseCopyable {
    var since: Time
    var units: Int64
  }

  private var steps: [Step] = []

  /// Whether there were ever any units.
  var hasCounted: Bool { !steps.isEmpty }

  /// So many units are in force from now on. What held for no time is forgotten.
  mutating func note(_ units: Int, at now: Time) {
    guard Int64(units) != steps.last?.units ?? 0 else { return }
    if steps.last?.since == now { steps.removeLast() }
    if Int64(units) != steps.last?.units ?? 0 { steps.append(Step(since: now, units: Int64(units))) }
  }

  /// Billed units x ns of each hour.
  ///
  /// Of an hour that is partly in the recorded span, that part is billed, by its own maximum: the span stands for a month
  /// of such hours.
  func amounts(in hours: BilledHours, by rule: CapacityBilling) -> [Int128] {
    var amounts = [Int128](repeating: 0, count: hours.count)
    for (number, step) in steps.enumerated() where step.units > 0 {
      var from = max(step.since, hours.from)
      let to = number + 1 < steps.count ? min(steps[number + 1].since, hours.to) : hours.to
      while from < to {
        let position = hours.position(of: from)
        let end = min(hours.end(position), to)
        let units = Int128(step.units)
        switch rule {
        case .hourlyMaximum: amounts[position] = max(amounts[position], units * Int128(hours.length(position)))
        case .timeWeighted: amounts[position] += units * Int128((end - from).nanoseconds)
        }
        from = end
      }
    }
    return amounts
  }
}
