import Engine
import Units

@testable import Services

/// The fixed stream of a test.
func stream(_ purpose: String = "arrivals", seed: UInt64 = 20_260_105) -> RandomStream {
  RandomStream(seed: seed, replication: 0, component: "test", purpose: purpose)
}

/// Monday, midnight.
let monday = CivilTime(secondsSince1970: 1_767_571_200)

/// All arrivals before the horizon, or the first `max`.
func arrivals(
  _ config: ArrivalConfig, start: CivilTime = monday, horizon: Time, seed: UInt64 = 20_260_105, max: Int = 10_000_000
) throws -> [(time: Time, target: Int32)] {
  var process = try ArrivalProcess(config, start: start, horizon: horizon, stream: stream(seed: seed))
  var list: [(time: Time, target: Int32)] = []
  while list.count < max {
    let arrival = process.next()
    if arrival.time == .never { break }
    list.append(arrival)
  }
  return list
}

/// How many arrivals fall into each window of a width.
func counts(_ arrivals: [(time: Time, target: Int32)], per window: Time, of total: Int) -> [Int] {
  var counts = [Int](repeating: 0, count: total)
  for arrival in arrivals { counts[Int(arrival.time.nanoseconds / window.nanoseconds)] += 1 }
  return counts
}

/// Mean and unbiased variance.
func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
  let mean = values.reduce(0, +) / Double(values.count)
  let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  return (mean, squares / Double(values.count - 1))
}

/// sqrt(n) times the greatest distance between the sample's distribution and a cumulative one. It exceeds 1.95 once in
/// 1,000 samples (Kolmogorov's distribution: 2 exp(-2 x 1.95^2)).
func kolmogorov(_ sample: [Double], _ cumulative: (Double) -> Double) -> Double {
  let sorted = sample.sorted()
  let n = Double(sorted.count)
  var distance = 0.0
  for (index, value) in sorted.enumerated() {
    let expected = cumulative(value)
    distance = max(distance, abs(Double(index + 1) / n - expected), abs(expected - Double(index) / n))
  }
  return distance * n.squareRoot()
}
let kolmogorovOneInThousand = 1.95

/// Whether arrivals never go back in time.
func ascend(_ arrivals: [(time: Time, target: Int32)]) -> Bool {
  zip(arrivals, arrivals.dropFirst()).allSatisfy { $0.time <= $1.time }
}
