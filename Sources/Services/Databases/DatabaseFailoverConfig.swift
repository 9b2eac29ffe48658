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
///
/// The downtime is detection, and then either promotion, where a standby or a reader takes over, or recovery, where
/// the writer itself has to come back. Clients that find the writer by DNS add the age of what they remember.
public struct DatabaseFailoverConfig: Hashable, Sendable {
  /// Moments at which the writer fails, ascending, from time zero.
  public var moments: [Time]
  /// Mean time between failures at random moments, exponential; nil for none. Above 0.
  public var meanTimeBetween: Time?
  /// From the failure until the service acts, ns; nil takes the deployment's default.
  public var detection: Distribution?
  /// From then until a standby or a reader takes writes, ns; nil takes the deployment's default.
  public var promotion: Distribution?
  /// From then until the failed writer is back, ns, where nothing can take over; nil takes the deployment's default.
  public var recovery: Distribution?
  /// From the failure until connections are taken again, ns, in place of all phases: the service acts at once. nil for
  /// the phases.
  public var downtime: Distribution?
  /// From the end of a failover until the writer that failed is back as a reader, ns. Default 60 s.
  public var rejoining: Distribution

  /// No failures, and the deployment's phases.
  public init() {
    moments = []
    meanTimeBetween = nil
    detection = nil
    promotion = nil
    recovery = nil
    downtime = nil
    rejoining = Self.defaultRejoining
  }

  /// A restart and some (unknown: AWS publishes none).
  public static let defaultRejoining = Distribution.constant(60e9)

  /// Whether the writer ever fails.
  public var isUsed: Bool { !moments.isEmpty || meanTimeBetween != nil }
}

/// The phases of a failover that a scenario says nothing of.
extension DatabaseDeployment {
  /// From the failure until the service acts, ns (inferred: AWS publishes no split).
  public var defaultDetection: Distribution {
    switch self {
    case .singleAZ, .multiAZInstance: .constant(10e9)
    case .multiAZCluster, .aurora: .constant(5e9)
    }
  }

  /// From then until a standby or a reader takes writes, ns.
  ///
  /// With the detection an instance's standby takes 60 to 120 s, a cluster's 20 to 35 s, and an Aurora reader 25 s in
  /// the median and 60 s at the 99th percentile (documented: "60-120 seconds", "typically under 35 seconds", "less than
  /// 60 seconds, often less than 30"; their distributions are inferred). With one DB instance there is nothing to
  /// promote.
  public var defaultPromotion: Distribution {
    switch self {
    case .singleAZ: .constant(0)
    case .multiAZInstance: .uniform(low: 50e9, high: 110e9)
    case .multiAZCluster: .uniform(low: 15e9, high: 30e9)
    case .aurora: .logNormal(median: 20e9, p99: 55e9) ?? .constant(20e9)
    }
  }

  /// From then until the failed writer is back, ns, where nothing can take over.
  ///
  /// With the detection 4 to 10 min for a cluster without readers (documented for Aurora: "less than 10 minutes"), and
  /// 2 to 10 min for one DB instance (unknown: AWS publishes none). With a standby there is no such thing.
  public var defaultRecovery: Distribution {
    switch self {
    case .singleAZ: .uniform(low: 110e9, high: 590e9)
    case .multiAZInstance: .constant(0)
    case .multiAZCluster, .aurora: .uniform(low: 235e9, high: 595e9)
    }
  }

  /// Whether another machine answers to the writer's name after a failover, so that clients must ask their resolver
  /// again. One DB instance comes back where it was.
  var movesAddress: Bool {
    switch self {
    case .singleAZ: false
    case .multiAZInstance, .multiAZCluster, .aurora: true
    }
  }

  /// Whether readers are standbys. Read replicas of RDS are none: nobody promotes them by itself.
  public var promotesReaders: Bool {
    switch self {
    case .singleAZ, .multiAZInstance: false
    case .multiAZCluster, .aurora: true
    }
  }
}
