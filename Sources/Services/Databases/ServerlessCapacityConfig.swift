import Engine
import Units

/// `ServerlessV2ScalingConfiguration` of an Aurora cluster, and how its capacity moves.
///
/// Capacity is counted in half ACUs, the steps that Aurora scales in. AWS publishes the bounds, that capacity is looked at
/// every second, and that it rises faster the larger it is; all else about the speed is a stated choice.
public struct ServerlessCapacityConfig: Hashable, Sendable {
  /// `MinCapacity` in half ACUs, 0 to 512; 0 pauses an instance without connections.
  public var minimum: Int
  /// `MaxCapacity` in half ACUs, 2 to 512; not below the minimum.
  public var maximum: Int
  /// `SecondsUntilAutoPause`, 300 s to 86,400 s; default 300 s (documented). Meaningful with a minimum of 0.
  public var autoPause: Time
  /// Capacity of each node at time zero in half ACUs, from `leastRunning` to the maximum, or 0 for paused with a minimum of
  /// 0; nil, the default, for `leastRunning`.
  public var initial: Int?
  /// Whether the readers are in promotion tier 0 or 1: never smaller than the writer, paused and resumed with it. Default
  /// true (documented: tier 1 is the default). Otherwise each scales and pauses on its own.
  public var readersFollowWriter: Bool
  /// ACUs of one vCPU, 0.5 to 16; default 4 (inferred from memory: 2 GiB an ACU, 8 GiB a vCPU of the r classes).
  public var acuPerVCPU: Double
  /// A node grows when its CPU was busier than this share of its capacity in the last second, above
  /// `scaleDownUtilization` and at most 1; default 0.7 (inferred: the threshold of Aurora Serverless v1).
  public var scaleUpUtilization: Double
  /// A node may shrink while each second is below this share, above 0; default 0.3 (inferred: the threshold of v1).
  public var scaleDownUtilization: Double
  /// Share of the present capacity that one step adds, in whole half ACUs and at least one; above 0, at most 1. Default
  /// 0.1, which doubles a large node in 7.3 s (unknown: no rate is published).
  public var scaleUpFactor: Double
  /// Least span between two steps up, at most 1 h; default 1 s, as often as capacity is looked at (inferred).
  public var scaleUpInterval: Time
  /// Span of low utilization for one step down by half an ACU, at most 1 h; default 10 s (unknown: gradual is all that is
  /// published).
  public var scaleDownInterval: Time
  /// Capacity with which a paused node comes back in half ACUs, 1 up to the maximum; default 1 (unknown: AWS says only that it
  /// may be lower than before).
  public var resumeCapacity: Int
  /// From a connection attempt to a paused node until it takes connections, ns; default 15 s (documented as typical).
  public var resumeTime: Distribution
  /// The same after a pause of more than 24 h, ns; default 30 s (documented as 30 s or longer).
  public var deepResumeTime: Distribution

  /// A pause that is longer than this ends with `deepResumeTime` (documented: Aurora User Guide, auto-pause).
  public static let deepPause = Time.hours(24)

  /// Capacity between two bounds in half ACUs.
  public init(minimum: Int, maximum: Int) {
    self.minimum = minimum
    self.maximum = maximum
    autoPause = .seconds(300)
    initial = nil
    readersFollowWriter = true
    acuPerVCPU = 4
    scaleUpUtilization = 0.7
    scaleDownUtilization = 0.3
    scaleUpFactor = 0.1
    scaleUpInterval = .seconds(1)
    scaleDownInterval = .seconds(10)
    resumeCapacity = 1
    resumeTime = .constant(15e9)
    deepResumeTime = .constant(30e9)
  }

  /// The least capacity of a node that is not paused, in half ACUs: the minimum, and 1 when that is 0.
  public var leastRunning: Int { max(1, minimum) }

  /// Thousandths of a vCPU of a node with so many half ACUs, at least 1.
  func milliVCPUs(_ halfACUs: Int) -> Int64 { max(1, Int64((Double(halfACUs) * 500 / acuPerVCPU).rounded())) }

  /// Memory of half an ACU in bytes: 1 GiB (documented: an ACU has approximately 2 GiB).
  static let bytesPerHalfACU: Int64 = 1 << 30
}
