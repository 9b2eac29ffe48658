import Engine
import Services
import Testing
import Units

/// Stories of a writer that fails, worked out by hand.
///
/// Each query takes 5 ms of CPU and 1 ms of network, each connection 40 ms. A client's pool has one connection, so the
/// one after a failure finds it lost, and the next one opens another. A client gives up after 50 ms, before its driver
/// would try a second time. Addresses are looked up anew at once unless a story says otherwise.
@Suite("Failover")
struct FailoverTests {
  /// A writer that fails after 100 s, and takes 2 s to be noticed and 8 s to be promoted.
  private func aurora(
    readers: Int = 1, _ deployment: DatabaseDeployment = .aurora, at moments: [Time] = [.seconds(100)]
  ) -> DatabaseConfig {
    var config = database("db")
    config.deployment = deployment
    config.readers = readers
    config.failover.moments = moments
    config.failover.detection = .constant(2e9)
    config.failover.promotion = .constant(8e9)
    config.failover.recovery = .constant(28e9)
    config.failover.rejoining = .constant(20e9)
    return config
  }

  private func story(
    _ config: DatabaseConfig, at moments: [Time], endpoint: DatabaseEndpoint = .writer, cpu: Double = 5e6,
    dnsTimeToLive: Time = .zero, connectTimeout: Time = .ms(50), poolSize: Int = 1, more: [ResourceConfig] = []
  ) -> Story {
    var target = TrafficTarget(resource: "db")
    target.query = DatabaseQuery(cpu: .constant(cpu))
    target.query?.endpoint = endpoint
    var story = Story([.dbInstance(config)] + more, target: target, at: moments)
    var connection = ConnectionConfig(target: "db")
    connection.poolSize = poolSize
    connection.dnsTimeToLive = dnsTimeToLive
    connection.connectTimeout = connectTimeout
    story.traffic[0].connections = [connection]
    return story
  }

  @Test("a promoted reader takes connections when detection and promotion are over, and not a nanosecond before")
  func promotion() throws {
    // The connection of second 1 is lost at 100 s; second 105 finds that out, and what comes before 110 s is refused.
    let before = try story(
      aurora(), at: [.seconds(1), .seconds(105), .seconds(106), .seconds(110) - Time(nanoseconds: 1), .seconds(120)]
    ).run()
    #expect(before.requests(.unavailable) == 3)
    #expect(before.requests(.success) == 2)
    // The lost connection shows at once; the two that find no node give up.
    #expect(before.latencyMs == 46 + 46 + 50 + 50)
    #expect(before.figure("refusedWithoutNode", of: "db") == 2)
    let after = try story(
      aurora(), at: [.seconds(1), .seconds(105), .seconds(110) + Time(nanoseconds: 1), .seconds(120)]
    ).run()
    #expect(after.requests(.unavailable) == 1)
    #expect(after.requests(.success) == 3)
    #expect(after.figure("lostSessions", of: "db") == 1)
    #expect(after.figure("failovers", of: "db") == 1)
    #expect(after.figure("downtimeMs", of: "db") == 10_000)
    #expect(after.figure("meanDowntimeMs", of: "db") == 10_000)
  }

  @Test("an outage of a client is from its first lost request to its next success")
  func outage() throws {
    let run = try story(aurora(), at: [.seconds(1), .seconds(103), .seconds(111), .seconds(200)]).run()
    // Second 103 finds the connection lost, second 111 has its answer 46 ms later.
    #expect(run.figure("longestOutageMs", of: "db") == 8_046)
    #expect(run.figure("firstQueryAfterFailoverMs", of: "db") == 11_046)
  }

  @Test("an outage that lasts at the end of the run counts until then")
  func outageAtEnd() throws {
    let run = try story(aurora(), at: [.seconds(1), .seconds(103)]).run()
    #expect(run.figure("longestOutageMs", of: "db") == 1_000_000 - 103_000)
  }

  @Test("a statement in progress breaks with its session at the moment of the failure")
  func breaksStatements() throws {
    let run = try story(aurora(), at: [.seconds(99)], cpu: 3e9).run()
    #expect(run.requests(.unavailable) == 1)
    #expect(run.latencyMs == 1_000)
    let network = try story(aurora(), at: [.seconds(100) - .ms(45.5)]).run()
    // 40 ms for the connection and 5 ms of CPU are over; half of the network's 1 ms is not.
    #expect(network.requests(.unavailable) == 1)
    #expect(network.latencyMs == 45.5)
    #expect(network.figure("longestOutageMs", of: "db") == 900_000)
  }

  @Test("an opening connection breaks, too")
  func breaksOpenings() throws {
    let run = try story(aurora(), at: [.seconds(100) - .ms(20)]).run()
    #expect(run.requests(.unavailable) == 1)
    #expect(run.latencyMs == 50)
    #expect(run.figure("lostSessions", of: "db") == 1)
  }

