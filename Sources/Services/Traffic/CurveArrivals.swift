import Engine
import Units

/// A Poisson process whose rate is piecewise linear and repeats, by time change: unit exponentials are added up and the
/// sum is mapped through the inverse of the cumulative rate (E. Cinlar, "Introduction to Stochastic Processes", 1975,
/// ch. 4.7). The expected count of any span is the integral of the curve; nothing is thinned or stepped.
///
/// Inside a step the rate is r + s t, so the mass m since the step's beginning is reached at the t that solves
/// r t + s t^2 / 2 = m. Written t = 2 m / (r + sqrt(r^2 + 2 s m)), the solution loses no digits for any sign of s.
@usableFromInline
struct CurveArrivals {
  /// Keeps the steps in memory; the pointer to them is read without touching its reference count.
  private let table: CurveTable
  private let steps: UnsafePointer<CurveTable.Step>
  private let count: Int
  private let total: Double
  private let stepNanoseconds: Int64
  private let periodNanoseconds: Int64
  /// Beginning of the current period on the simulated clock, ns; negative in the first one.
  private var period: Int64
  private var step: Int
  /// Expected arrivals from the beginning of the step to the last arrival.
  private var mass: Double
  private var last: Int64 = 0

  init(_ curve: RateCurve) {
    table = CurveTable(curve)
    steps = table.steps
    count = curve.ratesPerSecond.count - 1
    total = table.total
    stepNanoseconds = curve.step.nanoseconds
    periodNanoseconds = curve.period.nanoseconds
    let rest = curve.phase.nanoseconds % curve.period.nanoseconds
    let offset = rest < 0 ? rest + curve.period.nanoseconds : rest
    period = -offset
    step = Int(offset / curve.step.nanoseconds)
    mass = steps[step].mass(at: Double(offset % curve.step.nanoseconds))
  }

  /// The next arrival in ns, or nil at the horizon.
  @usableFromInline
  mutating func next(_ stream: inout RandomStream, horizon: Int64) -> Int64? {
    guard total > 0 else { return nil }
    mass += stream.nextExponential()
    while mass >= steps[step].mass {
      mass -= steps[step].mass
      step += 1
      if step == count {
        step = 0
        guard advancePeriods(horizon: horizon) else { return nil }
      }
    }
    // Half-up; the last bits of the root may step back or beyond the step by less than 1 ns.
    let into = min(Int64(steps[step].time(at: mass) + 0.5), stepNanoseconds)
    let (at, overflow) = period.addingReportingOverflow(Int64(step) &* stepNanoseconds &+ into)
    guard !overflow, at < horizon else { return nil }
    last = max(last, at)
    return last
  }

  /// Moves to the next period, and past all further ones whose whole mass is already spent. False at the horizon.
  private mutating func advancePeriods(horizon: Int64) -> Bool {
    let skipped = mass >= total ? (mass / total).rounded(.down) : 0
    let passed = (1 + skipped) * Double(periodNanoseconds)
    guard Double(period) + passed < Double(horizon) else { return false }
    mass = max(0, mass - skipped * total)
    period += (1 + Int64(skipped)) * periodNanoseconds
    return true
  }
}

/// The steps of a curve in one piece of memory.
private final class CurveTable {
  struct Step: BitwiseCopyable, Sendable {
    /// Expected arrivals in the whole step.
    var mass: Double
    /// At the beginning of the step, arrivals a ns.
    var rate: Double
    /// Twice the growth of the rate, arrivals a ns^2.
    var twiceSlope: Double

    /// Expected arrivals in the first t ns.
    func mass(at t: Double) -> Double { (rate + twiceSlope / 4 * t) * t }

    /// When so many arrivals are expected since the step's beginning, ns; `mass` is below that of the step.
    func time(at mass: Double) -> Double {
      if mass <= 0 { return 0 }
      return 2 * mass / (rate + max(0, rate * rate + twiceSlope * mass).squareRoot())
    }
  }

  let steps: UnsafePointer<Step>
  let total: Double

  init(_ curve: RateCurve) {
    let rates = curve.ratesPerSecond
    let count = rates.count - 1
    precondition(count > 0 && curve.step > .zero, "A curve has one step or more.")
    precondition(curve.step * Int64(count) == curve.period, "The steps of a curve fill its period.")
    precondition(rates.allSatisfy { $0 >= 0 && $0.isFinite }, "A curve's rates are finite numbers, 0 or more.")
    let width = Double(curve.step.nanoseconds)
    let memory = UnsafeMutablePointer<Step>.allocate(capacity: count)
    var total = 0.0
    for index in 0..<count {
      let (from, to) = (rates[index] / 1e9, rates[index + 1] / 1e9)
      let mass = (from + to) / 2 * width
      memory[index] = Step(mass: mass, rate: from, twiceSlope: 2 * (to - from) / width)
      total += mass
    }
    self.total = total
    steps = UnsafePointer(memory)
  }

  deinit { steps.deallocate() }
}
