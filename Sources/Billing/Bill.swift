import Foundation
import Units

/// A month's invoice: one line per SKU and price tier, the total their sum.
public struct Bill: Hashable, Sendable {
  /// The lines in the price book's order; within a SKU the free lines first, then the tiers upwards.
  public let lines: [BillLine]
  /// The sum of the lines' charges, in whole cents.
  public let total: Money
  /// Each resource's part before rounding, by name; together the exact amounts of all lines.
  public let perResource: [ResourceCost]
  /// The run's duration that consumed amounts were scaled from.
  public let scaledFrom: Time
  /// The month that the bill stands for.
  public let month: Month
  /// Whether free quantities were taken off.
  public let freeTier: Bool
  /// What a reader should know: scaling, free tier, unverified prices by name.
  public let notes: [String]
}

/// One invoice line: a quantity of one SKU at one price.
public struct BillLine: Hashable, Sendable {
  /// The price book's service, such as `Lambda`.
  public let service: String
  /// The price book's key, such as `Lambda-GB-Second-ARM`.
  public let key: String
  /// The line in words: `HTTP API calls: $1.00 per 1M requests, first 300M`.
  public let description: String
  /// The priced unit, singular, such as `GB-month`.
  public let unit: String
  /// Priced units of the month; exact, with at most ten decimals.
  public let quantity: Decimal
  /// US dollars for one priced unit; 0 on a free line.
  public let unitPrice: Money
  /// `quantity * unitPrice`, exact.
  public let amount: Money
  /// The amount in whole cents, half-up: what the invoice says.
  public let charged: Money
  /// Charged units of the month from which the price holds; 0 on a free line.
  public let tierFrom: Decimal
  /// Whether the line is a free quantity.
  public let isFreeTier: Bool
  /// Whether a source confirms the price.
  public let verified: Bool
  /// Each resource's part of the line, by name; quantities and amounts sum exactly to the line's.
  public let shares: [BillShare]
}

/// One resource's part of a bill line, in proportion to its usage of the meter.
public struct BillShare: Hashable, Sendable {
  /// The scenario's name of the resource.
  public let resource: String
  /// Priced units, at most ten decimals, within one unit of the tenth decimal of the exact proportion.
  public let quantity: Decimal
  /// `quantity` times the line's unit price, exact and not rounded to cents.
  public let amount: Money
}

/// One resource's part of a whole bill.
public struct ResourceCost: Hashable, Sendable {
  /// The scenario's name of the resource.
  public let resource: String
  /// The sum of its shares, exact and not rounded to cents.
  public let amount: Money
}
