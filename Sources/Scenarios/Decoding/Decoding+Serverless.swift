import Engine
import Services
import Units

/// Capacity of Aurora Serverless v2.
extension Decoding {
  private static let section = "serverlessV2ScalingConfiguration"
  /// Keys that mean something only where nodes pause.
  private static let pauseKeys = ["secondsUntilAutoPause", "resumeCapacity", "resumeTime", "deepResumeTime"]

  /// `ServerlessV2ScalingConfiguration`; nil if it has faults.
  func serverlessCapacity(_ node: YAMLNode, _ name: String, hasReaders: Bool) -> ServerlessCapacityConfig? {
    guard let fields = self.fields(node, Shapes.serverlessV2ScalingConfiguration) else { return nil }
    let before = faults.count
    let least = fields["minCapacity"].flatMap { halves($0, 0...512) }
    let most = fields["maxCapacity"].flatMap { halves($0, 2...512) }
    var config = ServerlessCapacityConfig(minimum: least ?? 1, maximum: most ?? 512)
    decodeSpeed(fields, &config)
    decodePauses(fields, &config)
    if let node = fields["readersFollowWriter"] { config.readersFollowWriter = boolean(node) ?? true }
    if let node = fields["initialCapacity"] { config.initial = halves(node, 0...512) }
    guard let least, let most, faults.count == before else { return nil }
    checkBounds(fields, config, least: least, most: most)
    guard faults.count == before else { return nil }
    assumeServerless(fields, config, name, hasReaders: hasReaders)
    return config
  }

  /// ACUs in halves.
  private func halves(_ node: YAMLNode, _ range: ClosedRange<Int>) -> Int? {
    guard let number = number(node) else { return nil }
    let halves = number * 2
    guard halves == halves.rounded(), halves <= 512, range.contains(Int(halves)) else {
      return reject(
        node, wanted: "\(acus(range.lowerBound)) to \(acus(range.upperBound)) ACUs in steps of 0.5",
        advice: "ACUs are a plain number, as in 0.5")
    }
    return Int(halves)
  }

  private func acus(_ halves: Int) -> String { shortest(Double(halves) / 2) }

  /// How fast capacity moves, and by what.
  private func decodeSpeed(_ fields: Fields, _ config: inout ServerlessCapacityConfig) {
    if let node = fields["acuPerVcpu"], let number = number(node) {
      config.acuPerVCPU = number
      if !(0.5...16).contains(number) { fault(node.place, found: node.summary, wanted: "0.5 to 16 ACUs") }
    }
    for (key, path) in [
      ("scaleUpUtilization", \ServerlessCapacityConfig.scaleUpUtilization),
      ("scaleDownUtilization", \.scaleDownUtilization), ("scaleUpFactor", \.scaleUpFactor),
    ] {
      guard let node = fields[key], let share = share(node) else { continue }
      config[keyPath: path] = share
      if !(share >= 1e-6 && share <= 1) {
        fault(node.place, found: node.summary, wanted: "0.0001 % to 100 %")
      }
    }
    if config.scaleDownUtilization >= config.scaleUpUtilization,
      let node = fields["scaleDownUtilization"] ?? fields["scaleUpUtilization"]
    {
      fault(
        node.place,
        found: "scaleDownUtilization \(shortest(config.scaleDownUtilization * 100)) % not below "
          + "scaleUpUtilization \(shortest(config.scaleUpUtilization * 100)) %",
        wanted: "a lower threshold below the upper one", advice: "the defaults are 30 % and 70 %")
    }
    for (key, path) in [
      ("scaleUpInterval", \ServerlessCapacityConfig.scaleUpInterval), ("scaleDownInterval", \.scaleDownInterval),
    ] {
      guard let node = fields[key], let span = time(node, .seconds(1)...Time.hours(1)) else { continue }
      config[keyPath: path] = span
    }
  }

