import Billing
import Foundation
import Scenarios
import Statistics
import Testing

@testable import Experiments
@testable import Reports

@Suite("Optimisation reports")
struct OptimizationReportTests {
  private static let hostile = "<script>alert('x')</script>&amp;\"><img src=x onerror=y>\u{0}"

  private func page(_ fixture: OptimizationFixture) throws -> String {
    try OptimizationPage(optimization: fixture.optimization(), manifest: fixture.manifest).text
  }

  private func summary(_ fixture: OptimizationFixture, width: Int = 80) throws -> String {
    try OptimizationSummary.text(for: fixture.optimization(), color: false, width: width)
  }

  private func words(_ fixture: OptimizationFixture) throws -> OptimizationText {
    OptimizationText(optimization: try fixture.optimization())
  }

  private static let outcomes: [Optimization.Outcome] = [.selected(1), .undecided([1, 2]), .infeasible]

  @Test("tags are balanced, whatever the outcome", arguments: outcomes)
  func balanced(outcome: Optimization.Outcome) throws {
    for count in [1, 4] {
      let html = try page(OptimizationFixture(outcome: outcome, count: count))
      #expect(Markup.unbalanced(html) == [])
    }
  }

  @Test("names cannot become markup, nor move a terminal's cursor")
  func escaping() throws {
    let fixture = OptimizationFixture(name: Self.hostile)
    let html = try page(fixture)
    #expect(Markup.unbalanced(html) == [])
    #expect(!html.contains("<script>alert") && !html.contains("<img") && !html.contains("\u{0}"))
    #expect(try !summary(fixture).contains("\u{0}"))
  }

