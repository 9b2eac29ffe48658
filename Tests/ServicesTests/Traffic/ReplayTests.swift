import Engine
import Testing
import Units

@testable import Services

@Suite("replay")
struct ReplayTests {
  static let intervals = """
    minute,a,"b ""x"", y",c
    10,3,0,1
    11,0,0,0
    13,500,"2",90

    """
  static let functions = """
    function,1,2,3,4
    f,3,0,0,500
    g,0,0,0,2
    h,1,0,0,90
    """

  /// Counts by interval and target.
  private func table(
    _ config: ReplayConfig, intervals: Int, windowCells: Int = FunctionRows.windowCellsMax
  ) throws -> [[Int]] {
    var replay = try ReplayArrivals(config, windowCells: windowCells)
    var random = stream()
    var table = [[Int]](repeating: [Int](repeating: 0, count: max(1, config.columns.count)), count: intervals)
    var last: Int64 = 0
    while let arrival = replay.next(&random) {
      #expect(arrival.time >= last)
      last = arrival.time
      table[Int(arrival.time / config.interval.nanoseconds)][Int(arrival.target)] += 1
    }
    return table
  }

  @Test(
    "each interval gives every target exactly its count, with any timing, plain and gzip",
    arguments: ReplayConfig.Timing.allCases, [false, true])
  func intervalCounts(timing: ReplayConfig.Timing, gzip: Bool) throws {
    for text in [Self.intervals, Self.intervals.replacing("\n", with: "\r\n"), "\u{FEFF}" + Self.intervals] {
      let file = try TraceFixture(text, gzip: gzip)
      var config = ReplayConfig(path: file.path, layout: .intervals, interval: .minutes(1), timing: timing)
      #expect(try table(config, intervals: 4) == [[4], [0], [0], [592]])
      config.columns = ["c", "a", "b \"x\", y"]
      #expect(try table(config, intervals: 4) == [[1, 3, 0], [0, 0, 0], [0, 0, 0], [90, 500, 2]])
      config.columns = ["c"]
      #expect(try table(config, intervals: 4) == [[1], [0], [0], [90]])
    }
  }

