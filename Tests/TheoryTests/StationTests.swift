import Engine
import Statistics
import Testing
import Units

@testable import Services

/// The CPU of a database node against queueing theory: processor sharing, and threads that wait in line.
///
/// The station is driven by a loop of Poisson arrivals, 20 replications of 20,000 jobs each after 2,000 to warm up. An exact
/// value must lie in their 99.9 % interval: each check of a right model fails for one seed in a thousand, and there are
/// 26 of them.
@Suite("Stations of a database")
struct DatabaseStationTests {
  /// What one replication showed, times in seconds.
  private struct Shown {
    var sojourn = 0.0
    var number = 0.0
    /// Time in line and in service beyond the work itself.
    var delay = 0.0
    var utilization = 0.0
    /// Mean sojourn over mean work of jobs of 0.5 to 1 and of 2 to 3 mean works.
    var stretchOfShort = 0.0
    var stretchOfLong = 0.0
  }

  private struct Job {
    var start: Time
    var work: Int64
    var isCounted: Bool
  }

  /// One replication: `rate` jobs a second of `work`, on a station.
  private func simulate(
    milliVCPUs: Int64, threads: Int?, rate: Double, work: Distribution, replication: Int
  ) -> Shown {
    let pool = SamplerPool()
    let (gap, size) = (pool.makeSampler(.exponential(mean: 1e9 / rate)), pool.makeSampler(work))
    var gaps = RandomStream(seed: 93, replication: replication, component: "station", purpose: "gaps")
    var works = RandomStream(seed: 93, replication: replication, component: "station", purpose: "works")
    var station = Services.Station(milliVCPUs: milliVCPUs, threads: threads)
    var jobs: [Job] = []
    var free: [UInt32] = []
    var shown = Shown()
    var (timers, arrival) = ([Time](), Time(nanoseconds: gap.drawTime(&gaps)))
    var (arrivals, done, lastNumber, area, begin) = (0, 0, Time.zero, 0.0, Time.zero)
    var (busyBefore, shortWork, shortStay, longWork, longStay) = (UInt128(0), 0.0, 0.0, 0.0, 0.0)
    let (warmUp, count) = (2_000, 20_000)
    while done < count {
      let now = min(timers.last ?? .never, arrival)
      if arrivals > warmUp { area += Double(station.load) * (now - lastNumber).inSeconds }
      lastNumber = now
      if timers.last == now {
        timers.removeLast()
        while let owner = station.completed(at: now) {
          let job = jobs[Int(owner)]
          free.append(owner)
          guard job.isCounted else { continue }
          done += 1
          let (stay, need) = ((now - job.start).inSeconds, Double(job.work) / 1e9)
          shown.sojourn += stay / Double(count)
          shown.delay += (stay - need) / Double(count)
          if need >= 0.5 && need < 1 { (shortWork, shortStay) = (shortWork + need, shortStay + stay) }
          if need >= 2 && need < 3 { (longWork, longStay) = (longWork + need, longStay + stay) }
        }
      } else {
        arrivals += 1
        if arrivals == warmUp + 1 { (begin, busyBefore) = (now, station.busyMilliVCPUNs(at: now)) }
        let owner = free.popLast() ?? UInt32(jobs.count)
        let job = Job(
          start: now, work: size.drawTime(&works), isCounted: arrivals > warmUp && arrivals <= warmUp + count)
        if Int(owner) == jobs.count { jobs.append(job) } else { jobs[Int(owner)] = job }
        station.enter(owner, work: job.work, at: now)
        arrival = now + Time(nanoseconds: gap.drawTime(&gaps))
      }
      if let due = station.timer(at: now) { timers.append(due) }
      timers.sort(by: >)
    }
    let span = (lastNumber - begin).inSeconds
    shown.number = area / span
    shown.utilization = Double(station.busyMilliVCPUNs(at: lastNumber) - busyBefore) / 1e9 / span / Double(milliVCPUs)
    (shown.stretchOfShort, shown.stretchOfLong) = (shortStay / shortWork, longStay / longWork)
    return withExtendedLifetime(pool) { shown }
  }

  private func replicate(milliVCPUs: Int64, threads: Int? = nil, rate: Double, work: Distribution) -> [Shown] {
    (0..<20).map {
      simulate(milliVCPUs: milliVCPUs, threads: threads, rate: rate, work: work, replication: $0)
    }
  }

  private func interval(_ shown: [Shown], _ number: (Shown) -> Double) -> Interval {
    Interval.mean(of: shown.map(number), confidence: 0.999)
  }

