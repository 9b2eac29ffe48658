/// Why an operation is throttled; with the direction, and whether a table or an index refused, DynamoDB's 16 reasons.
enum ThrottleCause: UInt8, BitwiseCopyable, CaseIterable {
  /// Provisioned units are used up, those kept for bursts too.
  case provisionedThroughputExceeded
  /// A partition is at its limit, or all of them are.
  case keyRangeThroughputExceeded
  /// The owner's maximum on demand.
  case maxOnDemandThroughputExceeded
  /// The quota of a table or index on demand.
  case accountLimitExceeded
}

/// One of DynamoDB's 16 throttling reasons (documented: throttling diagnosis; `ThrottlingReasons` of the API).
struct ThrottlingReason: Hashable, BitwiseCopyable {
  var isIndex: Bool
  var direction: CapacityDirection
  var cause: ThrottleCause

  /// All 16: those of tables first, reads first, causes in their order.
  static let all: [ThrottlingReason] = [false, true].flatMap { isIndex in
    CapacityDirection.allCases.flatMap { direction in
      ThrottleCause.allCases.map { ThrottlingReason(isIndex: isIndex, direction: direction, cause: $0) }
    }
  }

  /// As AWS writes it: `TableReadProvisionedThroughputExceeded`.
  var name: String { (isIndex ? "Index" : "Table") + suffix }

  /// The name of its figure: `tableReadProvisionedThroughputExceeded`.
  var figureName: String { (isIndex ? "index" : "table") + suffix }

  private var suffix: String { direction.name + cause.name + "Exceeded" }
}

extension CapacityDirection {
  /// `Read` or `Write`.
  var name: String {
    switch self {
    case .read: "Read"
    case .write: "Write"
    }
  }
}

extension ThrottleCause {
  /// Its part of a reason's and of a metric's name.
  var name: String {
    switch self {
    case .provisionedThroughputExceeded: "ProvisionedThroughput"
    case .keyRangeThroughputExceeded: "KeyRangeThroughput"
    case .maxOnDemandThroughputExceeded: "MaxOnDemandThroughput"
    case .accountLimitExceeded: "AccountLimit"
    }
  }
}
