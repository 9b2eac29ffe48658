import Engine
import Services
import Testing
import Units

/// Amounts of a year that 64 bits do not hold.
@Suite("Long runs")
struct LongRunTests {
  @Test("a thousand terabytes stored for a year are counted to the last unit")
  func storage() throws {
    var config = table("t", milliseconds: 1)
    config.storageSize = Size.gigabytes(1_024_000)
    var story = Story(
      [.table(config)],
      target: TrafficTarget(resource: "t", operation: TableOperation(kind: .getItem, itemSize: Size(bytes: 1))),
      at: [.zero])
    story.duration = .days(366)
    let result = try story.run()
    let stored = result.usage.filter { $0.meter.kind == .standing }.map(\.amount)
    let wanted: Int128 = (1_024_000 << 30) * 366 * 86_400_000
    #expect(stored == [wanted])
  }

  @Test("latencies that add up to more than 64 bits hold, and so do their parts")
  func latencies() throws {
    var f = function("f", timeout: .seconds(900), [wait(800_000)])
    // Nothing limits the time that a place takes.
    f.placement = .constant(Double(Time.days(2).nanoseconds) - 100e6)
    var story = Story([f], at: [.zero], count: 70_000)
    story.duration = .days(3)
    story.account.concurrentExecutions = 100_000
    story.account.scalingBurst = 100_000
    let result = try story.run()
    let each = Time.days(2).nanoseconds + Time.seconds(800).nanoseconds
    #expect(result.traffic[0].latency.sum == 70_000 * Int128(each) && result.traffic[0].latency.sum > Int64.max)
    #expect(abs(result.figure("meanConcurrency", of: "f") / (70_000 * Double(each) / 259_200e9) - 1) < 1e-12)
  }
}
