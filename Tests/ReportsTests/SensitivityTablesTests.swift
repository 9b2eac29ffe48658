import Testing

@testable import Reports

@Suite("Tornado bars")
struct TornadoBarTests {
  @Test("a bar is as long as its share, to half a character, and never longer than its column")
  func lengths() {
    func drawn(_ share: Double) -> String { String(TornadoBar.text(share).prefix { $0 != " " }) }
    #expect(drawn(0) == "" && drawn(-0.2) == "" && drawn(.nan) == "")
    #expect(drawn(1) == String(repeating: "█", count: 24) && drawn(1.3) == drawn(1))
    #expect(drawn(0.5) == String(repeating: "█", count: 12))
    #expect(drawn(1.0 / 48) == "▌")
    for share in [-1, 0, 0.3, 1, 2] { #expect(TornadoBar.text(share).count == 24) }
  }
}
