import Foundation
import Testing

@Suite("Sensitivity and fits on the command line")
struct SweepAnalysisTests {
  private static let scenario = """
    scenario: Small
    region: us-east-1
    duration: 5 s
    replications: 1
    traffic: { clients: { target: worker, arrivals: { poisson: { rate: 5 / s } } } }
    resources:
      worker: { type: function, runtime: python3.13, timeout: 9 s, handler: [ { wait: { constant: 1 s } } ] }
    """
  private static let plan = """
    sweep: Small
    scenario: scenario.yaml
    parameters:
      memory: { path: resources.worker.memorySize, from: 128 MB, to: 1152 MB, step: 1 MB }
      timeout: { path: resources.worker.timeout, from: 60 s, to: 90 s, step: 1 s }
    design: { sobolIndices: { basePoints: 8 } }
    figures: [cost.monthly, clients.errorRate]
    """

  @Test("merge writes sensitivity, fit and residuals and shows the tornado with the largest on top")
  func merge() throws {
    let folder = try Folder()
    try folder.put(Self.scenario, "scenario.yaml")
    try folder.put(Self.plan, "plan.yaml")
    let outcome = try Program.shell(
      """
      $W sweep plan plan.yaml --out o -q && $W sweep run --plan o/sweep.json --out o -q &&
      $W sweep merge --plan o/sweep.json --out o -q --fit linear --figure cost.monthly
      """, in: folder)
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.error.isEmpty)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    let memory = try #require(lines.firstIndex { $0.hasPrefix("  memory") })
    let timeout = try #require(lines.firstIndex { $0.hasPrefix("  timeout") })
    #expect(memory < timeout && lines[memory].contains("█") && !lines[timeout].contains("█"))
    #expect(lines.contains { $0.hasPrefix("clients.errorRate") && $0.hasSuffix("the same at all points") })
    #expect(lines.contains { $0.hasPrefix("One at a time") })
    #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
    let files = try folder.files("o")
    func text(_ name: String) throws -> String { String(decoding: try #require(files[name]), as: UTF8.self) }
    let sensitivity = try text("sensitivity.csv")
    #expect(sensitivity.hasPrefix("figure,unit,parameter,with,first_order,"))
    #expect(sensitivity.contains("\ncost.monthly,USD,timeout,,0,0,0,0,,,0,8,\n"))
    #expect(sensitivity.contains("\nclients.errorRate,share,memory,,,,,,,,,,the same at all points\n"))
    #expect(!sensitivity.contains("nan") && !sensitivity.contains("inf"))
    #expect(try text("residuals.csv").split(separator: "\n").count == 1 + 8 * 4)
    #expect(try text("fit.csv").contains("\nquality,points,32,"))
  }

  @Test("a fit without a figure, and of one that is not there, say so")
  func faults() throws {
    let folder = try Folder()
    try folder.put(Self.scenario, "scenario.yaml")
    try folder.put(Self.plan, "plan.yaml")
    let first = try Program.shell(
      "$W sweep plan plan.yaml --out o -q && $W sweep run --plan o/sweep.json --out o -q", in: folder)
    #expect(first.status == 0, "\(first.error)")
    let merge = ["sweep", "merge", "--plan", "o/sweep.json", "--out", "o"]
    #expect(try Program.run(merge + ["--fit", "linear"], in: folder).status == 64)
    #expect(try Program.run(merge + ["--log-scale", "memory"], in: folder).status == 64)
    #expect(try Program.run(merge + ["--fit", "cubic", "--figure", "cost.monthly"], in: folder).status == 64)
    let unknown = try Program.run(merge + ["--fit", "linear", "--figure", "cost.daily"], in: folder)
    #expect(unknown.status == 65 && unknown.error.contains("found cost.daily"))
  }
}
