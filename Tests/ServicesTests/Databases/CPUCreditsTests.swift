import Engine
import Testing
import Units

@testable import Services

/// CPU credits of burstable classes, worked out by hand.
@Suite("CPU credits")
struct CPUCreditsTests {
  /// A node of which the CPU use is told by hand.
  private struct Node {
    var credits: CPUCredits
    var busy: UInt128 = 0
    var now = Time.zero

    /// So many thousandths of a vCPU are busy for a time. True if the capacity changes at its end.
    @discardableResult mutating func use(_ milliVCPUs: Int64, for span: Time) -> Bool {
      busy += UInt128(milliVCPUs) * UInt128(span.nanoseconds)
      now += span
      return credits.advance(busy: busy, at: now)
    }
  }

  /// As t3.micro: two vCPUs, 12 credits an hour, 288 a day.
  private var unlimited: Node { Node(credits: CPUCredits(Burst(baselinePermille: 100, isUnlimited: true), vCPUs: 2)) }
  /// As t2.micro: one vCPU, 6 credits an hour, 30 to start with.
  private var standard: Node { Node(credits: CPUCredits(Burst(baselinePermille: 100, isUnlimited: false), vCPUs: 1)) }

  /// So many tenths of a credit.
  private func tenths(_ count: Int128) -> Int128 { count * CPUCredits.credit / 10 }

  @Test("an idle node saves its baseline, a day's earnings at most")
  func saving() {
    var node = unlimited
    node.use(0, for: .hours(1))
    #expect(node.credits.balance == tenths(120))
    node.use(0, for: .hours(23) + Time(nanoseconds: -1))
    #expect(node.credits.balance < tenths(2_880))
    node.use(0, for: Time(nanoseconds: 1))
    #expect(node.credits.balance == tenths(2_880))
    node.use(0, for: .hours(6))
    #expect(node.credits.balance == tenths(2_880))
  }

  @Test("what is used beyond the baseline comes out of the balance; use at the baseline leaves it")
  func spending() {
    var node = unlimited
    node.use(0, for: .hours(1))
    node.use(200, for: .hours(5))
    #expect(node.credits.balance == tenths(120))
    // Two credits a minute spent, 0.2 earned.
    node.use(2_000, for: .minutes(1))
    #expect(node.credits.balance == tenths(102))
    #expect(node.credits.usage == tenths(5 * 120 + 20))
  }

  @Test("unlimited: what is owed is paid off by later earnings, and only then is anything saved")
  func payingOff() {
    var node = unlimited
    node.use(2_000, for: .minutes(10))
    #expect(node.credits.surplus == tenths(180) && node.credits.balance == 0)
    #expect(!node.credits.isThrottled && node.credits.capacity == 2_000)
    node.use(0, for: .minutes(90))
    #expect(node.credits.surplus == 0 && node.credits.balance == 0)
    node.use(0, for: .minutes(1))
    #expect(node.credits.surplus == 0 && node.credits.balance == tenths(2))
    #expect(node.credits.charged == 0)
  }

  @Test("unlimited: what is owed beyond a day's earnings is charged")
  func charging() {
    var node = unlimited
    // 1.8 a minute: 288 in 160 minutes.
    node.use(2_000, for: .minutes(160))
    #expect(node.credits.surplus == tenths(2_880) && node.credits.charged == 0)
    node.use(2_000, for: .minutes(1))
    #expect(node.credits.surplus == tenths(2_880) && node.credits.charged == tenths(18))
  }

  @Test("standard: throttled at the very instant at which all is spent")
  func throttling() {
    var node = standard
    #expect(node.credits.available == tenths(300))
    #expect(node.use(1_000, for: .minutes(33)) == false)
    // 0.9 a minute: 30 in 33 minutes and 20 seconds.
    #expect(node.credits.nextLook(after: node.now) == .seconds(2_000))
    #expect(node.use(1_000, for: .seconds(20) + Time(nanoseconds: -1)) == false)
    #expect(node.use(1_000, for: Time(nanoseconds: 1)) == true)
    #expect(node.credits.available == 0 && node.credits.capacity == 100)
    // At the baseline nothing is left over; below it, the next look finds a credit.
    #expect(node.use(100, for: .minutes(1)) == false)
    #expect(node.use(40, for: .minutes(1)) == true)
    #expect(node.credits.capacity == 1_000 && node.credits.balance * 100 == 6 * CPUCredits.credit)
  }

