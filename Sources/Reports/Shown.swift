import Experiments
import Statistics
import Units

extension MoneyEstimate {
  /// The same in whole cents: what people and their spreadsheets expect of money.
  var inCents: MoneyEstimate { MoneyEstimate(mean: mean.roundedToCents, halfWidth: halfWidth?.roundedToCents) }
}

/// How figures look to people: as many digits as the interval supports, the half-width beside the mean.
enum Shown {
  /// A mean and its half-width as texts of equal decimals.
  struct Estimate: Hashable, Sendable {
    var mean: String
    /// nil where there is no interval.
    var halfWidth: String?

    /// `214.3 ± 1.2`, or the mean alone.
    var text: String { halfWidth.map { "\(mean) ± \($0)" } ?? mean }
    /// The same in ASCII: `214.3 +- 1.2`.
    var plain: String { halfWidth.map { "\(mean) +- \($0)" } ?? mean }
  }

  /// Two significant digits of the half-width, and the mean to the same place; without an interval four digits.
  ///
  /// `factor` changes the unit first: 100 for shares in per cent.
  static func estimate(_ interval: Interval, factor: Double = 1) -> Estimate {
    let mean = interval.mean * factor
    guard let halfWidth = interval.halfWidth.map({ $0 * factor }), halfWidth.isFinite, mean.isFinite else {
      return Estimate(mean: number(mean), halfWidth: nil)
    }
    guard halfWidth > 0 else { return Estimate(mean: number(mean), halfWidth: mean.isFinite ? "0" : nil) }
    let decimals = min(max(1 - NumberText.magnitude(halfWidth), 0), 6)
    return Estimate(
      mean: NumberText.fixed(mean, decimals: decimals, grouped: true),
      halfWidth: NumberText.fixed(halfWidth, decimals: decimals, grouped: true))
  }

