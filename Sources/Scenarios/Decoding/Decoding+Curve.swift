import Services
import Statistics
import Units

/// Rate curves: points through which Statistics lays a curve, sampled at equal steps.
extension Decoding {
  /// Most values of a curve.
  static let curveStepsMax: Int64 = 100_000

  /// A curve; nil after noting a fault.
  func curve(_ node: YAMLNode, _ name: String, _ start: CivilTime) -> RateCurve? {
    guard let fields = self.fields(node, Shapes.curve) else { return nil }
    let before = faults.count
    let period = fields["period"].map { time($0, .seconds(1)...longestSpan) } ?? .days(1)
    let step = fields["step"].map { time($0, .milliseconds(1)...longestSpan) } ?? .minutes(1)
    let method: Curve.Method
    if let node = fields["interpolation"] {
      method = choice(node, Curve.Method.self) ?? .steffen
    } else {
      method = .steffen
      assume(
        name, "curve.interpolation", "steffen", .unknown, "a stated choice: smooth and never beyond the points",
        "2026-11")
    }
    guard let period, let step else { return nil }
    if period.nanoseconds % step.nanoseconds != 0 || period.nanoseconds / step.nanoseconds > Self.curveStepsMax {
      let place = (fields["step"] ?? fields["period"])?.place ?? fields.place
      fault(
        place, found: "steps of \(step) in a period of \(period)",
        wanted: "a step that divides the period into at most \(Self.curveStepsMax)")
    }
    guard let pointsNode = fields["points"], let points = curvePoints(pointsNode, period), faults.count == before else {
      return nil
    }
    do {
      let curve = try Curve(points: points, method: method, period: period.inSeconds)
      let places = (0...(period.nanoseconds / step.nanoseconds)).map { (step * $0).inSeconds }
      let rates = curve.values(at: places).map { max(0, $0) }
      return RateCurve(period: period, step: step, ratesPerSecond: rates, phase: phase(of: period, at: start))
    } catch {
      fault(
        pointsNode.place, found: "points that make no curve", wanted: "another list of points",
        advice: error.description)
      return nil
    }
  }

  /// How far into its period a curve is at a moment: counted from Monday 00:00 UTC if the period divides a week, else
  /// the curve begins with the run.
  private func phase(of period: Time, at start: CivilTime) -> Time {
    let week = Time.days(7)
    guard period <= week, week.nanoseconds % period.nanoseconds == 0 else { return .zero }
    let sinceMonday = Time.seconds(Int64((start.weekday.rawValue - 1) * 86_400 + start.secondOfDay))
    return Time(nanoseconds: sinceMonday.nanoseconds % period.nanoseconds)
  }

  private func curvePoints(_ node: YAMLNode, _ period: Time) -> [Curve.Point]? {
    guard let items = list(node, wanted: "a list of points, as in [{ at: 8 h, rate: 20 / s }]") else { return nil }
    var points: [Curve.Point] = []
    for item in items {
      guard let fields = self.fields(item, Shapes.curvePoint) else { continue }
      let at = fields["at"].flatMap { offset($0, period) }
      let rate = fields["rate"].flatMap { self.rate($0) }
      if let at, let rate { points.append(Curve.Point(x: at.inSeconds, y: rate)) }
    }
    return points.count == items.count ? points : nil
  }

  /// An offset into the period: `8 h`, `08:00`, or `Mon 08:00`.
  private func offset(_ node: YAMLNode, _ period: Time) -> Time? {
    guard case .scalar(let text, _) = node.content, text.contains(":") else { return time(node, .zero...period) }
    let wanted = "an offset as in `8 h`, a time of day as in `08:00`, or with its day as in `Mon 08:00`"
    var words = text.split(separator: " ")
    var day: Int64 = 0
    if words.count == 2 {
      let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
      guard let index = days.firstIndex(of: String(words.removeFirst())) else { return reject(node, wanted: wanted) }
      day = Int64(index)
    }
    let parts = words.count == 1 ? words[0].split(separator: ":", omittingEmptySubsequences: false) : []
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let hour = Int64(parts[0]), let minute = Int64(parts[1]), hour < 24, minute < 60
    else { return reject(node, wanted: wanted) }
    let offset = Time.days(day) + .minutes(60 * hour + minute)
    return offset <= period ? offset : reject(node, wanted: "an offset within the period of \(period)")
  }
}