  @Test("the page refers to nothing outside itself, its links lead somewhere, its tables and charts are named")
  func selfContained() throws {
    let html = try page(OptimizationFixture())
    for reference in ["http:", "https:", "src=", "@import", "url(", "<link", "<img", "<iframe", "<object"] {
      #expect(!html.contains(reference), "\(reference)")
    }
    let targets = html.components(separatedBy: "href=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(targets.count == 5)
    for target in targets { #expect(html.contains("id=\"\(target.dropFirst())\""), "\(target)") }
    let count = { (part: String) in html.components(separatedBy: part).count - 1 }
    #expect(count("<table") == count("<caption>"))
    #expect(count("<th") - count("<thead") == count("<th scope="))
    #expect(count("role=\"img\"") == count("<desc>"))
  }

  @Test("page, terminal and document say the same sentences, and the figures of the answer")
  func sentences() throws {
    let fixture = OptimizationFixture()
    let words = OptimizationText(optimization: try fixture.optimization())
    #expect(
      words.answer == "memory 1024 MB costs least of those candidates that meet all objectives: $50.00 ± 1.00 a month.")
    #expect(words.figures == ["It has latency.p99 180.0 ± 2.0 ms (< 200 ms), errors 0.100 ± 0.010 % (< 1 %)."])
    #expect(
      words.alternative == [
        "For 0.40 USD a month more, within the indifference, memory 2048 MB has a latency.p99 of 120.0 ± 2.0 ms."
      ])
    #expect(words.certainty.first?.hasPrefix("Confidence 95 %: the chance is at most 5 % that another") == true)
    #expect(
      words.effort
        == "Simulated 123,456 requests in 60 replications of 4 candidates of 46 combinations. The same number for each of "
        + "them, as many as the closest decision took, would have been 80 replications.")
    #expect(
      words.remarks == ["memory lies at the lower end of its range: a wider range may hold a cheaper design."])
    let html = try page(fixture)
    let text = try summary(fixture, width: 2_000)
    let json = Reports.optimumJSON(for: try fixture.optimization())
    for sentence in words.all {
      #expect(html.contains(HTML.escaped(sentence)), "\(sentence)")
      #expect(text.contains(sentence) && json.contains(sentence), "\(sentence)")
    }
  }

  @Test("a mean that drifted over its bound after the decision is told")
  func drifted() throws {
    var fixture = OptimizationFixture()
    fixture.answerLatency = 201
    let remarks = try words(fixture).remarks
    #expect(
      remarks.first
        == "By the mean of its 20 replications memory 1024 MB misses latency.p99 < 200 ms by 1 ms, which the tolerance of "
        + "2 ms allows; `run` would say missed. A smaller `tolerance` decides more narrowly.")
    fixture.answerLatency = 199.9
    #expect(try words(fixture).remarks.count == 1)
  }

  @Test("undecided names what is left and why; infeasible which objective is missed and by how much")
  func others() throws {
    let undecided = OptimizationText(optimization: try OptimizationFixture(outcome: .undecided([1, 2])).optimization())
    #expect(
      undecided.answer.hasPrefix(
        "Undecided after 200 replications between 2 candidates: memory 1024 MB; memory 2048 MB."))
    #expect(
      undecided.certainty == ["memory 2048 MB costs 0.40 ± 0.10 USD a month more; the indifference is 0.50 USD."]
    )
    var open = OptimizationFixture(outcome: .undecided([0, 1]))
    open.isFirstOpen = true
    #expect(
      try words(open).certainty == [
        "memory 128 MB costs 10.00 ± 0.10 USD a month less, but whether it meets latency.p99 < 200 ms is open."
      ])
    let none = OptimizationText(optimization: try OptimizationFixture(outcome: .infeasible).optimization())
    #expect(none.answer == "No candidate meets all objectives." && none.figures == [] && none.alternative == [])
  }

  @Test("the figures of the document and of the tables are the candidates' own")
  func figures() throws {
    let optimization = try OptimizationFixture().optimization()
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(Reports.optimumJSON(for: optimization).utf8)) as? [String: Any])
    #expect(document["outcome"] as? String == "selected" && document["candidate"] as? Int == 1)
    #expect(document["settings"] as? [String] == ["resources.worker.memorySize=1024 MB"])
    #expect(document["confidence"] as? Double == 0.95)
    #expect((document["effort"] as? [String: Any])?["requests"] as? Int == 123_456)
    let rows = try #require(document["candidates"] as? [[String: Any]])
    let lines = Reports.candidatesCSV(for: optimization).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(lines.count == 5 && rows.count == 4)
    let html = try page(OptimizationFixture())
    for (row, line) in zip(rows, lines.dropFirst()) {
      let cells = Dictionary(uniqueKeysWithValues: zip(lines[0], line))
      let cost = try #require((row["monthlyCost"] as? [String: Any])?["mean"] as? String)
      #expect(cells["cost_monthly_usd"] == cost && html.contains(">\(cost)<"))
      let latency = try #require((row["latencyMs"] as? [String: Any])?["mean"] as? Double)
      #expect(cells["latency_ms"].flatMap(Double.init) == latency)
      #expect(cells["standing"] == row["standing"] as? String)
      #expect(cells["pareto"] == row["pareto"] as? String)
      #expect(cells["objective1_decision"] == ((row["objectives"] as? [[String: Any]])?.first?["decision"] as? String))
    }
    #expect(lines[1].contains("infeasible") && lines[2].contains("best") && lines[4].contains("dearer"))
    let front = String(
      decoding: try #require(
        Reports.files(for: optimization, manifest: OptimizationFixture().manifest).first { $0.name == "pareto.csv" }
      ).contents, as: UTF8.self)
    #expect(front.split(separator: "\n").dropFirst().map { $0.prefix(1) } == ["0", "1", "2"])
  }

  @Test("the chart marks what meets, misses and is open by shape, the answer by a ring, the bound by a line")
  func chart() throws {
    let figure = ParetoChart(optimization: try OptimizationFixture().optimization()).figure.text
    #expect(figure.components(separatedBy: "class=\"ring\"").count == 2)
    #expect(
      figure.components(separatedBy: "<text class=\"limit\"").count == 2 && figure.contains("latency.p99 &lt; 200 ms"))
    for word in ["meets all objectives", "misses an objective"] { #expect(figure.contains(word)) }
    #expect(!figure.contains("not decided"))
    // One candidate is no chart.
    let single = try OptimizationFixture(count: 1).optimization()
    #expect(ParetoChart(optimization: single).figure.text == "")
  }

  @Test("the terminal keeps to its width and drops what matters least")
  func widths() throws {
    for width in [40, 60, 80, 120] {
      let lines = try summary(OptimizationFixture(), width: width).split(separator: "\n")
      #expect(lines.contains { $0.contains("1024 MB") && $0.contains("50.00") })
      if width >= 80 { #expect(lines.allSatisfy { $0.count <= width }) }
    }
    let wide = try summary(OptimizationFixture(), width: 120)
    for word in [
      "latency.p99, ms", "objectives", "runs", "front", "the answer", "misses latency.p99 < 200 ms", "no cheaper",
    ] {
      #expect(wide.contains(word), "\(word)")
    }
    let colored = OptimizationSummary.text(for: try OptimizationFixture().optimization(), color: true)
    #expect(colored.contains("\u{1B}[32m"))
  }

  @Test("the same result gives the same bytes, the page last")
  func deterministic() throws {
    let files = try (0..<2).map { _ in
      Reports.files(for: try OptimizationFixture().optimization(), manifest: OptimizationFixture().manifest)
    }
    #expect(files[0].map(\.contents) == files[1].map(\.contents))
    #expect(files[0].last?.name == "optimum.html")
    #expect(files[0].allSatisfy { $0.contents.last == UInt8(ascii: "\n") })
  }
}

