import Testing

@Suite("Help")
struct HelpTests {
  @Test(
    "help comes on standard output, examples before options, within 80 columns",
    arguments: [
      ["--help"], ["run", "--help"], ["compare", "--help"], ["validate", "--help"], ["schema", "--help"],
      ["help", "run"],
    ])
  func help(arguments: [String]) throws {
    let outcome = try Program.run(arguments, in: Folder())
    #expect(outcome.status == 0)
    #expect(outcome.error == "")
    let examples = try #require(outcome.output.firstRange(of: "EXAMPLES:"))
    let options = try #require(outcome.output.firstRange(of: "OPTIONS:"))
    #expect(examples.lowerBound < options.lowerBound)
    for line in outcome.output.split(separator: "\n") where !line.hasPrefix("USAGE:") { #expect(line.count <= 80) }
  }

  @Test("the root's help names all commands and exit codes")
  func root() throws {
    let help = try Program.run(["--help"], in: Folder()).output
    for word in ["run", "compare", "validate", "schema", "64", "65", "74", "99"] { #expect(help.contains(word)) }
  }

  @Test("every flag that the commands share is in their help", arguments: ["run", "compare"])
  func flags(command: String) throws {
    let help = try Program.run([command, "--help"], in: Folder()).output
    let flags = [
      "--seed", "--replications", "--out", "--set", "--format", "--price-book", "--jobs", "--period", "--quiet",
      "--no-color", "--variant",
    ]
    for flag in flags { #expect(help.contains(flag)) }
  }

  @Test("the version is three numbers")
  func version() throws {
    let outcome = try Program.run(["--version"], in: Folder())
    #expect(outcome.status == 0)
    #expect(outcome.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }

  @Test("completion scripts for three shells", arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let outcome = try Program.run(["--generate-completion-script", shell], in: Folder())
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("price-book"))
  }

  @Test(
    "the schemas are draft-07 JSON, of scenarios unless of sweeps",
    arguments: [
      ([], "Windtunnel scenario"), (["scenario"], "Windtunnel scenario"), (["sweep"], "Windtunnel sweep"),
    ] as [([String], String)])
  func schema(subject: [String], title: String) throws {
    let outcome = try Program.run(["schema"] + subject, in: Folder())
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("\"title\": \"\(title)\""))
    #expect(outcome.output.contains("http://json-schema.org/draft-07/schema#"))
    #expect(outcome.output.hasSuffix("}\n"))
    #expect(outcome.error == "")
  }

  @Test(
    "wrong usage ends with 64 and writes nothing",
    arguments: [
      ["bogus"], ["run"], ["run", "a.yaml", "b.yaml"], ["run", "s.yaml", "--bogus"], ["run", "s.yaml", "--seed", "-1"],
      ["run", "s.yaml", "--seed", "1.5"], ["run", "s.yaml", "--replications", "0"],
      ["run", "s.yaml", "--replications", "100001"], ["run", "s.yaml", "--jobs", "0"],
      ["run", "s.yaml", "--jobs", "1025"], ["run", "s.yaml", "--period", "5"], ["run", "s.yaml", "--period", "999ms"],
      ["run", "s.yaml", "--period", "25h"], ["run", "s.yaml", "--format", "xml"],
      ["run", "s.yaml", "--set", "duration"],
      ["run", "s.yaml", "--set", "=1 d"], ["validate"], ["schema", "extra"], ["compare"],
      ["compare", "s.yaml", "s.yaml", "--variant", "a"], ["compare", "s.yaml", "--variant", "a", "--variant", "a"],
      ["compare", "s.yaml", "s.yaml", "--baseline", "t"], ["compare", "s.yaml", "s.yaml", "--replications", "0"],
    ])
  func usage(arguments: [String]) throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    let outcome = try Program.run(arguments, in: folder)
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
    #expect(outcome.error.hasPrefix("Error: "))
    #expect(folder.names() == ["s.yaml"])
  }
}