  @Test(
    "as many threads as vCPUs: jobs wait in line as in an M/M/c queue", arguments: [(1, 0.7), (2, 1.5), (8, 6.5)])
  func threads(servers: Int, rate: Double) throws {
    let shown = replicate(
      milliVCPUs: Int64(servers) * 1_000, threads: servers, rate: rate, work: .exponential(mean: .seconds(1)))
    let wait = try #require(QueueingTheory.meanWaitMMc(arrivalRate: rate, serviceMean: 1, servers: servers))
    check(interval(shown, \.delay), holds: wait, resolution: 0.15, "wait")
    check(interval(shown, \.number), holds: rate * (1 + wait), resolution: 0.1, "number")
    check(interval(shown, \.utilization), holds: rate / Double(servers), resolution: 0.03, "utilization")
  }

  @Test("one shared vCPU: the mean stay depends on the mean work alone", arguments: Service.allCases)
  func oneVCPU(service: Service) throws {
    let shown = replicate(milliVCPUs: 1_000, rate: 0.6, work: service.distribution(mean: .seconds(1)))
    let sojourn = try #require(QueueingTheory.meanSojournMG1PS(arrivalRate: 0.6, serviceMean: 1))
    check(interval(shown, \.sojourn), holds: sojourn, resolution: 0.1, "sojourn")
    check(interval(shown, \.number), holds: 0.6 * sojourn, resolution: 0.1, "number")
    check(interval(shown, \.utilization), holds: 0.6, resolution: 0.05, "utilization")
  }

  @Test("one shared vCPU with log-normal work: the same mean stay")
  func logNormal() throws {
    // The mean of mu and sigma is exp(mu + sigma^2 / 2): 1 s, as mu is in ln ns.
    let work = Distribution.logNormal(mu: 20.723_265_836_946_41 - 0.5, sigma: 1)
    let shown = replicate(milliVCPUs: 1_000, rate: 0.6, work: work)
    let sojourn = try #require(QueueingTheory.meanSojournMG1PS(arrivalRate: 0.6, serviceMean: 1))
    check(interval(shown, \.sojourn), holds: sojourn, resolution: 0.1, "sojourn")
  }

  @Test("one shared vCPU: every job is stretched by 1 / (1 - rho), whatever its length")
  func stretch() throws {
    let shown = replicate(milliVCPUs: 1_000, rate: 0.6, work: .exponential(mean: .seconds(1)))
    let stretch = try #require(QueueingTheory.meanSojournMG1PS(ofSize: 1, arrivalRate: 0.6, serviceMean: 1))
    check(interval(shown, \.stretchOfShort), holds: stretch, resolution: 0.1, "short jobs")
    check(interval(shown, \.stretchOfLong), holds: stretch, resolution: 0.1, "long jobs")
  }

  @Test(
    "shared vCPUs with exponential work: as many jobs on average as in an M/M/c queue", arguments: [(2, 1.4), (4, 3)])
  func sharedVCPUs(vCPUs: Int, rate: Double) throws {
    let shown = replicate(milliVCPUs: Int64(vCPUs) * 1_000, rate: rate, work: .exponential(mean: .seconds(1)))
    let wait = try #require(QueueingTheory.meanWaitMMc(arrivalRate: rate, serviceMean: 1, servers: vCPUs))
    check(interval(shown, \.number), holds: rate * (1 + wait), resolution: 0.1, "number")
    check(interval(shown, \.sojourn), holds: 1 + wait, resolution: 0.1, "sojourn")
  }

  @Test("a shared half vCPU is a slower one")
  func fraction() throws {
    let shown = replicate(milliVCPUs: 500, rate: 0.6, work: .exponential(mean: .seconds(0.5)))
    let sojourn = try #require(QueueingTheory.meanSojournMG1PS(arrivalRate: 0.6, serviceMean: 1))
    check(interval(shown, \.sojourn), holds: sojourn, resolution: 0.1, "sojourn")
  }
}

/// The line in front of a volume against queueing theory.
@Suite("Storage lines")
struct StorageLineTheoryTests {
  @Test("I/Os at random wait as in an M/D/1 queue", arguments: [0.5, 0.8])
  func deterministicService(load: Double) throws {
    // 1,000 I/Os a second at most. 20 replications of 100,000 I/Os after 10,000 to warm up; a check of a right model
    // fails for one seed in a thousand.
    let interval = Interval.mean(
      of: (0..<20).map { replication in
        var gaps = RandomStream(seed: 97, replication: replication, component: "line", purpose: "gaps")
        var line = StorageLine(StorageLimits(iops: 1_000, megabits: nil, pageBytes: 8_192))
        var (now, sum) = (Time.zero, 0.0)
        for number in 0..<110_000 {
          now += Time(nanoseconds: Int64(gaps.nextExponential() * 1e6 / load))
          let wait = line.enter(1, at: now)
          if number >= 10_000 { sum += Double(wait.last) }
        }
        return sum / 100_000 / 1e9
      }, confidence: 0.999)
    let exact = try #require(QueueingTheory.meanWaitMD1(arrivalRate: 1_000 * load, service: 0.001))
    check(interval, holds: exact, resolution: 0.05, "wait")
  }
}
