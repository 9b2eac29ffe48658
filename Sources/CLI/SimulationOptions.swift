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
    if let jobs, !(1...1_024).contains(jobs) { throw ValidationError("--jobs is 1 to 1024, not \(jobs).") }
    if let period, period.time < .seconds(1) || period.time > .days(1) {
      throw ValidationError("--period is 1 s to 1 d, not \(period.time).")
    }
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
