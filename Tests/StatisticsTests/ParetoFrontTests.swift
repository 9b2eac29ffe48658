import Statistics
import Testing

@Suite("Pareto front")
struct ParetoFrontTests {
  private func rows(_ x: Double, _ y: Double, spread: Double = 0) -> [(x: Double, y: Double)] {
    (0..<10).map { replication in
      let first: Double = replication % 2 == 0 ? -spread : spread
      let second: Double = replication / 2 % 2 == 0 ? spread : -spread
      return (x: x + first, y: y + second)
    }
  }

  @Test("whoever is beaten in both figures is dominated; the others are the front")
  func constants() {
    let places = ParetoFront.places([rows(1, 9), rows(2, 5), rows(3, 6), rows(4, 1), rows(4, 2), rows(9, 9)])
    #expect(places == [.front, .front, .dominated, .front, .dominated, .dominated])
  }

  @Test("equals in both figures dominate nobody; being worse in one and equal in the other is enough")
  func equals() {
    #expect(ParetoFront.places([rows(1, 1), rows(1, 1)]) == [.front, .front])
    #expect(ParetoFront.places([rows(1, 1), rows(1, 2)]) == [.front, .dominated])
  }

  @Test("what the intervals leave open is marked on both sides of the front")
  func uncertain() {
    #expect(ParetoFront.places([rows(1, 1), rows(1.01, 1.01, spread: 0.5)]) == [.uncertainFront, .uncertainDominated])
    // Shown to be cheaper, so safe, whatever the other figure says.
    #expect(ParetoFront.places([rows(1, 1), rows(0.5, 1.01, spread: 0.1)]) == [.uncertainFront, .front])
  }

  @Test("who has fewer replications is compared over those that both have")
  func unequalCounts() {
    // The same candidate twice; the second met only the first ten replications, which were lucky.
    let long = (0..<20).map { (x: $0 < 10 ? 1.0 : 2.0, y: $0 < 10 ? 1.0 : 2.0) }
    #expect(ParetoFront.places([long, Array(long.prefix(10))]) == [.front, .front])
  }

  @Test("a candidate without a figure has no place and dominates nobody")
  func unknown() {
    #expect(ParetoFront.places([rows(1, .nan), rows(2, 2)]) == [.unknown, .front])
    #expect(ParetoFront.places([]) == [])
  }
}