  @Test(
    "functions give every target exactly its count, whatever the window", arguments: [1, 2, 3, 6, 9, 1 << 18],
    [false, true])
  func functionCounts(windowCells: Int, gzip: Bool) throws {
    let file = try TraceFixture(Self.functions, gzip: gzip)
    var config = ReplayConfig(path: file.path, layout: .functions, interval: .seconds(10))
    #expect(try table(config, intervals: 4, windowCells: windowCells) == [[4], [0], [0], [592]])
    config.columns = ["h", "f", "g"]
    #expect(
      try table(config, intervals: 4, windowCells: windowCells) == [[1, 3, 0], [0, 0, 0], [0, 0, 0], [90, 500, 2]])
    config.columns = ["h", "g"]
    #expect(try table(config, intervals: 4, windowCells: windowCells) == [[1, 0], [0, 0], [0, 0], [90, 2]])
  }

  @Test("the window changes nothing in the arrivals, not even a nanosecond")
  func windowInvariance() throws {
    let file = try TraceFixture(Self.functions)
    let config = ReplayConfig(
      path: file.path, layout: .functions, interval: .minutes(1), columns: ["f", "g", "h"])
    func all(_ windowCells: Int) throws -> [String] {
      var replay = try ReplayArrivals(config, windowCells: windowCells)
      var random = stream()
      return Array(sequence(state: ()) { _ in replay.next(&random) }).map { "\($0.time) \($0.target)" }
    }
    #expect(try all(3) == all(1 << 18))
  }

  @Test("single arrivals come back to the nanosecond, with their targets")
  func singleArrivals() throws {
    let file = try TraceFixture(
      "time_s,target\n0,a\n0.5,b\n0.500000001,a\n1e1,\"a\"\n12.3456789014999,b\n12.3456789015,b\n1234567890.5,a")
    let config = ReplayConfig(
      path: file.path, layout: .arrivals, interval: .minutes(1), columns: ["b", "a"])
    let list = try arrivals(.replay(config), horizon: .never)
    #expect(
      list.map(\.time.nanoseconds) == [
        0, 500_000_000, 500_000_001, 10_000_000_000, 12_345_678_901, 12_345_678_902, 1_234_567_890_500_000_000,
      ])
    #expect(list.map(\.target) == [1, 0, 1, 1, 0, 0, 1])
    let summary = try Trace.check(path: file.path, layout: .arrivals, interval: .minutes(1), columns: ["b", "a"])
    #expect(
      summary
        == TraceSummary(
          rows: 7, columns: ["a", "b"], arrivals: 7, span: Time(nanoseconds: 1_234_567_890_500_000_000)))
  }

  @Test("even timing spaces the total evenly, half a gap from both ends")
  func even() throws {
    let file = try TraceFixture("minute,a,b\n0,1,3\n1,3,0\n")
    let config = ReplayConfig(
      path: file.path, layout: .intervals, interval: .seconds(8), timing: .even, columns: ["a", "b"])
    let list = try arrivals(.replay(config), horizon: .never)
    #expect(list.prefix(4).map(\.time) == [.seconds(1), .seconds(3), .seconds(5), .seconds(7)])
    #expect(
      list.suffix(3).map(\.time.nanoseconds) == [9_333_333_333, 12_000_000_000, 14_666_666_666])
  }

  @Test("even timing does not overflow at the largest count and a year's interval")
  func evenAtTheLimits() {
    var random = stream()
    var interval = CountedInterval(span: Time.days(365).nanoseconds, timing: .even, targets: 2)
    interval.begin(at: 0, [1 << 31, 1 << 31])
    #expect(interval.next(&random)?.time == Time.days(365).nanoseconds >> 33)
  }

  @Test("start timing sends all at the first instant, target by target")
  func start() throws {
    let file = try TraceFixture("minute,a,b,c\n0,2,0,1\n1,0,1,0\n")
    let config = ReplayConfig(
      path: file.path, layout: .intervals, interval: .minutes(1), timing: .start, columns: ["c", "b", "a"])
    let list = try arrivals(.replay(config), horizon: .never)
    #expect(list.map(\.time) == [.zero, .zero, .zero, .minutes(1)])
    #expect(list.map(\.target) == [0, 2, 2, 1])
  }

  @Test("uniform timing is uniform for the total and for each target")
  func uniform() throws {
    let file = try TraceFixture("minute,a,b\n0,6000,2000\n")
    let config = ReplayConfig(path: file.path, layout: .intervals, interval: .minutes(1), columns: ["a", "b"])
    let list = try arrivals(.replay(config), horizon: .never)
    let (a, b) = (list.filter { $0.target == 0 }, list.filter { $0.target == 1 })
    #expect((a.count, b.count) == (6_000, 2_000))
    for sample in [list, a, b] {
      #expect(kolmogorov(sample.map { $0.time.inSeconds / 60 }) { $0 } < kolmogorovOneInThousand)
    }
  }

  @Test("targets are drawn without replacement, each left one equally likely")
  func drawnTargets() {
    var random = stream()
    var firsts = [Double](repeating: 0, count: 5)
    let weights: [Int64] = [1, 0, 5, 2, 12]
    for _ in 0..<20_000 {
      var left = RemainingCounts(targets: 5)
      #expect(left.load(weights) == 20)
      var drawn = [Int64](repeating: 0, count: 5)
      firsts[Int(left.draw(&random))] += 1
      for _ in 0..<19 { drawn[Int(left.draw(&random))] += 1 }
      #expect(zip(drawn, weights).allSatisfy { $0 <= $1 })
    }
    for (count, weight) in zip(firsts, weights) {
      let share = Double(weight) / 20
      #expect(abs(count - 20_000 * share) <= 3.9 * (20_000 * share * (1 - share)).squareRoot())
    }
  }

  @Test("the original Azure columns are understood, and rows of one name add up")
  func azureColumns() throws {
    let file = try TraceFixture(
      "HashOwner,HashApp,HashFunction,Trigger,1,2\no,a,f,http,1,2\no,b,f,timer,10,20\no,b,g,timer,5,5\n")
    var config = ReplayConfig(path: file.path, layout: .functions, interval: .minutes(1), columns: ["f"])
    #expect(try table(config, intervals: 2) == [[11], [22]])
    config.columns = []
    #expect(try table(config, intervals: 2) == [[16], [27]])
  }

  @Test("lines that are longer than the buffer are read whole")
  func smallBuffer() throws {
    let file = try TraceFixture(Self.intervals, gzip: true)
    let lines = try TraceFile(path: file.path, capacity: 3)
    var count = 0
    while var line = try lines.nextLine() {
      try line.skip(4)
      #expect(line.isExhausted)
      count += 1
    }
    #expect(count == 4)
  }

  @Test(
    "published traces replay to exactly their totals",
    .enabled(if: sharedTrace("azure2019_light_200f_invocations_per_minute.csv.gz") != nil),
    arguments: [
      ("azure2019_light_200f_invocations_per_minute.csv.gz", ReplayConfig.Layout.functions, 60, 155_469, 200),
      ("azure2019_light_1000f_invocations_per_minute.csv.gz", .functions, 60, 608_228, 1_000),
      ("nasa_http_jul_aug_1995_per_minute.csv.gz", .intervals, 60, 3_461_596, 84_332),
      ("nasa_http_busiest_day_per_second.csv.gz", .intervals, 1, 134_204, 86_400),
    ] as [(String, ReplayConfig.Layout, Int64, Int, Int)])
  func published(name: String, layout: ReplayConfig.Layout, seconds: Int64, total: Int, rows: Int) throws {
    let path = try #require(sharedTrace(name))
    let header = try Trace.header(path: path)
    #expect(Trace.layout(ofHeader: header) == layout)
    let summary = try Trace.check(path: path, layout: layout, interval: .seconds(seconds), columns: [])
    #expect(summary.rows == rows)
    #expect(summary.arrivals == Int64(total))
    let columns = layout == .functions ? summary.columns : []
    let config = ReplayConfig(path: path, layout: layout, interval: .seconds(seconds), columns: columns)
    var process = try ArrivalProcess(.replay(config), start: monday, horizon: .never, stream: stream())
    var count = 0
    var last = Time.zero
    while true {
      let arrival = process.next()
      if arrival.time == .never { break }
      if arrival.time < last { Issue.record("time goes back to \(arrival.time)") }
      last = arrival.time
      count += 1
    }
    #expect(count == total)
    #expect(last < summary.span)
  }
}
