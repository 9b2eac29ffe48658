import ArgumentParser
import Scenarios

/// What every command takes that reads one scenario.
struct ScenarioOptions: ParsableArguments {
  @Argument(help: "The scenario's YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var scenario: String

  @Option(help: ArgumentHelp("One of the file's variants, in place of what it writes out.", valueName: "name"))
  var variant: String?

  @OptionGroup var common: CommonOptions

  /// The scenario, or its variant, with the settings put in, and `further` ones after them. Faults go to standard
  /// error, and the program ends with 65.
  func load(_ further: [Override] = []) throws -> Scenario {
    try common.loading(scenario) { () throws(ScenarioFaults) in
      try Scenario.load(path: scenario, variant: variant, overrides: common.overrides + further)
    }
  }
}
