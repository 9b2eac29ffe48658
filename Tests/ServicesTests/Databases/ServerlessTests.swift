import Engine
import Testing
import Units

@testable import Services

/// Capacity of Aurora Serverless v2, by hand: half ACUs in each second.
@Suite("Aurora Serverless")
struct ServerlessTests {
  typealias Script = [(at: Time, action: ClusterBench.Action)]

  /// 0.5 to 8 ACUs, an eighth of a vCPU each half.
  private func scaling(_ minimum: Int = 1, _ maximum: Int = 16) -> ServerlessCapacityConfig {
    ServerlessCapacityConfig(minimum: minimum, maximum: maximum)
  }

  /// Connections at 0.5 s, each with an endless query from 1 s on.
  private func endless(_ count: UInt32) -> Script {
    let connects: Script = (0..<count).map { (.ms(500), .connect($0)) }
    let queries: Script = (0..<count).map { (.seconds(1), .execute($0, query: 0)) }
    return connects + queries
  }

  private func halves(
    _ config: ServerlessCapacityConfig, readers: Int = 0, queries: [Double] = [1e9], seconds: Int64, _ script: Script
  ) throws -> [Double] {
    var bench = try ClusterBench(config, readers: readers, queries: queries, duration: .seconds(seconds))
    bench.play(script)
    var slow = try ClusterBench(
      config, readers: readers, queries: queries, duration: .seconds(seconds), lane: false)
    slow.play(script)
    #expect(bench.system.run.digest == slow.system.run.digest)
    let halves = bench.halves()
    #expect(Int128(halves.reduce(0, +)) * 1_000 * Int128(readers + 1) == bench.halfMilliseconds)
    #expect(halves == slow.halves())
    return halves
  }

  @Test("one busy vCPU grows a node half an ACU a second, until it is 67 % busy")
  func stepUp() throws {
    // From 4 ACUs on the vCPU is not all: 1 / 1.125, 1 / 1.25, 1 / 1.375 = 73 %, 1 / 1.5 = 67 %.
    let found = try halves(scaling(), seconds: 16, endless(1))
    #expect(found == [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12, 12, 12])
  }

  @Test("steps are shares of the present capacity, and end at the maximum")
  func largerSteps() throws {
    var config = scaling(1, 64)
    config.scaleUpFactor = 0.5
    // Half more each second, but not beyond capacity / 0.7 rounded up: 28 / 0.7 = 40, 40 / 0.7 = 57.1.
    let found = try halves(config, seconds: 14, endless(20))
    #expect(found == [1, 1, 2, 3, 4, 6, 9, 13, 19, 28, 40, 58, 64, 64])
  }

  @Test("between two steps up lies the interval")
  func upInterval() throws {
    var config = scaling()
    config.scaleUpInterval = .seconds(4)
    #expect(try halves(config, seconds: 11, endless(1)) == [1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4])
  }

  @Test("half an ACU goes for each 10 s without load, down to the minimum")
  func scaleDown() throws {
    var config = scaling(3)
    config.initial = 6
    let found = try halves(config, seconds: 60, [])
    #expect(found == (0..<60).map { $0 < 10 ? 6 : $0 < 20 ? 5 : $0 < 30 ? 4 : 3 })
  }

  @Test("a second that is half busy begins the 10 s anew")
  func interrupted() throws {
    var config = scaling()
    config.initial = 6
    // At 2.5 ACUs, 0.625 vCPUs, 312.5 ms of CPU take half of the second from 15 s on.
    let found = try halves(
      config, queries: [312.5], seconds: 30, [(.ms(500), .connect(0)), (.seconds(15), .execute(0, query: 0))])
    #expect(found == (0..<30).map { $0 < 10 ? 6 : $0 < 26 ? 5 : 4 })
  }

  @Test("exactly at a threshold nothing moves", arguments: [(0.7, 200), (0.7001, 201), (0.3, 100), (0.2999, 99)])
  func thresholds(share: Double, direction: Int) throws {
    var config = scaling()
    config.initial = 8
    config.scaleDownInterval = .seconds(1)
    // One vCPU: one query each second that takes its share of it.
    let script: Script =
      [(.zero, .connect(0))] + (0..<5).map { (.seconds($0) + .ms(1), .execute(0, query: 0)) }
    let found = try halves(config, queries: [share * 1_000], seconds: 5, script)
    // The first second decides.
    #expect(found[1] == (direction == 201 ? 9 : direction == 99 ? 7 : 8))
  }

