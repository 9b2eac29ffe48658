import Engine
import Scenarios
import Statistics
import Testing

@testable import Experiments

@Suite("Designs of sweeps")
struct SweepDesignTests {
  @Test(
    "each design has the points that its plan says",
    arguments: [
      ("{ latinHypercube: { points: 10 } }", 10), ("{ sobol: { points: 8 } }", 8), ("{ halton: { points: 9 } }", 9),
      ("{ sobolIndices: { basePoints: 4 } }", 4 * 5), ("{ morris: { trajectories: 6 } }", 6 * 4),
      ("{ sobolIndices: { basePoints: 4, secondOrder: true } }", 4 * 8), ("{ random: { points: 3 } }", 3),
    ])
  func counts(design: String, count: Int) throws {
    let plan = try SweepFixture().plan(design)
    #expect(plan.pointCount == count)
    #expect(plan.points(seed: 1).count == count)
    #expect(plan.points(seed: 1) == plan.points(seed: 1))
    #expect(plan.points(seed: 1) != plan.points(seed: 2))
  }

  @Test("an unshifted sequence begins at the least values and does not depend on the seed")
  func unshifted() throws {
    for kind in ["sobol", "halton"] {
      let plan = try SweepFixture().plan("{ \(kind): { points: 4, shift: none } }")
      #expect(Array(plan.points(seed: 1)[0]) == ["128 MB", "1000 ms", "100 s"])
      #expect(plan.points(seed: 1)[1].first == "640 MB")
      #expect(plan.points(seed: 1) == plan.points(seed: 2))
    }
  }

  @Test("a Latin hypercube over a list takes every value equally often")
  func lists() throws {
    let plan = try SweepFixture().plan(
      "{ latinHypercube: { points: 12 } }",
      "  memory: { path: resources.worker.memorySize, values: [128 MB, 256 MB, 512 MB] }")
    let points = plan.points(seed: 3)
    let values = (0..<12).map { points[$0].first ?? "" }
    for value in ["128 MB", "256 MB", "512 MB"] { #expect(values.filter { $0 == value }.count == 4) }
  }

  @Test("Morris reaches both ends of a range and the last value of a list")
  func morris() throws {
    let plan = try SweepFixture().plan(
      "{ morris: { trajectories: 20, levels: 2 } }",
      """
        memory: { path: resources.worker.memorySize, values: [128 MB, 256 MB] }
        timeout: { path: resources.worker.timeout, from: 100 s, to: 900 s }
      """)
    let points = plan.points(seed: 1)
    #expect(Set(points.values) == ["128 MB", "256 MB", "100 s", "900 s"])
  }

  @Test(
    "what a design cannot be is a fault with its place",
    arguments: [
      ("{ morris: { trajectories: 2, levels: 3 } }", "an even number of levels"),
      ("{ morris: { trajectories: 1 } }", "a whole number, 2 to"),
      ("{ sobolIndices: { basePoints: 1 } }", "a whole number, 2 to"),
      ("{ sobol: { points: 4, shift: some } }", "random or none"),
      ("{ halton: { points: 0 } }", "a whole number, 1 to"),
      ("{ sobolIndices: { basePoints: 4, secondOrder: maybe } }", "true or false"), ("saltelli", "sobolIndices"),
    ])
  func faults(design: String, wanted: String) throws {
    let fixture = try SweepFixture()
    let faults = try #require(throws: ScenarioFaults.self) { try fixture.plan(design) }
    #expect(faults.errors.count == 1)
    #expect(faults.errors[0].description.contains(wanted), "\(faults.errors[0])")
  }

  @Test("Sobol's sequence takes forty parameters and not forty-one")
  func dimensions() throws {
    func parameters(_ count: Int) -> String {
      (1...count).map { "  p\($0): { path: resources.worker.p\($0), from: 1, to: 2 }" }.joined(separator: "\n")
    }
    let fixture = try SweepFixture()
    #expect(try fixture.plan("{ sobol: { points: 2 } }", parameters(40)).points(seed: 1).count == 2)
    #expect(throws: ScenarioFaults.self) { try fixture.plan("{ sobol: { points: 2 } }", parameters(41)) }
    #expect(try fixture.plan("{ halton: { points: 2 } }", parameters(41)).points(seed: 1).count == 2)
  }
}

@Suite("Sensitivity of sweeps")
struct SweepSensitivityTests {
  func indices(_ sensitivity: SweepSensitivity?) throws -> SobolIndices {
    struct NoIndices: Error {}
    guard case .indices(.indices(let found)) = sensitivity?.figures.first?.finding else { throw NoIndices() }
    return found
  }

