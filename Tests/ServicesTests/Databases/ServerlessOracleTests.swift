import Engine
import Testing
import Units

@testable import Services

/// The controller against a slow one that looks at every second, over random loads.
@Suite("Aurora Serverless against a slow controller")
struct ServerlessOracleTests {
  /// Numbers of a fixed generator.
  private struct Dice {
    var state: UInt64
    mutating func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
  }

  @Test("capacity is that of a controller that looks at every second", arguments: 1...40)
  func oracle(seed: Int) throws {
    var dice = Dice(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
    var config = ServerlessCapacityConfig(minimum: 1 + dice.next(4), maximum: 6 + dice.next(40))
    config.initial = config.minimum + dice.next(config.maximum - config.minimum + 1)
    config.scaleUpFactor = [0.1, 0.25, 0.5][dice.next(3)]
    config.scaleUpInterval = .seconds(Int64(1 + dice.next(4)))
    config.scaleDownInterval = .seconds(Int64(1 + dice.next(12)))
    config.scaleDownUtilization = [0.1, 0.3, 0.5][dice.next(3)]
    let seconds = 400
    var script: [(at: Time, action: ClusterBench.Action)] = []
    var at = Time.zero
    var opened: UInt32 = 0
    while true {
      // Heaps of work with quiet spans between them.
      at += Time(nanoseconds: Int64(dice.next(dice.next(6) == 0 ? 40_000 : 400)) * 1_000_003)
      guard at < .seconds(Int64(seconds)) else { break }
      switch dice.next(5) {
      case 0:
        for _ in 0...dice.next(30) {
          script.append((at, .connect(opened)))
          opened += 1
        }
      case 1 where opened > 0: script.append((at, .disconnect(UInt32(dice.next(Int(opened))))))
      default:  // over the dice's other faces
        if opened > 0 {
          script.append((at, .execute(UInt32(dice.next(Int(opened))), query: UInt32(dice.next(3)))))
        }
      }
    }
    var bench = try ClusterBench(
      config, queries: [20, 400, 3_000], duration: .seconds(Int64(seconds)), seed: UInt64(seed))
    bench.play(script)
    let found = bench.halves().map { Int($0) }
    #expect(found == Self.slow(config, bench.history, seconds: seconds))
    #expect(found.allSatisfy { (config.minimum...config.maximum).contains($0) })
    #expect(Set(found).count > 1)
  }

  /// Half ACUs in each second, from what the node's CPU and connections were.
  private static func slow(
    _ config: ServerlessCapacityConfig, _ history: [ClusterBench.Moment], seconds: Int
  ) -> [Int] {
    var halves: [Int] = []
    var capacity = config.initial ?? config.minimum
    var lowSeconds = 0
    var sinceIncrease = 1_000
    var position = 0
    var present = ClusterBench.Moment(at: .zero, running: 0, connections: 0)
    let (up, down) = (
      Int128((config.scaleUpUtilization * 1e6).rounded()), Int128((config.scaleDownUtilization * 1e6).rounded())
    )
    for second in 0..<seconds {
      halves.append(capacity)
      let end = Time.seconds(Int64(second + 1))
      let milli = Int128(capacity * 125)
      var busy: Int128 = 0
      var from = Time.seconds(Int64(second))
      while position < history.count && history[position].at < end {
        busy += min(Int128(present.running * 1_000), milli) * Int128((history[position].at - from).nanoseconds)
        from = history[position].at
        present = history[position]
        position += 1
      }
      busy += min(Int128(present.running * 1_000), milli) * Int128((end - from).nanoseconds)
      let whole = milli * 1_000_000_000
      let bytes = present.connections * 10 * 1_048_576
      let floor = min(config.maximum, max(config.minimum, (bytes + (1 << 30) - 1) >> 30))
      let step = max(1, Int(Double(capacity) * config.scaleUpFactor))
      var wanted = capacity
      sinceIncrease += 1
      lowSeconds = busy * 1_000_000 < down * whole ? lowSeconds + 1 : 0
      if busy * 1_000_000 > up * whole {
        var enough = capacity
        while Int128(enough) * up * whole < Int128(capacity) * busy * 1_000_000 { enough += 1 }
        wanted = min(capacity + step, enough)
      } else if lowSeconds >= Int(config.scaleDownInterval.inSeconds) && capacity > floor {
        wanted = capacity - 1
        lowSeconds = 0
      }
      if wanted < floor { wanted = min(floor, capacity + step) }
      if wanted > capacity {
        if sinceIncrease < Int(config.scaleUpInterval.inSeconds) {
          wanted = capacity
        } else {
          sinceIncrease = 0
        }
      }
      capacity = min(wanted, config.maximum)
    }
    return halves
  }
}
