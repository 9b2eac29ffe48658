import Billing
import Testing
import Units

@testable import Experiments

@Suite("Mean cost")
struct RunningCostTests {
  private func money(_ text: String) -> Money? { Money(text) }

  @Test("a line's mean is rounded half-up to the cent: 1 and 2 cents are 2")
  func roundsHalfUp() async throws {
    let cost = try await merged([FakeRun(usage: (1, 0)), FakeRun(usage: (2, 0))]).cost
    #expect(cost.lines.map(\.charged.mean) == [money("0.02")])
    #expect(cost.lines.map(\.meanQuantity) == ["1.5"])
  }

  @Test("the total is the sum of the printed lines: two lines of 1.67 cents are 4 cents, not 3")
  func totalIsSumOfLines() async throws {
    let cost = try await merged([(1, 1), (2, 2), (2, 2)].map { FakeRun(usage: $0) }).cost
    #expect(cost.lines.map(\.charged.mean) == [money("0.02"), money("0.02")])
    #expect(cost.total.mean == money("0.04"))
  }

  @Test("half-widths are Student's over cents: 1, 2, 2 cents spread by 1.43, their doubles by 2.87")
  func halfWidths() async throws {
    let cost = try await merged([(1, 1), (2, 2), (2, 2)].map { FakeRun(usage: $0) }).cost
    #expect(cost.lines.map(\.charged.halfWidth) == [money("0.01"), money("0.01")])
    #expect(cost.total.halfWidth == money("0.03"))
    #expect(cost.perResource.map(\.cost.halfWidth) == [money("0.03")])
  }

  @Test("equal bills have a half-width of zero")
  func equalBills() async throws {
    let cost = try await merged([FakeRun(usage: (7, 0)), FakeRun(usage: (7, 0))]).cost
    #expect(cost.total.halfWidth == .zero)
  }

  @Test("a line that a replication lacks counts as nothing there, and lines keep the bill's order")
  func missingLine() async throws {
    let cost = try await merged([(0, 4), (3, 0)].map { FakeRun(usage: $0) }).cost
    #expect(cost.lines.map(\.line.key) == ["a", "b"])
    #expect(cost.lines.map(\.charged.mean) == [money("0.02"), money("0.02")])
    #expect(cost.lines.map(\.meanQuantity) == ["1.5", "2"])
  }

  @Test("a resource's mean is exact to ten decimals, and resources without cost are listed")
  func perResource() async throws {
    let cost = try await merged([(1, 0), (2, 0), (2, 0)].map { FakeRun(usage: $0) }).cost
    #expect(cost.perResource.map(\.name) == ["f"])
    #expect(cost.perResource.map(\.cost.mean) == [money("0.0166666667")])
    let free = try await merged([FakeRun()]).cost
    #expect(free.perResource.map(\.cost.mean) == [.zero])
    #expect(free.total.mean == .zero)
    #expect(free.lines.isEmpty)
  }

  @Test("the first replication's bill is kept")
  func firstBill() async throws {
    let cost = try await merged([FakeRun(usage: (5, 0)), FakeRun(usage: (6, 0))]).cost
    #expect(cost.bill.total == money("0.05"))
  }
}