  @Test("a reader's sessions break when it is promoted, and not before")
  func promotedReader() throws {
    let moments: [Time] = [.seconds(1), .seconds(102) - .ms(10), .seconds(103), .seconds(104), .seconds(111)]
    let run = try story(aurora(), at: moments, endpoint: .reader).run()
    // At 101.99 s the reader still answers. At 103 s its connection is lost, at 104 s no node is up, at 111 s the new
    // writer stands in for the readers.
    #expect(run.requests(.success) == 3)
    #expect(run.requests(.unavailable) == 2)
    #expect(run.figure("lostSessions", of: "db") == 1)
  }

  @Test("another reader goes on when one is promoted")
  func otherReader() throws {
    var config = aurora(readers: 2)
    config.failover.rejoining = .constant(1e12)
    // The first connection leads to the reader that is promoted; the next one to the other, which never breaks.
    let run = try story(config, at: [.seconds(1), .seconds(103), .seconds(104), .seconds(111)], endpoint: .reader).run()
    #expect(run.requests(.unavailable) == 1)
    #expect(run.requests(.success) == 3)
    #expect(run.figure("connectionAttempts", of: "db") == 2)
  }

  @Test("without a reader the writer itself must be recovered, and when it rejoined it can be promoted again")
  func withoutReader() throws {
    let alone = try story(aurora(readers: 0), at: [.seconds(200)]).run()
    #expect(alone.figure("downtimeMs", of: "db") == 30_000)
    // Up again at 110 s, the old writer rejoins at 130 s: at 125 s there is nobody to promote, at 135 s there is.
    let early = try story(aurora(at: [.seconds(100), .seconds(125)]), at: [.seconds(500)]).run()
    #expect(early.figure("downtimeMs", of: "db") == 10_000 + 30_000)
    let late = try story(aurora(at: [.seconds(100), .seconds(135)]), at: [.seconds(500)]).run()
    #expect(late.figure("downtimeMs", of: "db") == 10_000 + 10_000)
  }

  @Test("the phases follow the deployment", arguments: DatabaseDeployment.allCases)
  func deployments(deployment: DatabaseDeployment) throws {
    let run = try story(aurora(readers: 2, deployment), at: [.seconds(500)]).run()
    // Read replicas of a DB instance are no standbys; a Multi-AZ instance has one that nobody sees.
    #expect(run.figure("downtimeMs", of: "db") == (deployment == .singleAZ ? 30_000 : 10_000))
  }

  @Test("a downtime takes the place of all phases")
  func downtime() throws {
    var config = aurora()
    config.failover.downtime = .constant(3e9)
    let run = try story(config, at: [.seconds(500)]).run()
    #expect(run.figure("downtimeMs", of: "db") == 3_000)
    // The service acts at once, so that the reader's session breaks with the failure.
    let reader = try story(config, at: [.seconds(1), .seconds(100) + .ms(1)], endpoint: .reader).run()
    #expect(reader.requests(.unavailable) == 1)
  }

  @Test("the end of the run cuts a downtime off")
  func cutOff() throws {
    let run = try story(aurora(readers: 0, at: [.seconds(990)]), at: [.seconds(1)]).run()
    #expect(run.figure("downtimeMs", of: "db") == 10_000)
    #expect(run.figure("meanDowntimeMs", of: "db").isNaN)
  }

  @Test("a failure during a failover is ignored")
  func ignored() throws {
    let run = try story(aurora(at: [.seconds(100), .seconds(105), .seconds(110)]), at: [.seconds(500)]).run()
    // At 110 s the first failover is just over, as its end was known before that failure was.
    #expect(run.figure("failovers", of: "db") == 2)
    #expect(run.figure("ignoredFailures", of: "db") == 1)
    #expect(run.figure("downtimeMs", of: "db") == 10_000 + 30_000)
  }

  @Test("a node of Aurora Serverless that fails while it resumes comes back when both are over", arguments: [5, 60])
  func whileResuming(downtime: Int) throws {
    var scaling = ServerlessCapacityConfig(minimum: 0, maximum: 4)
    scaling.autoPause = .seconds(300)
    scaling.resumeTime = .constant(15e9)
    var config = aurora(readers: 0, at: [.seconds(405)])
    config.capacity = .serverless(scaling)
    config.failover.downtime = .constant(Double(downtime) * 1e9)
    // The client closes its connection after 10 s, so that the node pauses after second 311; it resumes from 400 s to
    // 415 s, and is down from 405 s on. Of those who ask, the one of 400 s is broken off, the one of 412 s waits for the
    // node to resume if the failure is over by then, and gives up if it is not; at 500 s all is over.
    var story = self.story(
      config, at: [.seconds(1), .seconds(400), .seconds(412), .seconds(500)], connectTimeout: .seconds(6))
    story.traffic[0].connections[0].idleTimeout = .seconds(10)
    let run = try story.run()
    #expect(run.figure("pauses", of: "db") == 2)
    #expect(run.figure("downtimeMs", of: "db") == Double(downtime) * 1_000)
    #expect(run.requests(.success) == (downtime == 5 ? 3 : 2))
    #expect(run.requests(.unavailable) == (downtime == 5 ? 1 : 2))
  }

