import Foundation
import Units

/// A stretch of a SKU's monthly quantity at one price: a free quantity or a tier. One becomes one bill line.
struct Band {
  let quantity: PricedQuantity
  let price: Money
  let tierFrom: PricedQuantity
  let isFree: Bool
  /// What the line says after its price, or empty.
  let suffix: String

  /// The invoice line, with each resource's part in proportion to its usage.
  ///
  /// Parts are differences of a running total rounded down to ten decimals, so that they sum to the line exactly
  /// and each is within one unit of the tenth decimal of its proportion.
  func line(entry: PriceEntry, month: MonthlyUsage) -> BillLine {
    var shares: [BillShare] = []
    var units: UInt128 = 0
    var before = PricedQuantity.zero
    for resource in month.resources {
      units += resource.units
      let after = quantity.part(units, of: month.total)
      let share = (after - before).decimal
      shares.append(BillShare(resource: resource.name, quantity: share, amount: price * share))
      before = after
    }
    let amount = price * quantity.decimal
    return BillLine(
      service: entry.sku.service, key: entry.sku.key,
      description: "\(entry.description): \(priceText(price, unit: entry.unit))\(suffix)", unit: entry.unit,
      quantity: quantity.decimal, unitPrice: price, amount: amount, charged: amount.roundedToCents,
      tierFrom: tierFrom.decimal, isFreeTier: isFree, verified: entry.grade == .verified, shares: shares)
  }
}

/// The bands of a monthly quantity: its free ones, then what is left through the tiers.
///
/// Tiers begin with the first charged unit: AWS counts Lambda's free quantities on SKUs of their own, and
/// DynamoDB's free bands stand before a single price.
func bands(of quantity: PricedQuantity, entry: PriceEntry, free: [FreeBand]) -> [Band] {
  var bands: [Band] = []
  var charged = quantity
  for band in free {
    charged = charged - band.quantity
    bands.append(
      Band(
        quantity: band.quantity, price: .zero, tierFrom: .zero, isFree: true, suffix: ", free tier (\(band.name))"))
  }
  for (position, tier) in entry.tiers.enumerated() where charged > tier.start {
    let end = position + 1 < entry.tiers.count ? entry.tiers[position + 1].start : nil
    let upTo = end.map { min($0, charged) } ?? charged
    bands.append(
      Band(
        quantity: upTo - tier.start, price: tier.price, tierFrom: tier.start, isFree: false,
        suffix: tierText(from: tier.start, to: end)))
  }
  return bands
}

/// A part of one SKU's monthly quantity that is free, and the free tier it comes from.
struct FreeBand {
  let name: String
  let quantity: PricedQuantity
}

/// What is free of each SKU: every free tier in the book's order goes to its SKUs in the order that it lists them,
/// each taking what it needs of what the ones before have left.
func freeBands(
  quantities: [SKU: PricedQuantity], freeTiers: [FreeTier], twelveMonthOffers: Bool
) -> [SKU: [FreeBand]] {
  var charged = quantities
  var bands: [SKU: [FreeBand]] = [:]
  for freeTier in freeTiers where freeTier.offer == .always || twelveMonthOffers {
    var left = freeTier.amount
    for sku in freeTier.covers {
      guard let wanted = charged[sku] else { continue }
      let taken = min(left, wanted)
      guard taken > .zero else { continue }
      left = left - taken
      charged[sku] = wanted - taken
      bands[sku, default: []].append(FreeBand(name: freeTier.name, quantity: taken))
    }
  }
  return bands
}
