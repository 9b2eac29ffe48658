import Engine
import Testing
import Units

@testable import Services

/// When an asynchronous event is tried, and how it ends, to the nanosecond.
@Suite("The queue of asynchronous events")
struct EventInvokerTests {
  typealias Answer = EventInvokerStage.Answer

  private func seconds(_ values: [Double]) -> [Time] { values.map { Time.ms($0 * 1_000) } }

  @Test("an event that succeeds at once is done")
  func success() {
    let play = EventInvokerStage().play([Answer(.success, after: .ms(40))])
    #expect(play.attempts == [.zero])
    #expect(play.areApart)
    #expect(play.figures["asyncEventsReceived"] == 1 && play.figures["asyncEventsSucceeded"] == 1)
    #expect(play.figures["asyncEventsDropped"] == 0 && play.figures["eventsInProgress"] == 0)
    #expect(play.figures["asyncRetries"] == 0)
    #expect(play.figures["meanAsyncEventAgeMs"] == 0 && play.figures["meanEventLatencyMs"] == 40)
  }

  @Test("the queue's latency comes before the first attempt alone")
  func queueLatency() {
    var stage = EventInvokerStage()
    stage.config.queueLatency = .constant(30e6)
    let play = stage.play([Answer(.failed, after: .ms(10)), Answer(.success, after: .ms(10))])
    #expect(play.attempts == [.ms(30), .ms(60_040)])
    #expect(play.figures["meanAsyncEventAgeMs"] == 30_035.0)
    #expect(play.figures["meanEventLatencyMs"] == 60_050)
    // Queued from 0 to 30 ms and from 40 ms to 60.04 s, of 12 h.
    #expect(abs((play.figures["meanAsyncEventsQueued"] ?? 0) * 43_200 - 60.03) < 1e-9)
    #expect(play.figures["peakAsyncEventsQueued"] == 1)
  }

  @Test(
    "a function error is retried 1 min after it, then 2 min after the next, so many times as configured",
    arguments: [(0, [0.0]), (1, [0, 60.25]), (2, [0, 60.25, 180.5])], [Outcome.failed, .timedOut])
  func errors(retries: (Int, [Double]), outcome: Outcome) {
    var stage = EventInvokerStage()
    stage.config.maximumRetryAttempts = retries.0
    let play = stage.play([Answer(outcome, after: .ms(250))])
    #expect(play.attempts == seconds(retries.1))
    #expect(play.figures["asyncRetriesError"] == Double(retries.0) && play.figures["asyncRetriesThrottle"] == 0)
    #expect(play.figures["asyncEventsDropped"] == 1 && play.figures["asyncEventsDroppedRetries"] == 1)
    #expect(play.figures["eventsInProgress"] == 0)
  }

  @Test("an event as old as its maximum age is still tried, one that would be 1 ns older is dropped at that age")
  func maximumAge() {
    // The first attempt fails at 5 s, so the second is due at 65 s, and the third at 185 s + 5 s.
    let script = [Answer(.failed, after: .seconds(5))]
    for (age, attempts, dropped) in [
      (64_999_999_999, [0.0], 64_999_999_999), (65_000_000_000, [0, 65], 70_000_000_000),
      (65_000_000_001, [0, 65], 70_000_000_000), (189_999_999_999, [0, 65], 189_999_999_999),
      (190_000_000_000, [0, 65, 190], 195_000_000_000),
    ] as [(Int64, [Double], Int64)] {
      var stage = EventInvokerStage()
      stage.config.maximumEventAge = Time(nanoseconds: age)
      stage.config.deadLetterQueue = "dead"
      let play = stage.play(script)
      #expect(play.attempts == seconds(attempts), "\(age) ns")
      // Dropped at the maximum age, or when the function, which works beyond it, has failed.
      #expect(play.deliveries.map(\.at) == [Time(nanoseconds: dropped)], "\(age) ns")
      let byAge = attempts.count < 3 ? 1.0 : 0
      #expect(play.figures["asyncEventsDroppedAge"] == byAge && play.figures["asyncEventsDroppedRetries"] == 1 - byAge)
    }
  }

