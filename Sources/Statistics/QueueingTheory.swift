import CGSL

/// Exact answers of queueing theory, which a simulation has to reproduce.
///
/// Times are in seconds and rates in events per second throughout; any other unit works as well if it is the same
/// everywhere. A queue that cannot keep up has no steady state: its waits are nil. Negative or non-finite arguments
/// and a pool without servers are programming errors and trap.
/// Sources: Gross, Shortle, Thompson & Harris, *Fundamentals of Queueing Theory*, 4th ed. ("Gross & Harris" below);
/// Kleinrock, *Queueing Systems*, volume 1.
public enum QueueingTheory {
  /// Erlang's B: the share of arrivals that an M/G/c/c system turns away.
  ///
  /// `load` is the offered load in Erlangs (arrival rate times mean service time), 0 or more; `servers` is 0 or more,
  /// and none turn away everything. By the recursion B(n) = aB(n-1) / (n + aB(n-1)), which neither overflows nor
  /// cancels. Source: Gross & Harris, M/M/c/c (Erlang's loss formula).
  public static func erlangB(servers: Int, load: Double) -> Double {
    precondition(servers >= 0, "a number of servers is never negative")
    precondition(load >= 0 && load.isFinite, "an offered load is finite and never negative")
    var blocked = 1.0
    for n in stride(from: 1, through: servers, by: 1) {
      blocked = load * blocked / (Double(n) + load * blocked)
    }
    return blocked
  }

  /// Erlang's C: the share of arrivals that have to wait in an M/M/c queue.
  ///
  /// `load` is the offered load in Erlangs, 0 or more; `servers` is at least 1. Nil when `load` reaches `servers`.
  /// Computed from Erlang's B. Source: Gross & Harris, M/M/c.
  public static func erlangC(servers: Int, load: Double) -> Double? {
    precondition(servers >= 1, "a queue has at least one server")
    let blocked = erlangB(servers: servers, load: load)
    guard load < Double(servers) else { return nil }
    return blocked / (1 - load / Double(servers) * (1 - blocked))
  }

  /// The mean wait before service in an M/M/c queue, in seconds, over all arrivals including those that need not wait.
  ///
  /// `serviceMean` is in seconds. Nil when the offered load reaches the number of servers.
  /// Source: Gross & Harris, M/M/c.
  public static func meanWaitMMc(arrivalRate: Double, serviceMean: Double, servers: Int) -> Double? {
    let load = offeredLoad(arrivalRate, serviceMean)
    guard let waiting = erlangC(servers: servers, load: load) else { return nil }
    return waiting * serviceMean / (Double(servers) - load)
  }

  /// The share of arrivals at an M/M/c queue that wait longer than `seconds` (0 or more), first come first served.
  ///
  /// At 0 seconds it is Erlang's C. Nil when the offered load reaches the number of servers.
  /// Source: Gross & Harris, M/M/c, waiting-time distribution.
  public static func waitTailMMc(
    longerThan seconds: Double, arrivalRate: Double, serviceMean: Double, servers: Int
  ) -> Double? {
    precondition(seconds >= 0, "a wait is never negative")
    let load = offeredLoad(arrivalRate, serviceMean)
    guard let waiting = erlangC(servers: servers, load: load) else { return nil }
    guard serviceMean > 0 else { return 0 }
    return waiting * GSL.decay((Double(servers) - load) * seconds / serviceMean)
  }

  /// The mean wait before service in an M/G/1 queue, in seconds: the Pollaczek-Khinchine formula.
  ///
  /// `serviceMean` is in seconds, `serviceVariance` in square seconds, both 0 or more. Nil when the offered load
  /// reaches 1. Source: Gross & Harris, M/G/1; Kleinrock, chapter 5.
  public static func meanWaitMG1(arrivalRate: Double, serviceMean: Double, serviceVariance: Double) -> Double? {
    precondition(serviceVariance >= 0 && serviceVariance.isFinite, "a variance is finite and never negative")
    let load = offeredLoad(arrivalRate, serviceMean)
    guard load < 1 else { return nil }
    return arrivalRate * (serviceVariance + serviceMean * serviceMean) / (2 * (1 - load))
  }

  /// The mean wait before service in an M/D/1 queue, in seconds: half of what exponential service would cost.
  ///
  /// `service` is the fixed service time in seconds. Nil when the offered load reaches 1.
  /// Source: Gross & Harris, M/G/1 with a variance of 0.
  public static func meanWaitMD1(arrivalRate: Double, service: Double) -> Double? {
    meanWaitMG1(arrivalRate: arrivalRate, serviceMean: service, serviceVariance: 0)
  }

  /// The mean time in an M/G/1 queue under processor sharing, in seconds: it depends on the service time by its mean only.
  ///
  /// `serviceMean` is in seconds. Nil when the offered load reaches 1. Source: Kleinrock, *Queueing Systems*, volume 2,
  /// section 4.4.
  public static func meanSojournMG1PS(arrivalRate: Double, serviceMean: Double) -> Double? {
    meanSojournMG1PS(ofSize: serviceMean, arrivalRate: arrivalRate, serviceMean: serviceMean)
  }

