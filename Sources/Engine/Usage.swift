/// One meter of one service: whole units that a component counts; no price.
public struct Meter: Hashable, Sendable {
  /// How a meter's amount becomes a month's quantity.
  public enum Kind: Hashable, Sendable {
    /// Grows with traffic: the bill scales it from the run's duration to the month.
    case consumed
    /// Something present all the time, in unit-milliseconds accrued over the run; billed by time.
    case standing
  }

  /// Price-book service: `Lambda`, `APIGateway`, `DynamoDB`.
  public let service: String
  /// Price-book key: `Lambda-GB-Second-ARM`.
  public let key: String
  /// Whole meter units in one priced unit: 1,024,000 MB-ms in a GB-second, 2 half units in a read request unit.
  public let unitsPerPriced: Int64
  /// How the amount becomes a month's quantity.
  public let kind: Kind

  /// A meter.
  public init(service: String, key: String, unitsPerPriced: Int64, kind: Kind) {
    self.service = service
    self.key = key
    self.unitsPerPriced = unitsPerPriced
    self.kind = kind
  }
}

/// How much one resource used of one meter.
public struct UsageLine: Hashable, Sendable {
  /// The meter.
  public var meter: Meter
  /// The resource's name.
  public var resource: String
  /// Whole meter units, 0 or more.
  public var amount: Int64

  /// An amount on a meter.
  public init(meter: Meter, resource: String, amount: Int64) {
    self.meter = meter
    self.resource = resource
    self.amount = amount
  }
}
