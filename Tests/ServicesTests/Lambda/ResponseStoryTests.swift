import Engine
import Services
import Testing
import Units

/// Long responses, and storage.
@Suite("Lambda responses and storage")
struct ResponseStoryTests {
  private let megabyte: Int64 = 1_048_576

  private func streaming(_ bytes: Int64, timeout: Time = .seconds(3)) -> FunctionConfig {
    var f = function("f", timeout: timeout, [wait(40)])
    f.invokeMode = .responseStream
    f.responseSize = Size(bytes: bytes)
    return f
  }

  @Test("6 MB are streamed at no extra time and cost, buffered or not")
  func free() throws {
    var buffered = streaming(6 * megabyte)
    buffered.invokeMode = .buffered
    for f in [streaming(6 * megabyte), buffered] {
      let result = try Story([f], at: [.zero]).run()
      #expect(result.latencyMs == 140)
      #expect((result.usage("Streaming-Response-Bytes", of: "f") ?? 0) == 0)
    }
  }

  @Test("the rest leaves at 2 MB a second, is part of the duration, and is metered")
  func rest() throws {
    // 1 byte takes 10^9 / 2,097,152 = 476.8 ns.
    for (bytes, milliseconds) in [(1, 0.000_477), (2 * megabyte, 1_000), (5 * megabyte, 2_500)] {
      let result = try Story([streaming(6 * megabyte + bytes)], at: [.zero, .seconds(10)]).run()
      #expect(result.requests(.success) == 2)
      #expect(result.segmentsMs["f handler"] == 80)
      #expect(abs((result.segmentsMs["f response"] ?? .nan) - 2 * milliseconds) < 1e-9)
      #expect(result.usage("Streaming-Response-Bytes", of: "f") == 2 * bytes)
      #expect(result.figure("streamedBytes", of: "f") == Double(2 * bytes))
      #expect(
        result.figure("billedMilliseconds", of: "f")
          == (140 + milliseconds).rounded(.up) + (40 + milliseconds).rounded(.up))
    }
  }

  @Test("the function's timeout covers the streaming")
  func timeout() throws {
    let result = try Story([streaming(10 * megabyte, timeout: .seconds(1))], at: [.zero]).run()
    #expect(result.requests(.timedOut) == 1)
    #expect(result.segmentsMs == ["f init": 100, "f handler": 40, "f response": 960])
  }

  @Test("a handler that throws answers in a few bytes")
  func failure() throws {
    var f = streaming(10 * megabyte)
    f.handler = [wait(40), .fail(probability: 1)]
    let result = try Story([f], at: [.zero]).run()
    #expect(result.requests(.failed) == 1)
    #expect(result.latencyMs == 140)
    #expect(result.usage("Streaming-Response-Bytes", of: "f") == 0)
  }

  @Test("512 MB of /tmp are free, each further one is billed with the duration", arguments: [(512, nil), (513, 140)])
  func storage(megabytes: Int, usage: Int64?) throws {
    var f = function("f", [wait(40)])
    f.ephemeralStorage = megabytes
    #expect(try Story([f], at: [.zero]).run().usage("Lambda-Storage-GB-Second", of: "f") == usage)
  }
}
