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

      With `# yaml-language-server: $schema=scenario.schema.json` as a scenario's first line, editors complete its
      keys and mark mistakes.
      """)

  func run() throws { try StandardStreams.output(ScenarioSchema.json()) }
}
