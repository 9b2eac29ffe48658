import Experiments
import Statistics
import Testing

@testable import Reports

@Suite("Comparison reports")
struct ComparisonPageTests {
  private static let hostile = "<script>alert('x')</script>&amp;\"><img src=x onerror=y>\u{0}"

  private func page(_ fixture: ComparisonFixture) -> String {
    ComparisonPage(comparison: fixture.comparison, manifest: fixture.manifest).text
  }

  @Test("tags are balanced", arguments: [1, 2, 10])
  func balanced(replications: Int) {
    #expect(Markup.unbalanced(page(ComparisonFixture(replications: replications))) == [])
    #expect(Markup.unbalanced(page(ComparisonFixture(names: (0..<12).map { "design\($0)" }))) == [])
  }

  @Test("names cannot become markup, nor move a terminal's cursor")
  func escaping() {
    let fixture = ComparisonFixture(names: [Self.hostile, "b"])
    let html = page(fixture)
    #expect(Markup.unbalanced(html) == [])
    #expect(!html.contains("<script>alert") && !html.contains("<img") && !html.contains("\u{0}"))
    #expect(html.components(separatedBy: "<script>").count == 2)
    #expect(!ComparisonSummary.text(for: fixture.comparison, color: false).contains("\u{0}"))
  }

  @Test("the page refers to nothing outside itself, and its links lead somewhere")
  func selfContained() {
    let html = page(ComparisonFixture())
    for reference in ["http:", "https:", "//", "src=", "@import", "url(", "<link", "<img", "<iframe", "<object"] {
      #expect(!html.contains(reference), "\(reference)")
    }
    let targets = html.components(separatedBy: "href=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(targets.count == 8)
    for target in targets { #expect(html.contains("id=\"\(target.dropFirst())\""), "\(target)") }
  }

  @Test("tables have captions and scoped heads, charts have a title and a description")
  func accessible() {
    let html = page(ComparisonFixture())
    let count = { (part: String) in html.components(separatedBy: part).count - 1 }
    #expect(count("<table") == count("<caption>"))
    #expect(count("<th") - count("<thead") == count("<th scope="))
    #expect(count("role=\"img\"") == count("<desc>"))
    #expect(count("<title>") == count("<desc>") + 1)
  }

  /// Three differences are judged together: p99 at t(9) of 1 - 0.05 / 3, which is 2.933 and not 2.262, so 41 ms become
  /// 53; the cost at that of 1 - 0.05 / 2, which is 2.685, so 0.20 USD become 0.24.
  @Test("the sentence says size, share and the family's interval of each difference, as by hand")
  func sentences() {
    let text = ComparedText(comparison: ComparisonFixture().comparison)
    #expect(
      text.sentences.map(\.text) == [
        "snapStart against plain: p99 4.98 s less (-79 %, 95 % interval 4.93 to 5.03 s), errors no difference shown, "
          + "cost 12.30 USD a month more (+8.2 %, 95 % interval 12.06 to 12.54 USD)."
      ])
  }

  @Test("where requests failed, the page says whose response times it shows")
  func successes() {
    let words = [
      "Response times are those of requests that succeeded", "Of requests that succeeded", "failures included",
    ]
    let (failing, sound) = (page(ComparisonFixture()), page(ComparisonFixture(hasFailures: false)))
    for word in words { #expect(failing.contains(word) && !sound.contains(word), "\(word)") }
  }

  @Test("figures of all answers have names of their own, and no verdict")
  func answered() {
    for (name, title) in [
      ("answeredMean", "Mean, all answers, ms"), ("answeredP50", "p50, all answers, ms"),
      ("answeredP999", "p99.9, all answers, ms"), ("answeredMax", "Maximum, all answers, ms"),
    ] {
      let key = FigureKey(scope: .traffic("s"), name: name, unit: .milliseconds)
      #expect(Shown.heading(key) == title && key.isOfAllAnswers && !key.isBetterLower)
    }
    let key = FigureKey(scope: .traffic("s"), name: "p99", unit: .milliseconds)
    #expect(key.isBetterLower && !key.isOfAllAnswers)
    #expect(!FigureKey(scope: .bill, name: "answeredP99", unit: .milliseconds).isOfAllAnswers)
  }

  @Test("one replication has differences without interval and verdict")
  func single() {
    let comparison = ComparisonFixture(replications: 1).comparison
    let text = ComparedText(comparison: comparison)
    #expect(
      text.sentences.map(\.text) == [
        "snapStart against plain: p99 4.98 s less (-79 %), errors 0.0500 percentage points less (-50 %), "
          + "cost 12.30 USD a month more (+8.2 %)."
      ])
    let summary = ComparisonSummary.text(for: comparison, color: false)
    #expect(!summary.contains(" better\n") && !summary.contains(" worse\n") && !summary.contains("±"))
    #expect(summary.contains("One replication"))
  }

  @Test("the terminal shows every design at any width, the baseline beside each")
  func widths() {
    let fixture = ComparisonFixture(names: (0..<7).map { "design\($0)" })
    for width in [40, 80, 200] {
      let summary = ComparisonSummary.text(for: fixture.comparison, color: false, width: width)
      let heads = summary.split(separator: "\n").filter { $0.hasPrefix("Figure") }
      for design in 1..<7 { #expect(heads.contains { $0.contains("design\(design)") && $0.contains("design0") }) }
      if width >= 80 { #expect(summary.split(separator: "\n").allSatisfy { $0.count <= width }) }
    }
    #expect(ComparisonSummary.text(for: fixture.comparison, color: true).contains("\u{1B}[32m"))
    #expect(!ComparisonSummary.text(for: fixture.comparison, color: false).contains("\u{1B}"))
  }

  @Test("money is a text in the document, shares and times are numbers, what is missing is null")
  func document() {
    let json = Reports.comparisonJSON(for: ComparisonFixture().comparison)
    #expect(json.contains("\"formatVersion\": 2"))
    #expect(json.contains("\"difference\": \"12.30\"") && json.contains("\"lower\": \"12.10\""))
    #expect(json.contains("\"difference\": -4978.3"))
    #expect(Reports.comparisonJSON(for: ComparisonFixture(replications: 1).comparison).contains("\"lower\": null"))
  }

  @Test("the table has a row a figure and design that is not the baseline")
  func table() {
    let fixture = ComparisonFixture(names: ["plain", "a", "b"])
    let lines = Reports.comparisonCSV(for: fixture.comparison).split(separator: "\n")
    #expect(lines.count == 1 + 2 * fixture.comparison.figures.count)
    #expect(lines.first?.hasSuffix(",relative,verdict,p_value,p_holm,holm_half_width,variance_reduction") == true)
    // Six differences in the family: two equal p-values of p99 times 6, then two of the cost times 4.
    #expect(
      lines.contains(
        "traffic,shoppers,,p99,ms,a,plain,6300,1321.7,-4978.3,41,-5019.3,-4937.3,-0.7902063,better,"
          + "5.71846e-19,3.431076e-18,60.97381,"))
    #expect(
      lines.contains(
        "bill,,,monthlyCost,USD,b,plain,150.00,162.30,12.30,0.20,12.10,12.50,0.082,worse,"
          + "2.602938e-16,1.041175e-15,0.28,"))
  }

  @Test("a figure that only one design has is shown without a difference, whichever design that is")
  func lonely() {
    for lonely in 0..<2 {
      var fixture = ComparisonFixture().comparison
      fixture.figures[2].cells[1 - lonely] = nil
      if lonely == 1 {
        fixture.figures[2].cells[1]?.difference = nil
        fixture.figures[2].cells[1]?.judgement = nil
      }
      let html = ComparisonPage(comparison: fixture, manifest: ComparisonFixture().manifest).text
      #expect(Markup.unbalanced(html) == [])
      #expect(html.contains("in no other design") == (lonely == 0))
      #expect(!ComparedText(comparison: fixture).sentences[0].text.contains("p99"))
      #expect(ComparisonSummary.text(for: fixture, color: false).contains("p99, ms"))
    }
  }

  @Test("the same comparison gives the same bytes, the page last")
  func deterministic() {
    let files = (0..<2).map { _ in
      Reports.files(for: ComparisonFixture().comparison, manifest: ComparisonFixture().manifest)
    }
    #expect(files[0].map(\.name) == Reports.comparisonFiles)
    #expect(files[0].map(\.contents) == files[1].map(\.contents))
    #expect(files[0].allSatisfy { $0.contents.last == UInt8(ascii: "\n") })
  }

  @Test(
    "relative differences have two digits, all before the point",
    arguments: [
      (-0.79, "-79 %"), (0.082, "+8.2 %"), (12.345, "+1,235 %"), (0, "0 %"), (-0.00023, "-0.023 %"), (1.5, "+150 %"),
    ])
  func relative(share: Double, text: String) {
    #expect(Shown.relative(share) == text)
  }
}

/// Two designs or more with figures that are chosen, results that are the run's fixture.
struct ComparisonFixture {
  var names = ["plain", "snapStart"]
  var replications = 10
  var hasFailures = true

