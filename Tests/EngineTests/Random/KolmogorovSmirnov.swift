/// The largest distance between the distribution function of a sample and the one it should have.
func kolmogorovSmirnovDistance(_ sample: [Double], _ cumulative: (Double) -> Double) -> Double {
  let n = Double(sample.count)
  var distance = 0.0
  for (index, value) in sample.sorted().enumerated() {
    let wanted = cumulative(value)
    distance = max(distance, wanted - Double(index) / n, Double(index + 1) / n - wanted)
  }
  return distance
}

/// The distance that a sample of `n` from the right distribution exceeds with a probability of about 1e-6.
///
/// Smirnov's asymptotic formula: sqrt(-ln(1e-6 / 2) / (2 n)). It errs towards fewer false alarms.
func kolmogorovSmirnovLimit(_ n: Int) -> Double { 2.6934 / Double(n).squareRoot() }

/// Pearson's statistic of counts that should all be equal.
func chiSquare(_ counts: [Int]) -> Double {
  let wanted = Double(counts.reduce(0, +)) / Double(counts.count)
  return counts.reduce(0) { $0 + (Double($1) - wanted) * (Double($1) - wanted) / wanted }
}
