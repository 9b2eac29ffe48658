/// The rules of the source tree. Each says why it is there; a broken one names file and line.
enum Rules {
  static let all: [Rule] = [
    deterministic, portableMathematics, noTraps, noOpenDefault, longFilesSayWhy, documented, opened, layered,
  ]

  /// The same input gives the same bytes on every machine: nothing below Experiments asks the machine for anything.
  static let deterministic = Rule.ban(
    "below Experiments nothing reads clock, environment, locale, threads or global random numbers",
    words: [
      "Date(", "ProcessInfo", "UUID(", "Locale", "Thread", "DispatchQueue", "Task {", "Task.detached", "TaskGroup",
      "withTaskGroup", "withThrowingTaskGroup", "SystemRandomNumberGenerator", ".random(in", ".randomElement()",
      ".shuffled()", ".shuffle()", "getenv", "clock_gettime", "ContinuousClock", "SuspendingClock",
    ],
    in: ["Units", "Engine", "Statistics", "Services", "Billing", "Scenarios"],
    innocents: [
      .init("Sources/Engine/Fine.swift", "/// Never a Date() here.\nlet x = \"Date( Locale\"  // Thread\n"),
      .init("Sources/Engine/Fine.swift", "update(1)\nlet localeX = Threads.self\nlet t = MyTask { 1 }\n"),
      .init("Sources/CLI/Clock.swift", "let now = Date()\n"),
      .init("Tests/EngineTests/Speed.swift", "let now = ContinuousClock.now\n"),
    ])

  /// Libm's last bits differ between processors: what decides an event uses the project's own polynomials. The files of
  /// `Portable` itself call each other by their bare names.
  static let portableMathematics = Rule(
    name: "engine and services call no libm function but through Portable",
    applies: { file in
      let isPortable = file.path.split(separator: "/").last?.hasPrefix("Portable") == true
      return file.isSource && ["Engine", "Services"].contains(file.module) && !isPortable
    },
    find: { file in
      file.codeBytes.indices.filter { index in
        let line = file.codeBytes[index]
        return libm.contains { name in
          SourceText.places(of: name, in: line).contains { place in
            let before = String(decoding: line[..<place], as: UTF8.self)
            return !before.hasSuffix("Portable.") && !before.hasSuffix("func ")
          }
        }
      }
    },
    offenders: ["log(2)", "exp(x)", "Foundation.log(x)", "1 + pow(x, 2)", "Double.exp(x)", "log1p(x)", "sin(x)"].map {
      .init("Sources/Engine/Offender.swift", "let y = \($0)\n")
    } + [.init("Sources/Services/Queue/Offender.swift", "let y = \"\\(log(2))\"\n")],
    innocents: [
      .init("Sources/Engine/Fine.swift", "let y = Portable.log(x) + x.squareRoot() + catalog(x)\n"),
      .init("Sources/Engine/Fine.swift", "  static func log(_ x: Double) -> Double {\n"),
      .init("Sources/Engine/Random/Portable+Special.swift", "  let y = exp(-z * z)\n"),
      .init("Sources/Engine/Fine.swift", "/// log(x), not exp(x)\n"),
      .init("Sources/Statistics/Fine.swift", "let y = log(x)\n"),
    ])

  private static let libm = [
    "log", "log2", "log10", "log1p", "exp", "exp2", "exp10", "expm1", "pow", "sin", "cos", "tan", "asin", "acos",
    "atan", "atan2", "sinh", "cosh", "tanh", "erf", "erfc", "tgamma", "lgamma", "cbrt", "hypot",
  ].map { Array("\($0)(".utf8) }

  /// Bad input is reported with its place; a state that cannot be gets a precondition with a sentence.
  static let noTraps = Rule(
    name: "no source forces a try or a cast, or ends the process with fatalError",
    applies: \.isSource,
    find: { file in Set(["try!", "as!", "fatalError("].flatMap { file.lines(containing: $0) }).sorted() },
    offenders: ["let x = try! f()", "let x = y as! Int", "fatalError(\"no\")", "let s = \"\\(try! f())\""].map {
      .init("Sources/CLI/Offender.swift", "\($0)\n")
    },
    innocents: [
      .init("Sources/CLI/Fine.swift", "let x = try? f()\nlet y = z as? Int  // not as!\nlet s = \"try!\"\n"),
      .init("Tests/CLITests/Fine.swift", "let x = try! f()\n"),
    ])

