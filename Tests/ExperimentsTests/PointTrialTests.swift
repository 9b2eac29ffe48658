import Testing

@testable import Experiments

@Suite("Points tried when a sweep is planned")
struct PointTrialTests {
  @Test("all of a small plan, one of each equal part of a large one, and the same for a seed")
  func chosen() {
    #expect(PointTrial.chosen(of: 0, atMost: 10, seed: 1) == [])
    #expect(PointTrial.chosen(of: 10, atMost: 10, seed: 1) == Array(0..<10))
    for count in [11, 95, 1_000, 123_457] {
      let points = PointTrial.chosen(of: count, atMost: 10, seed: 1)
      #expect(points.count == 10)
      for (part, point) in points.enumerated() {
        #expect(point >= part * count / 10 && point < (part + 1) * count / 10, "\(count): \(points)")
      }
      #expect(points == PointTrial.chosen(of: count, atMost: 10, seed: 1))
    }
    #expect(PointTrial.chosen(of: 1_000, atMost: 10, seed: 1) != PointTrial.chosen(of: 1_000, atMost: 10, seed: 2))
  }

  @Test("long scenarios get fewer points, and never less than fifty")
  func bytes() {
    func count(_ bytes: Int) -> Int { PointTrial(count: 5_000, parameters: 1, bytes: bytes, seed: 1).chosen.count }
    #expect([0, 8_388, 8_389, 83_886, 1 << 24].map(count) == [1_000, 1_000, 999, 100, 50])
  }

  @Test("a fault that a fifth of 100,000 points have is announced with a number of tried ones")
  func sampled() throws {
    let fixture = try SweepFixture()
    let plan = try fixture.plan(
      "{ random: { points: 100000 } }",
      """
        limit: { path: account.concurrentExecutions, from: 200, to: 300, step: 1 }
        reserved: { path: resources.worker.reservedConcurrentExecutions, from: 100, to: 150, step: 1 }
      """)
    let made = try SweepPlanner.file(for: plan, options: SweepPlanner.Options(), toolVersion: "test")
    #expect(made.warnings.count == 1)
    let words = made.warnings[0].split(separator: " ")
    // A point fails where the limit less 100 is below what is reserved: an eighth of the area beyond 100 of 101 x 51.
    let failing = (200...300).reduce(0) { sum, limit in sum + (100...150).filter { $0 > limit - 100 }.count }
    let share = Double(failing) / (101 * 51)
    // Four standard deviations of a drawn share: a false alarm for one seed in 15,000.
    let width = 4 * (share * (1 - share) / 1_000).squareRoot()
    #expect(abs((Double(words[1]) ?? 0) / 1_000 - share) < width, "\(share): \(made.warnings)")
    #expect(made.warnings[0].contains("of 1000 points tried of 100000 cannot be simulated"))
  }
}
