import Engine
import Units

/// What RDS Proxy meters: the size of what stands behind it, all the time.
enum DBProxyMeters {
  /// vCPUs of the instances behind a proxy, accrued over ms; priced by the vCPU-hour.
  static let vCPUs = Meter(service: "RDSProxy", key: "USE1-RDS:ProxyUsage", kind: .standing)
  /// Half ACUs behind a proxy, accrued over ms; priced by the ACU-hour.
  static let serverlessACU = Meter(
    service: "RDSProxy", key: "USE1-RDS:Proxy-ASv2-Usage", unitsPerPriced: 2, kind: .standing)

  /// Billed vCPUs of an instance: at least 2 (documented).
  static func billedVCPUs(of type: DatabaseInstanceClass) -> Int { max(2, type.vCPUs) }
  /// Half ACUs that an instance is billed at least: 8 ACUs (secondary sources only).
  static let leastHalves = 16
}

extension DBProxyConfig {
  /// What the proxy is billed for over a span: the instances that it leads to, each with its minimum.
  ///
  /// Those are all of an Aurora cluster or Multi-AZ DB cluster, but of RDS the DB instance alone: its read replicas and
  /// its standby are no targets. `halfACUMilliseconds` is what all instances of Aurora Serverless consumed; the minimum
  /// is held against their mean over the span, which errs low where capacity moves across it.
  func usage(of database: DatabaseConfig, halfACUMilliseconds: Int128, duration span: Time) -> [UsageLine] {
    let milliseconds = Int128(span.nanoseconds / 1_000_000)
    let targets: Int128 =
      switch database.deployment {
      case .aurora, .multiAZCluster: Int128(database.nodeCount)
      case .singleAZ, .multiAZInstance: 1
      }
    let (meter, amount) =
      switch database.capacity {
      case .provisioned(let type):
        (DBProxyMeters.vCPUs, Int128(DBProxyMeters.billedVCPUs(of: type)) * targets * milliseconds)
      case .serverless:
        (
          DBProxyMeters.serverlessACU,
          max(halfACUMilliseconds, Int128(DBProxyMeters.leastHalves) * targets * milliseconds)
        )
      }
    return [UsageLine(meter: meter, resource: name, amount: amount)]
  }
}
