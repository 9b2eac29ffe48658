import Foundation
import Units

/// A price in words: `$0.20 per 1M requests` for small prices per piece, else `$0.25 per GB-month`.
func priceText(_ price: Money, unit: String) -> String {
  guard BilledTime(unit: unit) == nil, price > .zero, price.amount < Decimal(coefficient: 1, decimals: 5) else {
    return "$\(price) per \(unit)"
  }
  let isWord = unit.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
  return "$\(price * Decimal(1_000_000)) per 1M \(unit)\(isWord ? "s" : "")"
}

/// A tier in words: `, first 300M`, `, next 9B`, `, over 15B`; empty for a price without tiers.
func tierText(from start: PricedQuantity, to end: PricedQuantity?) -> String {
  switch (start, end) {
  case (.zero, nil): ""
  case (.zero, let end?): ", first \(short(end))"
  case (let start, nil): ", over \(short(start))"
  case (let start, let end?): ", next \(short(end - start))"
  }
}

/// A quantity in millions or billions from one million on, exact: `7.5B`.
private func short(_ quantity: PricedQuantity) -> String {
  let units = quantity.tenBillionths / PricedQuantity.one
  let (suffix, zeros) = units >= 1_000_000_000 ? ("B", 9) : units >= 1_000_000 ? ("M", 6) : ("", 0)
  let number = Decimal(coefficient: quantity.tenBillionths, decimals: PricedQuantity.decimals + zeros)
  return "\(number)\(suffix)"
}
