import Experiments

extension Page {
  /// What requests left behind that were answered long before: messages, events and records that nobody has processed.
  /// Neither response times nor error rates see them. Empty if there is nothing of the kind.
  var unfinished: HTML {
    let parts = Self.unfinishedWork.compactMap { work -> String? in
      let found = result.resources.compactMap { resource -> (name: String, mean: Double)? in
        let means = work.figures.compactMap { name in resource.figures.first { $0.name == name }?.interval.mean }
        let sum = means.filter(\.isFinite).reduce(0, +)
        return sum > 0 ? (resource.name, sum) : nil
      }
      guard !found.isEmpty else { return nil }
      let more = found.count > 3 ? " and \(found.count - 3) more" : ""
      let places = found.prefix(3).map { "\(Shown.number($0.mean)) at \($0.name)" }.joined(separator: ", ")
      return "\(work.what): \(places)\(more)"
    }
    guard !parts.isEmpty else { return .empty }
    return "<p class=\"note\">Behind the answers, a run's mean. \(parts.joined(separator: "; ")).</p>\n"
  }

  /// Kinds of work that is not done, with the figures of resources that count it.
  private static let unfinishedWork: [(what: String, figures: [String])] = [
    ("Left in queues at the end", ["visibleAtEnd", "inFlightAtEnd", "delayedAtEnd"]),
    ("Moved to dead-letter queues", ["redriven"]),
    ("Expired in queues", ["expired"]),
    ("Asynchronous events dropped", ["asyncEventsDropped"]),
    ("Asynchronous events in progress at the end", ["eventsInProgress"]),
    ("Records that a mapping gave up", ["droppedEvents"]),
    ("Records lost to the stream's retention", ["lostEvents"]),
    ("Records behind at the end", ["finalEventsBehind"]),
  ]
}
