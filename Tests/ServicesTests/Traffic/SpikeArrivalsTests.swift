import Engine
import Testing
import Units

@testable import Services

@Suite("spikes")
struct SpikeArrivalsTests {
  @Test("a spike over nothing sends all at its instant")
  func heap() throws {
    let list = try arrivals(.spikes([Spike(at: .seconds(3), count: 1_000, over: .zero)]), horizon: .days(1))
    #expect(list.count == 1_000)
    #expect(list.allSatisfy { $0.time == .seconds(3) })
  }

  @Test("a spike over a span sends exactly its count, uniformly within the span", arguments: [1, 2, 20_000])
  func uniform(count: Int) throws {
    let list = try arrivals(.spikes([Spike(at: .hours(1), count: count, over: .minutes(10))]), horizon: .days(1))
    #expect(list.count == count)
    #expect(ascend(list))
    #expect(list.allSatisfy { .hours(1) <= $0.time && $0.time < .minutes(70) })
    let places = list.map { ($0.time - .hours(1)).inSeconds / 600 }
    // False alarm of a correct model with a fresh seed: one in 1,000 for the large count, less for the small ones.
    if count > 2 { #expect(kolmogorov(places) { $0 } < kolmogorovOneInThousand) }
  }

  @Test("the earliest of a few uniform numbers has its own distribution")
  func firstOfFive() {
    var random = stream()
    let sample = (0..<20_000).map { _ in
      var numbers = SortedUniforms(count: 5)
      return numbers.next(&random)
    }
    let distance = kolmogorov(sample) { 1 - Portable.pow(1 - $0, 5) }
    #expect(distance < kolmogorovOneInThousand)
  }

  @Test("sorted numbers stay in their span and ascend to the last")
  func sortedNumbers() {
    var random = stream()
    var numbers = SortedUniforms(count: 100_000)
    var last = 0.0
    while numbers.remaining > 0 {
      let number = numbers.next(&random)
      if number < last || number >= 1 { Issue.record("\(number) after \(last)") }
      last = number
    }
    #expect(last > 0.999)
    #expect(SortedUniforms.place(last, in: 1) == 0)
  }

  @Test("spikes that overlap are merged in order of time, and each keeps its count")
  func overlap() throws {
    let spikes = [
      Spike(at: .seconds(0), count: 3_000, over: .seconds(100)), Spike(at: .seconds(50), count: 500, over: .zero),
      Spike(at: .seconds(50), count: 2_000, over: .seconds(10)), Spike(at: .seconds(200), count: 1, over: .seconds(1)),
    ]
    let list = try arrivals(.spikes(spikes), horizon: .days(1))
    #expect(list.count == 5_501)
    #expect(ascend(list))
    #expect(list.filter { $0.time == .seconds(50) }.count == 500)
    #expect(list.filter { $0.time > .seconds(100) }.count == 1)
  }

  @Test("the horizon cuts a spike off")
  func horizon() throws {
    let spikes = [Spike(at: .seconds(1), count: 5, over: .zero), Spike(at: .seconds(2), count: 5, over: .zero)]
    #expect(try arrivals(.spikes(spikes), horizon: .seconds(2)).count == 5)
    #expect(try arrivals(.spikes(spikes), horizon: .seconds(2) + Time(nanoseconds: 1)).count == 10)
    #expect(try arrivals(.spikes([]), horizon: .seconds(2)).isEmpty)
  }
}
