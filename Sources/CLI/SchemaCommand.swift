import ArgumentParser
import Scenarios

/// `windtunnel schema`: the JSON Schema of scenarios.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema (draft-07) of scenarios, for editors.",
    discussion: """
      EXAMPLES:
        windtunnel schema > scenario.schema.json

      With this first line of a scenario, editors complete its keys and mark
      mistakes:
        # yaml-language-server: $schema=scenario.schema.json
      """)

  func run() throws { try StandardStreams.output(ScenarioSchema.json()) }
}