  var manifest: ComparisonManifest {
    ComparisonManifest(toolVersion: "0.1.0", designs: names.map { _ in Fixture().manifest })
  }

  var comparison: Comparison {
    var fixture = Fixture(sourceNames: ["shoppers"], replications: replications, periods: 10, hasFailures: hasFailures)
    fixture.name = "Shop"
    let result = fixture.result
    return Comparison(
      names: names, results: names.map { _ in result }, baseline: 0, replications: replications, seed: 1,
      figures: [
        figure(.traffic("shoppers"), "requests", .count, 1_000, 0, 0),
        figure(.traffic("shoppers"), "errorRate", .share, 0.001, -0.0005, 0.0006),
        figure(.traffic("shoppers"), "p99", .milliseconds, 6_300, -4_978.3, 41),
        figure(.type("function"), "meanEnvironments", .count, 20, 3, 1),
        figure(.bill, "monthlyCost", .dollars, 150, 12.3, 0.2),
        figure(.resource(name: "f", type: "function"), "coldStarts", .count, 12, .nan, 0),
      ], remarks: [])
  }

  private func figure(
    _ scope: FigureScope, _ name: String, _ unit: FigureUnit, _ base: Double, _ difference: Double, _ halfWidth: Double
  ) -> ComparedFigure {
    let key = FigureKey(scope: scope, name: name, unit: unit)
    func interval(_ mean: Double) -> Interval {
      Interval(mean: mean, halfWidth: replications > 1 ? halfWidth : nil, count: replications)
    }
    return ComparedFigure(
      key: key,
      cells: names.indices.map { design in
        ComparedCell(
          own: interval(design == 0 ? base : base + difference), difference: interval(design == 0 ? 0 : difference),
          baseline: base, isBetterLower: key.isBetterLower)
      })
  }
}
