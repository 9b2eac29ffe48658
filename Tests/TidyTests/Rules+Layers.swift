extension Rules {
  /// What the files of a module may import: what stands to its right in
  /// `CLI -> Reports -> Experiments -> { Scenarios -> Services, Billing } -> Engine -> Units`, and the libraries named.
  static let imports: [String: Set<String>] = {
    let scenarios: Set = ["Services", "Billing", "Statistics", "Engine", "Units", "Yams", "Foundation"]
    let experiments = scenarios.union(["Scenarios"])
    let reports = experiments.union(["Experiments"])
    return [
      "Units": [],
      "Engine": ["Units"],
      "Statistics": ["CGSL"],
      "Services": ["Engine", "Units", "CZlib"],
      "Billing": ["Engine", "Units", "Yams", "Foundation"],
      "Scenarios": scenarios,
      "Experiments": experiments,
      "Reports": reports,
      "CLI": reports.union(["Reports", "ArgumentParser"]),
    ]
  }()

  /// What single files may import besides: each entry is an exception that was thought about.
  static let importsByFile: [String: Set<String>] = [
    "Sources/Units/Money.swift": ["Foundation"],  // for Decimal alone
    "Sources/Scenarios/YAML/YAMLParser.swift": ["CYaml"],  // for events with places, before anything is composed
    "Sources/Experiments/OutputFolder.swift": ["Synchronization"],  // a signal may discard the folder at any time
    "Sources/CLI/Interruption.swift": ["Synchronization"],  // the clean-up is set on one thread and run on another
    "Sources/CLI/SlurmJob.swift": ["Synchronization"],  // a signal may ask for the job's number at any time
    "Sources/Scenarios/ScenarioDocument.swift": ["Synchronization"],  // points are decoded by several jobs at once
    "Sources/Services/Traffic/TraceFile.swift": ["Darwin", "Glibc", "Musl"],  // for errno and strerror alone
  ]

  /// A module imports only what stands to its right.
  static let layered = Rule(
    name: "a module imports only what its layer allows",
    applies: \.isSource,
    find: { file in
      let allowed = imports[file.module, default: []].union(importsByFile[file.path, default: []])
      return file.importedModules.filter { !allowed.contains($0.module) }.map(\.line)
    },
    offenders: [
      .init("Sources/Units/Offender.swift", "import Foundation\n"),
      .init("Sources/Engine/Offender.swift", "// First.\nimport Glibc\n"),
      .init("Sources/Engine/Offender.swift", "import Services\n"),
      .init("Sources/Services/Lambda/Offender.swift", "public import Billing\n"),
      .init("Sources/Billing/Offender.swift", "@testable import Scenarios\n"),
      .init("Sources/Statistics/Offender.swift", "import struct Foundation.Date\n"),
      .init("Sources/Reports/Offender.swift", "import ArgumentParser\n"),
      .init("Sources/Unheard/Offender.swift", "import Units\n"),
    ],
    innocents: [
      .init("Sources/Units/Money.swift", "import Foundation\n"),
      .init("Sources/Engine/Fine.swift", "import Units\n// import Foundation\n"),
      .init("Sources/Services/Lambda/Fine.swift", "import CZlib\nimport Engine\n"),
      .init("Sources/CLI/Fine.swift", "import ArgumentParser\nimport Reports\nimport Foundation\n"),
      .init("Tests/UnitsTests/Fine.swift", "import Foundation\n"),
    ])
}
