import Engine
import Services
import Testing
import Units

/// Tables and what follows them in whole systems.
@Suite("What follows a table")
struct TableStreamStoryTests {
  private let write = TrafficTarget(
    resource: "t", operation: TableOperation(kind: .putItem, itemSize: Size(bytes: 1_000)))

  private func table(_ configure: (inout TableConfig) -> Void) -> ResourceConfig {
    var config = ServicesTests.table("t", milliseconds: 8)
    config.changeStreams.propagationDelay = .constant(90e6)
    config.changeStreams.capture.delay = .constant(90e6)
    configure(&config)
    return .table(config)
  }

  private var mapping: ResourceConfig {
    var config = EventSourceMappingConfig(name: "m", stream: "t", functionName: "f")
    var source = EventSourceMappingConfig.StreamSource(stream: "t")
    source.pollingInterval = .milliseconds(250)
    config.source = .stream(source)
    return .eventSourceMapping(config)
  }

  @Test("a write's way: written at 300 ms, readable at 390, seen at 500, then a start of 100 ms and 50 ms of work")
  func way() throws {
    let result = try Story(
      [table { $0.streamViewType = .newImage }, .function(function("f", [wait(50)])), mapping], target: write,
      at: [.milliseconds(300)]
    ).run()
    #expect(result.figure("streamRecords", of: "t") == 1 && result.figure("streamBytes", of: "t") == 1_032)
    #expect(result.figure("meanIteratorAgeMs", of: "m") == 200)
    #expect(result.figure("meanPutToProcessedMs", of: "m") == 350)
    #expect(result.figure("finalEventsBehind", of: "m") == 0)
    // Reads by Lambda are free.
    #expect(result.usage.allSatisfy { !$0.meter.key.contains("Stream") })
  }

  @Test("a table without a stream has none of its figures, and reads leave no records")
  func off() throws {
    let plain = try Story([table { _ in }], target: write, at: [.zero]).run()
    #expect(plain.figure("streamRecords", of: "t").isNaN)
    let read = TrafficTarget(resource: "t", operation: TableOperation(kind: .getItem, itemSize: Size(bytes: 1)))
    let reads = try Story([table { $0.streamViewType = .keysOnly }], target: read, at: [.zero], count: 5).run()
    #expect(reads.figure("streamRecords", of: "t") == 0)
  }

  @Test("each change is a record of the Kinesis stream, and units of 1 KB on the bill")
  func capture() throws {
    for (bytes, units) in [(1, 1), (1_024, 1), (1_025, 2), (409_600, 400)] as [(Int64, Int64)] {
      let put = TrafficTarget(
        resource: "t", operation: TableOperation(kind: .putItem, itemSize: Size(bytes: bytes)))
      let result = try Story(
        [.stream(StreamConfig(name: "k")), table { $0.kinesisStream = "k" }], target: put, at: [.zero, .seconds(60)]
      ).run()
      #expect(result.usage("ChangeDataCaptureUnits-Kinesis", of: "t") == 2 * units)
      #expect(result.figure("capturedRecords", of: "t") == 2 && result.figure("incomingRecords", of: "k") == 2)
      #expect(result.figure("incomingBytes", of: "k") == Double(8 * bytes))
      #expect(abs(result.figure("p99CaptureMs", of: "t") - 90) < 1)
    }
  }

  @Test("what the stream refuses is put again until it is stored: 2,500 at once into a shard that takes 1,000 a second")
  func refused() throws {
    let story = Story(
      [.stream(StreamConfig(name: "k")), table { $0.kinesisStream = "k" }],
      target: TrafficTarget(resource: "t", operation: TableOperation(kind: .putItem, itemSize: Size(bytes: 1))),
      at: [.zero], count: 2_500)
    let result = try story.run()
    // 1,000 at 90 ms, 1,000 a second later, 500 another second later.
    #expect(result.figure("capturedThrottles", of: "t") == 1_500 + 500)
    #expect(result.figure("refusedRecords", of: "k") == 2_000)
    #expect(result.figure("incomingRecords", of: "k") == 2_500)
    #expect(result.figure("capturedUnderWay", of: "t") == 0)
    #expect(result.usage("ChangeDataCaptureUnits-Kinesis", of: "t") == 2_500)
  }

  @Test("a table that grows is split, and so is its stream, whose readers lose nothing; of two, each has its own pace")
  func splits() throws {
    func reader(_ name: String, _ function: String) -> ResourceConfig {
      var config = EventSourceMappingConfig(name: name, stream: "t", functionName: function)
      config.batchSize = 10
      return .eventSourceMapping(config)
    }
    let resources = [
      table {
        $0.streamViewType = .newImage
        $0.capacity = .provisioned(ProvisionedThroughput(readCapacityUnits: 1, writeCapacityUnits: 500))
        $0.limits.partitionSize = .kilobytes(100)
      }, .function(function("f", [wait(50)])), .function(function("slow", [wait(700)])), reader("m", "f"),
      reader("late", "slow"),
    ]
    for (items, partitions) in [(102, 1), (103, 2), (205, 4), (400, 4), (410, 8)] {
      let result = try Story(resources, target: write, at: [.milliseconds(300)], count: items).run()
      #expect(result.figure("storedBytesAtEnd", of: "t") == Double(1_000 * items))
      #expect(result.figure("partitions", of: "t") == Double(partitions), "\(items)")
      #expect(result.figure("streamShards", of: "t") == Double(partitions))
      #expect(result.figure("streamClosedShards", of: "t") == Double(partitions - 1))
      for mapping in ["m", "late"] {
        #expect(result.figure("processedEvents", of: mapping) == Double(items))
        #expect(result.figure("finalEventsBehind", of: mapping) == 0 && result.figure("lostEvents", of: mapping) == 0)
      }
      #expect(result.figure("meanPutToProcessedMs", of: "late") > result.figure("meanPutToProcessedMs", of: "m"))
    }
  }

  @Test("indexes grow by their own entries, and do not split the table's stream")
  func indexGrowth() throws {
    let resources = [
      table {
        $0.streamViewType = .keysOnly
        let units = CapacityMode.provisioned(ProvisionedThroughput(readCapacityUnits: 1, writeCapacityUnits: 500))
        $0.capacity = units
        $0.limits.partitionSize = .kilobytes(100)
        var index = IndexConfig(name: "i", kind: .global(units))
        index.projection = .keysOnly
        index.entrySize = Size(bytes: 500)
        $0.indexes = [index]
      }
    ]
    // 300,000 B of items in 4 partitions, 150,000 B of entries in 2.
    let result = try Story(resources, target: write, at: [.milliseconds(300)], count: 300).run()
    #expect(result.figure("streamShards", of: "t") == 4)
    #expect(result.figure("partitions", of: "t") == 4 + 2)
  }

  @Test("duplicates are put twice, and billed once")
  func duplicates() throws {
    let result = try Story(
      [
        .stream(StreamConfig(name: "k")),
        table {
          $0.kinesisStream = "k"
          $0.changeStreams.capture.duplicates = 1
        },
      ], target: write, at: [.zero], count: 7
    ).run()
    #expect(result.figure("capturedDuplicates", of: "t") == 7 && result.figure("incomingRecords", of: "k") == 14)
    #expect(result.usage("ChangeDataCaptureUnits-Kinesis", of: "t") == 7)
  }
}
