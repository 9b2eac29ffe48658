import Statistics
import Testing

@Suite("Queueing theory")
struct QueueingTheoryTests {
  @Test(
    "Erlang's B agrees with the printed tables",
    arguments: [
      (10, 5.0, 0.018385), (1, 1.0, 0.5), (2, 1.0, 0.2), (5, 3.0, 0.110054), (100, 100.0, 0.075700),
      (0, 3.0, 1.0), (4, 0.0, 0.0),
    ])
  func erlangB(servers: Int, load: Double, share: Double) {
    #expect(abs(QueueingTheory.erlangB(servers: servers, load: load) - share) < 1e-6)
  }

  @Test("Erlang's B of a large pool neither overflows nor vanishes")
  func largePool() {
    // In heavy traffic B tends to 1 - c/a: fluid in, fluid out.
    let blocked = QueueingTheory.erlangB(servers: 100_000, load: 200_000)
    #expect(abs(blocked - 0.5) < 1e-4)
  }

  @Test("Erlang's C of one server is its load, and of two servers at load one a third")
  func erlangC() throws {
    #expect(QueueingTheory.erlangC(servers: 1, load: 0.7).map { abs($0 - 0.7) < 1e-12 } == true)
    #expect(QueueingTheory.erlangC(servers: 2, load: 1).map { abs($0 - 1.0 / 3) < 1e-12 } == true)
    #expect(QueueingTheory.erlangC(servers: 10, load: 5).map { abs($0 - 0.036105) < 1e-6 } == true)
  }