  // MARK: Resolvers

  @Test("a driver finds the new writer when its resolver asks again: uniformly within the time to live")
  func resolvers() throws {
    // Forty clients ask at 110 s + 6 s, when 60 % of the old addresses are forgotten, in ten runs. Of 400 draws the count
    // is binomial: more than 4.5 deviations (44) from 160 once in 150,000 sets of seeds. Opening together, they share the
    // processors, which takes longer than 50 ms.
    var story = self.story(
      aurora(), at: [.seconds(116)], dnsTimeToLive: .seconds(10), connectTimeout: .milliseconds(900))
    let source = story.traffic[0]
    story.traffic = (0..<40).map { number in
      var copy = source
      copy.name = "client\(number)"
      return copy
    }
    var refused = 0.0
    for seed in 1...10 {
      let run = try story.run(seed: UInt64(seed))
      let stale = run.figure("connectionsToOldAddress", of: "db")
      #expect(stale == Double(run.traffic.reduce(0) { $0 + $1.errors }))
      refused += stale
    }
    #expect(abs(refused - 160) < 44)
  }

  @Test("an old address is forgotten when the time to live is over, and the draw of a connection stays the same")
  func forgotten() throws {
    let moments = (0...100).map { Time.seconds(110) + .ms(1) + .ms(Double($0) * 100) }
    let run = try story(aurora(), at: moments, dnsTimeToLive: .seconds(10)).run()
    // Refused until the draw is over, and never again: what is left are successes in a row.
    let stale = run.figure("connectionsToOldAddress", of: "db")
    #expect(stale > 0 && stale < 101)
    #expect(run.requests(.success) == 101 - Int64(stale))
    #expect(run.figure("connectionAttempts", of: "db") == stale + 1)
    let late = try story(aurora(), at: [.seconds(120)], dnsTimeToLive: .seconds(10)).run()
    #expect(late.requests(.success) == 1)
  }

  @Test("a single DB instance comes back at its old address")
  func sameAddress() throws {
    let run = try story(
      aurora(readers: 0, .singleAZ), at: [.seconds(130) + .ms(1)], dnsTimeToLive: .hours(1)
    ).run()
    #expect(run.requests(.success) == 1)
  }

  @Test("a proxy asks no resolver")
  func proxyWatches() throws {
    var proxy = DBProxyConfig(name: "proxy", database: "db")
    proxy.clientOpening = .constant(0)
    proxy.overhead = .constant(0)
    var story = self.story(aurora(), at: [.seconds(110) + .ms(1)], more: [.dbProxy(proxy)])
    story.traffic[0].targets[0].resource = "proxy"
    var connection = ConnectionConfig(target: "proxy")
    connection.dnsTimeToLive = .hours(1)
    story.traffic[0].connections = [connection]
    let run = try story.run()
    #expect(run.requests(.success) == 1)
    #expect(run.figure("connectionsToOldAddress", of: "db") == 0)
  }

  // MARK: Random failures

  @Test("random failures come as often as their mean says, and never during a failover")
  func randomFailures() throws {
    var config = aurora(at: [])
    config.failover.meanTimeBetween = .seconds(90)
    var story = self.story(config, at: [.seconds(1)])
    story.duration = .seconds(100_000)
    let run = try story.run()
    // Up for 90 s on average and down for 10 s, or for 30 s if the old writer, which rejoins 20 s after a promotion, is
    // not back: with p = 1 - exp(-20/90) = 0.199, after which both are up. So p / (1 + p) = 0.166 of the failovers take
    // 30 s and a cycle 90 + 10 + 0.166 x 20 = 103.3 s: 968 of them. Their count deviates by 968 x 91 / 103.3 /
    // sqrt(968) = 27; 5 deviations are exceeded once in 1.7 million seeds.
    #expect(abs(run.figure("failovers", of: "db") - 968) < 137)
    #expect(run.figure("ignoredFailures", of: "db") == 0)
  }

  @Test("scheduled failures leave the random ones alone, and a database without failures reports none")
  func scheduledAndRandom() throws {
    var config = aurora(at: [.seconds(100), .seconds(300)])
    config.failover.meanTimeBetween = .days(30_000)
    let both = try story(config, at: [.seconds(500)]).run()
    #expect(both.figure("failovers", of: "db") == 2)
    let none = try story(aurora(at: []), at: [.seconds(500)]).run()
    #expect(none.figure("failovers", of: "db").isNaN)
    #expect(none.series.allSatisfy { $0.key.name != "Failovers" })
  }
}
