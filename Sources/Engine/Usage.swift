/// One meter of one service: whole units that a component counts, without a price.
///
/// The price book says what a priced unit of `(service, key)` costs; `unitsPerPriced` says how many of the
/// component's units make one.
public struct Meter: Hashable, Sendable {
  /// How an amount grows, and so how a run's amount becomes a month's.
  public enum Kind: Hashable, Sendable {
    /// Grows with traffic (requests, MB-milliseconds of compute): scaled from the run's duration to the month.
    case consumed
    /// Happens once, whatever the month's length, such as the init of a published version: billed as counted.
    case single
    /// Present all the time (stored bytes, provisioned units): unit-milliseconds accrued over the run, billed by
    /// the time-weighted average.
    case standing
  }

  /// The price book's service, such as `Lambda` or `DynamoDB`.
  public let service: String
  /// The price book's key within the service, such as `Lambda-GB-Second-ARM`.
  public let key: String
  /// Whole meter units in one priced unit, at least 1: 1,024,000 MB-milliseconds in a GB-second, 2 half-units in
  /// a read request unit. For a standing meter without its time: 1,024 MB in the GB of a GB-month.
  public let unitsPerPriced: Int64
  /// How the amount grows.
  public let kind: Kind

  /// A meter of `unitsPerPriced` whole units in each priced unit of `(service, key)`. Traps when that is below 1.
  public init(service: String, key: String, unitsPerPriced: Int64 = 1, kind: Kind = .consumed) {
    precondition(unitsPerPriced >= 1, "A priced unit holds at least one meter unit.")
    self.service = service
    self.key = key
    self.unitsPerPriced = unitsPerPriced
    self.kind = kind
  }
}

/// What one resource has counted on one meter during a run.
public struct UsageLine: Hashable, Sendable {
  /// The meter that counted.
  public var meter: Meter
  /// The scenario's name of the resource.
  public var resource: String
  /// Meter units, or unit-milliseconds on a standing meter; never negative in a valid run. A year of 300 TB is beyond
  /// 64 bits.
  public var amount: Int128

  /// `amount` units of `meter` counted by `resource`.
  public init(meter: Meter, resource: String, amount: some BinaryInteger) {
    self.meter = meter
    self.resource = resource
    self.amount = Int128(amount)
  }
}