/// Four memory sizes: too slow, the answer, as cheap and faster, and dear.
struct OptimizationFixture {
  var outcome = Optimization.Outcome.selected(1)
  var name = "Shop"
  var count = 4
  /// p99 of the answer in ms, against a bound of 200.
  var answerLatency = 180.0
  /// Whether the bound of the first is not decided.
  var isFirstOpen = false

  var manifest: OptimizationManifest {
    OptimizationManifest(made: Fixture().manifest, arguments: ["--tolerance", "1 %"])
  }

  func optimization() throws -> Optimization {
    let template = try ScenarioTemplate(
      text: """
        scenario: Shop
        region: us-east-1
        duration: 1 h
        traffic:
          shoppers: { target: worker, arrivals: { poisson: { rate: 1 / s } } }
        resources:
          worker: { type: function, timeout: 10 s, handler: [ { compute: 5 ms } ] }
        objectives: [latency.p99 < 200 ms, errors < 1 %]
        optimize:
          variables:
            memory: { path: resources.worker.memorySize, from: 128 MB, to: 3008 MB, step: 64 MB }
        """, path: "shop.yaml")
    var scenario = try template.scenario()
    guard let plan = scenario.optimization else { preconditionFailure("the scenario has a plan") }
    scenario.name = name
    let all = [
      candidate("128 MB", 40, -10, 900, .infeasible(constraint: 0, replications: 10), .front),
      candidate("1024 MB", 50, 0, answerLatency, .best, .front),
      candidate("2048 MB", 50.4, 0.4, 120, .beaten(by: 1, replications: 20, isClose: true), .uncertainFront),
      candidate("3008 MB", 70, 20, 120, .beaten(by: 1, replications: 10, isClose: false), .dominated),
    ]
    var candidates = count == 1 ? [all[1]] : Array(all.prefix(count))
    switch outcome {
    case .selected: break
    case .undecided(let places): for place in places { candidates[count == 1 ? 0 : place].standing = .contending }
    case .infeasible:
      for place in candidates.indices {
        candidates[place].standing = .infeasible(constraint: 0, replications: 10)
        candidates[place].feasibility[0] = .violated(replications: 10)
      }
    }
    if isFirstOpen { candidates[0].feasibility[0] = .open }
    return Optimization(
      scenario: scenario, plan: plan, seed: 1,
      constraints: [
        Optimization.Constraint(text: "latency.p99 < 200 ms", bound: 200, unit: "ms", tolerance: 2),
        Optimization.Constraint(text: "errors < 1 %", bound: 0.01, unit: "%", tolerance: 0.0001),
      ], latencyName: "latency.p99", candidates: candidates,
      outcome: count == 1 ? (outcome == .infeasible ? .infeasible : .selected(0)) : outcome,
      leader: count == 1 ? 0 : 1, end: .finest, indifference: 0.5, gridSize: 46, rounds: [candidates.count],
      borders: [Optimization.Border(variable: "memory", isUpper: false)], requests: 123_456,
      digest: "0123456789abcdef")
  }

  private func candidate(
    _ memory: String, _ cost: Double, _ difference: Double, _ latency: Double,
    _ standing: OptimizationCandidate.Standing, _ place: ParetoFront.Place
  ) -> OptimizationCandidate {
    let isMissed = if case .infeasible = standing { true } else { false }
    let count = cost == 50 || cost == 50.4 ? 20 : 10
    func interval(_ mean: Double, _ halfWidth: Double) -> Interval {
      Interval(mean: mean, halfWidth: halfWidth, count: count)
    }
    return OptimizationCandidate(
      values: [memory], settings: [Override(path: "resources.worker.memorySize", value: memory)],
      cost: interval(cost, 1), latencyMs: interval(latency, 2),
      observed: [interval(latency, 2), interval(0.001, 0.0001)],
      feasibility: [isMissed ? .violated(replications: 10) : .met(replications: 10), .met(replications: 10)],
      difference: interval(difference, 0.1), standing: standing, replications: count, round: 0, pareto: place)
  }
}
