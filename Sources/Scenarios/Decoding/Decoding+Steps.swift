import Engine
import Services
import Units

/// Handlers.
extension Decoding {
  /// The resource that a handler belongs to, and what it may call.
  struct HandlerContext {
    let function: String
    let index: ResourceIndex
    /// Steps so far; a handler has at most `stepsMax`.
    var steps = 0
    /// Turns of the enclosing loops together, on average; at most `turnsMax`.
    var turns = 1.0

    static let stepsMax = 10_000
    static let turnsMax = 1_000_000.0
  }

  /// A list of steps; nil if one of them has a fault.
  func steps(_ node: YAMLNode, _ context: inout HandlerContext) -> [Step]? {
    guard let items = list(node, wanted: "a list of steps") else { return nil }
    context.steps += items.count
    guard context.steps <= HandlerContext.stepsMax else {
      fault(
        node.place, found: "a handler of more steps", wanted: "at most \(HandlerContext.stepsMax) steps",
        advice: "use `repeat`")
      return nil
    }
    var steps: [Step] = []
    for item in items {
      if let step = step(item, &context) { steps.append(step) }
    }
    return steps.count == items.count ? steps : nil
  }

  private func step(_ node: YAMLNode, _ context: inout HandlerContext) -> Step? {
    let kinds = Shapes.stepKinds.map(\.key)
    let wanted = "a step with one of the keys " + kinds.joined(separator: ", ")
    guard let entries = node.entries else { return reject(node, wanted: wanted) }
    let present = Shapes.stepKinds.filter { kind in entries.contains { $0.key == kind.key } }
    guard present.count == 1 else {
      if present.isEmpty, let first = entries.first {
        fault(
          first.keyPlace, found: "`\(YAMLNode.clip(first.key))`", wanted: wanted,
          advice: meant(first.key, in: kinds) ?? "")
      } else {
        let found =
          present.isEmpty ? "an empty step" : present.map { "`\($0.key)`" }.joined(separator: " and ") + " in one step"
        fault(node.place, found: found, wanted: wanted, advice: present.isEmpty ? "" : "make two steps of it")
      }
      return nil
    }
    let (key, shape) = present[0]
    guard let fields = self.fields(node, shape), let value = fields[key] else { return nil }
    switch key {
    case "compute": return timeDistribution(value).map { .compute($0) }
    case "wait": return timeDistribution(value).map { .wait($0) }
    case "fail": return share(value).map { .fail(probability: $0) }
    case "crash": return share(value).map { .crash(probability: $0) }
    case "forEachRecord": return steps(value, &context).map { .forEachRecord($0) }
    case "call": return call(fields, &context).map { .call($0) }
    case "parallel": return parallel(value, &context)
    case "choose": return choose(value, &context)
    case "repeat": return repetition(value, &context)
    default: preconditionFailure("the shapes know no step named \(key)")  // over text
    }
  }

  private func call(_ fields: Fields, _ context: inout HandlerContext) -> CallStep? {
    let request = self.request(fields, targetKey: "call", context.index)
    // An event does not hold up its sender, so it closes no cycle of calls; but it may lead back to it.
    if let node = fields["call"], let name = node.scalarText, context.index[name] != nil {
      let edge = ResourceIndex.Edge(from: context.function, to: name, place: node.place)
      networkCalls.append(edge)
      if request?.invocationType == .event { eventEdges.append(edge) } else { edges.append(edge) }
    }
    noteInvocation(of: request?.query, fields["query"], from: context.function)
    let before = faults.count
    let timeout = fields["timeout"].flatMap { time($0, .milliseconds(1)...longestSpan) }
    if fields["retry"] == nil { leavesOutRetries = true }
    let retry = fields["retry"].map { retryConfig($0, context.function, calls: request) } ?? RetryConfig()
    let onError = fields["onError"].map { choice($0, CallStep.OnError.self) } ?? .fail
    guard faults.count == before, let request, let retry, let onError else { return nil }
    var step = CallStep(target: request.resource, operation: request.operation, route: request.route)
    step.query = request.query
    step.payload = request.payload
    step.invocationType = request.invocationType
    step.message = request.message
    step.timeout = timeout
    step.retry = retry
    step.onError = onError
    return step
  }

  private func parallel(_ node: YAMLNode, _ context: inout HandlerContext) -> Step? {
    guard let items = list(node, wanted: "a list of branches, each a list of steps") else { return nil }
    guard !items.isEmpty else { return reject(node, wanted: "at least one branch") }
    var branches: [[Step]] = []
    for item in items {
      if let branch = steps(item, &context) { branches.append(branch) }
    }
    return branches.count == items.count ? .parallel(branches) : nil
  }

  private func choose(_ node: YAMLNode, _ context: inout HandlerContext) -> Step? {
    guard let items = list(node, wanted: "a list of branches, each with weight and steps") else { return nil }
    guard !items.isEmpty else { return reject(node, wanted: "at least one branch") }
    var choices: [Step.Choice] = []
    for item in items {
      guard let fields = self.fields(item, Shapes.branch) else { continue }
      let weight = fields["weight"].flatMap { positive($0) }
      let steps = fields["steps"].flatMap { self.steps($0, &context) }
      if let weight, let steps { choices.append(Step.Choice(weight: weight, steps: steps)) }
    }
    return choices.count == items.count ? .choose(choices) : nil
  }

  private func repetition(_ node: YAMLNode, _ context: inout HandlerContext) -> Step? {
    guard let fields = self.fields(node, Shapes.repeatBody) else { return nil }
    let times = fields["times"].flatMap { numberDistribution($0) }
    let outer = context.turns
    defer { context.turns = outer }
    // Loops of steps that take no time run within one instant, which no timeout can end: their turns must be bounded.
    if let times, outer > 1, let node = fields["times"] {
      context.turns *= max(1, times.mean)
      if context.turns > HandlerContext.turnsMax {
        return reject(node, wanted: "at most 1000000 turns of nested loops, multiplied", advice: "loop less often")
      }
    } else if let times {
      context.turns = max(1, times.mean)
    }
    let steps = fields["steps"].flatMap { self.steps($0, &context) }
    guard let times, let steps else { return nil }
    if case .constant(let count) = times, count != count.rounded() || count > 1_000_000, let node = fields["times"] {
      return reject(node, wanted: "a whole number, 0 to 1000000")
    }
    return .repeat(times: times, steps)
  }
}
