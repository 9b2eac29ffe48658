/// How a burstable class earns its CPU.
public struct Burst: Hashable, Sendable {
  /// Share of each vCPU that is earned all the time, in thousandths, 1 to 1,000.
  public let baselinePermille: Int
  /// Whether the node goes on at full speed without credits and pays for what it cannot earn back in a day.
  public let isUnlimited: Bool

  /// A baseline in thousandths of each vCPU.
  public init(baselinePermille: Int, isUnlimited: Bool) {
    precondition(1...1_000 ~= baselinePermille, "a baseline is a share of a vCPU")
    self.baselinePermille = baselinePermille
    self.isUnlimited = isUnlimited
  }
}

extension DatabaseInstanceClass {
  /// What the class earns if it is burstable; nil for the others.
  ///
  /// Source: baselines of EC2 burstable performance instances (documented, 2026); RDS runs db.t3 and db.t4g in unlimited
  /// mode (documented) and db.t2 in standard mode.
  public var burst: Burst? {
    let parts = name.split(separator: ".")
    guard parts.count == 3 else { return nil }
    let baselines: [String: Int]
    switch parts[1] {
    case "t3", "t4g":
      baselines = ["micro": 100, "small": 200, "medium": 200, "large": 300, "xlarge": 400, "2xlarge": 400]
    case "t2": baselines = ["micro": 100, "small": 200, "medium": 200, "large": 300, "xlarge": 225, "2xlarge": 170]
    default:  // over text
      return nil
    }
    return baselines[String(parts[2])].map { Burst(baselinePermille: $0, isUnlimited: parts[1] != "t2") }
  }
}
