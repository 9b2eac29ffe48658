import Units

/// How SNS repeats a delivery to a function or queue that refuses it: three times at once, twice after a second, ten
/// times after waits that grow from 1 s to 20 s, and 100,000 times after 20 s, over 23 days (documented: Amazon SNS
/// message delivery retries). Nobody can change it.
enum DeliveryPolicy {
  /// Retries after the first attempt.
  static let retriesMax: UInt32 = 100_015

  /// Waits of the third phase in ms: equal ratios from 1 s to 20 s, 20^(k/9) (inferred: AWS says exponential).
  private static let growing: (Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64) = (
    1_000, 1_395, 1_946, 2_714, 3_786, 5_282, 7_368, 10_279, 14_339, 20_000
  )

  /// The wait before a retry, counted from 1; nil beyond the last.
  static func wait(retry: UInt32) -> Time? {
    let milliseconds: Int64
    switch retry {
    case 0: preconditionFailure("retries are counted from 1")
    case 1...3: milliseconds = 0
    case 4, 5: milliseconds = 1_000
    case 6: milliseconds = growing.0
    case 7: milliseconds = growing.1
    case 8: milliseconds = growing.2
    case 9: milliseconds = growing.3
    case 10: milliseconds = growing.4
    case 11: milliseconds = growing.5
    case 12: milliseconds = growing.6
    case 13: milliseconds = growing.7
    case 14: milliseconds = growing.8
    case 15: milliseconds = growing.9
    case 16...retriesMax: milliseconds = 20_000
    default: return nil  // over numbers
    }
    return .milliseconds(milliseconds)
  }
}