  @Test("memory of connections keeps capacity up", arguments: [(102, 1), (103, 2), (204, 2), (205, 3), (500, 5)])
  func connectionFloor(connections: Int, floor: Int) throws {
    let script: Script = (0..<UInt32(connections)).map { (.ms(500), .connect($0)) }
    let found = try halves(scaling(), seconds: 12, script)
    #expect(found == (0..<12).map { Double(min(floor, max(1, $0 + 1))) })
  }

  @Test("connections that close let capacity fall, at once for the time that was quiet before")
  func connectionsClose() throws {
    let connects: Script = (0..<500).map { (.ms(500), .connect($0)) }
    let closings: Script = (103..<500).map { (.ms(20_500), .disconnect($0)) }
    let found = try halves(scaling(), seconds: 50, connects + closings)
    var wanted: [Double] = [1, 2, 3, 4]
    for (halves, until) in [(5, 21), (4, 31), (3, 41), (2, 50)] {
      while wanted.count < until { wanted.append(Double(halves)) }
    }
    #expect(found == wanted)
  }

  @Test("the maximum holds against connections")
  func maximum() throws {
    let script: Script = (0..<5_000).map { (.ms(500), .connect($0)) }
    #expect(try halves(scaling(1, 2), seconds: 5, script) == [1, 2, 2, 2, 2])
  }

  @Test("readers of tier 0 and 1 follow the writer, others stay")
  func readers() throws {
    var config = scaling()
    let table: [Double] = [1, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    #expect(try halves(config, readers: 1, seconds: 10, endless(1)) == table)
    config.readersFollowWriter = false
    #expect(try halves(config, readers: 1, seconds: 10, endless(1)) == table.map { ($0 + 1) / 2 })
  }

  @Test("capacity and its share of the maximum are CloudWatch's")
  func metrics() throws {
    var bench = try ClusterBench(scaling(), readers: 1, duration: .seconds(16))
    bench.play(endless(1))
    let result = bench.system.result()
    func series(_ name: String, _ statistic: MetricStatistic) -> [Double]? {
      result.series.first { $0.key.name == name && $0.key.statistic == statistic }?.values
    }
    let halves: [Double] = [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12, 12, 12]
    #expect(series("ServerlessDatabaseCapacity", .average) == halves.map { $0 / 2 })
    #expect(series("ACUUtilization", .average) == halves.map { $0 * 100 / 16 })
    #expect(bench.figure("peakCapacityACU") == 12)
    #expect(bench.figure("minCapacityACU") == 1)
    #expect(bench.figure("meanCapacityACU") == 115.0 / 16)
    #expect(bench.halfMilliseconds == 230_000)
    #expect(bench.figure("acuHours") == 230_000 / 7_200_000.0)
  }

  @Test("the least capacity is that of the recorded span")
  func warmUp() throws {
    var bench = try ClusterBench(scaling(), duration: .seconds(10), warmUp: .seconds(5))
    bench.play(endless(1))
    #expect(bench.figure("minCapacityACU") == 2.5)
    #expect(bench.figure("peakCapacityACU") == 6)
  }

  @Test("a database at rest costs no event in 30 days")
  func rest() throws {
    var config = scaling()
    config.initial = 6
    var bench = try ClusterBench(config, duration: .days(30), period: .hours(1))
    bench.play([(.ms(500), .connect(0))])
    // The script's connect is 5: call, CPU, way, answer. A look at 1 s, and one for each of 5 steps.
    #expect(bench.history.count == 11)
    #expect(bench.figure("minCapacityACU") == 0.5)
    #expect(bench.halfMilliseconds == 30 * 86_400_000 + (5 + 4 + 3 + 2 + 1) * 10_000)
  }

  @Test("Aurora's memory is 1 GiB for each half ACU")
  func memory() throws {
    var bench = try ClusterBench(scaling(), duration: .seconds(16))
    bench.play(endless(1))
    #expect(bench.system.databases[0].pointee.serverlessMemoryBytes(of: 0) == 12 << 30)
  }
}
