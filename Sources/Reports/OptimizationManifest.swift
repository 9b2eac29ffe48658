import Experiments
import Scenarios

/// `manifest.json` of an optimisation: what it was made from, and how to make it again.
public struct OptimizationManifest: Hashable, Sendable {
  /// Scenario, settings, prices and inputs.
  public var made: Manifest
  /// Options of the command line that the plan holds in place of the scenario's, as words: `--confidence 99%`.
  public var arguments: [String]

  /// A manifest of the given parts.
  public init(made: Manifest, arguments: [String]) {
    self.made = made
    self.arguments = arguments
  }

  /// The document; what the result knows comes from there, so that the two cannot disagree.
  func json(_ optimization: Optimization) -> JSON {
    let plan = optimization.plan
    let parts: [(String, JSON)] = [
      ("formatVersion", .integer(1)), ("tool", Manifest.tool(made.toolVersion)),
    ]
    let search: [(String, JSON)] = [
      ("seed", .unsigned(optimization.seed)),
      (
        "variables",
        .array(
          plan.variables.map { variable in
            .object([
              ("name", .string(variable.name)), ("paths", .array(variable.paths.map(JSON.string))),
              ("levels", .integer(Int64(variable.count))), ("first", .string(variable.text(at: 0))),
              ("last", .string(variable.text(at: variable.count - 1))), ("refined", .bool(variable.isRefined)),
            ])
          })
      ),
      ("confidence", .number(plan.confidence)),
      (
        "indifference",
        {
          switch plan.indifference {
          case .share(let share): .string("\(NumberText.shortest(share * 100) ?? "") %")
          case .dollars(let amount): .string("\(NumberText.shortest(amount) ?? "") USD")
          }
        }()
      ),
      ("tolerance", .number(plan.tolerance)),
      ("firstReplications", .integer(Int64(plan.firstReplications))),
      ("maxReplications", .integer(Int64(plan.maxReplications))),
      ("digest", .string(optimization.digest)),
      ("reproduce", .string(command(optimization))),
    ]
    return .object(parts + made.made + search)
  }

  /// The command that gives the same files, from the same folder.
  private func command(_ optimization: Optimization) -> String {
    (["windtunnel", "optimize", ShellWord.quoted(made.scenario.path)]
      + (made.variant.map { ["--variant", ShellWord.quoted($0)] } ?? [])
      + made.settings.flatMap { ["--set", ShellWord.quoted($0)] } + arguments.map(ShellWord.quoted)
      + ["--seed", optimization.seed.description]).joined(separator: " ")
  }
}