  /// When nodes pause, and how they come back.
  private func decodePauses(_ fields: Fields, _ config: inout ServerlessCapacityConfig) {
    if let node = fields["secondsUntilAutoPause"] {
      config.autoPause = time(node, Time.seconds(300)...Time.seconds(86_400)) ?? config.autoPause
    }
    if let node = fields["resumeCapacity"] { config.resumeCapacity = halves(node, 1...512) ?? 1 }
    if let node = fields["resumeTime"] { config.resumeTime = timeDistribution(node) ?? config.resumeTime }
    if let node = fields["deepResumeTime"] { config.deepResumeTime = timeDistribution(node) ?? config.deepResumeTime }
  }

  /// Notes what does not fit together.
  private func checkBounds(_ fields: Fields, _ config: ServerlessCapacityConfig, least: Int, most: Int) {
    if most < least, let node = fields["maxCapacity"] {
      fault(
        node.place, found: "maxCapacity \(acus(most)) below minCapacity \(acus(least))",
        wanted: "a maximum that is not below the minimum", advice: "exchange them")
      return
    }
    if let initial = config.initial, let node = fields["initialCapacity"],
      !(config.leastRunning...most).contains(initial), !(initial == 0 && least == 0)
    {
      fault(
        node.place, found: node.summary,
        wanted: "\(acus(config.leastRunning)) to \(acus(most)) ACUs\(least == 0 ? ", or 0 for paused" : "")",
        advice: "it is the capacity at time zero, within the bounds")
    }
    if let node = fields["resumeCapacity"], config.resumeCapacity > most {
      fault(node.place, found: node.summary, wanted: "at most maxCapacity, \(acus(most)) ACUs")
    }
    guard least > 0 else { return }
    for key in Self.pauseKeys {
      guard let node = fields[key] else { continue }
      fault(
        node.place, found: "\(key) with minCapacity \(acus(least))", wanted: "minCapacity 0, with which nodes pause",
        advice: "leave \(key) out, or set minCapacity to 0")
    }
  }

  /// Notes the rules that a run uses, those that can be set only when they are left out.
  private func assumeServerless(
    _ fields: Fields, _ config: ServerlessCapacityConfig, _ name: String, hasReaders: Bool
  ) {
    func note(
      _ key: String, _ value: String, _ grade: Assumption.Grade, _ source: String, _ asOf: String = "2026-04"
    ) {
      if Shapes.serverlessV2ScalingConfiguration.field(key) != nil, fields[key] != nil { return }
      assume(name, "\(Self.section).\(key)", value, grade, source, asOf)
    }
    let rate = "AWS publishes no rate: capacity is looked at each second, and larger nodes take larger steps"
    let versionOne = "the threshold of Aurora Serverless v1; none is published for v2"
    note(
      "initialCapacity", "\(acus(config.leastRunning)) ACU", .unknown, "a stated choice: the least capacity that runs",
      "2026-11")
    note(
      "acuPerVcpu", "4", .inferred, "2 GiB of memory an ACU, 8 GiB a vCPU of the r classes: Aurora User Guide")
    note("scaleUpUtilization", "70 %", .inferred, versionOne)
    note("scaleDownUtilization", "30 %", .inferred, versionOne)
    note("scaleUpFactor", "10 % of the present capacity, at least 0.5 ACU", .unknown, rate, "2026-11")
    note("scaleUpInterval", "1 s", .inferred, rate)
    note(
      "scaleDownInterval", "10 s for 0.5 ACU", .unknown,
      "AWS says only that capacity falls gradually, without cooldown",
      "2026-11")
    note(
      "connectionFloor", "connections x connection memory, 1 GiB for each 0.5 ACU", .inferred,
      "Aurora User Guide: memory of connections keeps capacity up")
    if hasReaders {
      note("readersFollowWriter", "true", .documented, "Aurora User Guide: the default promotion tier is 1")
    }
    guard config.minimum == 0 else { return }
    let guide = "Aurora User Guide: auto-pause of Aurora Serverless v2"
    note("secondsUntilAutoPause", "300 s", .documented, guide)
    note("resumeTime", "15 s", .documented, guide + ", typical")
    note("deepResumeTime", "30 s after more than 24 h", .documented, guide + ", 30 s or longer")
    note("resumeCapacity", "0.5 ACU", .unknown, "AWS says only that it may be lower than before the pause", "2026-11")
    note(
      "resumeBilling", "from the end of the resume", .unknown, "AWS does not say whether resuming is billed", "2026-11")
  }
}
