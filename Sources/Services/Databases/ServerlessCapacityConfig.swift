import Units

/// `ServerlessV2ScalingConfiguration` of an Aurora cluster, and how its capacity moves.
///
/// Capacity is counted in half ACUs, the steps that Aurora scales in.
public struct ServerlessCapacityConfig: Hashable, Sendable {
  /// `MinCapacity` in half ACUs, 0 to 512; 0 pauses an instance without connections.
  public var minimum: Int
  /// `MaxCapacity` in half ACUs, 2 to 512; not below the minimum.
  public var maximum: Int
  /// `SecondsUntilAutoPause`, 300 s to 86,400 s; default 300 s. Meaningful with a minimum of 0.
  public var autoPause: Time

  /// Capacity between two bounds in half ACUs.
  public init(minimum: Int, maximum: Int) {
    self.minimum = minimum
    self.maximum = maximum
    autoPause = .seconds(300)
  }
}
