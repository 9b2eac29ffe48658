import Billing
import Scenarios
import Services

/// One of the designs that a comparison puts beside each other: a scenario under a name of its own.
public struct Design: Sendable {
  /// Name in tables and of the design's folder; unique within a comparison.
  public var name: String
  /// What is simulated, billed as it says.
  public var scenario: Scenario
  /// Prices of the scenario's Region.
  public var prices: PriceBook

  /// A design of the given parts.
  public init(name: String, scenario: Scenario, prices: PriceBook) {
    self.name = name
    self.scenario = scenario
    self.prices = prices
  }
}

extension Design {
  /// Why designs cannot be compared replication by replication; nil when they can.
  ///
  /// Counts and costs of spans that differ in length or beginning have no common scale.
  public static func obstacle(among designs: [Design]) -> String? {
    guard let first = designs.first else { return "no design" }
    for design in designs.dropFirst() {
      let (own, other) = (design.scenario, first.scenario)
      for (key, found, wanted) in [
        ("duration", own.system.duration.description, other.system.duration.description),
        ("warmUp", own.warmUpText, other.warmUpText),
      ] where found != wanted {
        return "\(key): found \(found) in \(design.name), wanted \(wanted) as in \(first.name); "
          + "set one for all, as in --set \(key)='\(wanted)'"
      }
    }
    return nil
  }

  /// What the reader of a comparison must know before the figures, in sentences; empty when all is common.
  public static func remarks(on designs: [Design]) -> [String] {
    guard let first = designs.first else { return [] }
    var remarks: [String] = []
    for design in designs.dropFirst() {
      let differing = differingArrivals(design.scenario.system, first.scenario.system)
      if !differing.isEmpty {
        remarks.append(
          "The arrivals are not common: \(design.name) and \(first.name) differ in the traffic "
            + "\(differing.joined(separator: ", ")), so this compares designs under different traffic.")
      }
      if design.scenario.billing != first.scenario.billing {
        remarks.append("\(design.name) and \(first.name) are billed under different options (`billing`).")
      }
      if design.scenario.system.region != first.scenario.system.region {
        remarks.append(
          "\(design.name) runs in \(design.scenario.system.region), \(first.name) in \(first.scenario.system.region): "
            + "each is billed at its Region's prices, and the way from the users to a Region is not simulated.")
      }
    }
    let users = first.scenario.system.traffic.filter { $0.arrivals.isClosedLoop }.map(\.name)
    if !users.isEmpty {
      remarks.append(
        "Users of \(users.joined(separator: ", ")) wait for their answers before they ask again, so a faster design gets "
          + "more requests.")
    }
    return remarks
  }

  /// Names of sources that only one of two systems has, or that arrive otherwise in the other.
  private static func differingArrivals(_ a: SystemConfig, _ b: SystemConfig) -> [String] {
    var names = b.traffic.map(\.name)
    for source in a.traffic where !names.contains(source.name) { names.append(source.name) }
    return names.filter { name in
      let pair = [a, b].map { system in system.traffic.first { $0.name == name } }
      guard let one = pair[0], let other = pair[1] else { return true }
      return one.arrivals != other.arrivals || (one.arrivals.readsCalendar && a.start != b.start)
    }
  }
}

extension Scenario {
  /// As the scenario writes it.
  fileprivate var warmUpText: String { findsWarmUp ? "auto" : system.warmUp.description }
}

extension ArrivalConfig {
  /// Whether a request waits for the answer to the one before.
  fileprivate var isClosedLoop: Bool {
    switch self {
    case .users: true
    case .poisson, .curve, .bursts, .spikes, .cron, .replay: false
    }
  }

  /// Whether the calendar decides when requests arrive.
  fileprivate var readsCalendar: Bool {
    switch self {
    case .curve, .cron: true
    case .poisson, .bursts, .spikes, .users, .replay: false
    }
  }
}
