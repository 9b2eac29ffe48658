import ArgumentParser
import Scenarios

/// `windtunnel schema`: the JSON Schema of scenarios, or of plans of sweeps.
struct SchemaCommand: ParsableCommand {
  /// What there are schemas of.
  enum Subject: String, ExpressibleByArgument, CaseIterable {
    case scenario, sweep
  }

  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema (draft-07) of scenarios or sweeps, for editors.",
    discussion: """
      EXAMPLES:
        windtunnel schema > scenario.schema.json
        windtunnel schema sweep > sweep.schema.json

      With this first line of a scenario, editors complete its keys and mark
      mistakes; the plan of a sweep takes sweep.schema.json:
        # yaml-language-server: $schema=scenario.schema.json
      """)

  @Argument(help: "Whose schema.")
  var subject = Subject.scenario

  func run() throws {
    switch subject {
    case .scenario: try StandardStreams.output(ScenarioSchema.json())
    case .sweep: try StandardStreams.output(SweepSchema.json())
    }
  }
}