  /// The mean time in an M/G/1 queue under processor sharing of a job that needs `size` seconds of service, 0 or more:
  /// in proportion to its size.
  ///
  /// Nil when the offered load reaches 1. Source: Kleinrock, *Queueing Systems*, volume 2, section 4.4.
  public static func meanSojournMG1PS(ofSize size: Double, arrivalRate: Double, serviceMean: Double) -> Double? {
    precondition(size >= 0 && size.isFinite, "a service time is finite and never negative")
    let load = offeredLoad(arrivalRate, serviceMean)
    return load < 1 ? size / (1 - load) : nil
  }

  /// The mean number of busy servers where nobody ever waits (M/G/infinity): the offered load.
  ///
  /// It depends on the service time only by its mean, in seconds. Source: Gross & Harris, M/G/infinity.
  public static func meanBusyMGInfinity(arrivalRate: Double, serviceMean: Double) -> Double {
    offeredLoad(arrivalRate, serviceMean)
  }

  /// The chance that exactly `busy` servers (0 or more) are busy in M/G/infinity: Poisson with the offered load as
  /// mean.
  ///
  /// Source: Gross & Harris, M/G/infinity.
  public static func busyShareMGInfinity(exactly busy: Int, load: Double) -> Double {
    precondition(busy >= 0 && busy <= Int(UInt32.max), "a number of busy servers is from 0 to 4,294,967,295")
    precondition(load >= 0 && load.isFinite, "an offered load is finite and never negative")
    guard load > 0 else { return busy == 0 ? 1 : 0 }
    GSL.ready
    return gsl_ran_poisson_pdf(UInt32(busy), load)
  }

  /// The chance that more than `busy` servers (0 or more) are busy in M/G/infinity.
  ///
  /// Source: Gross & Harris, M/G/infinity.
  public static func busyTailMGInfinity(moreThan busy: Int, load: Double) -> Double {
    precondition(busy >= 0 && busy <= Int(UInt32.max), "a number of busy servers is from 0 to 4,294,967,295")
    precondition(load >= 0 && load.isFinite, "an offered load is finite and never negative")
    guard load > 0 else { return 0 }
    GSL.ready
    return gsl_cdf_poisson_Q(UInt32(busy), load)
  }

  /// The share of arrivals that an M/M/c queue loses whose customers wait for at most `patience` seconds, first come first
  /// served: M/M/c+D, or Barrer's queue.
  ///
  /// `patience` is finite and 0 or more. There is a steady state at any load; without patience the loss is Erlang's B, and
  /// with much of it none below full load and 1 - 1/load beyond. Source: Barrer, "Queuing with impatient customers and
  /// ordered service", Operations Research 5 (1957); Baccelli & Hebuterne, "On queues with impatient customers" (1981).
  ///
  /// With c servers, rates lambda and mu, and p the chance that c - 1 are busy: the wait that an arrival would have
  /// crosses a level x below the patience D downwards as often as upwards, so that it has the density
  /// v(x) = lambda p exp(-(c mu - lambda) x) there; beyond D nobody adds to it, and it falls as exp(-c mu x). Who would wait
  /// for D or longer is lost. Fewer than c busy servers are as likely, one against the other, as in M/M/c, and all adds up
  /// to 1.
  public static func lossMMcD(
    arrivalRate: Double, serviceMean: Double, servers: Int, patience: Double
  ) -> Double {
    weights(arrivalRate, serviceMean, servers, patience).lost
  }

  /// The mean wait of those that are served in the same queue, in seconds.
  public static func meanWaitMMcD(
    arrivalRate: Double, serviceMean: Double, servers: Int, patience: Double
  ) -> Double {
    let weights = weights(arrivalRate, serviceMean, servers, patience)
    return weights.waited / (1 - weights.lost)
  }

  /// Of M/M/c+D: the chance to be lost, and the integral of x v(x) up to the patience.
  private static func weights(
    _ arrivalRate: Double, _ serviceMean: Double, _ servers: Int, _ patience: Double
  ) -> (lost: Double, waited: Double) {
    precondition(servers >= 1, "a queue has at least one server")
    precondition(patience >= 0 && patience.isFinite, "a patience is finite and never negative")
    let load = offeredLoad(arrivalRate, serviceMean)
    guard load > 0 else { return (0, 0) }
    // Everything over p_c, the weight of c busy servers with nobody waiting in Erlang's loss system.
    let blocked = erlangB(servers: servers, load: load)
    let rate = Double(servers) / serviceMean
    let spare = rate - arrivalRate
    // All of it times `scale`, which is 1 or, beyond full load, exp(spare D), so that nothing overflows.
    let scale = spare >= 0 ? 1 : GSL.decay(-spare * patience)
    let kept = spare >= 0 ? GSL.decay(spare * patience) : 1  // exp(-spare D)
    let isBalanced = abs(spare * patience) < 1e-5
    let area =
      isBalanced
      ? scale * (patience - spare * patience * patience / 2)
      : (spare >= 0 ? -gsl_expm1(-spare * patience) : gsl_expm1(spare * patience)) / spare
    let moment =
      isBalanced
      ? scale * patience * patience * (0.5 - spare * patience / 3)
      : (scale - kept * (1 + spare * patience)) / (spare * spare)
    let total = scale * (1 - blocked) / blocked + rate * area + kept
    return (kept / total, rate * moment / total)
  }

  private static func offeredLoad(_ arrivalRate: Double, _ serviceMean: Double) -> Double {
    precondition(arrivalRate >= 0 && arrivalRate.isFinite, "an arrival rate is finite and never negative")
    precondition(serviceMean >= 0 && serviceMean.isFinite, "a mean service time is finite and never negative")
    return arrivalRate * serviceMean
  }
}
