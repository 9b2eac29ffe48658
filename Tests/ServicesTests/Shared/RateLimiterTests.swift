import Testing
import Units

@testable import Services

/// Adaptive mode's limit on the rate of sending, figure by figure.
@Suite("The client-side rate limit")
struct RateLimiterTests {
  /// A limiter that hears ten answers a second, at 50 ms, 150 ms, .. 1,050 ms, of which the last is throttled.
  private func throttledOnce() -> RateLimiter {
    var limiter = RateLimiter(at: .zero)
    for answer in 0...10 {
      #expect(limiter.enter(at: .ms(100 * Double(answer))) == nil, "nothing waits before the first throttling")
      limiter.heard(isThrottled: answer == 10, at: .ms(50 + 100 * Double(answer)))
    }
    return limiter
  }

  @Test("the rate is measured per half second and smoothed by 0.8")
  func measured() {
    // 6 answers in the first half second (the one at 550 ms closes it), so 0.8 x 12; then 5, so 0.8 x 10 + 0.2 x 9.6.
    #expect(abs(throttledOnce().measuredRate - 9.92) < 1e-9)
  }

  @Test("throttling cuts the rate to 0.7 of the measured one, and attempts wait in order")
  func cut() {
    var limiter = throttledOnce()
    #expect(limiter.isEnabled && abs(limiter.rate - 0.7 * 9.92) < 1e-9)
    // The bucket has 0.05 tokens of the first 50 ms and half a token a second since.
    let (first, second) = (limiter.enter(at: .ms(1_050)), limiter.enter(at: .ms(1_050)))
    #expect(first == 1 && second == 2)
    #expect(abs(limiter.wait(for: 1, at: .ms(1_050)).inSeconds - 0.45 / 6.944) < 1e-8)
    #expect(abs(limiter.wait(for: 2, at: .ms(1_050)).inSeconds - 1.45 / 6.944) < 1e-8)
    #expect(limiter.wait(for: 1, at: .ms(1_115)) == .zero)
    #expect(limiter.wait(for: 2, at: .ms(1_115)) > .zero)
    #expect(limiter.wait(for: 2, at: .ms(1_259)) == .zero)
  }

  @Test("nobody waits longer than half a second without looking again")
  func looksAgain() {
    var limiter = throttledOnce()
    for _ in 0..<50 { _ = limiter.enter(at: .ms(1_050)) }
    #expect(limiter.wait(for: 50, at: .ms(1_050)) == .ms(500))
  }

  @Test("the rate grows back along a cubic, to where it was after the cube root of 0.3 / 0.4 of it in seconds")
  func recovery() {
    var limiter = throttledOnce()
    var time = 1_150.0
    limiter.heard(isThrottled: false, at: .ms(time))
    // 9.92 + 0.4 (0.1 - 7.44^(1/3))^3, with 7.44^(1/3) = 1.952 196.
    let grown = 0.1 - 1.952_196
    #expect(abs(limiter.rate - (9.92 + 0.4 * grown * grown * grown)) < 1e-4)
    while time < 3_000 {
      time += 100
      limiter.heard(isThrottled: false, at: .ms(min(time, 3_000)))
    }
    #expect(abs(limiter.rate - 9.92) < 1e-6)
    // Much later it is what is measured, twice.
    while time < 20_000 {
      time += 100
      limiter.heard(isThrottled: false, at: .ms(time))
    }
    #expect(abs(limiter.rate - 2 * limiter.measuredRate) < 1e-9 && abs(limiter.measuredRate - 10) < 1e-3)
  }

  @Test("the rate never falls below one attempt in two seconds")
  func least() {
    var limiter = throttledOnce()
    for second in 2..<40 { limiter.heard(isThrottled: true, at: .seconds(Int64(second))) }
    #expect(limiter.rate == 0.5)
    // An idle client saves one token at most.
    #expect(limiter.enter(at: .seconds(100)) == nil)
    #expect(limiter.enter(at: .seconds(100)) != nil)
  }
}
