import Engine
import Testing
import Units

@testable import Services

/// Theory against samples with fixed seeds. The bounds of z-tests are 3.9 standard errors: a correct model and a fresh seed
/// would fail one check in 10,000; those of Kolmogorov tests one in 1,000.
@Suite("random arrivals")
struct RandomArrivalsTests {
  @Test("the counts of a Poisson process have a variance equal to their mean", arguments: [0.5, 40, 3_000])
  func poissonCounts(rate: Double) throws {
    let windows = 4_000
    let width = Time.milliseconds(Int64(20_000 / rate))
    let list = try arrivals(.poisson(ratePerSecond: rate), horizon: width * Int64(windows))
    let expected = rate * width.inSeconds
    let (mean, variance) = moments(counts(list, per: width, of: windows).map(Double.init))
    let n = Double(windows)
    #expect(abs(mean - expected) < 3.9 * (expected / n).squareRoot())
    // Var(s^2) of a Poisson sample: (mu + 3 mu^2 - mu^2 (n - 3) / (n - 1)) / n.
    let varianceOfVariance = (expected + 3 * expected * expected - expected * expected * (n - 3) / (n - 1)) / n
    #expect(abs(variance - expected) < 3.9 * varianceOfVariance.squareRoot())
    #expect(ascend(list))
  }

  @Test("the gaps of a Poisson process are exponential")
  func poissonGaps() throws {
    let times = try arrivals(.poisson(ratePerSecond: 1_000), horizon: .seconds(50)).map(\.time.inSeconds)
    let gaps = zip(times.dropFirst(), times).map { $0 - $1 }
    #expect(kolmogorov(gaps) { 1 - Portable.exp(-1_000 * $0) } < kolmogorovOneInThousand)
  }

  @Test("rounding to the nanosecond does not bias a rate whose gaps are a few nanoseconds")
  func poissonAtHighRate() throws {
    let rate = 3e8
    var process = try ArrivalProcess(
      .poisson(ratePerSecond: rate), start: monday, horizon: .milliseconds(10), stream: stream())
    var count = 0.0
    while process.next().time != .never { count += 1 }
    // 3 million arrivals; a gap rounded down by half a nanosecond each would add 15 %.
    #expect(abs(count - 3e6) < 3.9 * (3e6).squareRoot())
  }

  @Test("a rate of zero gives no arrivals, and neither does a horizon of zero")
  func nothing() throws {
    let silent = BurstPhase(ratePerSecond: 0, meanDuration: .seconds(1))
    let flat = RateCurve(period: .days(1), step: .hours(12), ratesPerSecond: [0, 0, 0])
    for config: ArrivalConfig in [.poisson(ratePerSecond: 0), .bursts(on: silent, off: silent), .curve(flat)] {
      #expect(try arrivals(config, horizon: .days(10)).isEmpty)
    }
    #expect(try arrivals(.poisson(ratePerSecond: 1e6), horizon: .zero).isEmpty)
  }

  @Test("a rate of one in a million years does not overflow the clock, whatever the horizon")
  func rareArrivals() throws {
    for horizon in [Time.days(1), .never] {
      #expect(try arrivals(.poisson(ratePerSecond: 3e-14), horizon: horizon).isEmpty)
      let curve = RateCurve(period: .days(1), step: .days(1), ratesPerSecond: [0, 1e-13])
      #expect(try arrivals(.curve(curve), horizon: horizon).count <= 2)
    }
  }

