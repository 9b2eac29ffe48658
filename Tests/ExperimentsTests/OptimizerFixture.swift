import Billing
import Scenarios

@testable import Experiments

/// A scenario of five requests to one function without cold starts, whose durations and bill can be worked out by hand.
struct OptimizerFixture {
  /// Steps of the handler. One vCPU comes with 1,769 MB, so by default a request takes 1,000 + 1,769,000 / MB ms.
  var handler = "wait: 1 s, compute: 1 s"
  /// When requests come.
  var arrivals = "spikes: [{ at: 0 s, count: 5, over: 10 s }]"
  var objectives = "latency.p99 < 2600 ms"
  /// Lines of `variables`.
  var variables = "memory: { path: resources.worker.memorySize, from: 128 MB, to: 3008 MB, step: 64 MB }"
  /// Further keys of `optimize`, lines of their own.
  var more: [String] = []
  /// Further lines of the file.
  var end = ""

  /// The names of the variables begin in column 5 of line 18.
  var text: String {
    """
    scenario: Optimum
    region: us-east-1
    duration: 20 s
    traffic:
      clients:
        target: worker
        arrivals: { \(arrivals) }
    resources:
      worker:
        type: function
        runtime: python3.13
        timeout: 60 s
        placement: 0 ms
        initDuration: 0 ms
        handler: [\(handler)]
    objectives: [\(objectives)]
    optimize:
      variables:
        \(variables)
    \(more.map { "  \($0)\n" }.joined())\(end)
    """
  }

  func optimizer(_ settings: [Override] = []) throws -> Optimizer {
    let template = try ScenarioTemplate(text: text, path: "optimum.yaml", overrides: settings)
    guard let plan = try template.scenario().optimization else { preconditionFailure("the fixture has a plan") }
    return try Optimizer(template, plan: plan, prices: PriceBook.bundled(region: "us-east-1"), settings: settings)
  }

  /// The search from one seed.
  func run(seed: UInt64 = 1, jobs: Int = 1) async throws -> Optimization {
    try await optimizer().run(Optimizer.Options(jobs: jobs, seed: seed))
  }

  /// The values of the answer; nil if there is none.
  func answer(seed: UInt64 = 1) async throws -> [String]? {
    let found = try await run(seed: seed)
    guard case .selected(let place) = found.outcome else { return nil }
    return found.candidates[place].values
  }

  /// The faults of the variables, one a line.
  func faults(_ settings: [Override] = []) -> String {
    do {
      _ = try optimizer(settings)
      return ""
    } catch let faults as ScenarioFaults {
      return faults.description
    } catch { return "\(error)" }
  }

  /// `line:column` of the first place of `part` in the file.
  func place(of part: String) -> String {
    for (line, text) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if let range = text.firstRange(of: part) {
        return "\(line + 1):\(text.distance(from: text.startIndex, to: range.lowerBound) + 1)"
      }
    }
    return "nowhere"
  }
}