  @Test("the eye clinic of Gross & Harris: three doctors, six patients an hour, twenty minutes each")
  func clinic() throws {
    // On average 8/9 wait, so by Little's law each waits 8/54 of an hour; 4/9 of them wait at all.
    let wait = try #require(QueueingTheory.meanWaitMMc(arrivalRate: 6, serviceMean: 1.0 / 3, servers: 3))
    #expect(abs(wait - 8.0 / 54) < 1e-12)
    let anyWait = try #require(
      QueueingTheory.waitTailMMc(longerThan: 0, arrivalRate: 6, serviceMean: 1.0 / 3, servers: 3))
    #expect(abs(anyWait - 4.0 / 9) < 1e-12)
  }

  @Test("the tail of the M/M/c wait falls with the spare capacity and integrates to the mean")
  func waitTail() throws {
    let mean = try #require(QueueingTheory.meanWaitMMc(arrivalRate: 4, serviceMean: 0.5, servers: 3))
    var area = 0.0
    let step = 0.001
    for n in 0..<20_000 {
      let middle = (Double(n) + 0.5) * step
      area +=
        try #require(
          QueueingTheory.waitTailMMc(longerThan: middle, arrivalRate: 4, serviceMean: 0.5, servers: 3)) * step
    }
    #expect(abs(area / mean - 1) < 1e-6)
  }

  @Test("without patience the M/M/c+D queue is Erlang's loss system", arguments: [(1, 0.7), (3, 2.4), (10, 14)])
  func noPatience(servers: Int, load: Double) {
    let loss = QueueingTheory.lossMMcD(arrivalRate: load / 2, serviceMean: 2, servers: servers, patience: 0)
    #expect(abs(loss - QueueingTheory.erlangB(servers: servers, load: load)) < 1e-12)
    #expect(QueueingTheory.meanWaitMMcD(arrivalRate: load / 2, serviceMean: 2, servers: servers, patience: 0) == 0)
  }

  @Test("with endless patience it loses nobody below full load, and waits as Erlang's C says", arguments: [1, 3, 10])
  func endlessPatience(servers: Int) throws {
    let rate = 0.8 * Double(servers)
    #expect(QueueingTheory.lossMMcD(arrivalRate: rate, serviceMean: 1, servers: servers, patience: 1_000) < 1e-12)
    let wait = try #require(QueueingTheory.meanWaitMMc(arrivalRate: rate, serviceMean: 1, servers: servers))
    let found = QueueingTheory.meanWaitMMcD(arrivalRate: rate, serviceMean: 1, servers: servers, patience: 1_000)
    #expect(abs(found / wait - 1) < 1e-9)
    // Beyond full load as many are lost as the servers cannot do, and the others wait for nearly as long as they can.
    let loss = QueueingTheory.lossMMcD(
      arrivalRate: 2 * Double(servers), serviceMean: 1, servers: servers, patience: 100)
    #expect(abs(loss - 0.5) < 1e-9)
  }

  @Test("one server by hand: at a load of 1 and a patience of one service the loss is 1/3, the wait a quarter")
  func patienceByHand() {
    // v(x) = p0 up to 1, so p0 (1 + 1 + 1) = 1: the lost ones have the last third. The served ones' wait is 1/6 over 2/3.
    #expect(
      abs(QueueingTheory.lossMMcD(arrivalRate: 1, serviceMean: 1, servers: 1, patience: 1) - 1.0 / 3) < 1e-12)
    #expect(
      abs(QueueingTheory.meanWaitMMcD(arrivalRate: 1, serviceMean: 1, servers: 1, patience: 1) - 0.25) < 1e-12)
    // It is smooth there: the series around balance and the formula beside it agree.
    for shift in [-2e-5, -1.1e-5, -0.9e-5, 0.9e-5, 1.1e-5, 2e-5] {
      let loss = QueueingTheory.lossMMcD(arrivalRate: 1 + shift, serviceMean: 1, servers: 1, patience: 1)
      let wait = QueueingTheory.meanWaitMMcD(arrivalRate: 1 + shift, serviceMean: 1, servers: 1, patience: 1)
      #expect(abs(loss - 1.0 / 3) < abs(shift) && abs(wait - 0.25) < abs(shift))
    }
    #expect(QueueingTheory.lossMMcD(arrivalRate: 0, serviceMean: 1, servers: 1, patience: 1) == 0)
  }

  @Test("an overloaded queue has no steady state")
  func overload() {
    #expect(QueueingTheory.erlangC(servers: 2, load: 2.0.nextDown) != nil)
    #expect(QueueingTheory.erlangC(servers: 2, load: 2) == nil)
    #expect(QueueingTheory.meanWaitMMc(arrivalRate: 3, serviceMean: 1, servers: 2) == nil)
    #expect(QueueingTheory.waitTailMMc(longerThan: 1, arrivalRate: 3, serviceMean: 1, servers: 2) == nil)
    #expect(QueueingTheory.meanWaitMG1(arrivalRate: 1, serviceMean: 1, serviceVariance: 0) == nil)
    #expect(QueueingTheory.meanWaitMD1(arrivalRate: 2, service: 1) == nil)
  }

  @Test("Pollaczek-Khinchine contains M/M/1 and M/D/1")
  func pollaczekKhinchine() throws {
    let exponential = try #require(
      QueueingTheory.meanWaitMG1(arrivalRate: 0.8, serviceMean: 1, serviceVariance: 1))
    let single = try #require(QueueingTheory.meanWaitMMc(arrivalRate: 0.8, serviceMean: 1, servers: 1))
    #expect(abs(exponential - 4) < 1e-12)
    #expect(abs(single - 4) < 1e-12)
    let fixed = try #require(QueueingTheory.meanWaitMD1(arrivalRate: 0.8, service: 1))
    #expect(abs(fixed - 2) < 1e-12)
  }

  @Test("processor sharing is M/M/1 on average, and stretches all jobs alike")
  func processorSharing() throws {
    let wait = try #require(QueueingTheory.meanWaitMMc(arrivalRate: 0.8, serviceMean: 1, servers: 1))
    let sojourn = try #require(QueueingTheory.meanSojournMG1PS(arrivalRate: 0.8, serviceMean: 1))
    #expect(abs(sojourn - (wait + 1)) < 1e-12)
    let twice = try #require(QueueingTheory.meanSojournMG1PS(ofSize: 2, arrivalRate: 0.8, serviceMean: 1))
    #expect(abs(twice - 2 * sojourn) < 1e-12)
    #expect(QueueingTheory.meanSojournMG1PS(ofSize: 0, arrivalRate: 0.8, serviceMean: 1) == 0)
    #expect(QueueingTheory.meanSojournMG1PS(arrivalRate: 2, serviceMean: 0.5.nextDown) != nil)
    #expect(QueueingTheory.meanSojournMG1PS(arrivalRate: 2, serviceMean: 0.5) == nil)
  }

  @Test("no arrivals and no service mean no wait")
  func nothingToDo() {
    #expect(QueueingTheory.meanWaitMMc(arrivalRate: 0, serviceMean: 1, servers: 1) == 0)
    #expect(QueueingTheory.meanWaitMG1(arrivalRate: 0, serviceMean: 1, serviceVariance: 1) == 0)
    #expect(QueueingTheory.waitTailMMc(longerThan: 0, arrivalRate: 5, serviceMean: 0, servers: 1) == 0)
  }

  @Test("the busy servers of M/G/infinity are Poisson")
  func poisson() {
    #expect(QueueingTheory.meanBusyMGInfinity(arrivalRate: 100, serviceMean: 0.25) == 25)
    // Printed tables: P(N = 2 | 3) = 0.2240, P(N > 5 | 3) = 0.0839.
    #expect(abs(QueueingTheory.busyShareMGInfinity(exactly: 2, load: 3) - 0.2240) < 5e-5)
    #expect(abs(QueueingTheory.busyTailMGInfinity(moreThan: 5, load: 3) - 0.0839) < 5e-5)
    let total = (0...200).reduce(0) { $0 + QueueingTheory.busyShareMGInfinity(exactly: $1, load: 25) }
    #expect(abs(total - 1) < 1e-12)
  }

  @Test("without load nobody is busy")
  func idle() {
    #expect(QueueingTheory.busyShareMGInfinity(exactly: 0, load: 0) == 1)
    #expect(QueueingTheory.busyShareMGInfinity(exactly: 1, load: 0) == 0)
    #expect(QueueingTheory.busyTailMGInfinity(moreThan: 0, load: 0) == 0)
  }
}
