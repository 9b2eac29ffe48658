import Units

// The CPU credits of one burstable node.
//
//   unlimited:  saving (balance) --- use above the baseline ---> owing (surplus), charged beyond a day's earnings
//                   ^------------- use below the baseline ------'
//   standard:   saving --- balance at 0 ---> throttled to the baseline --- balance above 0 at a look ---> saving
//
// A credit is a vCPU for a minute. It is earned at the baseline, all the time, and spent by what the CPU does, exactly;
// a day's earnings can be saved. Between two looks use counts as even, so what is lost at the cap, or charged beyond it,
// is off by the earnings of one interval at most: a minute.

/// The credits of a node, in thousandths of a vCPU times ns.
struct CPUCredits: BitwiseCopyable {
  /// One credit.
  static let credit: Int128 = 60_000_000_000 * 1_000

  /// Thousandths of a vCPU of the whole node: all there are, and those that are earned.
  let full: Int64
  let baseline: Int64
  let isUnlimited: Bool
  /// What can be saved, and owed without a charge: the earnings of a day.
  let most: Int128
  /// Credits that a node of standard mode gets at the start and does not get back; they are spent first.
  private(set) var launch: Int128
  /// Saved; below 0 by what was used between the last credit and the look that found it spent, a ms at most.
  private(set) var balance: Int128 = 0
  /// Owed.
  private(set) var surplus: Int128 = 0
  /// Owed when recording began.
  private(set) var surplusAtStart: Int128 = 0
  /// Owed beyond a day's earnings, and charged; since the beginning.
  private(set) var charged: Int128 = 0
  /// Spent since the beginning.
  private(set) var usage: Int128 = 0
  /// Whether the node is held at its baseline.
  private(set) var isThrottled = false
  private var busy: UInt128 = 0
  private var last = Time.zero

  /// The credits of a new node of so many vCPUs: none, but 30 a vCPU in standard mode (documented for EC2).
  init(_ burst: Burst, vCPUs: Int) {
    full = Int64(vCPUs) * 1_000
    baseline = Int64(vCPUs * burst.baselinePermille)
    isUnlimited = burst.isUnlimited
    most = Int128(baseline) * Int128(Time.days(1).nanoseconds)
    launch = burst.isUnlimited ? 0 : 30 * Int128(vCPUs) * Self.credit
  }

  /// What can be spent, launch credits included: CPUCreditBalance.
  var available: Int128 { max(0, balance) + launch }
  /// Thousandths of a vCPU that the node may use.
  var capacity: Int64 { isThrottled ? baseline : full }

  /// Takes in what the CPU has done until `now`; `busy` is the station's integral. True if the capacity changes by it.
  mutating func advance(busy: UInt128, at now: Time) -> Bool {
    let used = Int128(busy - self.busy)
    let net = Int128(baseline) * Int128((now - last).nanoseconds) - used
    (self.busy, last) = (busy, now)
    usage += used
    if net >= 0 { earn(net) } else { spend(-net) }
    guard !isUnlimited else { return false }
    let wasThrottled = isThrottled
    isThrottled = balance + launch <= 0
    return isThrottled != wasThrottled
  }

  /// What is owed now is not for the recorded span to pay.
  mutating func beginRecording() { surplusAtStart = surplus }

  private mutating func earn(_ amount: Int128) {
    let paid = min(surplus, amount)
    surplus -= paid
    balance = min(most, balance + amount - paid)
  }

  private mutating func spend(_ amount: Int128) {
    let ofLaunch = min(launch, amount)
    launch -= ofLaunch
    let ofBalance = isUnlimited ? min(balance, amount - ofLaunch) : amount - ofLaunch
    balance -= ofBalance
    surplus += amount - ofLaunch - ofBalance
    charged += max(0, surplus - most)
    surplus = min(surplus, most)
  }

  /// When to look again: in a minute, or when all will be spent at full use, to the ms above.
  ///
  /// At full use that is the very instant; with less, looks draw nearer until it is.
  func nextLook(after now: Time) -> Time {
    let minute = now + .minutes(1)
    guard !isUnlimited, !isThrottled, full > baseline else { return minute }
    let drain = Int128(full - baseline)
    let span = (available + drain - 1) / drain
    guard span < 60_000_000_000 else { return minute }
    return now + max(.milliseconds(1), Time(nanoseconds: Int64(span)))
  }
}
