import Foundation
import Testing

@Suite("Run")
struct RunTests {
  private static let files = [
    "assumptions.csv", "bill.csv", "latency.csv", "manifest.json", "report.html", "summary.json", "timeseries.csv",
  ]

  @Test("a run leaves its files in out/<name of the scenario file>, and nothing else")
  func files() throws {
    let folder = try Folder()
    try folder.put(scenario(), "shop.v2.yaml")
    let outcome = try Program.run(["run", "shop.v2.yaml"], in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.error == "\(Self.files.count) files in out/shop.v2\n")
    #expect(outcome.output.contains("Shop"))
    #expect(folder.names() == ["out", "shop.v2.yaml"])
    #expect(folder.names("out/shop.v2") == Self.files)
  }

  @Test("one job and eight give the same bytes in all files and on standard output")
  func jobs() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    let outcomes = try ["1", "8"].map { jobs in
      try Program.run(
        ["run", "s.yaml", "--replications", "9", "--jobs", jobs, "--out", "jobs\(jobs)", "--format", "json"], in: folder
      )
    }
    #expect(outcomes[0].status == 0)
    #expect(outcomes[0].output == outcomes[1].output)
    #expect(try folder.files("jobs1").keys.sorted() == Self.files)
    #expect(try folder.files("jobs1") == folder.files("jobs8"))
  }

  @Test("another seed gives other figures")
  func seed() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    let outcomes = try ["1", "2"].map {
      try Program.run(["run", "s.yaml", "--seed", $0, "--format", "csv"], in: folder)
    }
    #expect(outcomes[0].output != outcomes[1].output)
  }

  @Test("--format json puts one document on standard output and nothing else, equal to summary.json")
  func json() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    let outcome = try Program.run(["run", "s.yaml", "--format", "json", "--replications", "2"], in: folder)
    let document = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    #expect(document?["formatVersion"] as? Int == 1)
    #expect(document?["replications"] as? Int == 2)
    #expect(try folder.files("out/s")["summary.json"] == Data(outcome.output.utf8))
    #expect(outcome.error.contains("files in out/s"))
  }

  @Test("--format csv puts one table on standard output: the same number of cells in every row")
  func csv() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    let output = try Program.run(["run", "s.yaml", "--format", "csv"], in: folder).output
    let rows = output.split(separator: "\n").map { $0.filter { $0 == "," }.count }
    #expect(output.hasPrefix("metric,"))
    #expect(rows.count > 10 && Set(rows).count == 1)
  }

  @Test("--quiet leaves standard error empty")
  func quiet() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    #expect(try Program.run(["run", "s.yaml", "--quiet"], in: folder).error == "")
  }

  @Test("--period changes the rows of the time series, with or without a space", arguments: ["5min", "5 min"])
  func period(period: String) throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    #expect(try Program.run(["run", "s.yaml", "--period", period], in: folder).status == 0)
    let series = String(decoding: try #require(try folder.files("out/s")["timeseries.csv"]), as: UTF8.self)
    #expect(series.contains("\n300,300,"))
    #expect(!series.contains("\n60,"))
  }

  @Test("settings and the price book's hash are in the manifest")
  func manifest() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    #expect(try Program.run(["run", "s.yaml", "--set", "duration=2 h"], in: folder).status == 0)
    let manifest =
      try JSONSerialization.jsonObject(
        with: try #require(try folder.files("out/s")["manifest.json"])) as? [String: Any]
    #expect(manifest?["settings"] as? [String] == ["duration=2 h"])
    let prices = manifest?["prices"] as? [String: String]
    #expect(prices?["region"] == "us-east-1")
    #expect(prices?["sha256"]?.count == 64)
  }

  @Test("a missed objective ends with 99, and the files are there; a met one ends with 0")
  func objectives() throws {
    let folder = try Folder()
    for (bound, status) in [("1 us", Int32(99)), ("1 h", 0)] {
      try folder.put(scenario(more: "objectives: [latency.p99 < \(bound)]\n"), "s.yaml")
      let outcome = try Program.run(["run", "s.yaml", "--out", "to\(status)", "--format", "json"], in: folder)
      #expect(outcome.status == status)
      #expect(folder.names("to\(status)") == Self.files)
      #expect(outcome.output.contains(status == 0 ? "\"met\": true" : "\"met\": false"))
    }
  }

  @Test("validate says ok and lists the assumptions without running")
  func validate() throws {
    let folder = try Folder()
    try folder.put(scenario(rate: "100000 / s", duration: "366 d"), "s.yaml")
    let table = try Program.run(["validate", "s.yaml"], in: folder)
    #expect(table.status == 0)
    #expect(table.output.hasPrefix("ok\n"))
    #expect(table.output.contains("worker.idleExpiry"))
    let csv = try Program.run(["validate", "s.yaml", "--format", "csv"], in: folder)
    #expect(csv.output.hasPrefix("subject,parameter,value,grade,source,as_of\n"))
    let json = try Program.run(["validate", "s.yaml", "--format", "json"], in: folder)
    let document = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect(document?["ok"] as? Bool == true)
    #expect((document?["assumptions"] as? [Any])?.isEmpty == false)
    #expect(folder.names() == ["s.yaml"])
  }

  @Test("validate's CSV is the run's assumptions.csv")
  func assumptions() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    let table = try Program.run(["validate", "s.yaml", "--format", "csv"], in: folder).output
    #expect(try Program.run(["run", "s.yaml"], in: folder).status == 0)
    #expect(try folder.files("out/s")["assumptions.csv"] == Data(table.utf8))
  }

  @Test("a reader that leaves early is no error")
  func brokenPipe() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    for command in ["run s.yaml --format json", "validate s.yaml", "schema", "--help"] {
      let outcome = try Program.shell("set -o pipefail; (sleep 0.1; exec $W \(command)) | true", in: folder)
      #expect(outcome.status == 0)
      #expect(!outcome.wasKilled)
    }
  }

  /// Colours on a terminal, which `script` provides.
  @Test(
    "colours on a terminal only, and not if NO_COLOR, TERM=dumb or --no-color say so",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script")),
    arguments: [
      ("", ["TERM": "xterm"], true), ("", ["TERM": "xterm", "NO_COLOR": ""], true),
      ("", ["TERM": "xterm", "NO_COLOR": "1"], false), ("", ["TERM": "dumb"], false),
      (" --no-color", ["TERM": "xterm"], false),
    ])
  func colors(flag: String, environment: [String: String], isColored: Bool) throws {
    let folder = try Folder()
    try folder.put(scenario(more: "objectives: [errors < 50 %]\n"), "s.yaml")
    let terminal = try Program.shell(
      "script -qec \"$W run s.yaml\(flag)\" /dev/null", in: folder, environment: environment)
    #expect(terminal.output.contains(try Regex("\u{1B}\\[[0-9;]+m")) == isColored)
    #expect(terminal.output.contains("\u{1B}[K") == (environment["TERM"] != "dumb"))
    let piped = try Program.shell("$W run s.yaml\(flag)", in: folder, environment: environment)
    #expect(!(piped.output + piped.error).contains("\u{1B}"))
  }
}