  /// At most four significant digits, but all digits before the point; a dash where there is no number.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    if NumberText.magnitude(value) >= 3 { return NumberText.fixed(value, decimals: 0, grouped: true) }
    return NumberText.shortest(value, digits: 4) ?? "–"
  }

  /// A share of 0..1 in per cent with its unit: `0.12 ± 0.03 %`.
  static func percent(_ interval: Interval) -> Estimate {
    var estimate = estimate(interval, factor: 100)
    if let halfWidth = estimate.halfWidth { estimate.halfWidth = halfWidth + " %" } else { estimate.mean += " %" }
    return estimate
  }

  /// Milliseconds; less than a nanosecond, the clock's step, is 0: quantiles of nothing but zeros lie between 0 and 1 ns.
  static func milliseconds(_ interval: Interval) -> Estimate {
    func whole(_ value: Double) -> Double { abs(value) < 1e-6 ? 0 : value }
    return estimate(
      Interval(mean: whole(interval.mean), halfWidth: interval.halfWidth.map(whole), count: interval.count))
  }

  /// Bytes in the largest of B, KB, MB, GB and TB of which there is at least one: `400 ± 12 GB`; 1 KB is 1,024 bytes.
  static func bytes(_ interval: Interval) -> Estimate {
    let units = ["B", "KB", "MB", "GB", "TB"]
    var (unit, factor) = (0, 1.0)
    while unit < units.count - 1, abs(interval.mean) * factor >= 1_024 {
      unit += 1
      factor /= 1_024
    }
    var estimate = estimate(interval, factor: factor)
    guard interval.mean.isFinite else { return estimate }
    if let halfWidth = estimate.halfWidth {
      estimate.halfWidth = "\(halfWidth) \(units[unit])"
    } else {
      estimate.mean += " \(units[unit])"
    }
    return estimate
  }

  /// The observed figure of an objective with its unit, before the half-width where that stands apart.
  ///
  /// Money is shown to the cent: `$512.40 ± 18.20`.
  static func observed(_ objective: ObjectiveOutcome) -> Estimate {
    switch objective.unit {
    case "%": return percent(objective.observed)
    case "USD":
      let mean = NumberText.fixed(objective.observed.mean, decimals: 2, grouped: true)
      let halfWidth = objective.observed.halfWidth.map { NumberText.fixed($0, decimals: 2, grouped: true) }
      return Estimate(mean: mean.hasPrefix("-") ? "-$" + mean.dropFirst() : "$" + mean, halfWidth: halfWidth)
    case "": return estimate(objective.observed)
    default:  // over String
      var estimate = estimate(objective.observed)
      if let halfWidth = estimate.halfWidth {
        estimate.halfWidth = "\(halfWidth) \(objective.unit)"
      } else {
        estimate.mean += " \(objective.unit)"
      }
      return estimate
    }
  }

  /// Dollars to the cent with a comma between thousands: `$1,234.56`, `-$0.50`.
  static func dollars(_ money: Money) -> String {
    let text = NumberText.grouped(money.roundedToCents.description)
    return text.hasPrefix("-") ? "-$" + text.dropFirst() : "$" + text
  }

  /// A half-width of dollars to the cent, without their sign, since it stands behind an amount that has it.
  static func cents(_ money: Money) -> String { NumberText.grouped(money.roundedToCents.description) }

  /// `coldStartProbability` in words: `Cold start probability`; a unit at the end stands apart: `Mean init, ms`.
  ///
  /// Abbreviations keep their capitals: `CPUUtilization` and `cpuUtilization` are `CPU utilization`. What stands before a
  /// point, or behind a space, says of what the figure is: `orders.reader.p99AcquireMs` is `orders reader: p99 acquire, ms`.
  static func words(_ name: String) -> String {
    if name.count > 2, name.hasSuffix("Ms") { return words(String(name.dropLast(2))) + ", ms" }
    if let space = name.firstIndex(of: " ") {
      return words(String(name[..<space])) + " (\(name[space...].dropFirst()))"
    }
    let parts = name.split(separator: ".").map(String.init)
    if parts.count > 1 {
      return parts.dropLast().joined(separator: " ") + ": " + lowercased(words(parts[parts.count - 1]))
    }
    var words: [String] = []
    let characters = Array(name)
    for (index, character) in characters.enumerated() {
      let isStart: Bool
      if index == 0 {
        isStart = true
      } else if character.isUppercase {
        // The last capital of several begins a word, unless only a plural's s follows: `DBLoad`, but `readIOs`.
        let next = index + 1 < characters.count ? characters[index + 1] : nil
        let isPlural = next == "s" && (index + 2 == characters.count || characters[index + 2].isUppercase)
        isStart = !characters[index - 1].isUppercase || (next?.isLowercase == true && !isPlural)
      } else {
        isStart = false
      }
      if isStart { words.append(String(character)) } else { words[words.count - 1].append(character) }
    }
    return words.enumerated().map { index, word in
      if let known = abbreviations[word.lowercased()] { return known }
      if word.dropFirst().contains(where: \.isUppercase) { return word }
      return index == 0
        ? word.prefix(1).uppercased() + word.dropFirst() : word.prefix(1).lowercased() + word.dropFirst()
    }.joined(separator: " ")
  }

  /// Words that figures write small or singly and people do not.
  private static let abbreviations = [
    "acu": "ACU", "cpu": "CPU", "db": "DB", "dns": "DNS", "iam": "IAM", "ios": "IOs", "nat": "NAT", "vcpus": "vCPUs",
  ]

  /// A phrase for the middle of a sentence: all small but abbreviations.
  static func lowercased(_ phrase: String) -> String {
    phrase.split(separator: " ", omittingEmptySubsequences: false).map { word in
      word.dropFirst().contains(where: \.isUppercase) ? String(word) : word.lowercased()
    }.joined(separator: " ")
  }

  /// A sentence's first letter large.
  static func capitalized(_ sentence: String) -> String { sentence.prefix(1).uppercased() + sentence.dropFirst() }

  /// Names of figures in a sentence, without their units: `retries, p99 time`.
  static func listed(_ names: [String]) -> String {
    names.map { lowercased(words($0.hasSuffix("Ms") ? String($0.dropLast(2)) : $0)) }.joined(separator: ", ")
  }
}
