import Units

/// The node types of DAX that CloudFormation still creates, but for R4 and T2.
public enum DAXNodeType: String, Hashable, Sendable, CaseIterable {
  case t3Small = "dax.t3.small"
  case t3Medium = "dax.t3.medium"
  case r5Large = "dax.r5.large"
  case r5XLarge = "dax.r5.xlarge"
  case r52XLarge = "dax.r5.2xlarge"
  case r54XLarge = "dax.r5.4xlarge"
  case r58XLarge = "dax.r5.8xlarge"
  case r512XLarge = "dax.r5.12xlarge"
  case r516XLarge = "dax.r5.16xlarge"
  case r524XLarge = "dax.r5.24xlarge"

  /// Memory of one node (documented: DAX cluster sizing; of T3 nodes that of EC2's instances of the name).
  public var memory: Size {
    switch self {
    case .t3Small: .gigabytes(2)
    case .t3Medium: .gigabytes(4)
    case .r5Large: .gigabytes(16)
    case .r5XLarge: .gigabytes(32)
    case .r52XLarge: .gigabytes(64)
    case .r54XLarge: .gigabytes(128)
    case .r58XLarge: .gigabytes(256)
    case .r512XLarge: .gigabytes(384)
    case .r516XLarge: .gigabytes(512)
    case .r524XLarge: .gigabytes(768)
    }
  }

  /// Normalized requests a second of one node (documented: DAX cluster sizing, 2026-04).
  ///
  /// AWS's table leaves T3 out. Their two vCPUs count as those of the smallest R5 here, which is what they can do while
  /// they burst; unlimited mode lets them burst for ever, for a price.
  public var normalizedRequestsPerSecond: Int {
    switch self {
    case .t3Small, .t3Medium, .r5Large: 75_000
    case .r5XLarge: 150_000
    case .r52XLarge: 300_000
    case .r54XLarge: 600_000
    case .r58XLarge, .r512XLarge, .r516XLarge, .r524XLarge: 1_000_000
    }
  }

  /// Whether the CPU may work above a baseline for credits only: 24 credits an hour, 20 % of two vCPUs.
  public var isBurstable: Bool {
    switch self {
    case .t3Small, .t3Medium: true
    case .r5Large, .r5XLarge, .r52XLarge, .r54XLarge, .r58XLarge, .r512XLarge, .r516XLarge, .r524XLarge: false
    }
  }
}
