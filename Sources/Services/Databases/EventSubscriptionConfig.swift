import Engine
import Units

/// `AWS::RDS::EventSubscription`: which events of a database go where.
public struct EventSubscriptionConfig: Hashable, Sendable {
  /// Event categories of RDS that the model produces.
  public enum Category: String, Hashable, Sendable, CaseIterable, BitwiseCopyable {
    /// A DB instance shuts down or restarts.
    case availability
    /// A failover begins or is complete.
    case failover
    /// A DB instance has failed for good, or is incompatible.
    case failure
    /// Little storage is left.
    case lowStorage = "low storage"
    /// What is worth knowing.
    case notification
    /// The recovery of a DB instance begins or is complete.
    case recovery

    /// One bit a category.
    var bit: UInt8 {
      switch self {
      case .availability: 1
      case .failover: 2
      case .failure: 4
      case .lowStorage: 8
      case .notification: 16
      case .recovery: 32
      }
    }
  }

  /// The topic, function or queue that is told.
  public var target: String
  /// Which events; empty for all.
  public var categories: [Category]
  /// From the event until the subscriber is called, ns; default uniform up to 5 min (documented: "might take up to five
  /// minutes"; the distribution is unknown).
  public var notificationDelay: Distribution

  /// A subscription to all events.
  public init(target: String) {
    self.target = target
    categories = []
    notificationDelay = Self.defaultDelay
  }

  /// Up to five minutes.
  public static let defaultDelay = Distribution.uniform(low: 0, high: 300e9)

  /// Bytes of an event's message (inferred from AWS's examples, which have 500 to 1,000).
  static let messageSize = Size.kilobytes(1)
}
