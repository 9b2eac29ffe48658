import Engine
import Units

/// A Markov-modulated Poisson process of two phases: while a phase lasts, arrivals are Poisson at its rate; phases
/// alternate and last exponential times.
///
/// One unit of exponential "work" is spent per arrival, at the rate of the phase; what a phase does not use is carried to
/// the next one. That is the time change of a Poisson process, so no arrival is drawn and thrown away. The process starts
/// in its long-run mix: on with probability on / (on + off), and the rest of the phase is exponential again.
@usableFromInline
struct BurstArrivals: BitwiseCopyable, Sendable {
  private var clock = ExactClock()
  private var isOn: Bool
  /// What is left of the phase, ns.
  private var left: Double
  private let on: Phase
  private let off: Phase

  private struct Phase: BitwiseCopyable, Sendable {
    let ratePerNanosecond: Double
    let meanNanoseconds: Double

    init(_ phase: BurstPhase) {
      precondition(
        phase.ratePerSecond >= 0 && phase.ratePerSecond.isFinite, "A phase's rate is a finite number, 0 or more.")
      precondition(phase.meanDuration > .zero, "A phase lasts longer than 0 on average.")
      ratePerNanosecond = phase.ratePerSecond / 1e9
      meanNanoseconds = Double(phase.meanDuration.nanoseconds)
    }
  }

  init(on: BurstPhase, off: BurstPhase, _ stream: inout RandomStream) {
    self.on = Phase(on)
    self.off = Phase(off)
    let share = self.on.meanNanoseconds / (self.on.meanNanoseconds + self.off.meanNanoseconds)
    isOn = stream.nextUnit() < share
    left = stream.nextExponential() * (isOn ? self.on : self.off).meanNanoseconds
  }

  /// The next arrival in ns, or nil at the horizon.
  @usableFromInline
  mutating func next(_ stream: inout RandomStream, horizon: Int64) -> Int64? {
    var work = stream.nextExponential()
    while true {
      let rate = isOn ? on.ratePerNanosecond : off.ratePerNanosecond
      let done = left * rate
      if work < done {
        let gap = work / rate
        left = max(0, left - gap)
        return clock.advance(by: gap, horizon: horizon) ? clock.nanoseconds : nil
      }
      work -= done
      guard clock.advance(by: left, horizon: horizon) else { return nil }
      isOn.toggle()
      left = stream.nextExponential() * (isOn ? on : off).meanNanoseconds
    }
  }
}
