import Engine
import Services
import Testing
import Units

@testable import Scenarios

/// What a scenario says of stored items, backups and replicas.
@Suite("Table storage in scenarios")
struct TableStorageTests {
  /// A scenario whose table has these lines.
  private func text(_ lines: String..., operation: String = "putItem", region: String = "us-east-1") -> String {
    """
    scenario: Stored
    region: \(region)
    duration: 1 h
    traffic:
      writers: { target: t, operation: \(operation), itemSize: 1 KB, arrivals: { poisson: { rate: 1 / s } } }
    resources:
      t:
        type: table
    \(lines.map { "    \($0)\n" }.joined())
    """
  }

  private func table(_ text: String) throws -> (TableConfig, [Assumption]) {
    let scenario = try Scenario.decode(text, path: "x.yaml")
    let tables = scenario.system.resources.compactMap { resource in
      if case .table(let table) = resource { table } else { nil }
    }
    return (try #require(tables.first), scenario.assumptions)
  }

  @Test("every key reaches the config")
  func keys() throws {
    let scenario = try Scenario.decode(Examples.storage, path: "x.yaml")
    guard case .table(let orders) = scenario.system.resources[0], case .table(let ledger) = scenario.system.resources[1]
    else {
      Issue.record("two tables")
      return
    }
    #expect(orders.itemCount == 1_000_000 && orders.storageSize.bytes == 2_048_000_000)
    #expect(orders.timeToLive?.after == .normal(mean: 604_800e9, standardDeviation: 86_400e9))
    #expect(orders.timeToLive?.deletionDelay == .uniform(low: 600e9, high: 43_200e9))
    #expect(orders.timeToLive?.remaining == .uniform(low: 0, high: 691_200e9))
    #expect(orders.timeToLive?.renewal == 0.4)
    #expect(orders.backups.pointInTimeRecoveryDays == 7)
    #expect(
      orders.backups.backups == [
        .init(at: .zero), .init(at: .minutes(10), every: .minutes(15), retain: .days(1)),
      ])
    #expect(orders.backups.restores == [.minutes(20)])
    #expect(
      orders.backups.exports == [
        .init(at: .minutes(5)), .init(at: .minutes(15), every: .minutes(15), kind: .incrementalExport),
      ])
    #expect(orders.backups.importSize == .gigabytes(3))
    #expect(orders.replication?.regions == ["eu-west-1", "us-west-2"] && orders.replication?.consistency == .eventual)
    #expect(orders.replication?.latency == .uniform(low: 0.4e9, high: 1e9))
    #expect(ledger.replication?.consistency == .strong && ledger.replication?.witness == "us-east-2")
    #expect(ledger.replication?.roundTrip == .logNormal(median: 20e6, p99: 40e6))
    #expect(ledger.replication?.conflicts == 0.001)
  }

  @Test("what is left out is an assumption with its grade; an import says how large the table is")
  func defaults() throws {
    let (plain, assumptions) = try table(
      text(
        "timeToLiveSpecification: { after: 1 d }", "replicas: [ eu-west-1 ]",
        "importSourceSpecification: { size: 1 GB }", "itemCount: 9"))
    #expect(plain.storageSize == .gigabytes(1) && plain.timeToLive == TimeToLiveConfig(after: .constant(86_400e9)))
    #expect(plain.replication == ReplicationConfig(regions: ["eu-west-1"]))
    let grade = { (parameter: String) in assumptions.first { $0.parameter == parameter }?.grade }
    #expect(grade("timeToLiveSpecification.deletionDelay") == .inferred)
    #expect(grade("timeToLiveSpecification.remaining") == .inferred)
    #expect(grade("timeToLiveSpecification.renewal") == .inferred)
    #expect(grade("multiRegionConsistency") == .documented && grade("replication.latency") == .documented)
    #expect(grade("replicas.price") == .inferred && grade("storage.GB") == .inferred)
    #expect(grade("replication.roundTrip") == nil)
    let (off, _) = try table(
      text(
        "timeToLiveSpecification: { enabled: false, after: 1 d }",
        "pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: false }"))
    #expect(off.timeToLive == nil && off.backups.pointInTimeRecoveryDays == nil && off.itemCount == 0)
  }

  @Test(
    "what DynamoDB refuses, or what contradicts itself, is a fault at its place",
    arguments: [
      ("averageItemSize: 1 KB", "without itemCount"), ("averageItemSize: 401 KB|itemCount: 1", "400 KB"),
      ("averageItemSize: 0 B|itemCount: 1", "1 B"), ("itemCount: 2", "without a size"),
      ("averageItemSize: 1 KB|itemCount: 1|storageSize: 1 KB", "one of them"),
      ("itemCount: 1025|storageSize: 1 KB", "1 B or more"), ("itemCount: 1000000000001", "whole number"),
      ("storageSize: 1 GB|timeToLiveSpecification: { after: 1 d }", "add itemCount"),
      ("timeToLiveSpecification: { enabled: true }", "no `after`"),
      ("timeToLiveSpecification: { after: 1 d, renewal: 101 % }", "share"),
      ("pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 36 }", "1 to 35"),
      ("pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 0 }", "1 to 35"),
      ("exports: [ { at: 1 min } ]", "PointInTimeRecoveryUnavailableException"),
      ("exports: [ { at: 14 min, exportType: incrementalExport } ]", "15 min to"),
      ("exports: [ { at: 15 min, every: 25 h, exportType: incrementalExport } ]", "15 min to 1 d"),
      ("exports: [ { at: 0 s, exportType: incremental } ]", "fullExport, incrementalExport"),
      ("backups: [ { at: 0 s, every: 59 s } ]", "1 min to"), ("backups: [ { every: 1 h } ]", "no `at`"),
      ("backups: [ { at: 0 s, retain: 0 s } ]", "1 ns to"),
      ("restores: [ { at: 0 s } ]", "of nothing"), ("backups: [ { at: 2 s } ]|restores: [ { at: 1 s } ]", "of nothing"),
      ("importSourceSpecification: { size: 0 B }", "1 B to"),
      ("replicas: []", "at least one"), ("replicas: [ Frankfurt ]", "an AWS Region code"),
      ("replicas: [ us-east-1 ]", "own Region"), ("replicas: [ eu-west-1, eu-west-1 ]", "more than once"),
      ("multiRegionConsistency: strong", "without replicas"), ("globalTableWitness: us-east-2", "without replicas"),
      ("replicas: [ us-west-2 ]|globalTableWitness: us-east-2", "multiRegionConsistency: strong"),
      ("replicas: [ us-west-2 ]|multiRegionConsistency: strong", "2 Regions"),
      ("replicas: [ us-west-2, us-east-2, eu-west-1 ]|multiRegionConsistency: strong", "4 Regions"),
      ("replicas: [ us-west-2, eu-west-1 ]|multiRegionConsistency: strong", "Regions of one set"),
      (
        "replicas: [ us-west-2 ]|multiRegionConsistency: strong|globalTableWitness: us-west-2", "replica and witness"
      ),
      (
        "replicas: [ us-west-2, us-east-2 ]|multiRegionConsistency: strong|timeToLiveSpecification: { after: 1 d }",
        "none with strong consistency"
      ),
    ])
  func faults(lines: String, wanted: String) {
    let faults = Examples.faults(of: lines.split(separator: "|").reduce(text()) { $0 + "    \($1)\n" })
    #expect(faults.contains { $0.contains(wanted) }, "\(faults)")
  }

  @Test("transactions fail on a table with strong consistency, and on no other")
  func transactions() {
    let regions = "replicas: [ us-west-2, us-east-2 ]"
    for operation in ["transactWriteItems", "transactGetItems"] {
      let faults = Examples.faults(of: text(regions, "multiRegionConsistency: strong", operation: operation))
      #expect(faults.contains { $0.contains("\(operation) of `t`") }, "\(faults)")
      #expect(Examples.faults(of: text(regions, operation: operation)) == [])
    }
    #expect(Examples.faults(of: text(regions, "multiRegionConsistency: strong")) == [])
  }
}
