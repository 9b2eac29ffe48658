import Testing

@testable import Services

@Suite("Events")
struct EventTests {
  @Test("an event has 13 bytes, so that which one it is stands in one")
  func size() {
    #expect(MemoryLayout<Event>.size == 13)
    #expect(MemoryLayout<LambdaEvent>.size == 9)
  }
}
