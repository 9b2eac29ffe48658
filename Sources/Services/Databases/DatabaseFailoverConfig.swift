import Engine
import Units

/// How a database's copies stand, which decides how it fails over.
public enum DatabaseDeployment: String, Hashable, Sendable, CaseIterable {
  /// One DB instance.
  case singleAZ = "singleAz"
  /// A DB instance with a standby that takes no connections.
  case multiAZInstance = "multiAzInstance"
  /// A Multi-AZ DB cluster: a writer and two readable standbys.
  case multiAZCluster = "multiAzCluster"
  /// An Aurora cluster; its readers are its standbys.
  case aurora
}

/// When a database's writer fails, and how long it takes until another one takes connections.
public struct DatabaseFailoverConfig: Hashable, Sendable {
  /// Moments at which the writer fails, ascending, from time zero.
  public var moments: [Time]
  /// Mean time between failures at random moments, exponential; nil for none.
  public var meanTimeBetween: Time?
  /// From the failure until connections are taken again, ns; nil takes the deployment's default.
  public var downtime: Distribution?

  /// No failures.
  public init() {
    moments = []
    meanTimeBetween = nil
    downtime = nil
  }
}

/// `AWS::RDS::EventSubscription`: which events of a database go where.
public struct EventSubscriptionConfig: Hashable, Sendable {
  /// Event categories of RDS that the model produces.
  public enum Category: String, Hashable, Sendable, CaseIterable {
    case availability
    case failover
    case failure
    case lowStorage = "low storage"
    case notification
    case recovery
  }

  /// The topic, function or queue that is told.
  public var target: String
  /// Which events; empty for all.
  public var categories: [Category]

  /// A subscription to all events.
  public init(target: String) {
    self.target = target
    categories = []
  }
}