  @Test("after the last arrival before the horizon there is never another one")
  func staysEnded() throws {
    var process = try ArrivalProcess(
      .poisson(ratePerSecond: 10), start: monday, horizon: .seconds(1), stream: stream())
    var last = Time.zero
    while true {
      let time = process.next().time
      if time == .never { break }
      last = time
    }
    #expect(last < .seconds(1))
    for _ in 0..<100 { #expect(process.next().time == .never) }
  }

  @Test("gaps of more than 26 days keep their mean")
  func longGaps() throws {
    let list = try arrivals(.poisson(ratePerSecond: 1e-7), horizon: .days(100_000))
    #expect(abs(Double(list.count) - 864) < 3.9 * (864.0).squareRoot())
    #expect(ascend(list))
  }

  @Test("arrivals of a curve follow its integral hour by hour")
  func curveCounts() throws {
    let rates: [Double] = [0, 0, 3, 1, 5, 5, 0, 2, 0, 0, 1, 4, 0]
    let curve = RateCurve(period: .days(1), step: .hours(2), ratesPerSecond: rates)
    let days = 3
    let list = try arrivals(.curve(curve), horizon: .days(Int64(days)))
    #expect(ascend(list))
    let found = counts(list, per: .hours(1), of: 24 * days)
    var square = 0.0
    var degrees = 0.0
    for hour in 0..<24 {
      let step = hour / 2
      let (from, to) = (rates[step], rates[step + 1])
      // Mean of the line over the first or the second half of the step.
      let expected = 3_600 * (hour % 2 == 0 ? (3 * from + to) / 4 : (from + 3 * to) / 4)
      for day in 0..<days {
        let count = Double(found[24 * day + hour])
        if expected == 0 {
          #expect(count == 0)
        } else {
          square += (count - expected) * (count - expected) / expected
          degrees += 1
        }
      }
    }
    // Chi-square of many degrees is nearly normal: mean d, variance 2 d.
    #expect(abs(square - degrees) < 3.9 * (2 * degrees).squareRoot())
  }

  @Test("inside a step the arrivals follow the line, rising from zero and falling to zero", arguments: [true, false])
  func curveShape(isRising: Bool) throws {
    let curve = RateCurve(period: .hours(1), step: .hours(1), ratesPerSecond: isRising ? [0, 20] : [20, 0])
    let sample = try arrivals(.curve(curve), horizon: .hours(1)).map { $0.time.inSeconds / 3_600 }
    let distance = kolmogorov(sample) { isRising ? $0 * $0 : 1 - (1 - $0) * (1 - $0) }
    #expect(distance < kolmogorovOneInThousand)
  }

  @Test("a constant curve is a Poisson process")
  func flatCurve() throws {
    let curve = RateCurve(period: .minutes(1), step: .seconds(1), ratesPerSecond: [Double](repeating: 100, count: 61))
    let times = try arrivals(.curve(curve), horizon: .minutes(5)).map(\.time.inSeconds)
    let gaps = zip(times.dropFirst(), times).map { $0 - $1 }
    #expect(kolmogorov(gaps) { 1 - Portable.exp(-100 * $0) } < kolmogorovOneInThousand)
  }

  @Test(
    "a week's curve knows the weekday and the time of the start",
    arguments: [
      ("2026-01-05", 0), ("2026-01-07T08:30:00Z", 2 * 86_400 + 30_600), ("2026-01-11T23:59:59Z", 604_799),
      ("1970-01-01", 3 * 86_400), ("1969-12-29", 0), ("1969-12-28T23:00:00Z", 601_200),
    ] as [(String, Int64)])
  func weekOffset(start: String, seconds: Int64) throws {
    let curve = RateCurve(period: .days(7), step: .days(1), ratesPerSecond: [Double](repeating: 1, count: 8))
    let moment = try #require(CivilTime(start))
    #expect(CurveArrivals.offset(of: moment, in: curve) == seconds * 1_000_000_000)
    var shifted = curve
    shifted.phase = .hours(1)
    #expect(CurveArrivals.offset(of: moment, in: shifted) == (seconds + 3_600) % 604_800 * 1_000_000_000)
  }

  @Test("a shop that is busy on Mondays only hears nothing until Monday, week after week")
  func busyMondays() throws {
    let busy = (0...168).map { 1...23 ~= $0 ? 0.2 : 0.0 }
    let curve = RateCurve(period: .days(7), step: .hours(1), ratesPerSecond: busy)
    let thursday = try #require(CivilTime("2026-01-08T12:00:00Z"))
    let list = try arrivals(.curve(curve), start: thursday, horizon: .days(70))
    #expect(list.count > 10_000)
    for arrival in list {
      #expect((thursday + arrival.time).weekday == .monday)
    }
    #expect(try #require(list.first).time >= .hours(84))
  }

  @Test("a burst process has the mean rate and the index of dispersion of a two-phase MMPP")
  func burstMoments() throws {
    let on = BurstPhase(ratePerSecond: 50, meanDuration: .seconds(2))
    let off = BurstPhase(ratePerSecond: 5, meanDuration: .seconds(6))
    let (width, windows) = (20.0, 20_000)
    let list = try arrivals(.bursts(on: on, off: off), horizon: .seconds(Int64(width) * Int64(windows)))
    #expect(ascend(list))
    let (mean, variance) = moments(counts(list, per: .seconds(20), of: windows).map(Double.init))
    // Fischer & Meier-Hellstern, "The MMPP cookbook", Performance Evaluation 18 (1993): with leaving rates a and b,
    // Var N(t) = m t + 2 (r1 - r2)^2 a b / (a + b)^3 x (t - (1 - exp(-(a + b) t)) / (a + b)).
    let (a, b, difference) = (1.0 / 2, 1.0 / 6, 45.0)
    let rate = (50 * b + 5 * a) / (a + b)
    let sum = a + b
    let expected =
      rate * width + 2 * difference * difference * a * b / (sum * sum * sum)
      * (width - (1 - Portable.exp(-sum * width)) / sum)
    let n = Double(windows)
    // Windows are correlated with neighbours only, by far less than their own variance; 5 % widens the bound for that,
    // and the counts are close enough to normal for Var(s^2) = 2 s^4 / n, doubled for their skew.
    #expect(abs(mean - rate * width) < 3.9 * (1.3 * expected / n).squareRoot())
    #expect(abs(variance / expected - 1) < 3.9 * (4 / n).squareRoot())
  }

  @Test("a burst process starts in its long-run mix")
  func burstStart() throws {
    let on = BurstPhase(ratePerSecond: 100, meanDuration: .seconds(30))
    let off = BurstPhase(ratePerSecond: 0, meanDuration: .seconds(90))
    let runs = 4_000
    var total = 0.0
    for seed in 0..<runs {
      total += Double(try arrivals(.bursts(on: on, off: off), horizon: .seconds(1), seed: UInt64(seed)).count)
    }
    // A quarter of the runs sends 100 in the first second; the standard deviation of one run is at most 50.
    #expect(abs(total / Double(runs) - 25) < 3.9 * 50 / Double(runs).squareRoot())
  }

  @Test("the same stream gives the same arrivals, another seed others")
  func repeatable() throws {
    func times(_ seed: UInt64) throws -> [Time] {
      try arrivals(.poisson(ratePerSecond: 5), horizon: .seconds(100), seed: seed).map(\.time)
    }
    #expect(try times(1) == times(1))
    #expect(try times(1) != times(2))
  }

  @Test("closed-loop users make no arrivals of their own accord")
  func users() throws {
    let config = ArrivalConfig.users(count: 10, thinkTime: .constant(1e9))
    #expect(try arrivals(config, horizon: .days(1)).isEmpty)
  }
}
