import ArgumentParser
import Foundation
import Scenarios
import Units

/// What every command takes that simulates.
struct SimulationOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "Root of all random numbers. (default: the scenario's)")
  var seed: UInt64?

  @Option(parsing: .unconditional, help: "Independent runs, 1 to 100000. (default: the scenario's)")
  var replications: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Replications until the figures' 95 % intervals are so narrow, 0.1 % to 50 %.", valueName: "share"))
  var relativeHalfWidth: Share?

  @Option(parsing: .unconditional, help: "Where that ends at the latest, 10 to 100000. (default: 200)")
  var maxReplications: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Span before recording: auto, none or a time. (default: the scenario's)", valueName: "time"))
  var warmUp: WarmUpSetting?

  @Option(parsing: .unconditional, help: "Replications at once. (default: one a core)")
  var jobs: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Width of a row of timeseries.csv, 1 s to 1 d. (default: the scenario's)", valueName: "time"))
  var period: Span?

  func validate() throws {
    if let replications, !(1...100_000).contains(replications) {
      throw ValidationError("--replications is 1 to 100000, not \(replications).")
    }
    if replications != nil, relativeHalfWidth != nil || maxReplications != nil {
      throw ValidationError("--replications is a fixed number; leave out --relative-half-width and --max-replications.")
    }
    if let share = relativeHalfWidth?.share, !PrecisionPlan.relativeHalfWidths.contains(share) {
      throw ValidationError("--relative-half-width is 0.1 % to 50 %.")
    }
    if let maxReplications, !PrecisionPlan.leasts.contains(maxReplications) {
      throw ValidationError("--max-replications is 10 to 100000, not \(maxReplications).")
    }
    if let jobs, !(1...1_024).contains(jobs) { throw ValidationError("--jobs is 1 to 1024, not \(jobs).") }
    if let period, period.time < .seconds(1) || period.time > .days(1) {
      throw ValidationError("--period is 1 s to 1 d, not \(period.time).")
    }
  }

  /// What they change in a scenario before it is decoded, as `--set` would.
  var settings: [String] { warmUp.map { ["warmUp=" + $0.value] } ?? [] }

  /// The same as overrides.
  var overrides: [Override] { settings.compactMap { Override($0) } }

  /// When the replications of scenarios that run together suffice; nil for a fixed number.
  func precision(for scenarios: [Scenario]) throws -> PrecisionPlan? {
    guard replications == nil else { return nil }
    let plans = scenarios.compactMap {
      $0.precision(relativeHalfWidth: relativeHalfWidth?.share, most: maxReplications)
    }
    if plans.isEmpty, maxReplications != nil {
      throw ValidationError("--max-replications caps --relative-half-width, or a scenario's; there is neither.")
    }
    return PrecisionPlan.joined(plans)
  }

  /// The given number of jobs, or one a core.
  var jobsOrCores: Int { jobs ?? ProcessInfo.processInfo.activeProcessorCount }

  /// Refuses a period that would give a scenario's time series more rows than it may have.
  func checkPeriod(for scenario: Scenario) throws {
    let duration = scenario.system.duration
    let components = scenario.system.resources.count + scenario.system.traffic.count
    if let period, !Scenario.canRecord(every: period.time, over: duration, components: components) {
      throw ValidationError(
        "--period \(period.time) divides \(duration) into more than \(Scenario.rowsMax(components: components)) rows; take a longer one."
      )
    }
    if let period, let batches = scenario.batches,
      !Scenario.canDivide(duration, into: batches, every: period.time)
    {
      throw ValidationError(
        "--period \(period.time) has no period for each of \(batches.recorded) batches; take a shorter one.")
    }
  }
}

/// A span of time on the command line: `5min`, `'5 min'`.
struct Span: ExpressibleByArgument {
  let time: Time

  init?(argument: String) {
    let unit = argument.drop { !$0.isLetter }
    guard let time = try? Quantity.time("\(argument.dropLast(unit.count)) \(unit)") else { return nil }
    self.time = time
  }
}

/// A share on the command line: `'2 %'`, `2%`.
struct Share: ExpressibleByArgument {
  let share: Double

  init?(argument: String) {
    guard let share = try? Quantity.share(argument) else { return nil }
    self.share = share
  }
}

/// A warm-up on the command line: `auto`, `none`, `5min`.
struct WarmUpSetting: ExpressibleByArgument {
  /// As a scenario writes it.
  let value: String

  init?(argument: String) {
    switch argument {
    case "auto": value = "auto"
    case "none": value = "0 s"
    default:  // over text
      guard let span = Span(argument: argument) else { return nil }
      value = span.time.description
    }
  }
}