  /// A switch over our own enum lists its cases, so that the compiler asks about a new one. Over someone else's type,
  /// or over numbers and text, a comment on the line says which.
  static let noOpenDefault = Rule(
    name: "a default says over which foreign type it stands",
    applies: \.isSource,
    find: { file in
      file.defaultClauses.filter { index in
        let parts = file.lines[index].split(separator: "//", maxSplits: 1)
        return parts.count < 2 || !parts[1].contains { $0.isLetter }
      }
    },
    offenders: ["  default:\n", "  default: return 1\n", "  @unknown default:  //\n"].map {
      .init("Sources/CLI/Offender.swift", "switch x {\n\($0)}\n")
    },
    innocents: [
      .init("Sources/CLI/Fine.swift", "switch x {\n  default: return 1  // over Yams' Node\n}\n"),
      .init("Sources/CLI/Fine.swift", "let n = { counts[key, default: 0] += 1 }\n"),
      .init("Sources/CLI/Fine.swift", "let f = {\n  field(\n    name: \"x\",\n    default: 3)\n}\n"),
      .init("Sources/CLI/Fine.swift", "// switch x { default: }\n"),
    ])

  /// A file is one noun.
  static let longFilesSayWhy = Rule(
    name: "a file of more than 400 lines says in its first line why: Long because ..",
    applies: { _ in true },
    find: { file in
      let first = file.lines.first ?? ""
      return file.lines.count > 400 && !(first.hasPrefix("//") && first.contains("Long because")) ? [400] : []
    },
    offenders: [
      .init("Sources/CLI/Offender.swift", String(repeating: "let x = 1\n", count: 401)),
      .init("Tests/CLITests/Offender.swift", "// Long\n" + String(repeating: "let x = 1\n", count: 400)),
    ],
    innocents: [
      .init("Sources/CLI/Fine.swift", String(repeating: "let x = 1\n", count: 400)),
      .init("Sources/CLI/Fine.swift", "// Long because so is AWS's list.\n" + String(repeating: "x\n", count: 900)),
    ])

  /// Nobody should have to read the body to learn unit, range and edge. Operators mean what their protocols say.
  static let documented = Rule(
    name: "every public declaration has a doc comment directly above",
    applies: \.isSource,
    find: \.undocumentedDeclarations,
    offenders: [
      "public struct X {}\n", "/// Far.\n\npublic let x = 1\n", "// Plain.\npublic var x: Int\n",
      "  @inlinable public init() {}\n", "/// Other.\nlet y = 1\npublic private(set) var x = 1\n",
      "@frozen\npublic enum E {}\n", "final public class C {}\n",
    ].map { .init("Sources/Units/Offender.swift", $0) },
    innocents: [
      "/// Good.\npublic struct X {}\n", "/// Good.\n@frozen\n@usableFromInline\npublic enum E {}\n",
      "  /// Good.\n  @inlinable public init() {}\n", "public import Units\n", "public extension X {\n",
      "  @inlinable public static func < (a: X, b: X) -> Bool { a.n < b.n }\n", "let publicName = 1  // public x\n",
      "/** Good. */\npublic let x = 1\n",
    ].map { .init("Sources/Units/Fine.swift", $0) })

  /// A file tells what it is before it begins, or at least what it needs.
  static let opened = Rule(
    name: "every source begins with a comment or an import",
    applies: \.isSource,
    find: { file in
      let first = file.lines.first { !$0.isEmpty } ?? ""
      let words = first.split(separator: " ")
      return first.hasPrefix("//") || first.hasPrefix("/*") || words.contains("import") ? [] : [0]
    },
    offenders: [.init("Sources/CLI/Offender.swift", "struct X {}\n"), .init("Sources/CLI/Offender.swift", "")],
    innocents: [
      "// What it is.\n", "/// What it is.\nstruct X {}\n", "import Units\n", "@preconcurrency import Yams\n",
    ].map { .init("Sources/CLI/Fine.swift", $0) })
}