  @Test("an event that is still in its first wait at its maximum age is never tried")
  func agesBeforeTheFirstAttempt() {
    for (latency, attempts) in [(60_000_000_000.0, 1), (60_000_000_001, 0)] {
      var stage = EventInvokerStage()
      stage.config.queueLatency = .constant(latency)
      stage.config.maximumEventAge = .seconds(60)
      let play = stage.play([Answer(.success)])
      #expect(play.attempts.count == attempts)
      #expect(play.figures["asyncEventsDroppedAge"] == Double(1 - attempts))
    }
  }

  @Test(
    "a throttle is retried after 1, 2, 4 .. 256, 300, 300 s, and so is a system error",
    arguments: [Outcome.throttled, .unavailable])
  func throttles(outcome: Outcome) {
    var stage = EventInvokerStage()
    stage.config.maximumRetryAttempts = 0
    let script = Array(repeating: Answer(outcome), count: 12) + [Answer(.success, after: .ms(40))]
    let play = stage.play(script)
    #expect(play.attempts == seconds([0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 811, 1_111, 1_411]))
    #expect(play.figures["asyncRetriesThrottle"] == 12 && play.figures["asyncRetriesError"] == 0)
    #expect(play.figures["asyncEventsSucceeded"] == 1)
    // An attempt that was refused invoked nothing, and no age is counted for it.
    #expect(play.figures["meanAsyncEventAgeMs"] == 1_411_000)
  }

  @Test("throttles go on to the maximum age, and no further")
  func throttledToTheEnd() {
    for (age, attempts) in [(510, 9), (511, 10), (810, 10), (811, 11)] {
      var stage = EventInvokerStage()
      stage.config.maximumEventAge = .seconds(Int64(age))
      stage.config.onFailure = "failures"
      let play = stage.play([Answer(.throttled)])
      #expect(play.attempts.count == attempts)
      #expect(play.deliveries.map(\.at) == [.seconds(Int64(age))])
      #expect(play.figures["asyncEventsDroppedAge"] == 1 && play.figures["eventsInProgress"] == 0)
      #expect(play.figures["meanAsyncEventAgeMs"]?.isNaN == true)
    }
    // Six hours: ten attempts up to 511 s, then one every 300 s: (21,600 - 511) / 300 = 70.3.
    #expect(EventInvokerStage().play([Answer(.throttled)]).attempts.count == 80)
  }

  @Test("throttles use up no retries, and the back-off begins anew after an error")
  func mixture() {
    let script = [
      Answer(.throttled), Answer(.throttled), Answer(.failed, after: .ms(500)), Answer(.throttled), Answer(.throttled),
      Answer(.failed, after: .ms(500)), Answer(.throttled), Answer(.failed, after: .ms(500)),
    ]
    let play = EventInvokerStage().play(script)
    // 3.5 s + 1 min, then 1 s and 2 s more; 67 s + 2 min, then 1 s more.
    #expect(play.attempts == seconds([0, 1, 3, 63.5, 64.5, 66.5, 187, 188]))
    #expect(play.figures["asyncRetriesError"] == 2 && play.figures["asyncRetriesThrottle"] == 5)
    #expect(play.figures["asyncEventsDroppedRetries"] == 1)
    // 3 s, 66.5 s and 188 s.
    #expect(play.figures["meanAsyncEventAgeMs"] == 257_500.0 / 3)
  }

  @Test("the back-off grows by its multiplier, 1 not at all")
  func multiplier() {
    for (multiplier, moments) in [
      (1.0, [0, 1, 2, 3, 4, 5, 6]), (1.5, [0, 1, 2.5, 4.75, 8.125, 13.1875]), (3, [0, 1, 4, 13, 40, 121, 364, 664]),
      (1_000, [0, 1, 301, 601]),
    ] as [(Double, [Double])] {
      var stage = EventInvokerStage()
      stage.config.backoffMultiplier = multiplier
      let play = stage.play([Answer(.throttled)])
      #expect(Array(play.attempts.prefix(moments.count)) == seconds(moments))
    }
  }

