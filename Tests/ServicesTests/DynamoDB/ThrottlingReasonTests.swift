import Engine
import Testing
import Units

@testable import Services

/// Each of the 16 reasons is reached by the first operation beyond a limit, and nothing else is counted.
@Suite("Throttling reasons")
struct ThrottlingReasonTests {
  private let get = operation(.getItem, bytes: 4_096, strong: true)
  /// Half a unit of the index.
  private let query = operation(.query, bytes: 4_096) { $0.index = "byAge" }
  private let put = operation(.putItem)

  private func provisioned(_ units: Int) -> CapacityMode {
    .provisioned(ProvisionedThroughput(readCapacityUnits: units, writeCapacityUnits: units))
  }

  /// A table that takes 2 units a second of a direction, or whose index does, and what is one operation too many.
  private func stage(_ reason: ThrottlingReason) -> TableStage {
    let isRead = reason.direction == .read
    var index = globalIndex("byAge")
    var stage: TableStage
    switch (reason.isIndex, isRead) {
    case (false, true): stage = TableStage(get, count: 3)
    case (false, false): stage = TableStage(put, count: 3)
    case (true, true): stage = TableStage(query, count: 5)
    case (true, false): stage = TableStage(put, count: 3)
    }
    stage.config.limits.burst = .seconds(1)
    let limits = OnDemandThroughput(maxReadRequestUnits: 2, maxWriteRequestUnits: 2)
    switch reason.cause {
    case .provisionedThroughputExceeded:
      stage.config.capacity = provisioned(reason.isIndex ? 50 : 2)
      index.kind = .global(provisioned(reason.isIndex ? 2 : 50))
    case .keyRangeThroughputExceeded:
      // A million keys of the table never meet on one of its thousands of partitions.
      (stage.config.limits.partitionReadUnits, stage.config.limits.partitionWriteUnits) = (2, 2)
      if reason.isIndex {
        index.keys = KeyDistribution(count: 1)
      } else {
        stage.config.keys = KeyDistribution(count: 1)
      }
    case .maxOnDemandThroughputExceeded:
      if reason.isIndex { index.kind = .global(.onDemand(limits)) } else { stage.config.capacity = .onDemand(limits) }
    case .accountLimitExceeded:
      stage.account.tableQuota = TableQuota(reads: 2, writes: 2)
      if reason.isIndex && !isRead {
        // Two writes of the index for each of the table, so that its quota is the first to be reached.
        stage.requests = [(operation(.updateItem), 2)]
        index.keyChanges = 1
      }
    }
    // A table's own writes leave its index alone.
    if !reason.isIndex { index.share = 0 }
    stage.config.indexes = [index]
    return stage
  }

  @Test("each is reached, alone", arguments: 0..<16)
  func reached(number: Int) throws {
    let expected = ThrottlingReason.all[number]
    let result = try stage(expected).run()
    for reason in ThrottlingReason.all {
      let count = result.figure(reason.figureName, of: "t")
      // What no mode of the table can bring about is not reported.
      #expect(count == (reason == expected ? 1 : 0) || (reason != expected && count.isNaN), "\(reason.name)")
    }
    #expect(result.figure("throttles", of: "t") == 1)
    #expect(result.requests(.throttled) == 1)
    let metric = "\(expected.direction.name)\(expected.cause.name)ThrottleEvents"
    let resource = expected.isIndex ? "t/index/byAge" : "t"
    let series = result.series.first { $0.key.resource == resource && $0.key.name == metric }
    #expect(series?.values.reduce(0, +) == 1)
  }
}
