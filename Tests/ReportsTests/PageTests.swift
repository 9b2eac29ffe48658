import Experiments
import Foundation
import Services
import Statistics
import Testing

@testable import Reports

@Suite struct PageTests {
  private static let hostile = "<script>alert('x')</script>&amp;\"><img src=x onerror=y>\u{0}"

  private func page(_ fixture: Fixture) -> String { Page(result: fixture.result, manifest: fixture.manifest).text }

  @Test("the checker of tags finds what is unbalanced")
  func checker() {
    #expect(Markup.unbalanced("<p><b>x</b></p>").isEmpty)
    #expect(!Markup.unbalanced("<p><b>x</p></b>").isEmpty)
    #expect(!Markup.unbalanced("<p>").isEmpty)
  }

  @Test("tags are balanced", arguments: [1, 2, 10])
  func balanced(replications: Int) {
    #expect(Markup.unbalanced(page(Fixture(replications: replications))) == [])
    #expect(Markup.unbalanced(page(Fixture(sourceNames: [], functionNames: [], assumptions: []))) == [])
  }

  @Test("texts of the scenario cannot become markup")
  func escaping() {
    let assumption = Assumption(
      subject: Self.hostile, parameter: Self.hostile, value: Self.hostile, grade: .inferred, source: Self.hostile,
      asOf: Self.hostile)
    let fixture = Fixture(
      name: Self.hostile, description: Self.hostile, sourceNames: [Self.hostile, "b"], functionNames: [Self.hostile],
      assumptions: [assumption])
    let html = page(fixture)
    #expect(Markup.unbalanced(html) == [])
    #expect(!html.contains("<script>alert"))
    #expect(!html.contains("<img"))
    #expect(!html.contains("\u{0}"))
    #expect(html.components(separatedBy: "<script>").count == 2)
    #expect(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;&quot;&gt;&lt;img"))
  }

  @Test("the page refers to nothing outside itself")
  func selfContained() {
    let html = page(Fixture())
    for reference in ["http:", "https:", "//", "src=", "@import", "url(", "<link", "<img", "<iframe", "<object"] {
      #expect(!html.contains(reference), "\(reference)")
    }
    let targets = html.components(separatedBy: "href=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(targets.count == 8)
    for target in targets { #expect(html.contains("id=\"\(target.dropFirst())\""), "\(target)") }
    #expect(html.contains("default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"))
  }

  @Test("addresses in sources stay plain text")
  func addresses() {
    let assumption = Assumption(
      subject: "", parameter: "p", value: "1", grade: .documented, source: "https://example.com/a", asOf: "2026")
    let html = page(Fixture(assumptions: [assumption]))
    #expect(html.contains("<td class=\"text wide\">https://example.com/a</td>"))
    #expect(html.components(separatedBy: "https:").count == 2)
  }

  @Test("43,200 periods of ten sources and ten functions stay below 1 MB, and the page says what it leaves out")
  func size() {
    let fixture = Fixture(
      sourceNames: (0..<10).map { "source\($0)" }, functionNames: (0..<10).map { "function\($0)" }, periods: 43_200)
    let html = page(fixture)
    #expect(html.utf8.count < 1_000_000)
    #expect(html.contains("The 6 busiest of 10 sources are drawn"))
    #expect(html.contains("The 6 busiest of 12 resources are drawn"))
    #expect(html.contains(">source9</th>"))
  }

  @Test("the same result gives the same bytes")
  func deterministic() {
    let (first, second) = (Fixture(), Fixture())
    let a = Reports.files(for: first.result, manifest: first.manifest)
    let b = Reports.files(for: second.result, manifest: second.manifest)
    let names = [
      "summary.json", "manifest.json", "latency.csv", "timeseries.csv", "bill.csv", "assumptions.csv", "report.html",
    ]
    #expect(a.map(\.name) == names)
    #expect(a.map(\.contents) == b.map(\.contents))
    #expect(a.allSatisfy { $0.contents.last == UInt8(ascii: "\n") && !$0.contents.contains(UInt8(ascii: "\r")) })
  }

  @Test("the page says how the run became a month, before tiers and free quantities")
  func scaling() {
    let html = page(Fixture())
    #expect(html.contains("used is first scaled to the month of 730 h; price tiers and free quantities are those of"))
    #expect(html.contains("Fixed charges go by time"))
  }

  @Test("what is rare beside the rest is drawn on a scale of its own, what never happens is named")
  func rareEvents() {
    let html = page(Fixture())
    #expect(html.contains("<figcaption>shoppers: rare events</figcaption>"), "12 errors beside thousands of requests")
    #expect(!html.contains("<figcaption>listItems: rare events</figcaption>"))
    #expect(html.contains("<li>none: throttles</li>"))
  }

  @Test("the verdict names messages, events and records that nobody has processed, and nothing if there are none")
  func unfinishedWork() {
    let fixture = Fixture()
    #expect(!page(fixture).contains("Behind the answers"))
    var result = fixture.result
    func resource(_ name: String, _ type: String, _ figures: [(String, Double)]) -> ResourceSummary {
      ResourceSummary(
        name: name, typeName: type, figures: figures.map { ($0.0, Interval(mean: $0.1, halfWidth: nil, count: 1)) })
    }
    result.resources += [
      resource("jobs", "queue", [("visibleAtEnd", 60), ("inFlightAtEnd", 7), ("delayedAtEnd", 0), ("redriven", 3)]),
      resource("mails", "function", [("asyncEventsDropped", 5), ("eventsInProgress", 0)]),
      resource("reader", "eventSourceMapping", [("droppedEvents", 0), ("finalEventsBehind", .nan)]),
    ]
    let html = Page(result: result, manifest: fixture.manifest).text
    #expect(Markup.unbalanced(html) == [])
    #expect(
      html.contains(
        "Left in queues at the end: 67 at jobs; Moved to dead-letter queues: 3 at jobs; "
          + "Asynchronous events dropped: 5 at mails.</p>"))
    #expect(!html.contains("Records"))
  }

  @Test("verdicts have words, and one replication claims no certainty")
  func verdicts() {
    let many = page(Fixture())
    #expect(many.contains("2 of 3 objectives met"))
    #expect(many.contains("✓ Met</span>") && many.contains("✗ Missed by the mean only"))
    let one = page(Fixture(replications: 1))
    #expect(one.contains("✓ Met in one replication"))
    #expect(!one.contains("✓ Met</span>") && !one.contains("±</small>"))
  }

  @Test("tables have captions and scoped heads, charts have a title and a description")
  func accessible() {
    let html = page(Fixture())
    let count = { (part: String) in html.components(separatedBy: part).count - 1 }
    #expect(count("<table") == count("<caption>"))
    #expect(count("<th") - count("<thead") == count("<th scope="))
    #expect(count("role=\"img\"") == count("<desc>"))
    #expect(count("<title>") == count("<desc>") + 1)
  }

  @Test(
    "figures that are shares are told by their last word; a throttle by rate is a count",
    arguments: [
      ("coldStartProbability", true), ("cpuUtilization", true), ("throttlesRate", false), ("shares", false),
    ])
  func shares(figure: String, isShare: Bool) {
    #expect(Page.isShare(figure) == isShare)
  }
}
