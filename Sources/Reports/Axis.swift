import Engine
import Units

/// One axis of a chart: a span of values, how it is laid out, and where its labels stand.
struct Axis: Sendable {
  /// A label and the value it stands at.
  struct Tick: Sendable {
    var value: Double
    var label: String
  }

  /// What the axis measures, with its unit: `Latency, ms`.
  var title: String
  var lower: Double
  var upper: Double
  var isLogarithmic = false
  var ticks: [Tick]

  /// Where a value stands: 0 at the lower end, 1 at the upper; clamped to that.
  func position(_ value: Double) -> Double {
    let share =
      isLogarithmic
      ? (Portable.log(max(value, lower)) - Portable.log(lower)) / (Portable.log(upper) - Portable.log(lower))
      : (value - lower) / (upper - lower)
    return min(max(share, 0), 1)
  }

  /// From 0 to the first round number at or above `maximum`, with 4 to 8 ticks at 1, 2 or 5 times a power of ten.
  static func linear(_ title: String, upTo maximum: Double) -> Axis {
    let top = maximum.isFinite && maximum > 0 ? maximum : 1
    let step = roundStep(atLeast: top / 5)
    let decimals = max(0, -NumberText.magnitude(step))
    let count = Int((top / step - 1e-9).rounded(.up))
    let ticks = (0...max(count, 1)).map { index in
      let value = Double(index) * step
      return Tick(value: value, label: NumberText.fixed(value, decimals: decimals, grouped: true))
    }
    return Axis(title: title, lower: 0, upper: Double(max(count, 1)) * step, ticks: ticks)
  }

  /// A logarithmic axis around two positive values, labelled at the decades, or at 1, 2 and 5 where it is short.
  static func logarithmic(_ title: String, from lowest: Double, to highest: Double) -> Axis {
    let low = lowest.isFinite && lowest > 0 ? lowest : 1
    let high = highest.isFinite && highest > low ? highest : low * 10
    var marks = [roundStep(atMost: low)]
    while marks[marks.count - 1] < high { marks.append(roundStep(after: marks[marks.count - 1])) }
    let isLong = marks.count > 8
    let ticks = marks.filter { !isLong || isDecade($0) }.map { Tick(value: $0, label: plain($0)) }
    return Axis(title: title, lower: marks[0], upper: marks[marks.count - 1], isLogarithmic: true, ticks: ticks)
  }

  /// Simulated time in seconds from 0 to `duration`, labelled in days, hours, minutes or seconds.
  static func time(_ duration: Time) -> Axis {
    let span = max(duration.inSeconds, 1)
    let steps: [Double] = [
      1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 43_200, 86_400,
      172_800, 432_000, 864_000, 1_728_000, 2_592_000, 5_184_000, 8_640_000, 17_280_000,
    ]
    let step = steps.first { span / $0 <= 6.5 } ?? span / 5
    let unit: (name: String, seconds: Double) =
      step >= 86_400 ? ("d", 86_400) : step >= 3_600 ? ("h", 3_600) : step >= 60 ? ("min", 60) : ("s", 1)
    let ticks = (0...Int(span / step + 1e-9)).map { index in
      let value = Double(index) * step
      return Tick(value: value, label: "\(plain(value / unit.seconds)) \(unit.name)")
    }
    return Axis(title: "Simulated time", lower: 0, upper: span, ticks: ticks)
  }

  /// A number on a label: up to six digits, a comma between thousands.
  static func plain(_ value: Double) -> String {
    let text = NumberText.shortest(value, digits: 6) ?? ""
    return text.contains("e") ? text : NumberText.grouped(text)
  }

  /// The smallest of 1, 2, 5 times a power of ten at or above a positive value.
  static func roundStep(atLeast value: Double) -> Double {
    let power = NumberText.magnitude(value)
    for factor in [1.0, 2, 5] where scaled(factor, power) >= value { return scaled(factor, power) }
    return scaled(1, power + 1)
  }

  private static func roundStep(atMost value: Double) -> Double {
    let power = NumberText.magnitude(value)
    return [5.0, 2].map { scaled($0, power) }.first { $0 <= value } ?? scaled(1, power)
  }

  private static func roundStep(after mark: Double) -> Double { roundStep(atLeast: mark * 1.5) }

  private static func isDecade(_ value: Double) -> Bool {
    scaled(1, NumberText.magnitude(value)) == value
  }

  /// `factor` times ten to the power, the Double nearest to that decimal number.
  private static func scaled(_ factor: Double, _ power: Int) -> Double {
    power < 0 ? factor / tenTo(-power) : factor * tenTo(power)
  }

  /// Ten to a power of 0 or more, exact up to 22.
  static func tenTo(_ power: Int) -> Double { (0..<power).reduce(1) { result, _ in result * 10 } }
}