  @Test("standard: launch credits go first, and are not saved again")
  func launchCredits() {
    var node = standard
    node.use(0, for: .days(2))
    // 144 are saved besides the 30.
    #expect(node.credits.available == tenths(1_740) && node.credits.balance == tenths(1_440))
    node.use(1_000, for: .minutes(100))
    #expect(node.credits.launch == 0 && node.credits.balance == tenths(1_440 + 300 - 900))
  }

  @Test("looks draw nearer as the balance runs out, to the ms")
  func looks() {
    var node = standard
    #expect(node.credits.nextLook(after: .zero) == .minutes(1))
    node.use(1_000, for: .seconds(2_000) + Time(nanoseconds: -10))
    #expect(node.credits.nextLook(after: node.now) == node.now + .milliseconds(1))
    node.use(1_000, for: .milliseconds(1))
    #expect(node.credits.isThrottled)
    #expect(node.credits.nextLook(after: node.now) == node.now + .minutes(1))
    #expect(unlimited.credits.nextLook(after: .seconds(7)) == .seconds(67))
  }

  @Test(
    "baselines by class",
    arguments: [
      ("db.t3.micro", 100), ("db.t3.medium", 200), ("db.t4g.large", 300), ("db.t4g.2xlarge", 400), ("db.t2.small", 200),
      ("db.t2.xlarge", 225), ("db.t2.2xlarge", 170), ("db.r6g.large", 0), ("db.m5.large", 0), ("db.t3", 0),
    ])
  func classes(name: String, permille: Int) {
    let type = DatabaseInstanceClass(name: name, vCPUs: 2, memoryMiB: 1_024, ebsBandwidth: nil, networkBandwidth: nil)
    #expect(type.burst?.baselinePermille == (permille == 0 ? nil : permille))
    if let burst = type.burst { #expect(burst.isUnlimited == !name.hasPrefix("db.t2")) }
  }

  // MARK: In a database

  /// One query of so many minutes of CPU on a class, asked by a traffic source.
  private func run(_ type: DatabaseInstanceClass, minutes: Double) throws -> TellTale {
    var config = DatabaseConfig(name: "db", engine: .postgres, capacity: .provisioned(type))
    (config.sessions.openingCPU, config.sessions.openingLatency) = (.constant(0), .constant(0))
    config.sessions.roundTrip = .constant(0)
    var target = TrafficTarget(resource: "db")
    target.query = DatabaseQuery(cpu: .constant(minutes * 60e9))
    var story = Story([.dbInstance(config)], target: target, at: [.zero])
    story.duration = .hours(2)
    let run = try story.run()
    return TellTale(
      latency: run.latencyMs, usage: run.figure("cpuCreditUsage", of: "db"),
      surplus: run.figure("cpuSurplusCredits", of: "db"))
  }

  private struct TellTale {
    var latency: Double
    var usage: Double
    var surplus: Double
  }

  @Test("a query of 40 minutes on db.t2.micro runs at a tenth when the launch credits are spent")
  func throttledQuery() throws {
    // 2,000 s at full speed, and the other 400 s at a tenth.
    let told = try run(
      DatabaseInstanceClass(name: "db.t2.micro", vCPUs: 1, memoryMiB: 1_024, ebsBandwidth: nil, networkBandwidth: nil),
      minutes: 40)
    #expect(told.latency == 6_000_000)
    #expect(told.usage == 40 && told.surplus == 0)
  }

  @Test("the same on db.t4g.micro goes on at full speed, and what remains owed at the end is to be paid")
  func unlimitedQuery() throws {
    // 40 credits spent, 24 earned in the two hours.
    let told = try run(
      DatabaseInstanceClass(name: "db.t4g.micro", vCPUs: 2, memoryMiB: 1_024, ebsBandwidth: nil, networkBandwidth: nil),
      minutes: 40)
    #expect(told.latency == 2_400_000)
    #expect(told.usage == 40 && told.surplus == 16)
  }
}
