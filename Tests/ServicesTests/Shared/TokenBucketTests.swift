import Testing
import Units

@testable import Services

@Suite("Token buckets")
struct TokenBucketTests {
  @Test("a token is there when it is earned to the nanosecond, however often it was refused before")
  func refusals() {
    let bucket = Bucket(rate: 3, burst: 1)
    #expect(bucket.take(at: .zero))
    // A third of a second is 333,333,333.3 ns.
    for time in stride(from: Int64(0), through: 333_333_333, by: 111_111_111) {
      #expect(!bucket.take(at: Time(nanoseconds: time)))
    }
    #expect(bucket.take(at: Time(nanoseconds: 333_333_334)))
  }

  @Test("more than the bucket holds is taken from a full one, which owes it")
  func debt() {
    let bucket = Bucket(rate: 10, burst: 10)
    #expect(bucket.take(1, at: .zero))
    #expect(!bucket.take(25, at: .milliseconds(99)))
    #expect(bucket.take(25, at: .milliseconds(100)))
    // 15 are owed: 1.5 s, and a tenth for the token.
    #expect(!bucket.take(at: .milliseconds(1_699)))
    #expect(bucket.take(at: .milliseconds(1_700)))
  }

  @Test("what is owed is paid at the old rate until the rate changes, with or without refusals")
  func retuning() {
    for refusals in [0, 3] {
      let bucket = Bucket(rate: 10, burst: 10)
      #expect(bucket.take(30, at: .zero))
      for _ in 0..<refusals { #expect(!bucket.take(at: .milliseconds(500))) }
      // Of 20 owed, 10 are paid by 1 s; the other 10 take 0.1 s at 100 a second, and the token 10 ms.
      bucket.retune(rate: 100, burst: 10, at: .seconds(1))
      #expect(!bucket.take(at: .milliseconds(1_109)))
      #expect(bucket.take(at: .milliseconds(1_110)))
    }
  }

  @Test("room that is gained is full, and what a smaller bucket cannot hold is lost")
  func changing() {
    let bucket = Bucket(rate: 1, burst: 10)
    #expect(bucket.take(10, at: .zero))
    bucket.change(rate: 1, burst: 15, at: .seconds(2))
    #expect(!bucket.take(8, at: .seconds(2)))
    #expect(bucket.take(7, at: .seconds(2)))
    bucket.change(rate: 1, burst: 3, at: .seconds(12))
    #expect(bucket.hasToken(at: .seconds(12)))
    #expect(bucket.take(3, at: .seconds(12)))
    #expect(!bucket.take(at: .seconds(12)))
  }

  @Test("a time too long for 64 bits of what it earns fills the bucket")
  func overflow() {
    let bucket = Bucket(rate: 1_000_000, burst: 1_000_000)
    #expect(bucket.take(1_000_000, at: .zero))
    // 2^63 parts are 9,223 s at a million tokens a second.
    #expect(bucket.take(1_000_000, at: .seconds(20_000)))
    #expect(!bucket.take(at: .seconds(20_000)))
  }
}

/// A bucket behind a reference, because `#expect` takes no calls that change a value.
private final class Bucket {
  private var tokens: TokenBucket

  init(rate: Int64, burst: Int64) { tokens = TokenBucket(rate: rate, burst: burst) }

  func take(_ count: Int64 = 1, at now: Time) -> Bool { tokens.take(count, at: now) }
  func hasToken(at now: Time) -> Bool { tokens.hasToken(at: now) }
  func change(rate: Int64, burst: Int64, at now: Time) { tokens.change(rate: rate, burst: burst, at: now) }
  func retune(rate: Int64, burst: Int64, at now: Time) { tokens.retune(rate: rate, burst: burst, at: now) }
}