  func effects(_ sensitivity: SweepSensitivity?, _ name: String) throws -> MorrisEffects {
    struct NoEffects: Error {}
    guard case .effects(.effects(let found)) = sensitivity?.figures.first(where: { $0.name == name })?.finding else {
      throw NoEffects()
    }
    return found
  }

  /// Memory of 128 to 1152 has a mean of 640 and a variance of 1024^2 / 12, seconds of 1 to 3 a mean of 2 and 4 / 12.
  @Test("the product of two parameters has the indices that a pencil gives, within 0.02")
  func product() throws {
    let plan = try SweepFixture().file("{ sobolIndices: { basePoints: 1024, secondOrder: true } }")
    #expect(plan.header.sensitivity == .sobolIndices(basePoints: 1024, secondOrder: true))
    let means = try plan.means { try [plan.number(0, at: $0) * plan.number(1, at: $0) / 1000] }
    let (memory, wait) = (1024.0 * 1024 / 12, 4.0 / 12)
    let (first, second, both) = (memory * 4, wait * 640 * 640, memory * wait)
    let variance = first + second + both
    let found = try indices(SweepSensitivity(of: plan, means))
    for (parameter, (alone, total)) in [
      (first / variance, (first + both) / variance), (second / variance, (second + both) / variance), (0, 0),
    ].enumerated() {
      #expect(abs(found.first[parameter].mean - alone) < 0.02)
      #expect(abs(found.total[parameter].mean - total) < 0.02)
    }
    #expect(abs(try #require(found.second[0][1]).mean - both / variance) < 0.03)
    #expect(found.noiseShare == 0)
  }

  /// Half of the variance of the points' means is noise; the standard errors of the indices are about 0.05.
  @Test("noise is taken out where the points have random numbers of their own, and only there")
  func noise() throws {
    let fixture = try SweepFixture()
    for (numbers, isTakenOut) in [("independent", true), ("common", false)] {
      let plan = try fixture.file("{ sobolIndices: { basePoints: 1024 } }", more: "randomNumbers: \(numbers)")
      var luck = RandomStream(seed: 5, replication: 0, component: "test", purpose: "noise")
      // Two values with a variance of 2 * 4 / 12 have a mean with one of 4 / 12, as the wait has.
      let means = try plan.means { point in
        let wait = try plan.number(1, at: point) / 1000
        return (0..<2).map { _ in wait + (2.0 * 4 / 12).squareRoot() * luck.nextNormal() }
      }
      let found = try indices(SweepSensitivity(of: plan, means))
      #expect(abs(found.noiseShare - (isTakenOut ? 0.5 : 0)) < 0.05)
      #expect(abs(found.first[1].mean - (isTakenOut ? 1 : 0.5)) < 0.2)
      #expect(abs(found.total[0].mean - (isTakenOut ? 0 : 0.5)) < 0.2)
    }
  }

  @Test("a figure that never changes, and one without values, have a remark and no numbers")
  func remarks() throws {
    let plan = try SweepFixture().file("{ sobolIndices: { basePoints: 2 } }")
    let constant = try SweepSensitivity(of: plan, plan.means { _ in [3] })
    #expect(constant?.figures[0].remark == "the same at all points")
    let empty = try SweepSensitivity(of: plan, plan.means { $0 == 0 ? [1] : nil })
    #expect(empty?.figures[0].remark == "too few points have a value")
    let grid = try SweepFixture().file("{ random: { points: 2 } }")
    #expect(try SweepSensitivity(of: grid, grid.means { _ in [1] }) == nil)
  }

