import Engine
import Services
import Units

/// Capacity of Aurora Serverless v2.
extension Decoding {
  /// `ServerlessV2ScalingConfiguration`; nil if it has faults.
  func serverlessCapacity(_ node: YAMLNode, _ name: String) -> ServerlessCapacityConfig? {
    guard let fields = self.fields(node, Shapes.serverlessV2ScalingConfiguration) else { return nil }
    let before = faults.count
    let least = fields["minCapacity"].flatMap { halves($0, 0...512) }
    let most = fields["maxCapacity"].flatMap { halves($0, 2...512) }
    guard let least, let most else { return nil }
    var config = ServerlessCapacityConfig(minimum: least, maximum: most)
    if most < least, let node = fields["maxCapacity"] {
      fault(node.place, found: "maxCapacity below minCapacity", wanted: "a maximum that is not below the minimum")
    }
    if let node = fields["secondsUntilAutoPause"] {
      config.autoPause = time(node, Time.seconds(300)...Time.seconds(86_400)) ?? config.autoPause
    }
    return faults.count == before ? config : nil
  }

  /// ACUs in halves.
  private func halves(_ node: YAMLNode, _ range: ClosedRange<Int>) -> Int? {
    guard let number = number(node) else { return nil }
    let halves = number * 2
    guard halves == halves.rounded(), halves >= 0, halves <= 512, range.contains(Int(halves)) else {
      return reject(
        node, wanted: "\(shortest(Double(range.lowerBound) / 2)) to \(range.upperBound / 2) ACUs in steps of 0.5")
    }
    return Int(halves)
  }
}
