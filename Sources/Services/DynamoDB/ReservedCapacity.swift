import Engine
import Units

/// DynamoDB reserved capacity of one account in one Region: provisioned units that are paid for over a term, used or not.
///
/// It covers provisioned capacity of tables of the Standard class without replicas, hour by hour, up to the reserved
/// units over all of them. It covers nothing on demand, nor the class for infrequent access, nor replicated writes
/// (documented: DynamoDB pricing, reserved capacity).
public struct ReservedCapacityConfig: Hashable, Sendable {
  /// How long it is bought for, as a scenario writes it.
  public enum Term: String, Hashable, Sendable, CaseIterable {
    case oneYear = "1 y"
    case threeYears = "3 y"
  }

  /// Reserved read units; a multiple of 100, 0 for none.
  public var readCapacityUnits: Int
  /// Reserved write units; a multiple of 100, 0 for none.
  public var writeCapacityUnits: Int
  /// The term.
  public var term: Term

  /// What its charges are booked on in a bill, beside the resources: no resource can have such a name.
  public static let resource = "reserved capacity"

  /// Units in hundreds; a precondition.
  public init(readCapacityUnits: Int, writeCapacityUnits: Int, term: Term) {
    precondition(
      [readCapacityUnits, writeCapacityUnits].allSatisfy { $0 >= 0 && $0 % 100 == 0 },
      "capacity is reserved in hundreds of units")
    self.readCapacityUnits = readCapacityUnits
    self.writeCapacityUnits = writeCapacityUnits
    self.term = term
  }

  func units(_ direction: CapacityDirection) -> Int {
    switch direction {
    case .read: readCapacityUnits
    case .write: writeCapacityUnits
    }
  }

  /// What a reservation of `units` leaves uncovered of each table's hours, units x ns.
  ///
  /// What is not used in an hour is lost. Within an hour the tables are covered in proportion to what they have, by
  /// differences of a running sum, so that the parts add up to what is covered.
  static func uncovered(_ tables: [[Int128]], units: Int, hours: BilledHours) -> [Int128] {
    var left = tables.map { $0.reduce(0, +) }
    for hour in 0..<hours.count {
      let total = tables.reduce(0) { $0 + $1[hour] }
      let covered = min(total, Int128(units) * Int128(hours.length(hour)))
      guard covered > 0 else { continue }
      var (before, sum): (Int128, Int128) = (0, 0)
      for table in tables.indices {
        sum += tables[table][hour]
        let after = covered * sum / total
        left[table] -= after - before
        before = after
      }
    }
    return left
  }
}

extension System {
  /// All usage, without what reserved capacity covers, and with the reservation itself.
  func withReservedCapacity(_ usage: [UsageLine]) -> [UsageLine] {
    guard let reserved = config.account.reservedCapacity else { return usage }
    var usage = usage
    let covered = (0..<UInt16(tables.count)).filter { tables[$0].pointee.canUseReservedCapacity }
    let span = Int128(config.duration.nanoseconds)
    for direction in [CapacityDirection.read, .write] where reserved.units(direction) > 0 {
      let meter =
        switch direction {
        case .read: TableMeters.provisionedReads(.standard)
        case .write: TableMeters.provisionedWrites(.standard, isReplicated: false)
        }
      let left = ReservedCapacityConfig.uncovered(
        covered.map { tables[$0].pointee.provisionedHours(direction) }, units: reserved.units(direction),
        hours: BilledHours(config))
      for (table, amount) in zip(covered, left) {
        let name = tables[table].pointee.config.name
        for line in usage.indices where usage[line].meter == meter && usage[line].resource == name {
          usage[line].amount = unitMilliseconds(amount)
        }
      }
      let amount = unitMilliseconds(Int128(reserved.units(direction)) * span)
      usage += [
        TableMeters.reservedHours(direction, reserved.term), TableMeters.reservedUpfront(direction, reserved.term),
      ].map { UsageLine(meter: $0, resource: ReservedCapacityConfig.resource, amount: amount) }
    }
    return usage.filter { $0.amount > 0 }
  }
}