  @Test("simulated points: the response follows the wait, and a timeout that is never reached has no effect at all")
  func simulated() throws {
    let plan = try SweepFixture().file("{ morris: { trajectories: 5 } }", more: "seed: 3")
    let runner = try PointRunner(plan, prices: .bundled(region: "us-east-1"))
    var means = PointMeans()
    for point in 0..<plan.points.count { means.add(runner.run(point)) }
    let sensitivity = try SweepSensitivity(of: plan, means)
    let response = try effects(sensitivity, "clients.mean").parameters
    // The wait ranges over 2,000 ms; the little that cold starts add is less than a tenth of it.
    #expect(abs(response[1].mean.mean - 2_000) < 200)
    #expect(response[0].absolute.mean < 200)
    #expect(response[2].absolute == Interval(mean: 0, halfWidth: 0, count: 5))
    let cost = try effects(sensitivity, "cost.monthly").parameters
    #expect(cost[0].mean.mean > cost[1].mean.mean && cost[1].mean.mean > 0)
    #expect(cost[2].absolute.mean == 0)
  }
}

@Suite("Fits of sweeps")
struct SweepFitTests {
  @Test("a product of two ranges is an interaction, and the unused parameter has no part in it")
  func product() throws {
    let plan = try SweepFixture().file("{ latinHypercube: { points: 40 } }")
    let means = try plan.means { try [plan.number(0, at: $0) * plan.number(1, at: $0)] }
    let fit = try SweepFit(means.figures[0], model: .interactions, of: plan)
    #expect(
      fit.surface.terms.map(\.name) == [
        "constant", "memory", "wait", "timeout", "memory * wait", "memory * timeout", "wait * timeout",
      ])
    let scale = fit.surface.terms[0].coefficient
    for (place, term) in fit.surface.terms.enumerated() {
      #expect((abs(term.coefficient) > 0.01 * scale) == [0, 1, 2, 4].contains(place), "\(term)")
    }
    #expect(abs(try #require(fit.surface.predictionRSquared) - 1) < 1e-9)
    #expect(try #require(fit.foldError) < 1e-9 * scale)
    #expect(fit.points == Array(0..<40) && fit.constant.isEmpty)
  }

  @Test("values in different units of one kind are numbers of one unit; a text has no logarithm")
  func mixedUnits() throws {
    let parameters = """
        memory: { path: resources.worker.memorySize, values: [128 MB, 512 MB, 1 GB, 2 GB] }
        runtime: { path: resources.worker.runtime, values: [nodejs24.x, python3.13] }
      """
    let plan = try SweepFixture().file("grid", parameters)
    let sizes = [128.0, 512, 1_024, 2_048]
    let means = plan.means { [sizes[$0 / 2]] }
    let fit = try SweepFit(means.figures[0], model: .linear, of: plan)
    #expect(fit.surface.factors[0] == .number(name: "memory", low: 128, high: 2_048, scale: .linear))
    // Coded from -1 to 1: half the range in MB.
    #expect(abs(try #require(fit.surface.terms.first { $0.name == "memory" }).coefficient - 960) < 1e-6)
    #expect(throws: SweepFault.self) {
      try SweepFit(means.figures[0], model: .linear, of: plan, logarithmic: ["runtime"])
    }
  }

  @Test("a range with a logarithmic scale and a list by request are coded by ratios, texts are categories")
  func scales() throws {
    let parameters = """
        memory: { path: resources.worker.memorySize, from: 128 MB, to: 2048 MB, scale: log, step: 1 MB }
        timeout: { path: resources.worker.timeout, values: [100 s, 200 s, 400 s] }
        runtime: { path: resources.worker.runtime, values: [nodejs24.x, python3.13] }
        account: { path: resources.worker.handler.0.wait.constant, values: [1 s] }
      """
    let plan = try SweepFixture().file("{ random: { points: 30 } }", parameters)
    let means = plan.means { $0 == 7 ? nil : [Double($0)] }
    let fit = try SweepFit(means.figures[0], model: .linear, of: plan, logarithmic: ["timeout"])
    #expect(fit.constant == ["account"])
    #expect(fit.points.count == 29 && !fit.points.contains(7))
    guard case .number("memory", _, _, .logarithmic) = fit.surface.factors[0],
      case .number("timeout", 100, 400, .logarithmic) = fit.surface.factors[1]
    else {
      Issue.record("\(fit.surface.factors)")
      return
    }
    #expect(fit.surface.factors[2] == .category(name: "runtime", levels: ["nodejs24.x", "python3.13"]))
    #expect(throws: SweepFault.self) {
      try SweepFit(means.figures[0], model: .linear, of: plan, logarithmic: ["speed"])
    }
    let none = plan.means { $0 == 0 ? [.nan] : nil }
    #expect(throws: SweepFault.self) { try SweepFit(none.figures[0], model: .linear, of: plan) }
  }
}