  @Test("with full jitter every wait is shorter than without, and the next one's limit grows all the same")
  func jitter() {
    var stage = EventInvokerStage()
    stage.config.backoffJitter = .full
    let attempts = stage.play([Answer(.throttled)]).attempts
    let waits = zip(attempts.dropFirst(), attempts).map { ($0 - $1).inSeconds }
    let limits = [1, 2, 4, 8, 16, 32, 64, 128, 256] + Array(repeating: 300.0, count: max(0, waits.count - 9))
    #expect(zip(waits, limits).allSatisfy { $0 < $1 && $0 >= 0 })
    #expect(waits.count > 80)
    // Uniform up to 300 s from the tenth on: the mean of 100 and more is 150 s with a standard error of at most 8.7 s;
    // 45 s are five of them.
    let late = waits.dropFirst(9)
    #expect(late.count > 100)
    #expect(abs(late.reduce(0, +) / Double(late.count) - 150) < 45)
  }

  @Test("with a reserved concurrency of 0 an event goes to its destinations untried; with 1 it is tried")
  func reservedConcurrency() {
    for (reserved, attempts) in [(0, 0), (1, 1)] {
      var stage = EventInvokerStage()
      stage.reservedConcurrentExecutions = reserved
      stage.config.queueLatency = .constant(30e6)
      stage.config.deadLetterQueue = "dead"
      let play = stage.play([Answer(.success)])
      #expect(play.attempts.count == attempts)
      #expect(play.deliveries.map(\.at) == (attempts == 0 ? [.ms(30)] : []))
      #expect(play.figures["asyncEventsDroppedConcurrency"] == Double(1 - attempts))
      #expect(play.figures["asyncEventsDropped"] == Double(1 - attempts))
      #expect(play.figures["asyncEventsReceived"] == 1)
    }
  }

  @Test("onSuccess hears of success alone; onFailure and the dead-letter queue both hear of a drop")
  func destinations() {
    var stage = EventInvokerStage()
    stage.config.maximumRetryAttempts = 0
    stage.config.onSuccess = "successes"
    stage.config.onFailure = "failures"
    stage.config.deadLetterQueue = "dead"
    let good = stage.play([Answer(.success, after: .ms(7))])
    #expect(good.deliveries.map(\.to) == ["successes"] && good.deliveries.map(\.at) == [.ms(7)])
    #expect(good.figures["destinationDeliveries"] == 1 && good.figures["deadLettersSent"] == 0)
    let bad = stage.play([Answer(.failed, after: .ms(7))])
    #expect(bad.deliveries.map(\.to) == ["failures", "dead"] && bad.deliveries.map(\.at) == [.ms(7), .ms(7)])
    #expect(bad.figures["destinationDeliveries"] == 1 && bad.figures["deadLettersSent"] == 1)
    #expect(bad.figures["destinationDeliveryFailures"] == 0 && bad.figures["deadLetterErrors"] == 0)
  }

  @Test("a destination that refuses is counted, and the event is lost")
  func refusals() {
    for outcome in [Outcome.throttled, .failed, .unavailable] {
      var stage = EventInvokerStage()
      stage.config.maximumRetryAttempts = 0
      stage.config.onFailure = "failures"
      stage.config.deadLetterQueue = "dead"
      stage.delivery = outcome
      let play = stage.play([Answer(.failed)])
      #expect(play.deliveries.count == 2)
      #expect(play.figures["destinationDeliveryFailures"] == 1 && play.figures["deadLetterErrors"] == 1)
      #expect(play.figures["destinationDeliveries"] == 0 && play.figures["deadLettersSent"] == 0)
      #expect(play.figures["asyncEventsDropped"] == 1 && play.figures["eventsInProgress"] == 0)
    }
  }

  @Test("an event that waits or is being worked on at the end is in progress")
  func inProgress() {
    let script = [Answer(.failed, after: .seconds(10)), Answer(.success, after: .seconds(10))]
    for (duration, progress) in [(5, 1.0), (69, 1), (75, 1), (81, 0)] {
      let figures = EventInvokerStage().play(script, for: .seconds(Int64(duration))).figures
      #expect(figures["eventsInProgress"] == progress && figures["asyncEventsSucceeded"] == 1 - progress)
    }
  }
}
