import Billing
import Foundation
import Services
import Units

// The break-even by the price list. A unit provisioned for an hour costs p; used at utilisation u it does 3,600 u units
// of work, which on demand cost d each. Both are equal at u = p / (3,600 d). Of a mix, with r units of reads to w of
// writes: u = (r p_r + w p_w) / (3,600 (r d_r + w d_w)).
extension CapacityPrices {
  /// The first tier's prices for a class of table.
  init(_ book: PriceBook, _ tableClass: TableConfig.TableClass) {
    let prefix =
      switch tableClass {
      case .standard: ""
      case .standardInfrequentAccess: "IA-"
      }
    func price(_ key: String) -> Money? {
      book.entry(for: SKU(service: "DynamoDB", key: prefix + key))?.tiers.first?.price
    }
    readUnit = price("ReadRequestUnits")
    readUnitHour = price("ReadCapacityUnit-Hrs")
    writeUnit = price("WriteRequestUnits")
    writeUnitHour = price("WriteCapacityUnit-Hrs")
  }

  /// The break-even of so many units of reads and writes; exact decimals up to the final ratio. Nil without units, or
  /// where on-demand prices are zero or missing.
  func breakEven(_ kind: CapacityKind, reads: Decimal, writes: Decimal) -> Double? {
    var (provisioned, onDemand) = (Decimal(0), Decimal(0))
    func add(_ units: Decimal, _ hour: Money?, _ unit: Money?) -> Bool {
      guard units > 0 else { return true }
      guard let hour, let unit else { return false }
      provisioned += units * hour.amount
      onDemand += units * unit.amount * 3_600
      return true
    }
    // One unit stands for any number of one kind, without the rounding of a long product.
    let isPriced =
      switch kind {
      case .reads: add(reads > 0 ? 1 : 0, readUnitHour, readUnit)
      case .writes: add(writes > 0 ? 1 : 0, writeUnitHour, writeUnit)
      case .both: add(reads, readUnitHour, readUnit) && add(writes, writeUnitHour, writeUnit)
      }
    guard isPriced, onDemand > 0 else { return nil }
    return NSDecimalNumber(decimal: provisioned / onDemand).doubleValue
  }
}

extension BreakEvenOutcome.Crossing {
  /// Where the difference of provisioned less on demand falls to zero between two neighbouring utilisations.
  ///
  /// It is interpolated linearly over the units, which grow as 1 / utilisation: provisioned cost is proportional to
  /// them, so that only their rounding separates the answer from the true one. Over the utilisation itself it would
  /// come out too high. Utilisations ascend; there is at least one.
  init(_ utilizations: [Double], _ differences: [Double]) {
    precondition(utilizations.count == differences.count && !utilizations.isEmpty, "every utilisation has a difference")
    guard let place = differences.firstIndex(where: { $0 <= 0 }) else {
      self = .above
      return
    }
    if differences[place] == 0 {
      self = .at(utilizations[place])
    } else if place == 0 {
      self = .below
    } else {
      let (left, right) = (differences[place - 1], differences[place])
      let (most, least) = (1 / utilizations[place - 1], 1 / utilizations[place])
      self = .at(1 / (most + (least - most) * (left / (left - right))))
    }
  }
}
